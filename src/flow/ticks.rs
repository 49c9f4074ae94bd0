//! Times of flows in a few bits: ticks that go round.

use super::locate::Key;
use crate::frame::Timestamp;

/// Bits of a tick: what the rest of a key leaves of a number.
pub(super) const BITS: u32 = u64::BITS - Key::BITS;

/// Nanoseconds in a tick, as a power of two: about two seconds, so that ticks come round in 208 days.
const TICK: u32 = 31;

/// All bits of a tick.
const ALL: u32 = (1 << BITS) - 1;

/// The tick that a time is in. Ticks come round, so they are not compared, but for being in [`Ticks`], and for how far they
/// are [apart](elapsed).
#[inline]
pub(super) fn tick(time: Timestamp) -> u32 {
    (time.0 >> TICK) as u32 & ALL
}

/// Ticks from one to another; fewer than none where the other seems to be before it.
pub(super) fn elapsed(from: u32, to: u32) -> i32 {
    const UNUSED: u32 = u32::BITS - BITS;
    (to.wrapping_sub(from) << UNUSED).cast_signed() >> UNUSED
}

/// The ticks of a span of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticks {
    from: u32,
    length: u32,
}

impl Ticks {
    /// Those from `margin` nanoseconds before `earliest` to as much after `latest`; `None` where that is so long that it has
    /// every tick.
    pub(super) fn around(earliest: Timestamp, latest: Timestamp, margin: i64) -> Option<Self> {
        let from = earliest.0.saturating_sub(margin);
        let length = latest.0.saturating_add(margin).saturating_sub(from);
        let length = u32::try_from(length >> TICK).ok().filter(|&length| length < ALL)?;
        Some(Self { from: tick(Timestamp(from)), length: length + 1 })
    }

    /// Whether a tick is one of them.
    #[inline]
    pub(super) fn contains(self, tick: u32) -> bool {
        tick.wrapping_sub(self.from) & ALL <= self.length
    }
}

#[cfg(test)]
mod tests {
    use super::{BITS, TICK, Ticks, elapsed, tick};
    use crate::frame::Timestamp;

    #[test]
    fn a_span_may_lie_where_ticks_come_round() {
        let round = Timestamp((1 << (BITS + TICK)) - 1);
        let near = |nanoseconds: i64| tick(Timestamp(round.0 + nanoseconds));
        let ticks = Ticks::around(round, round, 1 << 33).expect("a short span");
        for (nanoseconds, is_in) in
            [(0, true), (1 << 33, true), (-(1 << 33), true), (1 << 34, false), (-(1 << 34), false)]
        {
            assert_eq!(ticks.contains(near(nanoseconds)), is_in, "{nanoseconds}");
        }
    }

    #[test]
    fn half_a_year_and_more_is_too_long() {
        let days = |count: i64| count * 86_400_000_000_000;
        assert!(Ticks::around(Timestamp(0), Timestamp(days(100)), days(50)).is_some());
        assert!(Ticks::around(Timestamp(0), Timestamp(days(200)), days(50)).is_none());
        assert!(Ticks::around(Timestamp(i64::MIN), Timestamp(i64::MAX), i64::MAX).is_none());
    }

    #[test]
    fn ticks_elapse_where_they_come_round() {
        let near = |seconds: i64| tick(Timestamp((1 << (BITS + TICK)) + seconds * 1_000_000_000));
        assert_eq!([elapsed(near(-10), near(10)), elapsed(near(10), near(-10)), elapsed(near(0), near(0))], [9, -9, 0]);
    }
}
