//! The classic capture file: a header of 24 bytes, then records of equal shape.
//!
//! The format: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html>.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use super::blocks::{BLOCK_LIMIT, frame_limit};
use super::order::Order;
use super::passed::Passed;
use super::problem::Fault;
use super::record::{RECORDS, Record};
use super::resync::{self, Attempts};
use super::window::Window;
use crate::frame::{LinkType, Timestamp};

/// Length of the file header.
const FILE_HEADER: usize = 24;

/// Magic numbers of the common and of the modified format, as a big-endian host writes them.
const MAGIC: [u8; 4] = [0xa1, 0xb2, 0xc3, 0xd4];
const MODIFIED: [u8; 4] = [0xa1, 0xb2, 0xcd, 0x34];

/// Reads the records of one classic capture.
pub(super) struct Classic {
    window: Window,
    layout: Layout,
    number: u64,
    /// Time of the record last read.
    last: Option<Timestamp>,
    /// Damage that was passed over.
    passed: Passed,
    attempts: Attempts,
}

/// What the file header says of all records.
struct Layout {
    order: Order,
    /// Length of a record's header: 16, of the modified format 24.
    head: usize,
    /// Nanoseconds in a unit of the time's fraction.
    unit: i64,
    lengths: Lengths,
    link: LinkType,
    snap_length: u32,
    /// Captured bytes that a frame can have at most.
    limit: u32,
}

/// The order of a record's two lengths. Files before version 2.3 have the wire length first, 2.3 has either
/// (told by which is greater), as `sf-pcap.c` of libpcap knows.
#[derive(Clone, Copy)]
enum Lengths {
    CapturedFirst,
    WireFirst,
    SmallerIsCaptured,
}

/// The header of one record.
struct Head {
    timestamp: Timestamp,
    captured: u32,
    wire: u32,
}

impl Classic {
    /// Reads the file header at the front of `window`.
    pub(super) fn open(mut window: Window) -> Result<Self, Fault> {
        window.ensure(FILE_HEADER).map_err(|source| Fault::reading(0, 0, source))?;
        let Some(header) = window.bytes().first_chunk() else {
            return Err(Fault::CutInHeader { length: window.bytes().len() });
        };
        let layout = Layout::read(header)?;
        window.consume(FILE_HEADER);
        Ok(Self { window, layout, number: 0, last: None, passed: Passed::default(), attempts: Attempts::default() })
    }

    /// Reads records, as many as are in memory and one at least; none at the end.
    pub(super) fn advance(&mut self, records: &mut Vec<Record>) -> Result<(), Fault> {
        if !self.ensure_record()? {
            return Ok(());
        }
        // Asked once for all records, not for each.
        match self.layout.order {
            Order::Little => self.read_held(u32::from_le_bytes, records),
            Order::Big => self.read_held(u32::from_be_bytes, records),
        }
        self.last = records.last().map(|record| record.timestamp);
        Ok(())
    }

    /// Reads the records that are in memory.
    fn read_held(&mut self, number: impl Fn([u8; 4]) -> u32, records: &mut Vec<Record>) {
        let (layout, mut frame) = (&self.layout, self.number);
        let mut bytes = self.window.bytes();
        let end = self.window.start().saturating_add(bytes.len());
        while records.len() < RECORDS
            && let Some((head, behind)) = layout.split_record(bytes, &number)
        {
            frame = frame.wrapping_add(1);
            let start = end.wrapping_sub(bytes.len()).wrapping_add(layout.head);
            let Head { timestamp, captured, wire } = head;
            records.push(Record {
                number: frame,
                timestamp,
                wire_length: wire,
                start: start as u32,
                length: captured,
                link: layout.link,
            });
            bytes = behind;
        }
        let left = bytes.len();
        self.number = frame;
        self.window.consume(end.saturating_sub(self.window.start()).saturating_sub(left));
    }

    /// Makes the next record available whole; false at the end.
    fn ensure_record(&mut self) -> Result<bool, Fault> {
        let offset = self.window.position();
        if !self.window.ensure(self.layout.head).map_err(|source| self.failed(source))? {
            return if self.window.bytes().is_empty() { Ok(false) } else { Err(self.cut(offset)) };
        }
        let Some(head) = self.window.bytes().first_chunk() else { return Err(self.cut(offset)) };
        let captured = self.layout.head(head, |bytes| self.layout.order.u32(bytes)).captured;
        if captured > self.layout.limit {
            let claimed = u64::from(captured);
            return self.pass_damage(Fault::FrameTooLong { frame: self.number.saturating_add(1), offset, claimed });
        }
        let whole = self.layout.head.saturating_add(captured as usize);
        if !self.window.ensure(whole).map_err(|source| self.failed(source))? {
            return Err(self.cut(offset));
        }
        Ok(true)
    }

