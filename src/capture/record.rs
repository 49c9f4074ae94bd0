//! What every reader hands out: frames that lie in memory together, each described by its record.

use std::slice;

use super::classic::Unread;
use crate::frame::{Course, Frame, InputId, LinkType, Timestamp};

/// How far records are read before their frames are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ahead {
    /// To that of the next frame, so that its time is known. Where a format allows it, the others are read as their frames are
    /// taken: each record tells where the next one begins, and in a pass of its own each would wait for that alone (a twentieth
    /// of a run's time on typical traffic, measured).
    Next,
    /// As far as they are in memory, up to [`RECORDS`] of them: frames are left out by what a filter says of them, or given as far
    /// as their time is due.
    All,
}

/// Records that are read before their frames are handed out, at most: of common frames, a window holds fewer.
pub(super) const RECORDS: usize = 4096;

/// What a file says of a frame, and where the frame's bytes lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) number: u64,
    pub(super) timestamp: Timestamp,
    pub(super) wire_length: u32,
    /// Where the frame begins in the bytes that the reader holds. Readers hold far less than 4 GiB.
    pub(super) start: u32,
    /// Captured bytes.
    pub(super) length: u32,
    pub(super) link: LinkType,
}

impl Record {
    /// The frame in the bytes that its reader holds.
    #[inline]
    pub(super) fn frame<'a>(&self, input: InputId, held: &'a [u8]) -> Frame<'a> {
        let bytes = held.get(self.start as usize..).and_then(|rest| rest.get(..self.length as usize));
        Frame {
            input,
            number: self.number,
            timestamp: self.timestamp,
            link: self.link,
            bytes: bytes.unwrap_or_default(),
            wire_length: self.wire_length,
        }
    }
}

/// Adds the times of records to those of others.
pub(super) fn add_times(times: &mut Course, records: &[Record]) {
    for record in records {
        times.add(record.timestamp);
    }
}

/// Frames of one input, in their order.
#[derive(Debug)]
pub struct Frames<'a> {
    known: Known<'a>,
    fresh: Fresh<'a>,
}

/// Frames whose records were read ahead. They come first.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    input: InputId,
    records: slice::Iter<'a, Record>,
    held: &'a [u8],
}

/// Frames whose records are read as they are taken.
#[derive(Debug)]
pub struct Fresh<'a> {
    input: InputId,
    unread: Option<Unread<'a>>,
}

impl<'a> Frames<'a> {
    /// The frames that `records` describe, in the bytes that their reader holds.
    pub(super) fn new(input: InputId, records: &'a [Record], held: &'a [u8]) -> Self {
        let known = Known { input, records: records.iter(), held };
        Self { known, fresh: Fresh { input, unread: None } }
    }

    /// The same, and those after them.
    pub(super) fn and(mut self, unread: Unread<'a>) -> Self {
        self.fresh.unread = Some(unread);
        self
    }

    /// Both kinds, for a loop over each. One loop over both has to keep at hand what either needs, which takes six instructions a
    /// packet more where much is done for each.
    pub fn parts(self) -> (Known<'a>, Fresh<'a>) {
        (self.known, self.fresh)
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Frame<'a>;

    #[inline]
    fn next(&mut self) -> Option<Frame<'a>> {
        self.known.next().or_else(|| self.fresh.next())
    }

    #[inline]
    fn fold<T, F: FnMut(T, Frame<'a>) -> T>(self, init: T, mut give: F) -> T {
        let done = self.known.fold(init, &mut give);
        self.fresh.fold(done, give)
    }
}

impl<'a> Iterator for Known<'a> {
    type Item = Frame<'a>;

    #[inline]
    fn next(&mut self) -> Option<Frame<'a>> {
        self.records.next().map(|record| record.frame(self.input, self.held))
    }
}

impl<'a> Iterator for Fresh<'a> {
    type Item = Frame<'a>;

    #[inline]
    fn next(&mut self) -> Option<Frame<'a>> {
        let unread = self.unread.as_mut()?;
        let frame = unread.frame(self.input);
        unread.note();
        frame
    }

    /// Notes once for all how far records were read.
    #[inline]
    fn fold<T, F: FnMut(T, Frame<'a>) -> T>(self, init: T, mut give: F) -> T {
        let Some(mut unread) = self.unread else { return init };
        let mut done = init;
        while let Some(frame) = unread.frame(self.input) {
            done = give(done, frame);
        }
        unread.note();
        done
    }
}
