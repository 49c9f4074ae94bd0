//! Names as the DNS answers of a capture give them to addresses.

use std::net::IpAddr;

use super::answers::answers;
use super::latest::Latest;
use crate::decode::{self, Content, Ip, Packet, Ports, Transport, Tunnels};
use crate::frame::Frame;

/// Ports that answers come from: DNS (RFC 1035), multicast DNS (RFC 6762).
const PORTS: [u16; 2] = [53, 5353];
/// Bytes that names may take unless told otherwise: of some eighty thousand addresses, as names mostly have thirty letters. They may
/// have a thousand.
const ROOM: usize = 16 << 20;
/// Length of a UDP header (RFC 768).
const UDP_HEADER: usize = 8;

/// Addresses with the names that were learned.
#[derive(Debug)]
pub struct Learned {
    names: Latest,
    tunnels: Tunnels,
}

impl Learned {
    /// No names yet; what is in these tunnels will be looked at, too. What is learned takes no more than so many bytes, where they are
    /// bounded, or than it would by default.
    pub fn new(tunnels: Tunnels, bytes: Option<usize>) -> Self {
        Self { names: Latest::of_at_most(bytes.map_or(ROOM, |bytes| bytes.min(ROOM))), tunnels }
    }

    /// Learns from a frame, if it carries DNS answers.
    pub fn observe(&mut self, frame: &Frame<'_>) {
        let mut content = decode::frame(frame).ok();
        while let Some(Content::Packet(packet)) = content {
            if let Some(message) = dns(&packet) {
                self.take(message);
            }
            content = self.tunnels.inside(&packet);
        }
    }

    /// Learns from a DNS message. What tells more of a host replaces what told less, and the later the earlier.
    pub fn take(&mut self, message: &[u8]) {
        for (address, origin, name) in answers(message) {
            self.names.note(address, origin, name);
        }
    }

    /// Name of an address.
    pub fn name(&self, address: IpAddr) -> Option<&str> {
        self.names.get(address)
    }
}

/// The DNS message of a packet, if it comes from one of the ports.
fn dns<'a>(packet: &Packet<'a>) -> Option<&'a [u8]> {
    let is_answer = |ports: Ports| PORTS.contains(&ports.source) && !packet.ip.is_fragment();
    match packet.transport {
        Transport::Udp(udp) if is_answer(udp.ports) => packet.ip.payload.get(UDP_HEADER..),
        Transport::Tcp(tcp) if is_answer(tcp.ports) => in_tcp(&packet.ip),
        _ => None,
    }
}

/// A message that begins with its segment and ends in it; streams are not put together.
fn in_tcp<'a>(ip: &Ip<'a>) -> Option<&'a [u8]> {
    let header = usize::from(ip.payload.get(12)? >> 4).checked_mul(4)?;
    let (length, rest) = ip.payload.get(header..)?.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)))
}
