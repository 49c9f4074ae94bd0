//! Times of flows in 32 bits: ticks that go round.

use crate::frame::Timestamp;

/// Nanoseconds in a tick, as a power of two: about four milliseconds, so that ticks come round in 208 days.
const TICK: u32 = 22;

/// The tick that a time is in. Ticks come round, so they are not compared, but for being in [`Ticks`].
#[inline]
pub(super) fn tick(time: Timestamp) -> u32 {
    (time.0 >> TICK) as u32
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
        let length = u32::try_from(length >> TICK).ok().filter(|&length| length < u32::MAX)?;
        Some(Self { from: tick(Timestamp(from)), length: length + 1 })
    }

    /// Whether a tick is one of them.
    #[inline]
    pub(super) fn contains(self, tick: u32) -> bool {
        tick.wrapping_sub(self.from) <= self.length
    }
}

#[cfg(test)]
mod tests {
    use super::{TICK, Ticks, tick};
    use crate::frame::Timestamp;

    #[test]
    fn a_span_may_lie_where_ticks_come_round() {
        let round = Timestamp((1 << (32 + TICK)) - 1);
        let near = |nanoseconds: i64| tick(Timestamp(round.0 + nanoseconds));
        let ticks = Ticks::around(round, round, 1 << 30).expect("a short span");
        for (nanoseconds, is_in) in
            [(0, true), (1 << 30, true), (-(1 << 30), true), (1 << 31, false), (-(1 << 31), false)]
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
}
