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
    /// Lowest the TTL of the latest packet, above it [`flags`], and above these how many packets there were, less those that were
    /// [carried](Self::carry).
    counted: u32,
    tail: u32,
    frame: u32,
    input: InputId,
    /// Of the side that opened a flow: how many flows have had its place; wraps.
    pub(super) generation: u16,
}

/// What is told of a side, or of its flow by the side that opened it, by one bit.
pub(super) mod flags {
    /// The first captured packet went [`Direction::Down`](super::super::Direction::Down).
    pub(in crate::flow) const OPENED_DOWN: u32 = 1 << 8;
    /// An unreachable message refused a packet to a port of this flow: its next answer is noted. Whether a port
    /// or a host answered after a refusal needs no more until the next refusal, and a busy flow has millions.
    pub(in crate::flow) const WATCHED: u32 = 1 << 9;
    /// A message about it was counted among those that are judged together.
    pub(in crate::flow) const COUNTED: u32 = 1 << 10;
    /// A packet of this side was captured at two points of its way.
    pub(in crate::flow) const PASSED: u32 = 1 << 11;
    /// A packet went the other way.
    pub(in crate::flow) const ANSWERED: u32 = 1 << 12;
    /// It has what hardly any flow has.
    pub(in crate::flow) const RARE: u32 = 1 << 13;
}

impl Kept {
    /// No packet yet.
    pub(super) const FRESH: Self = Self::begun(0, 0);
    /// Bits of a TTL.
    const TTL: u32 = 0xff;
    /// One packet.
    const ONE: u32 = flags::RARE << 1;
    /// Packets that are carried at once: a quarter of those that can be counted.
    pub(super) const CARRIED: u32 = (u32::MAX / Self::ONE).div_ceil(4);

    /// No packet yet, and such flags.
    #[inline]
    pub(super) const fn begun(generation: u16, flags: u32) -> Self {
        Self { counted: flags, tail: 0, frame: 0, input: InputId(0), generation }
    }

    #[inline]
    pub(super) fn packets(&self) -> u32 {
        self.counted / Self::ONE
    }

    #[inline]
    pub(super) fn tail(&self) -> u32 {
        self.tail
    }

    #[inline]
    pub(super) fn ttl(&self) -> u8 {
        self.counted as u8
    }

    #[inline]
    pub(super) fn is(&self, flag: u32) -> bool {
        self.counted & flag != 0
    }

    #[inline]
    pub(super) fn set(&mut self, flag: u32) {
        self.counted |= flag;
    }

    #[inline]
    pub(super) fn clear(&mut self, flag: u32) {
        self.counted &= !flag;
    }

    /// Counts a packet, which has that position; there has to be room for it.
    #[inline]
    pub(super) fn count(&mut self, captured: &Captured, position: u32) {
        self.counted = ((self.counted & !Self::TTL) + Self::ONE) | u32::from(captured.ttl);
        (self.tail, self.frame, self.input) = (position, captured.frame, captured.input);
    }

    /// Whether there was none, or so many that some are to be [carried](Self::carry): there is room for as many more.
    #[inline]
    pub(super) fn is_new_or_full(&self) -> bool {
        self.packets().wrapping_sub(1) >= 2 * Self::CARRIED
    }

    /// Whether packets may have been [carried](Self::carry): never no where some were.
    #[inline]
    pub(super) fn may_have_carried(&self) -> bool {
        self.packets() > Self::CARRIED
    }

    /// Makes room for the next packets, where that is due; then, [so many](Self::CARRIED) are counted elsewhere from now on. More
    /// are left than were carried, which is how a side is known to [have done](Self::may_have_carried) so.
    pub(super) fn carry(&mut self) -> bool {
        let is_due = self.packets() > 2 * Self::CARRIED;
        self.counted -= u32::from(is_due) * Self::CARRIED * Self::ONE;
        is_due
    }

    /// What it stands for, where so many packets were carried.
    #[inline]
    pub(super) fn told(&self, carried: u32) -> Side {
        let Self { tail, frame, input, .. } = *self;
        Side { packets: self.packets().saturating_add(carried), tail, frame, input, ttl: self.ttl() }
    }
}
