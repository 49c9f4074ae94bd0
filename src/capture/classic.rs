//! The classic capture file: a header of 24 bytes, then records of equal shape.
//!
//! The format: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html>.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::iter;

use super::layout::{FILE_HEADER, Head, Layout, Split};
use super::passed::Passed;
use super::problem::Fault;
use super::record::{Ahead, RECORDS, Record};
use super::resync::{Attempts, Damage, Stop};
use super::window::Window;
use crate::frame::{Course, Frame, InputId, Timestamp};

/// Bytes of a record's time, with which it begins.
const TIME: usize = 8;

/// Bytes of a file header up to the end of its version.
const VERSIONED: usize = 8;

/// Zeros that no record begins with.
const FEW: usize = 16;

/// Reads the records of one classic capture.
pub(super) struct Classic {
    window: Window,
    layout: Layout,
    read: Read,
    /// Damage that was passed over.
    passed: Passed,
    attempts: Attempts,
}

/// What was read of the records until now.
#[derive(Clone, Copy, Debug, Default)]
struct Read {
    /// Number of the last one, from 1; 0 before the first.
    number: u64,
    times: Course,
}

/// The records that are in memory and not yet read.
#[derive(Debug)]
pub(super) struct Unread<'a> {
    layout: &'a Layout,
    bytes: &'a [u8],
    /// Where these bytes end among all that are in memory.
    end: usize,
    read: Read,
    /// Where it is noted how far they were read.
    noted: (&'a mut usize, &'a mut Read),
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
        Ok(Self { window, layout, read: Read::default(), passed: Passed::default(), attempts: Attempts::default() })
    }

    /// Reads records that are in memory: one at least, but none at the end.
    pub(super) fn advance(&mut self, ahead: Ahead, records: &mut Vec<Record>) -> Result<(), Fault> {
        if self.ensure_record()? {
            let more = if ahead == Ahead::All { RECORDS.saturating_sub(1) } else { 0 };
            let (_, mut unread) = self.unread(usize::MAX);
            // The first was looked at.
            records.extend(unread.record(Layout::split_record));
            records.extend(iter::from_fn(|| unread.record(Layout::split_common)).take(more));
            unread.note();
        }
        Ok(())
    }

    /// The bytes in memory, and the records that were not yet read, in no more than `most` of them.
    pub(super) fn unread(&mut self, most: usize) -> (&[u8], Unread<'_>) {
        let (held, start, end) = self.window.unread();
        let end = end.min(start.saturating_add(most));
        let bytes = held.get(*start..end).unwrap_or_default();
        (held, Unread { layout: &self.layout, bytes, end, read: self.read, noted: (start, &mut self.read) })
    }

    /// Makes the next record available whole; false at the end.
    fn ensure_record(&mut self) -> Result<bool, Fault> {
        if let Some(damage) = self.attempts.take_open() {
            return self.pass_damage(damage);
        }
        let Some((offset, Head { timestamp, captured, wire })) = self.ensure_head()? else { return Ok(false) };
        let frame = self.read.number.saturating_add(1);
        if captured > self.layout.limit {
            let fault = Fault::FrameTooLong { frame, offset, claimed: captured.into() };
            return self.pass_damage(Damage { fault, from: offset });
        }
        if captured == 0 && wire == 0 && self.are_zeros(timestamp) {
            self.window.consume(TIME);
            return self.pass_damage(Damage { fault: Fault::Zeros { frame, offset }, from: offset });
        }
        let whole = self.layout.head.saturating_add(captured as usize);
        if !self.window.ensure(whole).map_err(|source| self.failed(source))? {
            return Err(self.cut(offset));
        }
        Ok(true)
    }

    /// Makes the head of the next record available, and tells where it begins; none at the end.
    fn ensure_head(&mut self) -> Result<Option<(u64, Head)>, Fault> {
        loop {
            let offset = self.window.position();
            if !self.window.ensure(self.layout.head).map_err(|source| self.failed(source))? {
                return if self.window.bytes().is_empty() { Ok(None) } else { Err(self.cut(offset)) };
            }
            let Some(bytes) = self.window.bytes().first_chunk() else { return Err(self.cut(offset)) };
            let head = self.layout.head(bytes);
            if head.captured > 0 || head.wire > 0 || !self.begins_another(offset)? {
                return Ok(Some((offset, head)));
            }
        }
    }

    /// Goes on behind a file header in place of a record, if there is one: captures that were put one behind the other, as by `cat`, are
    /// one. As a record it would be one of 2055, without a byte.
    #[cold]
    fn begins_another(&mut self, offset: u64) -> Result<bool, Fault> {
        if !may_begin_another(self.window.bytes()) {
            return Ok(false);
        }
        // The rest of it may still be written.
        if !self.window.ensure(FILE_HEADER).map_err(|source| self.failed(source))? {
            return Err(self.cut(offset));
        }
        let header = self.window.bytes().first_chunk();
        let Some(layout) = header.and_then(|header| Layout::read(header).ok()) else { return Ok(false) };
        self.layout = layout;
        self.window.consume(FILE_HEADER);
        Ok(true)
    }

    /// Whether a record of this time and without a byte is made of zeros: the first may stand within its time, but more follow then.
    fn are_zeros(&mut self, timestamp: Timestamp) -> bool {
        let next = self.layout.head..self.layout.head.saturating_add(FEW);
        self.window.look(next.end);
        timestamp.0 == 0 || self.window.bytes().get(next) == Some(&[0; FEW])
    }

    /// Goes to the next records that can be believed, if there are any: then true, and the first of them is available.
    #[cold]
    fn pass_damage(&mut self, damage: Damage) -> Result<bool, Fault> {
        let is_next = |bytes: &[u8], place| self.layout.may_end_at(bytes, place);
        let length = |bytes: &[u8]| self.layout.believable(bytes, self.read.times.last());
        match self.attempts.pass(&mut self.window, damage, length, is_next) {
            Ok(from) => self.passed.over(self.read.number, from, self.window.position()),
            Err(Stop::Damage(fault)) => return Err(fault),
            Err(Stop::Input(source)) => return Err(self.failed(source)),
        }
        self.ensure_record()
    }

    /// Where more has to come before it is known how damage is passed over: from now on what is in memory is all there is. Tells
    /// whether it is so.
    pub(super) fn end_if_stuck(&mut self) -> bool {
        self.attempts.end_if_open(&mut self.window)
    }

    /// Damage that was passed over, each once, and what could not be, as no more came.
    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.passed.take().or_else(|| Some(self.attempts.take_open()?.fault))
    }

    /// The bytes in memory.
    pub(super) fn held(&self) -> &[u8] {
        self.window.held()
    }

    /// Number of the record last read, from 1.
    pub(super) fn number(&self) -> u64 {
        self.read.number
    }

    /// Times of the records read until now.
    pub(super) fn times(&self) -> Course {
        self.read.times
    }

    /// Bytes of the file that were read.
    pub(super) fn position(&self) -> u64 {
        self.window.position()
    }

    #[cold]
    fn cut(&self, offset: u64) -> Fault {
        let bytes = self.window.bytes();
        if bytes.len() < FILE_HEADER && may_begin_another(bytes) {
            return Fault::CutInAnother { after: self.read.number, offset, length: bytes.len() };
        }
        Fault::CutInFrame { frame: self.read.number.saturating_add(1), offset }
    }

    #[cold]
    fn failed(&self, source: std::io::Error) -> Fault {
        Fault::reading(self.read.number, self.window.position(), source)
    }
}

