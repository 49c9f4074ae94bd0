//! One direction of a flow.

use super::recent::{Captured, number_before};
use crate::frame::{InputId, Stamp};

/// One direction of a flow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Packets captured; saturates.
    pub packets: u32,
    /// Position of the latest in [`Recent`](super::Recent); 0 for none.
    pub tail: u32,
    /// Low half of the latest one's frame number.
    pub frame: u32,
    /// The input that the latest came from.
    pub input: InputId,
    /// TTL of the latest.
    pub ttl: u8,
}

impl Side {
    /// Frame number of the latest packet, given a later frame.
    pub fn frame_before(&self, later: &Stamp) -> u64 {
        number_before(self.input, self.frame, later)
    }
}

/// The same as it is kept: sixteen bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// TTL of the latest packet in the lowest bits; above them how many there were, less those that were [carried](Self::carry).
    counted: u32,
    tail: u32,
    frame: u32,
    input: InputId,
    /// Bits that are left for other things.
    pub(super) marks: u16,
}

impl Kept {
    /// No packet yet.
    pub(super) const FRESH: Self = Self::marked(0);
    /// Bits of a TTL.
    const TTL: u32 = 8;
    /// Packets that are carried at once: half as many as can be counted.
    pub(super) const CARRIED: u32 = 1 << (32 - Self::TTL - 1);

    /// No packet yet, and such marks.
    #[inline]
    pub(super) const fn marked(marks: u16) -> Self {
        Self { counted: 0, tail: 0, frame: 0, input: InputId(0), marks }
    }

    #[inline]
    pub(super) fn packets(&self) -> u32 {
        self.counted >> Self::TTL
    }

    #[inline]
    pub(super) fn tail(&self) -> u32 {
        self.tail
    }

    #[inline]
    pub(super) fn ttl(&self) -> u8 {
        self.counted as u8
    }

    /// Counts a packet, which has that position; there has to be room for it.
    #[inline]
    pub(super) fn count(&mut self, captured: &Captured, position: u32) {
        const ONE: u32 = 1 << Kept::TTL;
        self.counted = ((self.counted & !(ONE - 1)) + ONE) | u32::from(captured.ttl);
        (self.tail, self.frame, self.input) = (position, captured.frame, captured.input);
    }

    /// Whether there was none, or so many that some are to be [carried](Self::carry): there is room for as many more.
    #[inline]
    pub(super) fn is_new_or_full(&self) -> bool {
        self.packets().wrapping_sub(1) >= Self::CARRIED
    }

    /// Makes room for the next packets: [so many](Self::CARRIED) are counted elsewhere from now on.
    pub(super) fn carry(&mut self) {
        self.counted -= Self::CARRIED << Self::TTL;
    }

    /// What it stands for, where so many packets were carried.
    #[inline]
    pub(super) fn told(&self, carried: u32) -> Side {
        let Self { tail, frame, input, .. } = *self;
        Side { packets: self.packets().saturating_add(carried), tail, frame, input, ttl: self.ttl() }
    }
}
