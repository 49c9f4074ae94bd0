//! Overlays of data centres: VXLAN (RFC 7348), its protocol extension, and GENEVE (RFC 8926).

use super::Opened;
use crate::decode::bytes::be24;
use crate::decode::link::{Header, Rest};
use crate::decode::{Layer, be16, ether_type};

/// RFC 7348 section 5: the network identifier is valid; every other bit is zero, but that of a group policy, whose
/// group stands in the bytes that are zero otherwise (draft-smith-vxlan-group-policy).
const VNI_IS_VALID: u8 = 0x08;
const GROUP_POLICY: u8 = 0x80;

/// Flags, reserved or group (3), network (3), reserved; then Ethernet.
pub(super) fn vxlan(bytes: &[u8]) -> Option<Opened<'_>> {
    let (header, frame) = bytes.split_first_chunk::<8>()?;
    let [flags, reserved @ .., _, _, _, last] = *header;
    let is_vxlan = match flags {
        VNI_IS_VALID => reserved == [0; 3],
        _ => flags == VNI_IS_VALID | GROUP_POLICY,
    };
    (is_vxlan && last == 0).then_some(())?;
    Some((Layer::Vxlan, be24(header, 4)?, Rest::new(Header::Ethernet, frame)))
}

/// Flags, reserved (2), next protocol, network (3), reserved (draft-ietf-nvo3-vxlan-gpe section 3).
pub(super) fn vxlan_gpe(bytes: &[u8]) -> Option<Opened<'_>> {
    const VERSION: u8 = 0x30;
    const HAS_PROTOCOL: u8 = 0x04;
    const OPERATIONS: u8 = 0x01;
    let (header, payload) = bytes.split_first_chunk::<8>()?;
    let [flags, _, _, next, ..] = *header;
    if flags & VNI_IS_VALID == 0 || flags & (VERSION | OPERATIONS) != 0 {
        return None;
    }
    let begins = match next {
        _ if flags & HAS_PROTOCOL == 0 => Header::Ethernet,
        1 => Header::Typed(ether_type::IPV4),
        2 => Header::Typed(ether_type::IPV6),
        3 => Header::Ethernet,
        5 => Header::Typed(ether_type::MPLS[0]),
        _ => return None,
    };
    Some((Layer::VxlanGpe, be24(header, 4)?, Rest::new(begins, payload)))
}

/// Version and length of the options in words of four bytes, flags, protocol (2), network (3), reserved; then options
/// (RFC 8926 section 3.4).
pub(super) fn geneve(bytes: &[u8]) -> Option<Opened<'_>> {
    const OPTIONS: u8 = 0x3f;
    const CONTROL: u8 = 0x80;
    let (header, rest) = bytes.split_first_chunk::<8>()?;
    let [version_and_options, flags, ..] = *header;
    if version_and_options & !OPTIONS != 0 || flags & CONTROL != 0 {
        return None;
    }
    let payload = rest.get(usize::from(version_and_options & OPTIONS).saturating_mul(4)..)?;
    Some((Layer::Geneve, be24(header, 4)?, Rest::new(Header::Typed(be16(header, 2)?), payload)))
}
