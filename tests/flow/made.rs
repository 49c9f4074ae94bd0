//! Plain packets between made-up ends, and what is seen of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use unreach::decode::{Addresses, Plain, Ports, protocol};
use unreach::flow::{Bounds, Direction, FlowKey, Observations, Step};
use unreach::frame::{InputId, Stamp, Timestamp};

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

/// Addresses as a header has them.
pub(super) enum Header {
    V4([u8; 8]),
    V6([u8; 32]),
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

    /// The part of its header that its addresses stand in.
    pub(super) fn header(self) -> Header {
        let [source, destination] = self.ends().map(|(address, _)| address);
        match (source, destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                Header::V4([source.octets(), destination.octets()].concat().try_into().unwrap())
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                Header::V6([source.octets(), destination.octets()].concat().try_into().unwrap())
            }
            _ => unreachable!("both ends are of one family"),
        }
    }

    /// The packet, read; `fingerprint` tells it from others.
    pub(super) fn plain(self, header: &Header, fingerprint: u32) -> Plain<'_> {
        let addresses = match header {
            Header::V4(both) => Addresses::V4(both),
            Header::V6(both) => Addresses::V6(both),
        };
        Plain {
            addresses,
            ports: Ports { source: self.port, destination: self.port },
            protocol: protocol::UDP,
            ttl: 64,
            tos: 0,
            flags: None,
            identification: fingerprint as u16,
            total_length: 28,
            fingerprint,
            source_mac: None,
        }
    }
}

/// Bounds with these for flows.
pub(super) fn bounds(flows: usize, timeout: i64) -> Bounds {
    Bounds { flows, flow_timeout: timeout, ..Bounds::default() }
}

/// Sees a packet as the `number`th frame.
pub(super) fn see(seen: &mut Observations, made: Made, number: u64, nanoseconds: i64) {
    let step = step(seen, made, number, nanoseconds);
    seen.enter(&step);
}

/// A packet as the `number`th frame, on its way to be seen.
pub(super) fn step(seen: &Observations, made: Made, number: u64, nanoseconds: i64) -> Step {
    let stamp = Stamp { number, timestamp: Timestamp(nanoseconds), input: InputId(0) };
    let header = made.header();
    Step::plain(&stamp, &made.plain(&header, number as u32), seen.flows.locator())
}
