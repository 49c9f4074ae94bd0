//! The timeline: for each cause, how many messages came when.

use std::collections::BTreeMap;

use super::wording::kind;
use crate::frame::Timestamp;
use crate::incident::{JudgedMessage, Label};
use crate::report::text::count;
use crate::report::{Report, clock};
use crate::verdict::{Attribution, Cause};

/// Parts that the span of the capture is divided into.
const BINS: usize = 160;
/// Height of a lane, in the units of its drawing.
const HEIGHT: u64 = 24;
/// Times that are written below the lanes.
const TICKS: i128 = 4;

/// Messages over time.
pub(super) struct Timeline {
    pub(super) lanes: Vec<Lane>,
    /// Times from left to right.
    pub(super) ticks: Vec<String>,
    /// The day of the first frame, and of the last where it is another.
    pub(super) days: String,
}

/// The messages of one cause.
pub(super) struct Lane {
    pub(super) cause: &'static str,
    pub(super) kind: &'static str,
    pub(super) messages: u64,
    /// The drawing in words.
    pub(super) label: String,
    /// The drawing: a bar for each part of the span that has messages.
    pub(super) path: String,
}

/// What one lane shows, before it is drawn.
struct Tally {
    bins: [u64; BINS],
    messages: u64,
    first: Timestamp,
    last: Timestamp,
}

impl Timeline {
    pub(super) fn of(report: &Report<'_>) -> Option<Self> {
        let span = span(report)?;
        let mut tallies: BTreeMap<Option<Cause>, Tally> = BTreeMap::new();
        for row in messages(report) {
            let time = row.message.timestamp;
            let tally = tallies.entry(row.incident.verdict.cause).or_insert(Tally {
                bins: [0; BINS],
                messages: 0,
                first: time,
                last: time,
            });
            tally.messages += 1;
            tally.bins[bin(time, span)] += 1;
            (tally.first, tally.last) = (tally.first.min(time), tally.last.max(time));
        }
        let most = tallies.values().flat_map(|tally| tally.bins).max()?;
        let lanes = tallies.iter().map(|(&cause, tally)| tally.lane(cause, most)).collect();
        Some(Self { lanes, ticks: ticks(span), days: days(span) })
    }
}

impl Tally {
    fn lane(&self, cause: Option<Cause>, most: u64) -> Lane {
        let name = cause.map_or("undetermined", Cause::name);
        let number = count(self.messages, "message");
        Lane {
            cause: name,
            kind: kind(cause.map_or(Attribution::Undetermined, Cause::attribution)),
            messages: self.messages,
            label: format!("{name}: {number}, from {} to {}", clock::moment(self.first), clock::moment(self.last)),
            path: self.path(most),
        }
    }

    /// Bars as high as the square root of their messages, so that single ones can be seen beside thousands.
    fn path(&self, most: u64) -> String {
        let bars = self.bins.iter().enumerate().filter(|(_, messages)| **messages > 0).map(|(place, &messages)| {
            let height = (messages as f64 / most as f64).sqrt() * HEIGHT as f64;
            let height = (height.round() as u64).clamp(3, HEIGHT);
            format!("M{place} {HEIGHT}v-{height}h1v{height}z")
        });
        bars.collect()
    }
}

/// The messages, copies left out.
fn messages<'a>(report: &Report<'a>) -> impl Iterator<Item = JudgedMessage<'a>> {
    report.messages().filter(|row| !row.labels.contains(Label::Duplicate))
}

/// From the first to the last frame of the capture, or message where only those are known.
fn span(report: &Report<'_>) -> Option<(Timestamp, Timestamp)> {
    let times = || messages(report).map(|row| row.message.timestamp);
    let (first, last) = (times().min()?, times().max()?);
    let totals = report.totals;
    Some((totals.first.map_or(first, |time| time.min(first)), totals.last.map_or(last, |time| time.max(last))))
}

/// The part of the span that a time lies in. Times may be absurd: counted in 128 bits, nothing overflows.
fn bin(time: Timestamp, (first, last): (Timestamp, Timestamp)) -> usize {
    let length = (i128::from(last.0) - i128::from(first.0)).max(1);
    let place = (i128::from(time.0) - i128::from(first.0)) * BINS as i128 / length;
    (place.max(0) as usize).min(BINS - 1)
}

fn ticks((first, last): (Timestamp, Timestamp)) -> Vec<String> {
    let length = i128::from(last.0) - i128::from(first.0);
    let at = |tick: i128| Timestamp((i128::from(first.0) + length * tick / TICKS) as i64);
    let several_days = clock::day(first) != clock::day(last);
    (0..=TICKS)
        .map(|tick| if several_days { clock::moment(at(tick)) } else { clock::time_with_milliseconds(at(tick)) })
        .collect()
}

fn days((first, last): (Timestamp, Timestamp)) -> String {
    let (first, last) = (clock::day(first), clock::day(last));
    if first == last { first } else { format!("{first} to {last}") }
}
