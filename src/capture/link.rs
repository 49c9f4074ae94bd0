//! Link types: the numbers in files (`LINKTYPE_`) and those in memory (`DLT_`), which differ for a few.

use crate::frame::LinkType;

/// Pairs of `LINKTYPE_` and `DLT_` numbers that differ, as `pcap-common.c` of libpcap 1.10 pairs them.
///
/// `OpenBSD` numbers raw IP and its loopback in its own way.
const DIFFERING: &[(u16, i32)] = &[
    (100, 11), // ATM_RFC1483
    (LinkType::RAW.0, if cfg!(target_os = "openbsd") { 14 } else { 12 }),
    (LinkType::LOOP.0, if cfg!(target_os = "openbsd") { 12 } else { 108 }),
    (102, 15), // SLIP_BSDOS
    (103, 16), // PPP_BSDOS
    (106, 19), // ATM_CLIP
];

/// The number in files of a `DLT_` number that libpcap gave.
pub(super) fn from_dlt(dlt: i32) -> LinkType {
    let differing = DIFFERING.iter().find(|&&(_, number)| number == dlt);
    LinkType(differing.map_or_else(|| u16::try_from(dlt).unwrap_or(u16::MAX), |&(link, _)| link))
}

/// The `DLT_` number that libpcap expects for a number in files.
pub(super) fn to_dlt(link: LinkType) -> i32 {
    let differing = DIFFERING.iter().find(|&&(number, _)| number == link.0);
    differing.map_or_else(|| i32::from(link.0), |&(_, dlt)| dlt)
}
