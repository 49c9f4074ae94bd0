//! MPLS labels (RFC 3032), and what lies below them, which no field tells.

use super::{Header, Rest, ethernet};
use crate::decode::{Encapsulation, Layer, Stop};

/// RFC 3032 section 2.1: label (20 bits), traffic class (3), bottom of stack (1), TTL (8).
const BOTTOM_OF_STACK: u32 = 1 << 8;
const LABEL_SHIFT: u32 = 12;
/// First byte of an IPv4 header without options; a hardware address that begins so would be a multicast one.
const IPV4_WITHOUT_OPTIONS: u8 = 0x45;

/// Passes all labels of the stack.
pub(super) fn labels<'a>(mut rest: Rest<'a>, encapsulation: &mut Encapsulation) -> Result<Rest<'a>, Stop> {
    loop {
        let (entry, below) = rest.bytes.split_first_chunk::<4>().ok_or(Stop::LinkCut)?;
        let entry = u32::from_be_bytes(*entry);
        encapsulation.push(Layer::Mpls, entry >> LABEL_SHIFT);
        rest.bytes = below;
        if entry & BOTTOM_OF_STACK != 0 {
            return bottom(rest);
        }
    }
}

/// IP by its version, or an Ethernet pseudowire with a control word that begins with four zero bits (RFC 4385
/// section 3), or without one (RFC 4448), whose first byte then is that of a hardware address: any.
fn bottom(rest: Rest<'_>) -> Result<Rest<'_>, Stop> {
    let Some(&first) = rest.bytes.first() else { return Err(Stop::IpCut) };
    if first == IPV4_WITHOUT_OPTIONS {
        return Ok(Rest { header: Header::Ip, ..rest });
    }
    let controlled = rest.bytes.get(4..).filter(|frame| first >> 4 == 0 && ethernet::leads_on(frame));
    if let Some(bytes) = controlled {
        return Ok(Rest { header: Header::Ethernet, bytes, ..rest });
    }
    let header = if ethernet::leads_on(rest.bytes) { Header::Ethernet } else { Header::Ip };
    Ok(Rest { header, ..rest })
}
