//! GRE (RFC 2784 and RFC 2890), that of PPTP (RFC 2637), and ERSPAN in it (draft-foschiano-erspan).

use super::Opened;
use crate::decode::link::{Header, Rest};
use crate::decode::{Layer, be16, be32, ether_type};

/// RFC 2890 section 2 and RFC 2637 section 4.1: bits of the first two bytes.
const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
const ACKNOWLEDGMENT: u16 = 0x0080;
const VERSION: u16 = 0x0007;
/// Bits that say that there is a word more, in the order of the words.
const WORDS: [u16; 4] = [CHECKSUM, KEY, SEQUENCE, ACKNOWLEDGMENT];

/// A GRE header: flags, protocol, and a word for each flag.
pub(super) fn header(bytes: &[u8]) -> Option<Opened<'_>> {
    let (flags, carried) = (be16(bytes, 0)?, be16(bytes, 2)?);
    let is_pptp = match flags & VERSION {
        0 if flags & ACKNOWLEDGMENT == 0 => false,
        1 if carried == ether_type::PPP && flags & KEY != 0 => true,
        _ => return None,
    };
    if flags & ROUTING != 0 {
        return None;
    }
    let words = |bits: &[u16]| bits.iter().filter(|&&bit| flags & bit != 0).count().saturating_mul(4);
    let payload = bytes.get(words(&WORDS).saturating_add(4)..)?;
    let key = if flags & KEY == 0 { None } else { be32(bytes, words(&[CHECKSUM]).saturating_add(4)) };
    let (layer, number) = match key {
        // The high half is the payload's length, the low one the call.
        Some(key) if is_pptp => (Layer::GreKey, key & 0xffff),
        Some(key) => (Layer::GreKey, key),
        None => (Layer::Gre, 0),
    };
    match carried {
        ether_type::ERSPAN if flags & SEQUENCE == 0 => Some((Layer::Erspan, 0, Rest::new(Header::Ethernet, payload))),
        ether_type::ERSPAN => erspan_2(payload),
        ether_type::ERSPAN_III => erspan_3(payload),
        _ => Some((layer, number, Rest::new(Header::Typed(carried), payload))),
    }
}

/// Version (4 bits), VLAN (12), class, encapsulation and truncation (6), session (10).
fn session(header: &[u8], version: u16) -> Option<u32> {
    const SESSION: u16 = 0x03ff;
    let is_of_version = be16(header, 0)? >> 12 == version;
    let session = be16(header, 2)? & SESSION;
    is_of_version.then_some(u32::from(session))
}

/// Type II: the session's word, and an index.
fn erspan_2(bytes: &[u8]) -> Option<Opened<'_>> {
    let (header, frame) = bytes.split_first_chunk::<8>()?;
    Some((Layer::ErspanSession, session(header, 1)?, Rest::new(Header::Ethernet, frame)))
}

/// Type III: the session's word, a timestamp, a security tag, and the frame type (0 is Ethernet, 2 is IP) beside a bit
/// for eight bytes about the platform.
fn erspan_3(bytes: &[u8]) -> Option<Opened<'_>> {
    const PLATFORM: u16 = 1;
    let (header, rest) = bytes.split_first_chunk::<12>()?;
    let about = be16(header, 10)?;
    let frame = if about & PLATFORM == 0 { rest } else { rest.get(8..)? };
    let begins = match about >> 10 & 0x1f {
        0 => Header::Ethernet,
        2 => Header::Ip,
        _ => return None,
    };
    Some((Layer::ErspanSession, session(header, 2)?, Rest::new(begins, frame)))
}
