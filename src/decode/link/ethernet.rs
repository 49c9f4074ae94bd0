//! Ethernet: type or length, VLAN tags, logical link control.

use super::{Header, Rest};
use crate::decode::{Encapsulation, Layer, Stop, be32, ether_type};

/// Organizations whose SNAP protocol numbers are `EtherTypes`: Ethernet itself (RFC 1042), and bridge tunnels (IEEE 802.1H).
const SNAP_ETHERNET: [[u8; 3]; 2] = [[0, 0, 0], [0, 0, 0xf8]];

/// Destination (6), source (6), and a type, or the length of an IEEE 802.3 frame.
#[inline]
pub(super) fn header(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    let (header, payload) = bytes.split_first_chunk::<14>().ok_or(Stop::LinkCut)?;
    let [_, _, _, _, _, _, source @ .., type_high, type_low] = *header;
    Ok(Rest { header: typed(u16::from_be_bytes([type_high, type_low])), bytes: payload, source_mac: Some(source) })
}

fn typed(type_or_length: u16) -> Header {
    if type_or_length < ether_type::LEAST { Header::Llc } else { Header::Typed(type_or_length) }
}

/// A VLAN tag behind its `EtherType`: priority and identifier, and the type of what follows (IEEE 802.1Q section 9.6).
pub(super) fn tag<'a>(rest: Rest<'a>, encapsulation: &mut Encapsulation) -> Result<Rest<'a>, Stop> {
    let (tag, payload) = rest.bytes.split_first_chunk::<4>().ok_or(Stop::LinkCut)?;
    let tag = u32::from_be_bytes(*tag);
    encapsulation.push(Layer::Vlan, tag >> 16 & 0x0fff);
    Ok(Rest { header: typed(tag as u16), bytes: payload, ..rest })
}

/// Logical link control: SNAP with an `EtherType` (RFC 1042), or IP by its own service access point (0x06).
pub(super) fn llc(rest: Rest<'_>) -> Result<Rest<'_>, Stop> {
    const SNAP: [u8; 3] = [0xaa, 0xaa, 0x03];
    const IP: [u8; 3] = [0x06, 0x06, 0x03];
    let (control, payload) = rest.bytes.split_first_chunk::<3>().ok_or(Stop::LinkCut)?;
    match *control {
        SNAP => snap(Rest { bytes: payload, ..rest }),
        IP => Ok(Rest { header: Header::Ip, bytes: payload, ..rest }),
        _ => Err(Stop::NotIp),
    }
}

/// The sub-network access protocol: organization (3), protocol (2).
pub(super) fn snap(rest: Rest<'_>) -> Result<Rest<'_>, Stop> {
    let (header, payload) = rest.bytes.split_first_chunk::<5>().ok_or(Stop::LinkCut)?;
    let [organization @ .., type_high, type_low] = *header;
    if !SNAP_ETHERNET.contains(&organization) {
        return Err(Stop::NotIp);
    }
    Ok(Rest { header: Header::Typed(u16::from_be_bytes([type_high, type_low])), bytes: payload, ..rest })
}

/// Whether the bytes are an Ethernet frame that leads on to IP or ARP, with a packet that looks like it.
pub(super) fn leads_on(bytes: &[u8]) -> bool {
    let Some(word) = be32(bytes, 12) else { return false };
    let (number, start) = ((word >> 16) as u16, (word & 0xffff) as u16);
    match number {
        ether_type::IPV4 => start >> 12 == 4,
        ether_type::IPV6 => start >> 12 == 6,
        // Hardware type 1 (RFC 826).
        ether_type::ARP => start == 1,
        _ => ether_type::VLAN.contains(&number) || ether_type::MPLS.contains(&number),
    }
}
