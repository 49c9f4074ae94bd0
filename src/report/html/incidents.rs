//! The incidents: a section for each, in words for the first ones, in keywords beyond, as many as the page has room for.

use std::cmp::Reverse;
use std::collections::HashSet;

use askama::Template;

use super::wording::{Words, kind};
use crate::incident::{Finding, Incident, Label};
use crate::report::account::{self, Exhibits};
use crate::report::text::{count, percent, verdict};
use crate::report::{Report, printable};
use crate::unreachable::FrameRef;

/// Sections on a page: more help nobody, and a table of them is at hand in every other format.
const MOST: usize = 1000;
/// Sections that tell everything in words, at least; those that find no room for it name the evidence by keywords, which
/// the glossary explains.
const IN_WORDS: usize = 25;
/// Bytes of a section in keywords, as long as those of IPv6 get.
const KEYWORDS: usize = 800;
/// Bytes that the same takes more in words.
const MORE_IN_WORDS: usize = 2700;
/// Sections that are shown unfolded, where there are no more than these.
const UNFOLDED: usize = 12;
/// Frames, and pieces of evidence, that a section in keywords names.
const FEW: usize = 4;
/// Candidates less likely than this are not named.
const LEAST_CANDIDATE: f64 = 0.005;

/// The sections.
#[derive(Default)]
pub(super) struct Sections {
    /// As HTML, in the order of the table; those worth a look, then those that are harmless as a rule.
    pub(super) worth: Vec<String>,
    pub(super) harmless: Vec<String>,
    /// Incidents without a section, and their messages, if there are any.
    pub(super) left_out: Option<String>,
    /// Sections in keywords.
    pub(super) in_keywords: usize,
    has: HashSet<String>,
}

/// One section.
#[derive(Template)]
#[template(path = "incident.html")]
struct Section {
    id: String,
    kind: &'static str,
    is_unfolded: bool,
    in_words: bool,
    moment: String,
    target: String,
    cause: String,
    sure: String,
    by: String,
    meaning: String,
    messages: String,
    labels: Vec<&'static str>,
    story: String,
    saying: String,
    candidates: String,
    attribution: String,
    evidence: Vec<Spoken>,
    advice: String,
    command: String,
    frames: Vec<String>,
    filters: Vec<(String, String)>,
}

/// A piece of evidence.
struct Spoken {
    signal: &'static str,
    reading: &'static str,
    meaning: &'static str,
}

impl Sections {
    /// As many of those shown as fit into `room` bytes.
    pub(super) fn of(report: &Report<'_>, shown: &[&Incident], words: Words<'_>, mut room: usize) -> Self {
        let mut incidents: Vec<(usize, &Incident)> = shown.iter().copied().enumerate().collect();
        let (all, messages) = (incidents.len(), incidents.iter().map(|(_, incident)| incident.messages).sum::<u64>());
        let fold = |incident: &Incident| report.selection.folds(incident);
        // Those with the most messages come first, unless an order was asked for.
        let weight = |incident: &Incident| if report.view.sort.is_some() { 0 } else { incident.messages };
        incidents.sort_by_key(|(place, incident)| (fold(incident).is_some(), Reverse(weight(incident)), *place));
        incidents.truncate(MOST);
        let told: Vec<&Incident> = incidents.iter().map(|(_, incident)| *incident).collect();
        let writer = Writer { words, exhibits: Exhibits::of(&told, report.findings), is_unfolded: all <= UNFOLDED };
        let spare = room.saturating_sub(incidents.len() * KEYWORDS);
        let in_words = (spare / MORE_IN_WORDS).max(IN_WORDS);
        let mut written = Vec::new();
        for (rank, &(place, incident)) in incidents.iter().enumerate() {
            let section = writer.section(incident, rank < in_words);
            let Some(left) = room.checked_sub(section.len()) else { break };
            room = left;
            written.push((place, fold(incident), incident, section));
        }
        written.sort_by_key(|&(place, ..)| place);
        let shown_messages: u64 = written.iter().map(|(_, _, incident, _)| incident.messages).sum();
        let left_out = rest((all - written.len()) as u64, messages - shown_messages);
        let in_keywords = written.len().saturating_sub(in_words);
        let has = written.iter().map(|(_, _, incident, _)| incident.id.clone()).collect();
        let (harmless, worth): (Vec<_>, Vec<_>) = written.into_iter().partition(|(_, fold, ..)| fold.is_some());
        let html = |sections: Vec<(usize, Option<Label>, &Incident, String)>| {
            sections.into_iter().map(|(.., section)| section).collect()
        };
        Self { worth: html(worth), harmless: html(harmless), left_out, in_keywords, has }
    }

