//! A flow in thirty-two bytes: what sets it apart, when it was last used, and the direction in which it was opened.

use super::Direction;
use super::locate::Key;
use super::side::Kept;
use super::ticks;

/// A flow, but for what is kept [apart](super::apart): two in a cache line. (With a place for answers in each, a scan of two million
/// flows took 40 percent more memory, and in busy hours, when neighbours fill the shared cache, up to a tenth longer: measured.)
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Flow {
    ends: u64,
    /// The rest of the key, below the tick of the last packet.
    rest: u64,
    /// The direction that opened it; marked with [`flags`], below its generation: how many flows have had this place; wraps.
    pub(super) side: Kept,
}

/// What is told of a flow by one bit.
pub(super) mod flags {
    /// The first captured packet went [`Direction::Down`](super::Direction::Down).
    pub(in crate::flow) const OPENED_DOWN: u16 = 1;
    /// An unreachable message refused a packet to a port of this flow: its next answer is noted. Whether a port
    /// or a host answered after a refusal needs no more until the next refusal, and a busy flow has millions.
    pub(in crate::flow) const WATCHED: u16 = 2;
    /// A message about it was counted among those that are judged together.
    pub(in crate::flow) const COUNTED: u16 = 4;
    /// A packet of this direction was captured at two points of its way: the one flag that answers have, too.
    pub(in crate::flow) const PASSED: u16 = 8;
    /// A packet went the other way.
    pub(in crate::flow) const ANSWERED: u16 = 16;
    /// It has what hardly any flow has.
    pub(in crate::flow) const RARE: u16 = 32;
    /// Bits that they take.
    pub(super) const BITS: u32 = 6;
}

impl Flow {
    /// A place before a flow has it.
    pub(super) const NOBODYS: Self = Self { ends: Key::NOBODY.ends, rest: Key::NOBODY.rest, side: Kept::FRESH };

    /// Gives the place to a flow. Each part is written straight to it: put together before, it would be read back in other pieces.
    #[inline]
    pub(super) fn begin(&mut self, key: Key, opened: Direction) {
        let generation = (self.side.marks >> flags::BITS).wrapping_add(1);
        let opened = if opened == Direction::Down { flags::OPENED_DOWN } else { 0 };
        (self.ends, self.rest) = (key.ends, key.rest);
        self.side = Kept::marked(generation << flags::BITS | opened);
    }

    /// Takes the place from its flow.
    pub(super) fn forget(&mut self) {
        (self.ends, self.rest) = (Key::NOBODY.ends, Key::NOBODY.rest);
    }

    pub(super) fn is_forgotten(&self) -> bool {
        self.is_of(&Key::NOBODY)
    }

    /// Whether it has this key.
    #[inline]
    pub(super) fn is_of(&self, key: &Key) -> bool {
        (self.ends ^ key.ends) | ((self.rest ^ key.rest) << ticks::BITS) == 0
    }

    pub(super) fn key(&self) -> Key {
        Key { ends: self.ends, rest: self.rest & Key::REST }
    }

    /// The tick of its last packet.
    #[inline]
    pub(super) fn last(&self) -> u32 {
        (self.rest >> Key::BITS) as u32
    }

    /// Notes the tick of a packet.
    #[inline]
    pub(super) fn use_at(&mut self, tick: u32) {
        self.rest = self.rest & Key::REST | u64::from(tick) << Key::BITS;
    }

    /// Which flow it is of those that had its place.
    #[inline]
    pub(super) fn generation(&self) -> u16 {
        self.side.marks >> flags::BITS
    }

    #[inline]
    pub(super) fn is(&self, flag: u16) -> bool {
        self.side.marks & flag != 0
    }

    #[inline]
    pub(super) fn set(&mut self, flag: u16) {
        self.side.marks |= flag;
    }

    #[inline]
    pub(super) fn clear(&mut self, flag: u16) {
        self.side.marks &= !flag;
    }

    /// Whether a direction is against that of the first captured packet; in numbers, as nobody can predict either.
    #[inline]
    pub(super) fn is_answer(&self, direction: Direction) -> bool {
        const { assert!(Direction::Down as u16 == flags::OPENED_DOWN) };
        (self.side.marks ^ direction as u16) & flags::OPENED_DOWN != 0
    }

    /// The direction of the first captured packet.
    #[inline]
    pub(super) fn opened(&self) -> Direction {
        if self.is(flags::OPENED_DOWN) { Direction::Down } else { Direction::Up }
    }
}

#[cfg(test)]
mod tests {
    use super::Flow;

    #[test]
    fn two_flows_share_a_cache_line() {
        assert_eq!(size_of::<Flow>(), 32);
    }
}
