//! The packet that a message carries: found behind the ICMP header, told apart from extensions, read as far as it goes.

use super::Code;
use crate::decode::{Addresses, Extent, Ip, Packet, Transport, be16, be32, internet_checksum, ip, transport};

/// An unreachable message as it stands in its packet.
#[derive(Clone, Copy, Debug)]
pub struct Unreachable<'a> {
    /// Type and code.
    pub code: Code,
    /// MTU of the next hop, of packet-too-big messages.
    pub next_hop_mtu: Option<u32>,
    /// Whether the ICMP checksum is right; `None` where the message was cut, or is a fragment.
    pub checksum_is_valid: Option<bool>,
    /// Bytes of the original datagram that it carries, as far as it was captured.
    pub quoted_length: u16,
    /// Bytes of it that the message carried beyond what was captured, by its own length.
    pub quoted_beyond: u16,
    /// The quoted packet, where its IP header is there.
    pub quote: Option<Quote<'a>>,
    /// Whether extensions follow the quote (RFC 4884).
    pub has_extensions: bool,
}

/// A quoted packet.
#[derive(Clone, Copy, Debug)]
pub struct Quote<'a> {
    /// Its network header.
    pub ip: Ip<'a>,
    /// What is there of its transport header.
    pub transport: Transport,
}

/// Bytes of the ICMP header.
pub(super) const HEADER: usize = 8;
/// Extensions, and the padding before them, start at this byte of the quote where no length field says (RFC 4884 section 5.1).
pub(super) const LEGACY_QUOTE: usize = 128;
/// RFC 4884 section 7: four bits of version, which is 2.
const EXTENSION_VERSION: u8 = 2;

impl<'a> Unreachable<'a> {
    /// Reads the message that a packet carries, if it carries one.
    pub fn parse(packet: &Packet<'a>) -> Option<Self> {
        let Transport::Icmp(icmp) = packet.transport else { return None };
        let code = Code { version: packet.ip.version(), icmp_type: icmp.icmp_type, icmp_code: icmp.icmp_code };
        if !code.is_unreachable() || !is_icmp_of_its_version(&packet.ip) {
            return None;
        }
        let bytes = packet.ip.payload;
        let (original, has_extensions) = split(code, bytes);
        let quote = ip(original, Extent::Available).ok().map(|ip| Quote { ip, transport: transport(&ip) });
        Some(Self {
            code,
            next_hop_mtu: next_hop_mtu(code, bytes),
            checksum_is_valid: checksum_is_valid(&packet.ip),
            quoted_length: quoted_length(original, has_extensions, quote.as_ref()),
            quoted_beyond: if has_extensions { 0 } else { beyond(code, &packet.ip) },
            quote,
            has_extensions,
        })
    }
}

#[inline]
fn is_icmp_of_its_version(ip: &Ip<'_>) -> bool {
    use crate::decode::protocol;
    ip.protocol == if ip.is_ipv4() { protocol::ICMP } else { protocol::ICMPV6 }
}

/// RFC 1191 section 4 (the low half of the second word) and RFC 4443 section 3.2 (all of it).
#[inline]
pub(super) fn next_hop_mtu(code: Code, bytes: &[u8]) -> Option<u32> {
    match code.version {
        _ if !code.is_packet_too_big() => None,
        4 => be16(bytes, 6).map(u32::from),
        _ => be32(bytes, 4),
    }
}

/// RFC 4884 section 5.1 and 4.1: before extensions, the original datagram is filled with zeros up to 128 bytes, or up to
/// the next word. They are no part of it.
#[inline]
fn quoted_length(original: &[u8], has_extensions: bool, quote: Option<&Quote<'_>>) -> u16 {
    const LARGEST_WORD: usize = 8;
    let whole = original.len();
    let own = quote.filter(|_| has_extensions).map_or(whole, |quote| quote.ip.total_length as usize);
    let is_filled = whole <= LEGACY_QUOTE || whole.saturating_sub(own) < LARGEST_WORD;
    let filling = original.get(own..).unwrap_or_default();
    let length = if own > 0 && is_filled && filling.iter().all(|&byte| byte == 0) { own.min(whole) } else { whole };
    length.min(usize::from(u16::MAX)) as u16
}

