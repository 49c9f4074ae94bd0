//! Plain packets between made-up ends, and what is seen of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use unreach::decode::{Tunnels, plain, protocol};
use unreach::flow::{Bounds, Direction, FlowKey, Observations, Steps};
use unreach::frame::{Frame, InputId, LinkType, Timestamp};

/// Nanoseconds in a second.
pub(super) const SECOND: i64 = 1_000_000_000;

/// A packet of UDP from one of the flows between few hosts and ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Made {
    pub(super) is_v6: bool,
    pub(super) from: u8,
    pub(super) to: u8,
    pub(super) port: u16,
}

fn v4(host: u8) -> u32 {
    Ipv4Addr::new(192, 0, 2, host).to_bits()
}

fn v6(host: u8) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, host.into())
}

impl Made {
    /// Its ends; the port is the same on both.
    fn ends(self) -> [(IpAddr, u16); 2] {
        let address = |host| if self.is_v6 { v6(host).into() } else { Ipv4Addr::from_bits(v4(host)).into() };
        [(address(self.from), self.port), (address(self.to), self.port)]
    }

    /// The flow it belongs to, and its direction in it.
    pub(super) fn key(self) -> (FlowKey, Direction) {
        let [source, destination] = self.ends();
        FlowKey::new(source, destination, protocol::UDP)
    }

    /// The packet in a frame; `fingerprint` tells it from others.
    fn frame(self, fingerprint: u32) -> Vec<u8> {
        let (kind, header) = match self.ends().map(|(address, _)| address) {
            [IpAddr::V4(source), IpAddr::V4(destination)] => {
                let [high, low] = (fingerprint as u16).to_be_bytes();
                let first = [0x45, 0, 0, 28, high, low, 0, 0, 64, protocol::UDP, 0, 0];
                ([8, 0], [&first[..], &source.octets(), &destination.octets()].concat())
            }
            [IpAddr::V6(source), IpAddr::V6(destination)] => {
                let first = [0x60, 0, 0, 0, 0, 8, protocol::UDP, 64];
                ([0x86, 0xdd], [&first[..], &source.octets(), &destination.octets()].concat())
            }
            _ => unreachable!("both ends are of one family"),
        };
        let port = self.port.to_be_bytes();
        [&[0; 12][..], &kind, &header, &port, &port, &fingerprint.to_be_bytes()].concat()
    }
}

/// Bounds with these for flows.
pub(super) fn bounds(flows: usize, timeout: i64) -> Bounds {
    Bounds { flows, flow_timeout: timeout, ..Bounds::default() }
}

/// Sees a packet as the `number`th frame.
pub(super) fn see(seen: &mut Observations, made: Made, number: u64, nanoseconds: i64) {
    let mut steps = Steps::default();
    add_step(&mut steps, seen, made, number, nanoseconds);
    seen.enter(&steps);
}

/// Adds a packet as the `number`th frame, on its way to be seen.
pub(super) fn add_step(steps: &mut Steps, seen: &Observations, made: Made, number: u64, nanoseconds: i64) {
    let bytes = made.frame(number as u32);
    let (input, link, wire_length) = (InputId(0), LinkType::ETHERNET, bytes.len() as u32);
    let frame = Frame { input, number, timestamp: Timestamp(nanoseconds), link, bytes: &bytes, wire_length };
    let plain = plain(&frame, &Tunnels::default()).expect("a plain packet");
    steps.push_plain(&frame.stamp(), &plain, seen.flows.locator());
}
