//! A flow in thirty-two bytes: what sets it apart, when it was last used, and the direction in which it was opened.

use super::Direction;
use super::locate::Key;
use super::side::{Kept, flags};
use super::ticks;

/// A flow, but for what is kept [apart](super::apart): two in a cache line. (With a place for answers in each, a scan of two million
/// flows took 40 percent more memory, and in busy hours, when neighbours fill the shared cache, up to a tenth longer: measured.)
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Flow {
    ends: u64,
    /// The rest of the key, below the tick of the last packet.
    rest: u64,
    /// The direction that opened it, with what is told of the flow.
    pub(super) side: Kept,
}

impl Flow {
    /// A place before a flow has it.
    pub(super) const NOBODYS: Self = Self { ends: Key::NOBODY.ends, rest: Key::NOBODY.rest, side: Kept::FRESH };

    /// Gives the place to a flow. Each part is written straight to it: put together before, it would be read back in other pieces.
    #[inline]
    pub(super) fn begin(&mut self, key: Key, opened: Direction) {
        let opened = if opened == Direction::Down { flags::OPENED_DOWN } else { 0 };
        (self.ends, self.rest) = (key.ends, key.rest);
        self.side = Kept::begun(self.side.generation.wrapping_add(1), opened);
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
        self.side.generation
    }

    #[inline]
    pub(super) fn is(&self, flag: u32) -> bool {
        self.side.is(flag)
    }

    #[inline]
    pub(super) fn set(&mut self, flag: u32) {
        self.side.set(flag);
    }

    #[inline]
    pub(super) fn clear(&mut self, flag: u32) {
        self.side.clear(flag);
    }

    /// Whether a direction is against that of the first captured packet.
    #[inline]
    pub(super) fn is_answer(&self, direction: Direction) -> bool {
        direction != self.opened()
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