/// Whether `bytes` begin as a file header does, as far as they go; of fewer than magic number and version nothing is said.
fn may_begin_another(bytes: &[u8]) -> bool {
    let mut header = [0; FILE_HEADER];
    let known = bytes.len().min(FILE_HEADER);
    let Some((begin, given)) = header.get_mut(..known).zip(bytes.get(..known)) else { return false };
    begin.copy_from_slice(given);
    known >= VERSIONED && Layout::read(&header).is_ok()
}

impl<'a> Unread<'a> {
    /// The frame of the next record; that it was read is to be [noted](Self::note).
    #[expect(clippy::inline_always, reason = "the frame stays in registers")]
    #[inline(always)]
    pub(super) fn frame(&mut self, input: InputId) -> Option<Frame<'a>> {
        self.frame_by(input, Layout::split_common)
    }

    #[expect(clippy::inline_always, reason = "see above")]
    #[inline(always)]
    fn frame_by(
        &mut self,
        input: InputId,
        split: impl Fn(&Layout, &'a [u8]) -> Option<Split<'a>>,
    ) -> Option<Frame<'a>> {
        let (Head { timestamp, wire, .. }, bytes, behind) = split(self.layout, self.bytes)?;
        self.bytes = behind;
        self.read.number = self.read.number.wrapping_add(1);
        self.read.times.add(timestamp);
        Some(Frame { input, number: self.read.number, timestamp, link: self.layout.link, bytes, wire_length: wire })
    }

    /// The next record.
    fn record(&mut self, split: impl Fn(&Layout, &'a [u8]) -> Option<Split<'a>>) -> Option<Record> {
        let start = self.end.wrapping_sub(self.bytes.len()).wrapping_add(self.layout.head) as u32;
        let Frame { number, timestamp, wire_length, bytes, link, .. } = self.frame_by(InputId::default(), split)?;
        Some(Record { number, timestamp, wire_length, start, length: bytes.len() as u32, link })
    }

    /// Notes how far the records were read.
    #[inline]
    pub(super) fn note(&mut self) {
        let (start, read) = &mut self.noted;
        **start = self.end.saturating_sub(self.bytes.len());
        **read = self.read;
    }
}
