//! The time axis: from when to when something is drawn, and what is said of what lies beyond. A frame with an absurd time,
//! as a clock that was never set gives it, does not squeeze all others into one stroke.

use super::days::{DAY, Days};
use crate::frame::Timestamp;
use crate::report::Clock;
use crate::report::text::count;

/// Times that are written below it.
const TICKS: i128 = 4;
/// Nanoseconds of a second.
const SECOND: i128 = 1_000_000_000;
/// The ends of the capture are shown where they are no further from the messages than so many times their span, or a day.
const CONTEXT: i128 = 20;

/// The axis.
pub(super) struct Axis {
    first: i128,
    last: i128,
    capture: Option<(Timestamp, Timestamp)>,
    outside: Option<Outside>,
}

/// Messages beyond its ends: how many, and the times of the first and the last of them.
struct Outside {
    messages: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Axis {
    /// An axis for messages at these times, in whatever order, which are gone through up to three times; of a capture from its first to
    /// its last frame. `None` without messages.
    pub(super) fn of<I: Iterator<Item = Timestamp>>(
        times: impl Fn() -> I,
        capture: Option<(Timestamp, Timestamp)>,
    ) -> Option<Self> {
        let times = || times().map(at);
        let days = Days::of(times());
        let before = days.few_before_gap(times);
        let after = days.mirrored().few_before_gap(|| times().map(|time| -time));
        let (first, last) = (days.after(before)?, -days.mirrored().after(after)?);
        let (near, margin) = ((CONTEXT * (last - first)).max(DAY), ((last - first) / CONTEXT).max(SECOND));
        let end = |own: i128, of_capture: Option<i128>, outwards: i128| match of_capture {
            None => own,
            Some(far) if (far - own).abs() <= near => far,
            Some(_) => own + outwards * margin,
        };
        let outside = || {
            let earliest = if before > 0 { days.after(0) } else { days.mirrored().before(after).map(|time| -time) };
            let latest = if after > 0 { days.mirrored().after(0).map(|time| -time) } else { days.before(before) };
            Some(Outside { messages: before + after, first: time(earliest?), last: time(latest?) })
        };
        Some(Self {
            first: end(first, capture.map(|(first_frame, _)| at(first_frame).min(first)), -1),
            last: end(last, capture.map(|(_, last_frame)| at(last_frame).max(last)), 1),
            capture,
            outside: outside(),
        })
    }

    /// In which of so many equal parts a time lies. Times may be absurd: counted in 128 bits, nothing overflows.
    pub(super) fn part(&self, time: Timestamp, parts: usize) -> Option<usize> {
        let (time, length) = (at(time), (self.last - self.first).max(1));
        let is_within = self.first <= time && time <= self.last;
        is_within.then(|| (((time - self.first) * parts as i128 / length) as usize).min(parts - 1))
    }

    /// Times from its left end to its right, as fine as its length asks for.
    pub(super) fn ticks(&self, clock: Clock) -> Vec<String> {
        let length = self.last - self.first;
        let several_days = clock.date(time(self.first)) != clock.date(time(self.last));
        let shown = |tick: i128| {
            let time = time(self.first + length * tick / TICKS);
            let (date, of_day) = (clock.date(time), clock.time_of_day(time));
            let to_the = |length: &str| of_day.get(..length.len()).unwrap_or_default().to_owned();
            match length {
                _ if length > 8 * DAY => date,
                _ if several_days => format!("{date} {}", to_the("14:32")),
                _ if length > 600 * SECOND => to_the("14:32:37"),
                _ => of_day,
            }
        };
        (0..=TICKS).map(shown).collect()
    }

    /// The day of its left end, and of its right where that is another.
    pub(super) fn days(&self, clock: Clock) -> String {
        let (first, last) = (clock.date(time(self.first)), clock.date(time(self.last)));
        if first == last { first } else { format!("{first} to {last}") }
    }

    /// What its ends are, and what lies beyond them.
    pub(super) fn ends(&self, clock: Clock) -> String {
        let mut said = match self.capture {
            None => "The left end is the first message, the right end the last.".to_owned(),
            Some((first, last)) if at(first) >= self.first && at(last) <= self.last => {
                "The left end is the first frame of the capture, the right end the last.".to_owned()
            }
            Some((first, last)) => format!(
                "Not all of the capture is drawn: its frames bear times from {} to {}.",
                clock.moment(first),
                clock.moment(last)
            ),
        };
        if let Some(Outside { messages, first, last }) = self.outside {
            let number = count(messages, "message");
            let when = if first == last {
                clock.moment(first)
            } else {
                format!("{} to {}", clock.moment(first), clock.moment(last))
            };
            said = format!("{said} Left out as well: {number} far from all others ({when}).");
        }
        said
    }
}

fn at(time: Timestamp) -> i128 {
    i128::from(time.0)
}

/// The time; those that a timestamp cannot hold lie beyond all that is shown.
fn time(at: i128) -> Timestamp {
    Timestamp(i64::try_from(at).unwrap_or(if at < 0 { i64::MIN } else { i64::MAX }))
}
