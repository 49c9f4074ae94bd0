//! Network headers with nothing unusual about them, read in one look: nearly all of them, on the wire and quoted.
//!
//! What has options, extension headers or lengths that don't fit is left to the general way, which looks for all of that;
//! a test holds both to the same answers.

use super::ip::{Extent, Ip};
use super::{Mac, be16, be32, ether_type, protocol};
use crate::frame::{Frame, LinkType};

/// Bytes of an IPv4 header without options, and of the fixed IPv6 header.
const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;

/// What an Ethernet frame carries, with or without one VLAN tag.
#[derive(Clone, Copy, Debug)]
pub struct BareLink<'a> {
    /// Hardware address it was sent from.
    pub source_mac: Mac,
    /// The tag's VLAN identifier.
    pub vlan: Option<u16>,
    /// Whether the network header is of IPv6, or else of IPv4.
    pub is_v6: bool,
    /// The network header and what follows it.
    pub network: &'a [u8],
}

/// Reads the link layer of a frame of IP, if it is that simple.
#[expect(clippy::inline_always, reason = "what it returns stays in registers")]
#[inline(always)]
pub fn bare_link<'a>(frame: &Frame<'a>) -> Option<BareLink<'a>> {
    if frame.link != LinkType::ETHERNET {
        return None;
    }
    let (header, rest) = frame.bytes.split_first_chunk::<14>()?;
    let [_, _, _, _, _, _, source_mac @ .., _, _] = *header;
    let kind = be16(header, 12)?;
    if !ether_type::VLAN.contains(&kind) {
        return Some(BareLink { source_mac, vlan: None, is_v6: is_v6(kind)?, network: rest });
    }
    let (tag, network) = rest.split_first_chunk::<4>()?;
    Some(BareLink { source_mac, vlan: Some(be16(tag, 0)? & 0x0fff), is_v6: is_v6(be16(tag, 2)?)?, network })
}

/// Whether a type is of IPv6; nothing for what is no IP.
#[inline]
fn is_v6(kind: u16) -> Option<bool> {
    match kind {
        ether_type::IPV4 => Some(false),
        ether_type::IPV6 => Some(true),
        _ => None,
    }
}

/// Reads a header of IPv4 or of IPv6, if it is a bare one.
#[expect(clippy::inline_always, reason = "what it returns stays in registers")]
#[inline(always)]
pub fn bare_ip<const IS_V6: bool>(bytes: &[u8], extent: Extent) -> Option<Ip<'_>> {
    if IS_V6 { ipv6(bytes, extent) } else { ipv4(bytes, extent) }
}

/// Reads the header if it is a bare one.
#[inline]
pub(super) fn ip(bytes: &[u8], extent: Extent) -> Option<Ip<'_>> {
    match bytes.first()? {
        0x45 => ipv4(bytes, extent),
        0x60..=0x6f => ipv6(bytes, extent),
        _ => None,
    }
}

/// Reads a bare header of IPv4, and nothing else.
#[expect(clippy::inline_always, reason = "what it returns stays in registers")]
#[inline(always)]
fn ipv4(bytes: &[u8], extent: Extent) -> Option<Ip<'_>> {
    let (header, rest) = bytes.split_first_chunk::<IPV4_HEADER>()?;
    if header[0] != 0x45 {
        return None;
    }
    let fragment = be16(header, 6)?;
    let total_length = be16(header, 2)?;
    // What stands before the payload of an authentication header is not told apart here.
    let protocol = bare(header[9])?;
    Some(Ip {
        protocol,
        ttl: header[8],
        tos: header[1],
        identification: u32::from(be16(header, 4)?),
        flow_label: 0,
        dont_fragment: fragment & 0x4000 != 0,
        more_fragments: fragment & 0x2000 != 0,
        fragment_offset: fragment & 0x1fff,
        total_length: u32::from(total_length),
        header,
        has_options: false,
        is_authenticated: false,
        payload: reach(rest, usize::from(total_length).checked_sub(IPV4_HEADER), extent)?,
        headers_length: IPV4_HEADER as u16,
    })
}

/// Reads a bare header of IPv6, and nothing else.
#[inline]
fn ipv6(bytes: &[u8], extent: Extent) -> Option<Ip<'_>> {
    let (header, rest) = bytes.split_first_chunk::<IPV6_HEADER>()?;
    let first = be32(header, 0)?;
    if first >> 28 != 6 {
        return None;
    }
    let length = be16(header, 4)?;
    // A length of 0 announces a jumbogram (RFC 2675), or was left to the network card.
    let declared = (length > 0).then_some(usize::from(length));
    Some(Ip {
        protocol: bare(header[6])?,
        ttl: header[7],
        tos: (first >> 20) as u8,
        identification: 0,
        flow_label: first & 0x000f_ffff,
        dont_fragment: true,
        more_fragments: false,
        fragment_offset: 0,
        total_length: u32::from(length).saturating_add(IPV6_HEADER as u32),
        header,
        has_options: false,
        is_authenticated: false,
        payload: reach(rest, declared, extent)?,
        headers_length: IPV6_HEADER as u16,
    })
}

/// The protocol, where it is one that payloads have: nothing is between them and the network header.
fn bare(number: u8) -> Option<u8> {
    matches!(number, protocol::UDP | protocol::TCP | protocol::ICMP | protocol::ICMPV6).then_some(number)
}

/// The payload; `None` where its declared length is not there.
fn reach(rest: &[u8], declared: Option<usize>, extent: Extent) -> Option<&[u8]> {
    match extent {
        Extent::Declared => rest.get(..declared?),
        Extent::Available => Some(rest),
    }
}
