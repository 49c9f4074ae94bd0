//! Which incidents the view lists, and in which order; and the devices behind them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::board::{Board, Entry};
use crate::incident::Incident;
use crate::report::{Cell, Incidents, Names, Table, parties, ports, verdict};

/// What incidents are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// The last message, latest first.
    #[default]
    Time,
    /// How many messages, most first.
    Messages,
    /// What verdicts come to, by name, surest first.
    Cause,
    /// Target.
    Target,
}

impl Order {
    /// The next one.
    pub(super) fn next(self) -> Self {
        match self {
            Self::Time => Self::Messages,
            Self::Messages => Self::Cause,
            Self::Cause => Self::Target,
            Self::Target => Self::Time,
        }
    }

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Messages => "messages",
            Self::Cause => "cause",
            Self::Target => "target",
        }
    }
}

/// The incidents whose row contains the words, in order.
pub(super) fn incidents<'a>(board: &'a Board, words: &str, order: Order, is_reversed: bool) -> Vec<&'a Entry> {
    let mut listed: Vec<&Entry> = board.entries().filter(|entry| contains(entry, words)).collect();
    listed.sort_by(|a, b| {
        let (one, other) = (&a.incident, &b.incident);
        let ordering = match order {
            Order::Time => other.last_seen.cmp(&one.last_seen),
            Order::Messages => other.messages.cmp(&one.messages),
            Order::Cause => {
                let ((cause, sure), (other_cause, other_sure)) = (verdict(&one.verdict), verdict(&other.verdict));
                cause.cmp(&other_cause).then(other_sure.total_cmp(&sure))
            }
            Order::Target => one.target.cmp(&other.target).then_with(|| one.target_ports.cmp(&other.target_ports)),
        };
        ordering.then(b.number.cmp(&a.number))
    });
    if is_reversed {
        listed.reverse();
    }
    listed
}

/// Whether every word is in some column of the incident's row, or in its state.
fn contains(entry: &Entry, words: &str) -> bool {
    if words.trim().is_empty() {
        return true;
    }
    let mut row = if entry.is_open { "open ".to_owned() } else { "closed ".to_owned() };
    let incident = &*entry.incident;
    let cells = Incidents::COLUMNS.iter().map(|column| column.cell(&incident, Names::of_inputs(&[])).to_text());
    // Some words are the view's own: `many`, `53/udp`, and a cause with a question mark.
    let shown = [parties::reporter(incident), target(incident), verdict(&incident.verdict).0.into_owned()];
    for text in cells.chain(shown) {
        row.push_str(&text);
        row.push(' ');
    }
    words.split_whitespace().all(|word| row.contains(word))
}

/// `192.0.2.1 53/udp`, as the text tables have it where room is scarce: `53,+2/udp` with more ports than the first run.
pub(super) fn target(incident: &Incident) -> String {
    format!("{} {}", parties::target(incident), ports::briefly(&incident.target_ports, incident.protocol))
}

/// What one address refused.
#[derive(Debug, Default)]
pub(super) struct Reporter {
    /// Messages, and incidents.
    pub(super) messages: u64,
    pub(super) incidents: u64,
    pub(super) open: u64,
    pub(super) hops: Option<u8>,
    /// What their verdicts come to, with how many incidents.
    pub(super) causes: BTreeMap<Cow<'static, str>, u64>,
}

/// Who refuses, by address, busiest first; those that are too many to tell apart are one.
pub(super) fn reporters(board: &Board, words: &str) -> Vec<(String, Reporter)> {
    let mut found: BTreeMap<Option<IpAddr>, (String, Reporter)> = BTreeMap::new();
    for entry in board.entries().filter(|entry| contains(entry, words)) {
        let place = found.entry(entry.incident.one_reporter());
        let (_, reporter) = place.or_insert_with(|| (parties::reporter(&entry.incident), Reporter::default()));
        reporter.messages += entry.incident.messages;
        reporter.incidents += 1;
        reporter.open += u64::from(entry.is_open);
        reporter.hops = reporter.hops.or(entry.incident.reporter_hops);
        *reporter.causes.entry(verdict(&entry.incident.verdict).0).or_default() += 1;
    }
    let mut listed: Vec<_> = found.into_values().collect();
    listed.sort_by_key(|(_, reporter)| std::cmp::Reverse(reporter.messages));
    listed
}

/// Columns that say why, which come before what is known from the list.
const FIRST: [&str; 9] =
    ["cause", "confidence", "candidates", "evidence", "labels", "next_step", "target", "target_ports", "meaning"];

/// The columns of an incident's row, with their names, but for those that are empty.
pub(super) fn details(entry: &Entry) -> Vec<(&'static str, String)> {
    let cell = |column: &crate::report::Column<Incidents>| column.cell(&&*entry.incident, Names::of_inputs(&[]));
    let place = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
    let mut columns: Vec<_> = Incidents::COLUMNS.iter().filter(|column| column.heading.name != "file").collect();
    columns.sort_by_key(|column| place(column.heading.name));
    columns
        .into_iter()
        .map(|column| (column.heading.name, cell(column)))
        .filter(|(_, cell)| !matches!(cell, Cell::Empty))
        .map(|(name, cell)| (name, cell.to_text()))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}
