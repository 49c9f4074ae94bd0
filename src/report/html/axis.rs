//! The time axis: from when to when something is drawn, and what is said of what lies beyond. A frame with an absurd time,
//! as a clock that was never set gives it, does not squeeze all others into one stroke.

use crate::frame::Timestamp;
use crate::report::Clock;
use crate::report::text::count;

/// Times that are written below it.
const TICKS: i128 = 4;
/// Nanoseconds of a second, and of a day.
const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;
/// A gap this much longer than all that lies on its one side leaves that no more than a stroke.
const STROKE: i128 = 160;
/// Messages behind such a gap that are few enough to be left to words: one in so many, or a single one.
const FEW: usize = 20;
/// The ends of the capture are shown where they are no further from the messages than so many times their span, or a day.
const CONTEXT: i128 = 20;

/// The axis.
pub(super) struct Axis {
    first: i128,
    last: i128,
    capture: Option<(Timestamp, Timestamp)>,
    /// Messages beyond its ends.
    outside: Vec<Timestamp>,
}

impl Axis {
    /// An axis for messages at these times, of a capture from its first to its last frame; `None` without messages.
    pub(super) fn of(mut times: Vec<Timestamp>, capture: Option<(Timestamp, Timestamp)>) -> Option<Self> {
        times.sort_unstable();
        let ascending: Vec<i128> = times.iter().copied().map(at).collect();
        let descending: Vec<i128> = ascending.iter().rev().map(|time| -time).collect();
        let (core, after) = times.split_at(times.len() - few_before_gap(&descending));
        let (before, core) = core.split_at(few_before_gap(&ascending).min(core.len()));
        let (first, last) = (at(*core.first()?), at(*core.last()?));
        let (near, margin) = ((CONTEXT * (last - first)).max(DAY), ((last - first) / CONTEXT).max(SECOND));
        let end = |own: i128, of_capture: Option<i128>, outwards: i128| match of_capture {
            None => own,
            Some(far) if (far - own).abs() <= near => far,
            Some(_) => own + outwards * margin,
        };
        Some(Self {
            first: end(first, capture.map(|(first_frame, _)| at(first_frame).min(first)), -1),
            last: end(last, capture.map(|(_, last_frame)| at(last_frame).max(last)), 1),
            capture,
            outside: [before, after].concat(),
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
        if let (Some(&first), Some(&last)) = (self.outside.first(), self.outside.last()) {
            let number = count(self.outside.len() as u64, "message");
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

/// How many of the first times, which ascend, are few, and so far from the next that those would be squeezed into a stroke.
fn few_before_gap(times: &[i128]) -> usize {
    let few = if times.len() < 3 { 0 } else { (times.len() / FEW).max(1) };
    // As few may lie far off at the other end.
    let Some(&last) = times.len().checked_sub(few + 1).and_then(|place| times.get(place)) else { return 0 };
    let is_far = |pair: &[i128]| pair[1] - pair[0] > (STROKE * (last - pair[1])).max(DAY);
    times.windows(2).take(few).rposition(is_far).map_or(0, |place| place + 1)
}

fn at(time: Timestamp) -> i128 {
    i128::from(time.0)
}

/// The time; those that a timestamp cannot hold lie beyond all that is shown.
fn time(at: i128) -> Timestamp {
    Timestamp(i64::try_from(at).unwrap_or(if at < 0 { i64::MIN } else { i64::MAX }))
}