    /// Goes to the next records that can be believed, if there are any: then true, and the first of them is available.
    #[cold]
    fn pass_damage(&mut self, fault: Fault) -> Result<bool, Fault> {
        let from = self.window.position();
        let Ok(more) = self.window.ensure(resync::VIEW) else { return Err(fault) };
        let bytes = self.window.bytes();
        let is_next = |place| self.layout.may_end_at(bytes, place);
        let length = |bytes: &[u8]| self.layout.believable(bytes, self.last);
        let Some(skipped) = self.attempts.way_back(bytes, !more, length, is_next) else { return Err(fault) };
        self.window.consume(skipped);
        self.passed.over(self.number, from, self.window.position());
        self.ensure_record()
    }

    /// Damage that was passed over, each once.
    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.passed.take()
    }

    /// The bytes in memory.
    pub(super) fn held(&self) -> &[u8] {
        self.window.held()
    }

    /// Number of the record last read, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Bytes of the file that were read.
    pub(super) fn position(&self) -> u64 {
        self.window.position()
    }

    #[cold]
    fn cut(&self, offset: u64) -> Fault {
        Fault::CutInFrame { frame: self.number.saturating_add(1), offset }
    }

    #[cold]
    fn failed(&self, source: std::io::Error) -> Fault {
        Fault::reading(self.number, self.window.position(), source)
    }
}

impl Layout {
    fn read(header: &[u8; FILE_HEADER]) -> Result<Self, Fault> {
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
            return Err(Fault::NotACapture { format: super::format::Format::Unknown, reason: None });
        };
        Ok(Self {
            order: if parsed.is_bigendian() { Order::Big } else { Order::Little },
            head: if is_modified { 24 } else { 16 },
            unit: if parsed.is_nanosecond_precision() { 1 } else { 1_000 },
            lengths: Lengths::of_version(parsed.version_major, parsed.version_minor)?,
            // The upper half holds the length of the frame check sequence and reserved bits.
            link: LinkType((parsed.network.0 & 0xffff) as u16),
            snap_length: parsed.snaplen,
            limit: frame_limit(parsed.snaplen),
        })
    }

    /// The head of the record that `bytes` begin with, and what follows the record; `None` where it is not whole, or cannot
    /// be believed.
    #[inline]
    fn split_record<'a>(&self, bytes: &'a [u8], number: impl Fn([u8; 4]) -> u32) -> Option<(Head, &'a [u8])> {
        let head = self.head(bytes.first_chunk()?, number);
        let behind = bytes.get(self.head..)?.get(head.captured as usize..)?;
        (head.captured <= self.limit).then_some((head, behind))
    }

    /// Whether the wire length of the record that `bytes` begin with says that it ends at `place`.
    fn may_end_at(&self, bytes: &[u8], place: usize) -> bool {
        let Some(head) = bytes.first_chunk() else { return false };
        let wire = self.head(head, |bytes| self.order.u32(bytes)).wire;
        let captured = if self.snap_length == 0 { wire } else { wire.min(self.snap_length) };
        self.head.saturating_add(captured as usize) == place
    }

    /// Length of the record that `bytes` begin with, if everything in its head makes sense and it may follow one of the time
    /// `last`.
    fn believable(&self, bytes: &[u8], last: Option<Timestamp>) -> Option<usize> {
        let head = bytes.first_chunk::<16>()?;
        let Head { timestamp, captured, wire } = self.head(head, |bytes| self.order.u32(bytes));
        let &[_, _, _, _, f0, f1, f2, f3, ..] = head;
        let fraction = i64::from(self.order.u32([f0, f1, f2, f3])).saturating_mul(self.unit);
        let has_length = captured > 0 && captured <= self.limit && wire >= captured && wire <= BLOCK_LIMIT;
        let has_time = fraction < 1_000_000_000 && resync::may_follow(timestamp, last);
        (has_length && has_time).then(|| self.head.saturating_add(captured as usize))
    }

    /// The first 16 bytes of a record; the modified format has more behind them, of no interest here.
    #[inline]
    fn head(&self, bytes: &[u8; 16], number: impl Fn([u8; 4]) -> u32) -> Head {
        let [s0, s1, s2, s3, f0, f1, f2, f3, c0, c1, c2, c3, w0, w1, w2, w3] = *bytes;
        let (seconds, fraction) = (number([s0, s1, s2, s3]), number([f0, f1, f2, f3]));
        let (first, second) = (number([c0, c1, c2, c3]), number([w0, w1, w2, w3]));
        let (captured, wire) = match self.lengths {
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
