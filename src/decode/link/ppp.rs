//! PPP (RFC 1661), framed like HDLC (RFC 1662) or not, in Ethernet sessions (RFC 2516); and Cisco's HDLC.

use super::{Header, Rest};
use crate::decode::{Encapsulation, Layer, Stop, be16, ether_type};

/// RFC 1662 section 3.1: address (all stations) and control (unnumbered information), which may be left out.
const ADDRESS_AND_CONTROL: [u8; 2] = [0xff, 0x03];
/// Cisco's HDLC: addresses for unicast and broadcast, before a control byte of zero (RFC 1547 section 4.3.1).
const CISCO_ADDRESSES: [u8; 2] = [0x0f, 0x8f];
/// PPP protocol numbers (IANA) of IPv4, IPv6, and MPLS unicast and multicast.
const PROTOCOLS: [(u16, u16); 4] = [
    (0x0021, ether_type::IPV4),
    (0x0057, ether_type::IPV6),
    (0x0281, ether_type::MPLS[0]),
    (0x0283, ether_type::MPLS[1]),
];
/// RFC 2516 section 4: version 1, type 1, and code 0 of session data.
const SESSION_DATA: [u8; 2] = [0x11, 0x00];

/// A PPP frame; numbers below 256 may be sent in one byte, which then is odd (RFC 1661 section 6.5).
pub(super) fn protocol(rest: Rest<'_>) -> Result<Rest<'_>, Stop> {
    let bytes = rest.bytes.strip_prefix(&ADDRESS_AND_CONTROL).unwrap_or(rest.bytes);
    let (number, payload) = match *bytes {
        [short, ref payload @ ..] if short & 1 == 1 => (u16::from(short), payload),
        [high, low, ref payload @ ..] => (u16::from_be_bytes([high, low]), payload),
        _ => return Err(Stop::LinkCut),
    };
    let (_, network) = PROTOCOLS.iter().find(|(known, _)| *known == number).ok_or(Stop::NotIp)?;
    Ok(Rest { header: Header::Typed(*network), bytes: payload, ..rest })
}

/// A `PPPoE` session: version and type, code, session (2), length (2).
pub(super) fn session<'a>(rest: Rest<'a>, encapsulation: &mut Encapsulation) -> Result<Rest<'a>, Stop> {
    let (header, payload) = rest.bytes.split_first_chunk::<6>().ok_or(Stop::LinkCut)?;
    if !header.starts_with(&SESSION_DATA) {
        return Err(Stop::NotIp);
    }
    encapsulation.push(Layer::Pppoe, u32::from(be16(header, 2).ok_or(Stop::LinkCut)?));
    Ok(Rest { header: Header::Ppp, bytes: payload, ..rest })
}

/// PPP in HDLC-like framing, or Cisco's HDLC with an `EtherType`; link types 50 and 104 hold either.
pub(super) fn hdlc(bytes: &[u8]) -> Rest<'_> {
    match *bytes {
        [address, 0, type_high, type_low, ref payload @ ..] if CISCO_ADDRESSES.contains(&address) => {
            Rest::new(Header::Typed(u16::from_be_bytes([type_high, type_low])), payload)
        }
        _ => Rest::new(Header::Ppp, bytes),
    }
}
