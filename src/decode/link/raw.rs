//! Links with hardly a header: loopback, and IP over `InfiniBand`.

use super::{Header, Rest};
use crate::decode::{Stop, be16};

/// Null and loop headers hold a four-byte address family, in either byte order. Its value depends on the system
/// (`AF_INET6` alone is 10, 24, 28 or 30), so the version nibble of the packet decides; a value out of range is no header.
pub(super) fn loopback(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    let (family, payload) = bytes.split_first_chunk::<4>().ok_or(Stop::LinkCut)?;
    let is_family = |number: u32| (1..=255).contains(&number);
    if !is_family(u32::from_be_bytes(*family)) && !is_family(u32::from_le_bytes(*family)) {
        return Err(Stop::NotIp);
    }
    Ok(Rest::new(Header::Ip, payload))
}

/// `InfiniBand`: a global routing header (40), an `EtherType`, two reserved bytes (RFC 4391 section 6).
pub(super) fn infiniband(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    let (header, payload) = bytes.split_first_chunk::<44>().ok_or(Stop::LinkCut)?;
    Ok(Rest::new(Header::Typed(be16(header, 40).ok_or(Stop::LinkCut)?), payload))
}
