//! What every reader hands out: frames that lie in memory together, each described by its record.

use std::slice;

use crate::frame::{Frame, InputId, LinkType, Timestamp};

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

/// Frames of one input, in their order.
#[derive(Clone, Debug)]
pub struct Frames<'a> {
    input: InputId,
    records: slice::Iter<'a, Record>,
    held: &'a [u8],
}

impl<'a> Frames<'a> {
    /// The frames that `records` describe, in the bytes that their reader holds.
    pub(super) fn new(input: InputId, records: &'a [Record], held: &'a [u8]) -> Self {
        Self { input, records: records.iter(), held }
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Frame<'a>;

    #[inline]
    fn next(&mut self) -> Option<Frame<'a>> {
        self.records.next().map(|record| record.frame(self.input, self.held))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.records.size_hint()
    }
}

impl ExactSizeIterator for Frames<'_> {}
