//! Headers that capturing software adds: per-packet information, and the logs of Linux and BSD packet filters.

use super::{Header, Rest};
use crate::decode::bytes::{le16, le32};
use crate::decode::{Mac, Stop, be16};
use crate::frame::LinkType;

/// Lengths of pf's log header: old and `NetBSD`, `FreeBSD`, `OpenBSD` (`pflog.h` of libpcap).
const PFLOG_LENGTHS: [u8; 3] = [61, 69, 100];
/// Attributes of a netfilter log packet (`nfnetlink_log.h`): hardware address, payload.
const NFULA_HWADDR: u16 = 8;
const NFULA_PAYLOAD: u16 = 9;

/// Per-packet information: version, flags, length, link type of the packet, all little-endian; then fields.
pub(super) fn ppi(bytes: &[u8]) -> Result<(LinkType, &[u8]), Stop> {
    let (Some(length), Some(link)) = (le16(bytes, 2), le32(bytes, 4)) else { return Err(Stop::LinkCut) };
    let rest = bytes.get(usize::from(length).max(8)..).ok_or(Stop::LinkCut)?;
    Ok((LinkType(u16::try_from(link).map_err(|_| Stop::LinkType)?), rest))
}

/// A packet logged by pf: the header's length, without the padding to a multiple of four, comes first.
pub(super) fn pflog(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    let length = *bytes.first().ok_or(Stop::LinkCut)?;
    if !PFLOG_LENGTHS.contains(&length) {
        return Err(Stop::NotIp);
    }
    let payload = bytes.get(usize::from(length).next_multiple_of(4)..).ok_or(Stop::LinkCut)?;
    Ok(Rest::new(Header::Ip, payload))
}

/// A packet logged by netfilter: family, version, resource, and attributes in the byte order of the capturing host.
pub(super) fn nflog(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    let (_, attributes) = bytes.split_first_chunk::<4>().ok_or(Stop::LinkCut)?;
    let logged = logged_packet(attributes, le16).or_else(|| logged_packet(attributes, be16));
    logged.ok_or(Stop::LinkCut)
}

/// Walks the attributes to the payload: length with these four bytes, type, value, padding to a multiple of four.
fn logged_packet(mut attributes: &[u8], number: fn(&[u8], usize) -> Option<u16>) -> Option<Rest<'_>> {
    let mut source_mac = None;
    loop {
        let (length, kind) = (usize::from(number(attributes, 0)?), number(attributes, 2)?);
        // A snap length may have cut the payload, which comes last.
        let value = attributes.get(4..length.max(4).min(attributes.len()))?;
        match kind {
            NFULA_PAYLOAD => return Some(Rest { header: Header::Ip, bytes: value, source_mac }),
            NFULA_HWADDR => source_mac = address(value),
            _ => {}
        }
        attributes = attributes.get(length.max(4).next_multiple_of(4)..)?;
    }
}

/// A hardware address: length in network order, two bytes of padding, eight of address.
fn address(value: &[u8]) -> Option<Mac> {
    let address = value.get(4..)?.first_chunk()?;
    (be16(value, 0) == Some(6)).then_some(*address)
}
