//! User packets of mobile networks: GTP of version 1 (3GPP TS 29.281), and of version 0 (GSM 09.60).

use super::Opened;
use crate::decode::link::{Header, Rest};
use crate::decode::{Layer, be16, be32};

/// TS 29.281 section 5.1 and GSM 09.60 section 6: version (3 bits), and that it is no charging protocol (GTP').
const VERSION_SHIFT: u8 = 5;
const IS_GTP: u8 = 0x10;
/// Message type of a user packet (T-PDU).
const USER_PACKET: u8 = 255;

/// A user packet; every other message, and all of GTP', is signalling.
pub(super) fn user_packet(bytes: &[u8]) -> Option<Opened<'_>> {
    let &[flags, message] = bytes.first_chunk()?;
    if flags & IS_GTP == 0 || message != USER_PACKET {
        return None;
    }
    match flags >> VERSION_SHIFT {
        0 => version_0(bytes),
        1 => version_1(bytes, flags),
        _ => None,
    }
}

/// GSM 09.60 section 6: flags, type, length (2), sequence (2), flow label (2), LLC number, spare (3), tunnel (8).
fn version_0(bytes: &[u8]) -> Option<Opened<'_>> {
    let (header, packet) = bytes.split_first_chunk::<20>()?;
    Some((Layer::Gtp, u32::from(be16(header, 6)?), Rest::new(Header::Ip, packet)))
}

/// TS 29.281 section 5.1: flags, type, length (2), endpoint (4); sequence (2), number and type of an extension header
/// where any of three flags is set.
fn version_1(bytes: &[u8], flags: u8) -> Option<Opened<'_>> {
    const HAS_MORE: u8 = 0x07;
    const HAS_EXTENSIONS: u8 = 0x04;
    let endpoint = be32(bytes, 4)?;
    let packet = match flags & HAS_MORE {
        0 => bytes.get(8..)?,
        more => {
            let (optional, rest) = bytes.get(8..)?.split_first_chunk::<4>()?;
            let [.., first] = *optional;
            if more & HAS_EXTENSIONS == 0 { rest } else { behind_extensions(first, rest)? }
        }
    };
    Some((Layer::Gtp, endpoint, Rest::new(Header::Ip, packet)))
}

/// Section 5.2.1: the first byte of an extension header is its length in words of four, the last the next one's type.
fn behind_extensions(mut next: u8, mut bytes: &[u8]) -> Option<&[u8]> {
    while next != 0 {
        let words = usize::from(*bytes.first()?);
        let (extension, rest) = bytes.split_at_checked(words.saturating_mul(4))?;
        // A length of zero would never end.
        next = *extension.last()?;
        bytes = rest;
    }
    Some(bytes)
}
