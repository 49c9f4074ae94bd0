//! The timeline: for each cause, how many messages came when.

use std::collections::{BTreeMap, HashSet};

use super::axis::Axis;
use super::wording::{Words, kind};
use crate::frame::Timestamp;
use crate::incident::{Incident, JudgedMessage, Label};
use crate::report::Report;
use crate::report::text::count;
use crate::verdict::Outcome;

/// Parts that the time axis is divided into.
const BINS: usize = 160;
/// Height of a lane, in the units of its drawing.
const HEIGHT: u64 = 24;

/// Messages over time.
pub(super) struct Timeline {
    pub(super) lanes: Vec<Lane>,
    /// Times from left to right.
    pub(super) ticks: Vec<String>,
    /// The day of the left end, and of the right where it is another.
    pub(super) days: String,
    /// What the ends are, and what lies beyond.
    pub(super) ends: String,
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
    pub(super) fn of(report: &Report<'_>, shown: &[&Incident], words: Words<'_>) -> Option<Self> {
        let times = || messages(report, shown).map(|row| row.message.timestamp);
        let axis = Axis::of(times, report.totals.first.zip(report.totals.last))?;
        let mut tallies: BTreeMap<Outcome, Tally> = BTreeMap::new();
        for row in messages(report, shown) {
            let time = row.message.timestamp;
            let tally = tallies.entry(row.incident.verdict.outcome()).or_insert(Tally {
                bins: [0; BINS],
                messages: 0,
                first: time,
                last: time,
            });
            tally.messages += 1;
            if let Some(bin) = axis.part(time, BINS) {
                tally.bins[bin] += 1;
            }
            (tally.first, tally.last) = (tally.first.min(time), tally.last.max(time));
        }
        let most = tallies.values().flat_map(|tally| tally.bins).max()?.max(1);
        let lanes = tallies.iter().map(|(&outcome, tally)| tally.lane(outcome, most, words)).collect();
        let clock = words.clock;
        Some(Self { lanes, ticks: axis.ticks(clock), days: axis.days(clock), ends: axis.ends(clock) })
    }
}

impl Tally {
    fn lane(&self, outcome: Outcome, most: u64, words: Words<'_>) -> Lane {
        let name = outcome.name();
        let number = count(self.messages, "message");
        let moment = |time| words.clock.moment(time);
        Lane {
            cause: name,
            kind: kind(outcome.attribution()),
            messages: self.messages,
            label: format!("{name}: {number}, from {} to {}", moment(self.first), moment(self.last)),
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

/// The messages of these incidents, copies left out.
fn messages<'a>(report: &Report<'a>, shown: &[&'a Incident]) -> impl Iterator<Item = JudgedMessage<'a>> {
    // Only `--top` leaves out incidents that are selected.
    let all = report.view.top.is_none();
    let ids: HashSet<&str> = if all { HashSet::new() } else { shown.iter().map(|one| one.id.as_str()).collect() };
    let is_shown = move |row: &JudgedMessage<'_>| all || ids.contains(row.incident.id.as_str());
    report.messages().filter(move |row| is_shown(row) && !row.labels.contains(Label::Duplicate))
}
