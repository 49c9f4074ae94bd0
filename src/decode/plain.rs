//! The packets that nearly all of a capture consists of, read in one pass: whole, without options, tunnels or fragments.
//!
//! Whatever is unusual in any way is left to the decoder proper, and a test holds both to the same answers. Reading
//! these few fields straight into their place saves a third of a run's time (measured): the general way hands a packet
//! from layer to layer, and copies it each time.

use super::{Ports, TcpFlags, Tunnels, be16, be32, ether_type, protocol};
use crate::frame::{Frame, LinkType};

/// Source and destination, where they stand in a header. Handed on as a place, not as numbers: numbers of two sizes in one
/// value are written to memory and read back in other pieces, which stalls each packet for five nanoseconds (measured).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses<'a> {
    /// IPv4.
    V4(&'a [u8; 8]),
    /// IPv6.
    V6(&'a [u8; 32]),
}

/// A plain packet of UDP or TCP.
///
/// Of which family it is, is asked once: from there on each family has a path of its own, on which every field stands at a
/// known distance from the header's start. On one path for both, fields waited in memory for others to be read (some seventy
/// instructions more a packet).
#[derive(Clone, Copy, Debug)]
pub enum Plain<'a> {
    /// In IPv4.
    V4(PlainIn<'a, [u8; 20]>),
    /// In IPv6.
    V6(PlainIn<'a, [u8; 40]>),
}

/// A plain packet with this network header.
#[derive(Clone, Copy, Debug)]
pub struct PlainIn<'a, H> {
    header: &'a H,
    /// What UDP and TCP begin with: both ports, and what sets a packet apart.
    transport: &'a [u8; 8],
    flags: TcpFlags,
    ethernet: &'a [u8; 14],
}

/// A network header without options.
pub trait Header {
    /// Both addresses.
    fn addresses(&self) -> Addresses<'_>;
    /// The protocol of what it carries.
    fn protocol(&self) -> u8;
    /// TTL or hop limit.
    fn ttl(&self) -> u8;
    /// Type of service or traffic class.
    fn tos(&self) -> u8;
    /// IPv4 identification; 0 in IPv6.
    fn identification(&self) -> u16;
    /// Bytes of the packet; of the longest in IPv6 forty more than fit into the field.
    fn total_length(&self) -> u32;
}

impl Header for [u8; 20] {
    #[inline]
    fn addresses(&self) -> Addresses<'_> {
        self.last_chunk().map_or(Addresses::V4(&[0; 8]), Addresses::V4)
    }

    #[inline]
    fn protocol(&self) -> u8 {
        self[9]
    }

    #[inline]
    fn ttl(&self) -> u8 {
        self[8]
    }

    #[inline]
    fn tos(&self) -> u8 {
        self[1]
    }

    #[inline]
    fn identification(&self) -> u16 {
        u16::from_be_bytes([self[4], self[5]])
    }

    #[inline]
    fn total_length(&self) -> u32 {
        u16::from_be_bytes([self[2], self[3]]).into()
    }
}

impl Header for [u8; 40] {
    #[inline]
    fn addresses(&self) -> Addresses<'_> {
        self.last_chunk().map_or(Addresses::V6(&[0; 32]), Addresses::V6)
    }

    #[inline]
    fn protocol(&self) -> u8 {
        self[6]
    }

    #[inline]
    fn ttl(&self) -> u8 {
        self[7]
    }

    #[inline]
    fn tos(&self) -> u8 {
        self[0] << 4 | self[1] >> 4
    }

    #[inline]
    fn identification(&self) -> u16 {
        0
    }

    #[inline]
    fn total_length(&self) -> u32 {
        u32::from(u16::from_be_bytes([self[4], self[5]])) + 40
    }
}