    /// How many sections tell everything in words.
    pub(super) fn in_words(&self) -> usize {
        self.has.len() - self.in_keywords
    }

    /// Whether the page has a section for the incident.
    pub(super) fn has(&self, id: &str) -> bool {
        self.has.contains(id)
    }
}

/// `2 further incidents with 3 messages`, if there are any.
fn rest(incidents: u64, messages: u64) -> Option<String> {
    let words = || format!("{} with {}", count(incidents, "further incident"), count(messages, "message"));
    (incidents > 0).then(words)
}

/// What sections are written with.
struct Writer<'a> {
    words: Words<'a>,
    exhibits: Exhibits,
    is_unfolded: bool,
}

impl Writer<'_> {
    fn section(&self, incident: &Incident, in_words: bool) -> String {
        let words = self.words;
        let (advice, command) = incident.next_step();
        let (cause, probability) = verdict(&incident.verdict);
        let few = if in_words { usize::MAX } else { FEW };
        let section = Section {
            id: incident.id.clone(),
            kind: kind(incident.verdict.attribution),
            is_unfolded: self.is_unfolded,
            in_words,
            moment: words.clock.moment(incident.first_seen),
            target: words.target(incident),
            cause: cause.into_owned(),
            sure: percent(probability),
            by: words.by(incident),
            meaning: incident.code.meaning().into_owned(),
            messages: count(incident.messages, "message"),
            labels: incident.labels.iter().map(Label::name).collect(),
            story: account::story(incident, |time| words.clock.moment(time)),
            saying: account::saying(incident),
            candidates: candidates(incident),
            attribution: attribution(incident),
            evidence: spoken(incident).take(few).collect(),
            advice: printable(&advice),
            command: printable(&command),
            frames: if in_words { self.frames(incident) } else { Vec::new() },
            filters: self.filters(incident, few),
        };
        // Writing into a string cannot fail.
        section.render().unwrap_or_default()
    }

    /// `15 about 14 (exact)`; of several inputs, one is named once for the frames that follow each other in it, `client.pcap 15 about 14
    /// (exact)`, and both where a message and its packet are of two.
    fn frames(&self, incident: &Incident) -> Vec<String> {
        // The input that a number alone is of; none behind two.
        let mut last = None;
        let mut frame = |&frame: &FrameRef| {
            let message = self.exhibits.message(frame);
            let original = message.and_then(|message| message.correlation.original);
            let input = Some(frame.input).filter(|&input| original.is_none_or(|about| about.input == input));
            let is_known = std::mem::replace(&mut last, input).is_some_and(|last| input == Some(last));
            let own = if is_known { frame.number.to_string() } else { self.words.frame(frame) };
            let Some(message) = message else { return own };
            let named =
                |about: FrameRef| if input.is_some() { about.number.to_string() } else { self.words.frame(about) };
            match original {
                Some(about) => format!("{own} about {} ({})", named(about), message.correlation.matched.name()),
                None => format!("{own} about a packet that the capture does not hold"),
            }
        };
        incident.frames.iter().map(&mut frame).collect()
    }

    /// For each input, named where there are several, what shows the first few messages with their packets.
    fn filters(&self, incident: &Incident, few: usize) -> Vec<(String, String)> {
        let name = |input| if self.words.several { self.words.input(input) } else { String::new() };
        let filters = self.exhibits.display_filters(incident, few).into_iter();
        filters.map(|(input, filter)| (name(input), filter)).collect()
    }
}

fn candidates(incident: &Incident) -> String {
    let likely = incident.verdict.candidates.iter().filter(|(_, probability)| *probability >= LEAST_CANDIDATE);
    let named: Vec<String> = likely.map(|(cause, p)| format!("{} {}", cause.name(), percent(*p))).collect();
    named.join(", ")
}

fn attribution(incident: &Incident) -> String {
    let verdict = &incident.verdict;
    format!("{} {}", account::attribution(verdict), percent(verdict.attribution_confidence))
}

fn spoken(incident: &Incident) -> impl Iterator<Item = Spoken> {
    let meaning = |finding: &Finding| finding.explained().map_or("", |(_, reading)| reading.meaning);
    incident.evidence.iter().map(move |finding| Spoken {
        signal: finding.signal,
        reading: finding.reading,
        meaning: meaning(finding),
    })
}
