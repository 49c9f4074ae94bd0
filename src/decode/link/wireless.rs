//! IEEE 802.11 data frames, bare or behind a header about their reception. Encrypted ones can't be read.

use super::{Header, Rest};
use crate::decode::bytes::{le16, le32};
use crate::decode::{Mac, Stop};

/// Whether zero bytes follow the 802.11 header, up to a multiple of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    None,
    ToFourBytes,
}

/// IEEE 802.11 section 9.2.4.1, frame control: version and type in the first byte, where data without "null" has the
/// bits of `DATA` and none of the rest; `QOS` has a field more.
const TYPE_MASK: u8 = 0x4f;
const DATA: u8 = 0x08;
const QOS: u8 = 0x80;
/// The second byte: to and from the distribution system, protected, order.
const TO_SYSTEM: u8 = 0x01;
const FROM_SYSTEM: u8 = 0x02;
const PROTECTED: u8 = 0x40;
const ORDER: u8 = 0x80;
/// Section 9.2.4.4: the low four bits of the sequence control number fragments.
const FRAGMENT: u16 = 0x000f;
/// Section 9.2.4.5: the bit of `QoS` control that says that the payload is an A-MSDU, whose subframes begin with two
/// addresses and a length.
const AGGREGATE: u16 = 0x0080;
const SUBFRAME_HEADER: usize = 14;

/// A frame from its frame control on. Of an A-MSDU, only the first subframe is read.
pub(super) fn data(bytes: &[u8], padding: Padding) -> Result<Rest<'_>, Stop> {
    let Some(&[control, flags]) = bytes.first_chunk() else { return Err(Stop::LinkCut) };
    if control & TYPE_MASK != DATA {
        return Err(Stop::NotIp);
    }
    if flags & PROTECTED != 0 {
        return Err(Stop::Protected);
    }
    if le16(bytes, 22).ok_or(Stop::LinkCut)? & FRAGMENT != 0 {
        return Err(Stop::NotIp);
    }
    let length = header_length(control, flags);
    let start = if padding == Padding::ToFourBytes { length.next_multiple_of(4) } else { length };
    let start = if is_aggregate(bytes, control, flags) { start.saturating_add(SUBFRAME_HEADER) } else { start };
    let payload = bytes.get(start..).ok_or(Stop::LinkCut)?;
    Ok(Rest { header: Header::Llc, bytes: payload, source_mac: source(bytes, flags) })
}

fn has_fourth_address(flags: u8) -> bool {
    flags & (TO_SYSTEM | FROM_SYSTEM) == TO_SYSTEM | FROM_SYSTEM
}

/// Section 9.3.2.1: three addresses, a fourth between access points, `QoS` control, and high throughput control.
fn header_length(control: u8, flags: u8) -> usize {
    let fourth: usize = if has_fourth_address(flags) { 30 } else { 24 };
    match (control & QOS != 0, flags & ORDER != 0) {
        (false, _) => fourth,
        (true, false) => fourth.saturating_add(2),
        (true, true) => fourth.saturating_add(6),
    }
}

fn is_aggregate(bytes: &[u8], control: u8, flags: u8) -> bool {
    let at = if has_fourth_address(flags) { 30 } else { 24 };
    control & QOS != 0 && le16(bytes, at).is_some_and(|qos| qos & AGGREGATE != 0)
}

/// Section 9.3.2.1, table 9-60: which address is that of the source.
fn source(bytes: &[u8], flags: u8) -> Option<Mac> {
    let at = match (flags & TO_SYSTEM != 0, flags & FROM_SYSTEM != 0) {
        (_, false) => 10,
        (false, true) => 16,
        (true, true) => 24,
    };
    bytes.get(at..)?.first_chunk().copied()
}

/// Radiotap: version, padding, length (little-endian), fields that are present (<https://www.radiotap.org>).
pub(super) fn radiotap(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    const PADDED: u8 = 0x20;
    let length = le16(bytes, 2).ok_or(Stop::LinkCut)?;
    let frame = bytes.get(usize::from(length)..).ok_or(Stop::LinkCut)?;
    let is_padded = reception_flags(bytes).is_some_and(|flags| flags & PADDED != 0);
    data(frame, if is_padded { Padding::ToFourBytes } else { Padding::None })
}

/// The flags field: behind all words of presence, and behind the eight aligned bytes of a timestamp if there is one.
fn reception_flags(bytes: &[u8]) -> Option<u8> {
    const TIMESTAMP: u32 = 1;
    const FLAGS: u32 = 1 << 1;
    const ANOTHER_WORD: u32 = 1 << 31;
    let present = le32(bytes, 4)?;
    let words = bytes.get(4..)?.chunks_exact(4).take_while(|word| le32(word, 0).unwrap_or(0) & ANOTHER_WORD != 0);
    let fields = words.count().saturating_mul(4).saturating_add(8);
    let at = if present & TIMESTAMP == 0 { fields } else { fields.next_multiple_of(8).saturating_add(8) };
    bytes.get(at).copied().filter(|_| present & FLAGS != 0)
}

/// Prism: a message code and the length of the whole header, in the byte order of the capturing host.
pub(super) fn prism(bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    let little = le32(bytes, 4).ok_or(Stop::LinkCut)?;
    let fits = |length: u32| bytes.get(length as usize..);
    let frame = fits(little).or_else(|| fits(little.swap_bytes())).ok_or(Stop::LinkCut)?;
    data(frame, Padding::None)
}
