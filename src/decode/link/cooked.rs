//! Linux cooked captures, which replace the link header by one of their own.

use super::{Header, Rest, ethernet, wireless};
use crate::decode::{Mac, Stop, be16};

/// ARP hardware types whose payload is a bare IP packet where no protocol is given (`if_arp.h`): none, PPP, tunnels, GRE.
const HARDWARE_RAW: [u16; 6] = [0xfffe, 512, 768, 769, 776, 778];
/// ARP hardware types whose payload begins with a header of their own, whatever the protocol: 802.11, behind prism or
/// radiotap or not, and netlink.
const HARDWARE_WIRELESS: u16 = 801;
const HARDWARE_PRISM: u16 = 802;
const HARDWARE_RADIOTAP: u16 = 803;
const HARDWARE_NETLINK: u16 = 824;
/// Protocol numbers of Linux that are no `EtherTypes` (`if_ether.h`): 802.2, SNAP, PPP behind HDLC's address and control.
const PROTOCOL_802_2: u16 = 4;
const PROTOCOL_SNAP: u16 = 5;
const PROTOCOL_PPP: u16 = 7;

/// Version 1: packet type, hardware type, address length, address (8), protocol.
pub(super) fn version_1(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    let (header, payload) = bytes.split_first_chunk::<16>().ok_or(Stop::LinkCut)?;
    let [_, _, hardware @ .., type_high, type_low] = *header;
    let rest = Rest { header: Header::Ip, bytes: payload, source_mac: address(&hardware) };
    cooked(u16::from_be_bytes([hardware[0], hardware[1]]), u16::from_be_bytes([type_high, type_low]), rest)
}

/// The address of a header of version 1, given from the hardware type on: type (2), address length (2), address (8).
fn address(hardware: &[u8; 12]) -> Option<Mac> {
    let [_, _, length_high, length_low, address @ ..] = hardware;
    (u16::from_be_bytes([*length_high, *length_low]) == 6).then(|| address.first_chunk().copied())?
}

/// Version 2: protocol, reserved (2), interface (4), hardware type, packet type, length, address (8).
pub(super) fn version_2(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    let (header, payload) = bytes.split_first_chunk::<20>().ok_or(Stop::LinkCut)?;
    let (Some(protocol), Some(hardware)) = (be16(header, 0), be16(header, 8)) else { return Err(Stop::LinkCut) };
    let [.., length, m0, m1, m2, m3, m4, m5, _, _] = *header;
    let source_mac = (length == 6).then_some([m0, m1, m2, m3, m4, m5]);
    cooked(hardware, protocol, Rest { header: Header::Ip, bytes: payload, source_mac })
}

fn cooked(hardware: u16, protocol: u16, rest: Rest<'_>) -> Result<Rest<'_>, Stop> {
    match (hardware, protocol) {
        (HARDWARE_NETLINK, _) => Err(Stop::NotIp),
        (HARDWARE_RADIOTAP, _) => wireless::radiotap(rest.bytes),
        (HARDWARE_PRISM, _) => wireless::prism(rest.bytes),
        (HARDWARE_WIRELESS, _) => wireless::data(rest.bytes, wireless::Padding::None),
        (_, 0) if HARDWARE_RAW.contains(&hardware) => Ok(Rest { header: Header::Ip, ..rest }),
        (_, PROTOCOL_802_2) => ethernet::llc(rest),
        (_, PROTOCOL_SNAP) => ethernet::snap(rest),
        (_, PROTOCOL_PPP) => Ok(Rest { header: Header::Ppp, ..rest }),
        _ => Ok(Rest { header: Header::Typed(protocol), ..rest }),
    }
}
