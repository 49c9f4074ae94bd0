//! The `EtherTypes` (IEEE 802 numbers of IANA) that lead on to a packet, wherever they stand: Ethernet, SNAP, GRE, GENEVE.

/// IPv4.
pub(super) const IPV4: u16 = 0x0800;
/// ARP.
pub(super) const ARP: u16 = 0x0806;
/// IPv6.
pub(super) const IPV6: u16 = 0x86dd;
/// C-tag (IEEE 802.1Q), S-tag (802.1ad), and the numbers used before and beside them.
pub(super) const VLAN: [u16; 4] = [0x8100, 0x88a8, 0x9100, 0x9200];
/// MPLS (RFC 3032 section 5; the second was for multicast, and now is for labels assigned upstream, RFC 5332).
pub(super) const MPLS: [u16; 2] = [0x8847, 0x8848];
/// A `PPPoE` session (RFC 2516 section 4).
pub(super) const PPPOE_SESSION: u16 = 0x8864;
/// Transparent Ethernet bridging (RFC 1701).
pub(super) const ETHERNET: u16 = 0x6558;
/// PPP, in the enhanced GRE of PPTP (RFC 2637 section 4.1).
pub(super) const PPP: u16 = 0x880b;
/// ERSPAN, types I and II (draft-foschiano-erspan section 4.1).
pub(super) const ERSPAN: u16 = 0x88be;
/// ERSPAN, type III.
pub(super) const ERSPAN_III: u16 = 0x22eb;

/// The least number that is a type; smaller ones are lengths of IEEE 802.3 frames (IEEE 802.3 section 3.2.6).
pub(super) const LEAST: u16 = 0x0600;
