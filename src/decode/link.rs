//! Link headers and VLAN tags, down to the network layer.

use super::{Encapsulation, Layer, Mac, Stop, be16, be32};
use crate::frame::LinkType;

/// ARP's `EtherType`.
pub(super) const ETHER_TYPE_ARP: u16 = 0x0806;
const ETHER_TYPE_IPV4: u16 = 0x0800;
const ETHER_TYPE_IPV6: u16 = 0x86dd;
/// C-tag (IEEE 802.1Q), S-tag (802.1ad), and the numbers used before and beside them.
const ETHER_TYPES_VLAN: [u16; 4] = [0x8100, 0x88a8, 0x9100, 0x9200];
/// ARP hardware types of cooked captures whose payload is a bare IP packet (`if_arp.h`): none, PPP, tunnels, GRE.
const HARDWARE_RAW: [u16; 6] = [0xfffe, 512, 768, 769, 776, 778];

/// A frame without its link header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unwrapped<'a> {
    /// What the payload is.
    pub(super) ether_type: u16,
    /// The network layer's bytes, padding included.
    pub(super) payload: &'a [u8],
    /// Hardware address of the sender.
    pub(super) source_mac: Option<Mac>,
    /// Tags that were passed.
    pub(super) encapsulation: Encapsulation,
}

/// Removes the link header and all tags.
pub(super) fn unwrap(link: LinkType, bytes: &[u8]) -> Result<Unwrapped<'_>, Stop> {
    match link {
        LinkType::ETHERNET => ethernet(bytes),
        LinkType::LINUX_SLL => linux_sll(bytes),
        LinkType::LINUX_SLL2 => linux_sll2(bytes),
        LinkType::NULL | LinkType::LOOP => loopback(bytes),
        LinkType::RAW | LinkType::RAW_12 | LinkType::RAW_14 | LinkType::IPV4 | LinkType::IPV6 => bare(bytes, None),
        _ => Err(Stop::LinkType),
    }
}

fn ethernet(bytes: &[u8]) -> Result<Unwrapped<'_>, Stop> {
    let (header, payload) = bytes.split_first_chunk::<14>().ok_or(Stop::LinkCut)?;
    let [_, _, _, _, _, _, source @ .., type_high, type_low] = *header;
    tagged(u16::from_be_bytes([type_high, type_low]), payload, Some(source))
}

/// Linux cooked capture, version 1: packet type, hardware type, address length, address (8), protocol.
fn linux_sll(bytes: &[u8]) -> Result<Unwrapped<'_>, Stop> {
    let (header, payload) = bytes.split_first_chunk::<16>().ok_or(Stop::LinkCut)?;
    let [_, _, hardware @ .., type_high, type_low] = *header;
    let mac = cooked_mac(&hardware);
    cooked(u16::from_be_bytes([hardware[0], hardware[1]]), u16::from_be_bytes([type_high, type_low]), payload, mac)
}

/// The address of an SLL header, given from the hardware type on: type (2), address length (2), address (8).
fn cooked_mac(hardware: &[u8; 12]) -> Option<Mac> {
    let [_, _, length_high, length_low, address @ ..] = hardware;
    (u16::from_be_bytes([*length_high, *length_low]) == 6).then(|| address.first_chunk().copied())?
}

/// Linux cooked capture, version 2: protocol, reserved (2), interface (4), hardware type, packet type, length, address (8).
fn linux_sll2(bytes: &[u8]) -> Result<Unwrapped<'_>, Stop> {
    let (header, payload) = bytes.split_first_chunk::<20>().ok_or(Stop::LinkCut)?;
    let (Some(ether_type), Some(hardware)) = (be16(header, 0), be16(header, 8)) else { return Err(Stop::LinkCut) };
    let [.., length, m0, m1, m2, m3, m4, m5, _, _] = *header;
    cooked(hardware, ether_type, payload, (length == 6).then_some([m0, m1, m2, m3, m4, m5]))
}

fn cooked(hardware: u16, ether_type: u16, payload: &[u8], mac: Option<Mac>) -> Result<Unwrapped<'_>, Stop> {
    if ether_type == 0 && HARDWARE_RAW.contains(&hardware) {
        bare(payload, mac)
    } else {
        tagged(ether_type, payload, mac)
    }
}

/// Null and loop headers hold a four-byte address family, in either byte order. Its value depends on the system
/// (`AF_INET6` alone is 10, 24, 28 or 30), so the version nibble of the packet decides; a value out of range is no header.
fn loopback(bytes: &[u8]) -> Result<Unwrapped<'_>, Stop> {
    let (family, payload) = bytes.split_first_chunk::<4>().ok_or(Stop::LinkCut)?;
    let is_family = |number: u32| (1..=255).contains(&number);
    if !is_family(u32::from_be_bytes(*family)) && !is_family(u32::from_le_bytes(*family)) {
        return Err(Stop::NotIp);
    }
    bare(payload, None)
}

fn bare(payload: &[u8], source_mac: Option<Mac>) -> Result<Unwrapped<'_>, Stop> {
    let ether_type = match payload.first().map(|byte| byte >> 4) {
        Some(4) => ETHER_TYPE_IPV4,
        Some(6) => ETHER_TYPE_IPV6,
        Some(_) => return Err(Stop::NotIp),
        None => return Err(Stop::IpCut),
    };
    Ok(Unwrapped { ether_type, payload, source_mac, encapsulation: Encapsulation::default() })
}

/// Passes any number of VLAN tags; each takes four bytes, so the frame's length bounds the loop.
fn tagged(mut ether_type: u16, mut payload: &[u8], source_mac: Option<Mac>) -> Result<Unwrapped<'_>, Stop> {
    let mut encapsulation = Encapsulation::default();
    while ETHER_TYPES_VLAN.contains(&ether_type) {
        let (tag, rest) = payload.split_first_chunk::<4>().ok_or(Stop::LinkCut)?;
        let tag = be32(tag, 0).ok_or(Stop::LinkCut)?;
        encapsulation.push(Layer::Vlan((tag >> 16) as u16 & 0x0fff));
        ether_type = tag as u16;
        payload = rest;
    }
    match ether_type {
        ETHER_TYPE_IPV4 | ETHER_TYPE_IPV6 | ETHER_TYPE_ARP => {
            Ok(Unwrapped { ether_type, payload, source_mac, encapsulation })
        }
        _ => Err(Stop::NotIp),
    }
}