/// What the message's own length says that there was of the quote beyond the captured bytes.
#[inline]
fn beyond(code: Code, ip: &Ip<'_>) -> u16 {
    let captured = ip.payload.len().saturating_sub(HEADER);
    let carried = (ip.declared_payload() as usize).saturating_sub(HEADER);
    let original = match declared(code, ip.payload) {
        0 => carried,
        length => carried.min(length),
    };
    original.saturating_sub(captured).min(usize::from(u16::MAX)) as u16
}

/// Separates the original datagram from the extensions that may follow it. Returns whether there are any.
#[inline]
fn split(code: Code, bytes: &[u8]) -> (&[u8], bool) {
    let rest = bytes.get(HEADER..).unwrap_or_default();
    if !may_have_extensions(code) {
        return (rest, false);
    }
    let declared = declared(code, bytes);
    if declared > 0 {
        return match rest.get(declared..) {
            Some(extensions) if is_extension_structure(extensions) => (rest.get(..declared).unwrap_or(rest), true),
            _ => (rest, false),
        };
    }
    match rest.get(LEGACY_QUOTE..) {
        Some(extensions) if is_checked_extension_structure(extensions) => {
            (rest.get(..LEGACY_QUOTE).unwrap_or(rest), true)
        }
        _ => (rest, false),
    }
}

/// RFC 4884 section 4: packet too big and parameter problem of `ICMPv6` have no extensions.
#[inline]
fn may_have_extensions(code: Code) -> bool {
    matches!((code.version, code.icmp_type), (4, 3) | (6, 1))
}

/// Length of the original datagram as the message says it; 0 where it does not. RFC 4884 section 4: `ICMPv4` type 3
/// counts words of four bytes in its sixth byte, `ICMPv6` type 1 words of eight in its fifth.
#[inline]
fn declared(code: Code, bytes: &[u8]) -> usize {
    match (code.version, code.icmp_type) {
        (4, 3) => bytes.get(5).map_or(0, |&words| usize::from(words).saturating_mul(4)),
        (6, 1) => bytes.get(4).map_or(0, |&words| usize::from(words).saturating_mul(8)),
        _ => 0,
    }
}

#[inline]
fn is_extension_structure(bytes: &[u8]) -> bool {
    bytes.len() >= 4 && bytes.first().is_some_and(|byte| byte >> 4 == EXTENSION_VERSION)
}

/// Without a length field only a right checksum tells extensions from a long quote.
#[inline]
fn is_checked_extension_structure(bytes: &[u8]) -> bool {
    is_extension_structure(bytes) && be16(bytes, 2) != Some(0) && internet_checksum(&[bytes]) == 0
}

/// Whether the checksum of a message is right; nothing where not all of it is there.
#[inline]
pub(super) fn checksum_is_valid(ip: &Ip<'_>) -> Option<bool> {
    if ip.is_fragment() || ip.payload.len() as u64 != u64::from(ip.declared_payload()) {
        return None;
    }
    Some(is_right(ip.addresses()?, ip.protocol, ip.payload))
}

/// Whether the checksum of a whole message is right, which went between these addresses. In parts, not as a header: where nothing
/// asks for the place of one, its fields stay in registers.
#[expect(clippy::inline_always, reason = "nearly all messages are checked at one place")]
#[inline(always)]
pub(super) fn is_right(addresses: Addresses<'_>, protocol: u8, message: &[u8]) -> bool {
    let sum = match addresses {
        Addresses::V4(_) => internet_checksum(&[message]),
        // RFC 8200 section 8.1: the pseudo-header.
        Addresses::V6(both) => {
            internet_checksum(&[both, &(message.len() as u32).to_be_bytes(), &[0, 0, 0, protocol], message])
        }
    };
    sum == 0
}
