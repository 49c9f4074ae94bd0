//! What the file header of a classic capture says of its records: how each of them is to be read.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use super::blocks::{BLOCK_LIMIT, frame_limit};
use super::format::Format;
use super::order::Order;
use super::problem::Fault;
use super::resync;
use crate::frame::{LinkType, Timestamp};

/// Length of the file header.
pub(super) const FILE_HEADER: usize = 24;

/// Magic numbers of the common and of the modified format, as a big-endian host writes them.
const MAGIC: [u8; 4] = [0xa1, 0xb2, 0xc3, 0xd4];
const MODIFIED: [u8; 4] = [0xa1, 0xb2, 0xcd, 0x34];

/// What the file header says of all records.
#[derive(Debug)]
pub(super) struct Layout {
    /// Whether it is that of nearly all captures: written by a little-endian host, captured length first. Asked once for both.
    is_usual: bool,
    order: Order,
    /// Length of a record's header: 16, of the modified format 24.
    pub(super) head: usize,
    /// Nanoseconds in a unit of the time's fraction.
    unit: i64,
    lengths: Lengths,
    pub(super) link: LinkType,
    snap_length: u32,
    /// Captured bytes that a frame can have at most.
    pub(super) limit: u32,
}

/// The order of a record's two lengths. Files before version 2.3 have the wire length first, 2.3 has either
/// (told by which is greater), as `sf-pcap.c` of libpcap knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lengths {
    CapturedFirst,
    WireFirst,
    SmallerIsCaptured,
}

/// The header of one record.
pub(super) struct Head {
    pub(super) timestamp: Timestamp,
    pub(super) captured: u32,
    pub(super) wire: u32,
}

/// The head of a record, its frame, and what follows it.
pub(super) type Split<'a> = (Head, &'a [u8], &'a [u8]);

impl Layout {
    pub(super) fn read(header: &[u8; FILE_HEADER]) -> Result<Self, Fault> {
        let [m0, m1, m2, m3, ..] = *header;
        let magic = [m0, m1, m2, m3];
        let swapped = [m3, m2, m1, m0];
        let is_modified = magic == MODIFIED || swapped == MODIFIED;
        let mut known = *header;
        // Of the modified format `pcap-parser` knows one byte order only; but for the magic, its file header is the common one.
        if is_modified && let Some(bytes) = known.first_chunk_mut() {
            let [a, b, c, d] = MAGIC;
            *bytes = if magic == MODIFIED { MAGIC } else { [d, c, b, a] };
        }
        let Ok((_, parsed)) = pcap_parser::parse_pcap_header(&known) else {
            return Err(Fault::NotACapture { format: Format::Unknown, reason: None });
        };
        let order = if parsed.is_bigendian() { Order::Big } else { Order::Little };
        let lengths = Lengths::of_version(parsed.version_major, parsed.version_minor)?;
        Ok(Self {
            is_usual: order == Order::Little && lengths == Lengths::CapturedFirst,
            order,
            head: if is_modified { 24 } else { 16 },
            unit: if parsed.is_nanosecond_precision() { 1 } else { 1_000 },
            lengths,
            // The upper half holds the length of the frame check sequence and reserved bits.
            link: LinkType((parsed.network.0 & 0xffff) as u16),
            snap_length: parsed.snaplen,
            limit: frame_limit(parsed.snaplen),
        })
    }

    /// The record that `bytes` begin with, its head and its frame, and what follows it; `None` where it is not whole, or cannot be
    /// believed without a closer look: where its frame is longer than any, or empty, as the records are that zeros look like.
    #[inline]
    pub(super) fn split_common<'a>(&self, bytes: &'a [u8]) -> Option<Split<'a>> {
        let split = self.split_record(bytes)?;
        // One comparison for both.
        (split.0.captured.wrapping_sub(1) < self.limit).then_some(split)
    }

    /// The same of any that is whole.
    #[inline]
    pub(super) fn split_record<'a>(&self, bytes: &'a [u8]) -> Option<Split<'a>> {
        let head = self.head(bytes.first_chunk()?);
        let (frame, behind) = bytes.get(self.head..)?.split_at_checked(head.captured as usize)?;
        Some((head, frame, behind))
    }

    /// Whether the wire length of the record that `bytes` begin with says that it ends at `place`.
    pub(super) fn may_end_at(&self, bytes: &[u8], place: usize) -> bool {
        let Some(head) = bytes.first_chunk() else { return false };
        let wire = self.head(head).wire;
        let captured = if self.snap_length == 0 { wire } else { wire.min(self.snap_length) };
        self.head.saturating_add(captured as usize) == place
    }

    /// Length of the record that `bytes` begin with, if everything in its head makes sense and it may follow one of the time
    /// `last`.
    pub(super) fn believable(&self, bytes: &[u8], last: Option<Timestamp>) -> Option<usize> {
        let head = bytes.first_chunk::<16>()?;
        let Head { timestamp, captured, wire } = self.head(head);
        let &[_, _, _, _, f0, f1, f2, f3, ..] = head;
        let fraction = i64::from(self.order.u32([f0, f1, f2, f3])).saturating_mul(self.unit);
        let has_length = captured > 0 && captured <= self.limit && wire >= captured && wire <= BLOCK_LIMIT;
        let has_time = fraction < 1_000_000_000 && resync::may_follow(timestamp, last);
        (has_length && has_time).then(|| self.head.saturating_add(captured as usize))
    }

    /// The first 16 bytes of a record; the modified format has more behind them, of no interest here.
    #[inline]
    pub(super) fn head(&self, bytes: &[u8; 16]) -> Head {
        if self.is_usual {
            self.head_of(bytes, Lengths::CapturedFirst, u32::from_le_bytes)
        } else {
            self.head_of(bytes, self.lengths, |bytes| self.order.u32(bytes))
        }
    }

    #[inline]
    fn head_of(&self, bytes: &[u8; 16], lengths: Lengths, number: impl Fn([u8; 4]) -> u32) -> Head {
        let [s0, s1, s2, s3, f0, f1, f2, f3, c0, c1, c2, c3, w0, w1, w2, w3] = *bytes;
        let (seconds, fraction) = (number([s0, s1, s2, s3]), number([f0, f1, f2, f3]));
        let (first, second) = (number([c0, c1, c2, c3]), number([w0, w1, w2, w3]));
        let (captured, wire) = match lengths {
            Lengths::CapturedFirst => (first, second),
            Lengths::WireFirst => (second, first),
            Lengths::SmallerIsCaptured => (first.min(second), first.max(second)),
        };
        // Thirty-two bits of seconds and of fractions: nothing here can overflow.
        let nanoseconds = i64::from(seconds).wrapping_mul(1_000_000_000);
        let nanoseconds = nanoseconds.wrapping_add(i64::from(fraction).wrapping_mul(self.unit));
        Head { timestamp: Timestamp(nanoseconds), captured, wire }
    }
}

impl Lengths {
    fn of_version(major: u16, minor: u16) -> Result<Self, Fault> {
        match (major, minor) {
            (2, 0..=2) | (543, 0) => Ok(Self::WireFirst),
            (2, 3) => Ok(Self::SmallerIsCaptured),
            (2, _) => Ok(Self::CapturedFirst),
            _ => Err(Fault::Version { major, minor }),
        }
    }
}
