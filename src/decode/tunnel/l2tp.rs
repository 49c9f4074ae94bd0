//! Data messages of L2TP, version 2 (RFC 2661), which carry PPP.

use super::Opened;
use crate::decode::link::{Header, Rest};
use crate::decode::{Layer, be16};

/// Section 3.1: bits of the first two bytes.
const CONTROL: u16 = 0x8000;
const LENGTH: u16 = 0x4000;
const SEQUENCE: u16 = 0x0800;
const OFFSET: u16 = 0x0200;
const VERSION: u16 = 0x000f;

/// Flags and version, length (2, optional), tunnel (2), session (2), sequence (4, optional), offset (2 and as many
/// bytes as it says, optional).
pub(super) fn data(bytes: &[u8]) -> Option<Opened<'_>> {
    let flags = be16(bytes, 0)?;
    if flags & CONTROL != 0 || flags & VERSION != 2 {
        return None;
    }
    let optional = |bit: u16, length: usize| if flags & bit == 0 { 0 } else { length };
    let tunnel = optional(LENGTH, 2).saturating_add(2);
    let payload = tunnel.saturating_add(4).saturating_add(optional(SEQUENCE, 4));
    let payload = match flags & OFFSET {
        0 => payload,
        _ => payload.saturating_add(2).saturating_add(usize::from(be16(bytes, payload)?)),
    };
    Some((Layer::L2tp, u32::from(be16(bytes, tunnel)?), Rest::new(Header::Ppp, bytes.get(payload..)?)))
}
