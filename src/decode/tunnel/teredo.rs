//! Teredo (RFC 4380): IPv6 in UDP, behind indications.

use std::net::{IpAddr, Ipv6Addr};

use super::Opened;
use crate::decode::link::{Header, Rest};
use crate::decode::{Extent, Layer, ether_type, ip};

/// Section 5.1.1: the two bytes that each indication begins with, which no IPv6 header does.
const AUTHENTICATION: [u8; 2] = [0, 1];
const ORIGIN: [u8; 2] = [0, 0];
/// Lengths of a nonce and a confirmation behind an authentication, and of an origin's port and address.
const NONCE: usize = 9;
const ORIGIN_LENGTH: usize = 6;
/// Section 2.6: the prefix of Teredo addresses, `2001:0::/32`.
const PREFIX: [u16; 2] = [0x2001, 0];

/// An authentication, an origin, or neither or both in this order; then IPv6 from or to a Teredo address, or from an
/// address of the link, as solicitations are (section 5.2.1).
pub(super) fn packet(bytes: &[u8]) -> Option<Opened<'_>> {
    let bytes = match bytes.strip_prefix(&AUTHENTICATION) {
        Some([identifier, value, rest @ ..]) => {
            rest.get(usize::from(*identifier).saturating_add(usize::from(*value)).saturating_add(NONCE)..)?
        }
        Some(_) => return None,
        None => bytes,
    };
    let bytes = match bytes.strip_prefix(&ORIGIN) {
        Some(origin) => origin.get(ORIGIN_LENGTH..)?,
        None => bytes,
    };
    let packet = ip(bytes, Extent::Declared).ok()?;
    let (IpAddr::V6(source), IpAddr::V6(destination)) = (packet.source(), packet.destination()) else { return None };
    let is_teredo = |address: Ipv6Addr| address.segments().starts_with(&PREFIX);
    (is_teredo(source) || is_teredo(destination) || source.is_unicast_link_local()).then_some(())?;
    Some((Layer::Teredo, 0, Rest::new(Header::Typed(ether_type::IPV6), bytes)))
}