impl<'a, H: Header> PlainIn<'a, H> {
    /// The network header.
    #[inline]
    pub fn header(&self) -> &'a H {
        self.header
    }

    /// Both ports.
    #[inline]
    pub fn ports(&self) -> Ports {
        let [a, b, c, d, ..] = *self.transport;
        let both = u32::from_be_bytes([a, b, c, d]);
        Ports { source: (both >> 16) as u16, destination: both as u16 }
    }

    /// UDP: length and checksum; TCP: sequence number.
    #[inline]
    pub fn fingerprint(&self) -> u32 {
        let [.., a, b, c, d] = *self.transport;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Flags, of TCP; of UDP none is set.
    #[inline]
    pub fn flags(&self) -> TcpFlags {
        self.flags
    }

    /// Hardware address it was sent from, as a [number](super::number_of_mac).
    #[inline]
    pub fn source_mac(&self) -> u64 {
        let [_, _, _, _, last @ .., _, _] = *self.ethernet;
        u64::from_le_bytes(last) >> 16
    }

    /// What follows the header, if that is of UDP or TCP, and of no tunnel.
    #[expect(clippy::needless_bitwise_bool, reason = "nobody can predict which of both it is: without a branch")]
    #[inline]
    fn read(header: &'a H, payload: &'a [u8], tunnels: &Tunnels, ethernet: &'a [u8; 14]) -> Option<Self> {
        // Which of both it is nobody can predict: one look for both, with the length of the header and the place of its flags
        // chosen without a branch.
        let protocol = header.protocol();
        let is_udp = protocol == protocol::UDP;
        let (length, flags_place) = if is_udp { (8, 0) } else { (20, 13) };
        if !(is_udp | (protocol == protocol::TCP)) | (payload.len() < length) {
            return None;
        }
        let transport = payload.first_chunk()?;
        let flags = TcpFlags(*payload.get(flags_place)? & if is_udp { 0 } else { 0xff });
        let plain = Self { header, transport, flags, ethernet };
        (!(tunnels.may_be_at(plain.ports()) && plain.is_udp())).then_some(plain)
    }

    /// Whether it is of UDP: asked apart, so that it is not asked before what can be predicted.
    #[cold]
    #[inline(never)]
    fn is_udp(&self) -> bool {
        self.header.protocol() == protocol::UDP
    }
}

/// Reads the frame if it is a plain packet.
#[expect(clippy::inline_always, reason = "what it returns stays in registers, and its family is not asked again")]
#[inline(always)]
pub fn plain<'a>(frame: &Frame<'a>, tunnels: &Tunnels) -> Option<Plain<'a>> {
    if frame.link != LinkType::ETHERNET {
        return None;
    }
    let (ethernet, mut rest) = frame.bytes.split_first_chunk::<14>()?;
    let mut kind = be16(ethernet, 12)?;
    if ether_type::VLAN.contains(&kind) {
        let (tag, inner) = rest.split_first_chunk::<4>()?;
        (kind, rest) = (be16(tag, 2)?, inner);
    }
    match kind {
        ether_type::IPV4 => {
            let (header, payload) = ipv4(rest)?;
            PlainIn::read(header, payload, tunnels, ethernet).map(Plain::V4)
        }
        ether_type::IPV6 => {
            let (header, payload) = ipv6(rest)?;
            PlainIn::read(header, payload, tunnels, ethernet).map(Plain::V6)
        }
        _ => None,
    }
}

#[inline]
fn ipv4(bytes: &[u8]) -> Option<(&[u8; 20], &[u8])> {
    /// RFC 791 section 3.1: everything of the fragment word but don't fragment.
    const FRAGMENT: u16 = 0xbfff;
    let header = bytes.first_chunk::<20>()?;
    if header[0] != 0x45 || be16(header, 6)? & FRAGMENT != 0 {
        return None;
    }
    Some((header, bytes.get(20..header.total_length() as usize)?))
}

#[inline]
fn ipv6(bytes: &[u8]) -> Option<(&[u8; 40], &[u8])> {
    let header = bytes.first_chunk::<40>()?;
    let first = be32(header, 0)?;
    let length = be16(header, 4)?;
    // A length of 0 announces a jumbogram (RFC 2675), or was left to the network card.
    if first >> 28 != 6 || length == 0 {
        return None;
    }
    Some((header, bytes.get(40..header.total_length() as usize)?))
}
