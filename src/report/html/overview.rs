//! The head of the page: what was seen, from where, what could not be seen, and what it came to.

use std::collections::BTreeMap;

use super::wording::{Words, line, listed, sentence};
use crate::incident::Incident;
use crate::report::text::count;
use crate::report::{Input, Report, Sorted};
use crate::verdict::Outcome;

/// Rows, hosts and remarks that are shown; of more it is said how many there are.
const SHOWN: usize = 60;
/// Hosts beside the vantage that are named.
const NAMED: usize = 8;

/// What was seen.
pub(super) struct Overview {
    /// The result in a sentence.
    pub(super) lead: String,
    /// The incidents that options kept out of this page, if there are any.
    pub(super) unselected: Option<String>,
    /// Times of the first and of the last frame.
    pub(super) span: Option<(String, String)>,
    /// The zone of all times.
    pub(super) zone: String,
    /// Where the capture was taken.
    pub(super) vantage: String,
    /// The inputs.
    pub(super) inputs: Vec<InputRow>,
    pub(super) inputs_left_out: usize,
    /// What the reader has to know: damage, blind spots, bounds.
    pub(super) warnings: Vec<String>,
    pub(super) warnings_left_out: usize,
    /// Frames that were not decoded, and why.
    pub(super) stops: Vec<String>,
}

/// One input.
pub(super) struct InputRow {
    pub(super) name: String,
    pub(super) format: String,
    pub(super) links: String,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) dropped: String,
}

impl Overview {
    pub(super) fn of(report: &Report<'_>, shown: &[&Incident], words: Words<'_>) -> Self {
        let totals = report.totals;
        let moment = |time| words.clock.moment(time);
        let others = report.findings.incidents.len().saturating_sub(shown.len()) as u64;
        Self {
            lead: lead(&Sorted::of(shown.iter().copied(), report.selection)),
            unselected: (others > 0).then(|| count(others, "incident")),
            span: totals.first.zip(totals.last).map(|(first, last)| (moment(first), moment(last))),
            zone: words.clock.zone_name(totals.first.unwrap_or_default()),
            vantage: vantage(report, words),
            inputs: report.inputs.iter().take(SHOWN).map(|one| input(one, words)).collect(),
            inputs_left_out: report.inputs.len().saturating_sub(SHOWN),
            warnings: report.warnings.iter().take(SHOWN).map(|text| sentence(text)).collect(),
            warnings_left_out: report.warnings.len().saturating_sub(SHOWN),
            stops: totals.stops.iter().map(|&(reason, frames)| undecoded(reason, frames)).collect(),
        }
    }

    /// Whether everything was read, and nothing is to be warned of.
    pub(super) fn is_clean(&self) -> bool {
        self.warnings.is_empty() && self.stops.is_empty()
    }
}

fn undecoded(reason: &str, frames: u64) -> String {
    format!("{} {} not decoded: {reason}.", count(frames, "frame"), if frames == 1 { "was" } else { "were" })
}

fn input(input: &Input, words: Words<'_>) -> InputRow {
    let time = |time: Option<_>| time.map(|time| words.clock.moment(time)).unwrap_or_default();
    InputRow {
        name: line(&input.name),
        format: line(&input.format),
        links: line(&input.link_types.join(", ")),
        packets: input.packets,
        bytes: input.bytes,
        from: time(input.first),
        to: time(input.last),
        dropped: input.dropped.map_or_else(|| "not told".to_owned(), |dropped| dropped.to_string()),
    }
}

/// `6 refusals in 3 incidents: 2 network-filter and 1 closed-port. Harmless as a rule: 4 late replies.`
fn lead(sorted: &Sorted<'_>) -> String {
    let mut outcomes: BTreeMap<Outcome, u64> = BTreeMap::new();
    sorted.shown.iter().for_each(|incident| *outcomes.entry(incident.verdict.outcome()).or_default() += 1);
    let mut outcomes: Vec<_> = outcomes.into_iter().collect();
    outcomes.sort_by_key(|&(_, number)| std::cmp::Reverse(number));
    let parts: Vec<String> = outcomes.iter().map(|(outcome, number)| format!("{number} {}", outcome.name())).collect();
    let messages = sorted.shown.iter().map(|incident| incident.messages).sum();
    let (refusals, incidents) = (count(messages, "refusal"), count(sorted.shown.len() as u64, "incident"));
    let harmless: Vec<String> = sorted.counts().collect();
    let mut sentences = Vec::new();
    if !parts.is_empty() {
        sentences.push(format!("{refusals} in {incidents}: {}.", listed(&parts)));
    }
    if !harmless.is_empty() {
        sentences.push(format!("Harmless as a rule: {}.", listed(&harmless)));
    }
    if sentences.is_empty() {
        return "No packet was answered by an unreachable message that this page is about.".to_owned();
    }
    sentences.join(" ")
}

fn vantage(report: &Report<'_>, words: Words<'_>) -> String {
    let beside = &report.totals.beside;
    if beside.is_empty() {
        return match report.inputs.len() {
            0 | 1 => {
                "Where the capture was taken is not known: of no host it can be told that its packets had passed no router."
            }
            _ => "Where the captures were taken is not known, or each was taken at another place: no host is beside all of them.",
        }
        .to_owned();
    }
    let mut hosts: Vec<String> = beside.iter().take(NAMED).map(|&address| words.host(address)).collect();
    if beside.len() > NAMED {
        hosts.push(format!("{} more", beside.len() - NAMED));
    }
    let links = if hosts.len() == 1 { "one of its links" } else { "a link of theirs" };
    format!("The capture was taken on {}, or on {links}.", listed(&hosts))
}
