//! The classic capture file: a header of 24 bytes, then records of equal shape.
//!
//! The format: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html>.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use super::blocks::{Record, frame_limit};
use super::order::Order;
use super::problem::Fault;
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
    record: Record,
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
        Ok(Self { window, layout, number: 0, record: Record::NONE })
    }

    /// Goes to the next record; false at the end.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<bool, Fault> {
        let offset = self.window.position();
        if !self.window.ensure(self.layout.head).map_err(|source| self.failed(source))? {
            return if self.window.bytes().is_empty() { Ok(false) } else { Err(self.cut(offset)) };
        }
        let Some(head) = self.window.bytes().first_chunk() else { return Err(self.cut(offset)) };
        let head = self.layout.head(head);
        if head.captured > self.layout.limit {
            let claimed = u64::from(head.captured);
            return Err(Fault::FrameTooLong { frame: self.number.saturating_add(1), offset, claimed });
        }
        let captured = head.captured as usize;
        let whole = self.layout.head.saturating_add(captured);
        if !self.window.ensure(whole).map_err(|source| self.failed(source))? {
            return Err(self.cut(offset));
        }
        self.window.consume(self.layout.head);
        let place = self.window.consume(captured);
        self.number = self.number.saturating_add(1);
        self.record = Record { timestamp: head.timestamp, link: self.layout.link, wire_length: head.wire, place };
        Ok(true)
    }

    /// The record last advanced to.
    #[inline]
    pub(super) fn record(&self) -> (&Record, &[u8]) {
        (&self.record, self.window.consumed(&self.record.place))
    }

    /// Number of the record last advanced to, from 1.
    #[inline]
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
            limit: frame_limit(parsed.snaplen),
        })
    }

    /// The first 16 bytes of a record; the modified format has more behind them, of no interest here.
    #[inline]
    fn head(&self, bytes: &[u8; 16]) -> Head {
        let [s0, s1, s2, s3, f0, f1, f2, f3, c0, c1, c2, c3, w0, w1, w2, w3] = *bytes;
        let seconds = i64::from(self.order.u32([s0, s1, s2, s3]));
        let fraction = i64::from(self.order.u32([f0, f1, f2, f3]));
        let (first, second) = (self.order.u32([c0, c1, c2, c3]), self.order.u32([w0, w1, w2, w3]));
        let (captured, wire) = match self.lengths {
            Lengths::CapturedFirst => (first, second),
            Lengths::WireFirst => (second, first),
            Lengths::SmallerIsCaptured => (first.min(second), first.max(second)),
        };
        // Thirty-two bits of seconds and of fractions: nothing here can saturate.
        let nanoseconds = seconds.saturating_mul(1_000_000_000).saturating_add(fraction.saturating_mul(self.unit));
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
