//! The paths: for each target a line from the vantage to it, with the places where refusals were spoken.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use super::vantages::Vantages;
use super::wording::{Words, kind, listed};
use crate::incident::{Incident, Locus};
use crate::report::account::away;
use crate::report::text::count;

/// Targets whose path is drawn; of more it is said how many there are.
const DRAWN: usize = 12;
/// Places on one path that are drawn, nearest first.
const MARKS: usize = 12;
/// Paths longer than this get no mark for each hop.
const TICKS: u8 = 30;
/// Where a line begins and how long it is, in percent of the drawing: its ends need room for their marks.
const LINE: (f64, f64) = (4.0, 92.0);

/// From one mark to that below it, in pixels.
const STACKED: usize = 24;
/// From the top of a drawing to its line, in pixels.
const LINE_TOP: usize = 17;

/// The paths to the targets that were refused most.
pub(super) struct Paths {
    pub(super) rows: Vec<Path>,
    pub(super) left_out: usize,
}

/// The path to one target.
pub(super) struct Path {
    pub(super) target: String,
    /// The inputs that were captured where it begins, where not all were.
    pub(super) from: String,
    /// `3 hops away`, where that is known.
    pub(super) distance: String,
    /// Whether the target's distance is known.
    pub(super) is_known: bool,
    /// Where the target lies, and the last thing known before it, in percent.
    pub(super) target_x: String,
    pub(super) known_end: String,
    /// Whether something was said beyond what is known.
    pub(super) goes_on: bool,
    /// Routers on the way, in percent.
    pub(super) ticks: Vec<String>,
    pub(super) marks: Vec<Mark>,
    pub(super) marks_left_out: usize,
    /// The drawing in words.
    pub(super) label: String,
}

impl Path {
    /// Height of the drawing.
    pub(super) fn height(&self) -> usize {
        2 * LINE_TOP + STACKED * self.marks.iter().map(|mark| mark.above).max().unwrap_or(0)
    }
}

impl Mark {
    /// Where its middle is below the top of the drawing.
    pub(super) fn y(&self) -> usize {
        LINE_TOP + STACKED * self.above
    }
}

/// A place where refusals were spoken.
pub(super) struct Mark {
    pub(super) number: usize,
    /// Where on the line, in percent.
    pub(super) x: String,
    /// How many marks stand above it, in the same place on the line.
    pub(super) above: usize,
    pub(super) kind: &'static str,
    pub(super) who: String,
    pub(super) place: String,
    pub(super) causes: String,
}

/// What a place came to, before it is drawn.
#[derive(Default)]
struct Place<'a> {
    incidents: Vec<&'a Incident>,
}

impl Paths {
    pub(super) fn of(shown: &[&Incident], words: Words<'_>) -> Self {
        let vantages = Vantages::of(shown);
        let mut ends: HashMap<(IpAddr, usize), Vec<&Incident>> = HashMap::new();
        for incident in shown {
            if let Some(target) = incident.target {
                ends.entry((target, vantages.place(incident))).or_default().push(incident);
            }
        }
        let mut ends: Vec<((IpAddr, usize), Vec<&Incident>)> = ends.into_iter().collect();
        let messages = |own: &[&Incident]| own.iter().map(|incident| incident.messages).sum::<u64>();
        ends.sort_by_key(|(end, own)| (std::cmp::Reverse(messages(own)), *end));
        let left_out = ends.len().saturating_sub(DRAWN);
        let from = |place| vantages.name(place, words).map(|name| format!("from {name}")).unwrap_or_default();
        let drawn = ends.iter().take(DRAWN);
        let rows = drawn.map(|((target, place), own)| path(*target, from(*place), own, words)).collect();
        Self { rows, left_out }
    }
}

fn path(target: IpAddr, from: String, own: &[&Incident], words: Words<'_>) -> Path {
    let itself = |incident: &&&Incident| incident.locus == Locus::Target && incident.reporter == target;
    let target_hops = own.iter().filter(itself).filter_map(|incident| incident.reporter_hops).max();
    let mut places: BTreeMap<(u8, IpAddr), Place<'_>> = BTreeMap::new();
    for incident in own {
        let hops = if incident.locus == Locus::Sender { 0 } else { incident.reporter_hops.unwrap_or(0) };
        places.entry((hops, incident.reporter)).or_default().incidents.push(incident);
    }
    let furthest = places.keys().map(|(hops, _)| *hops).max().unwrap_or(0);
    // A target that never spoke lies at least one hop beyond whoever did.
    let end = target_hops.unwrap_or(furthest.saturating_add(1)).max(furthest);
    // What is no hop away stands on the same link, not in the same place: one length for the link, then one for each hop.
    let x = |hops: u8| format!("{:.1}%", LINE.0 + LINE.1 * (f64::from(hops) + 1.0) / (f64::from(end) + 1.0));
    let mut marks: Vec<Mark> = places
        .iter()
        .take(MARKS)
        .enumerate()
        .map(|(place, (&(hops, reporter), found))| {
            let x = if found.is_sender() { format!("{}%", LINE.0) } else { x(hops) };
            found.mark(place + 1, x, (hops, reporter), target, words)
        })
        .collect();
    stack(&mut marks);
    let said: Vec<String> =
        marks.iter().map(|mark| format!("{} by {} ({})", mark.place, mark.who, mark.causes)).collect();
    let known = target_hops.unwrap_or(furthest);
    Path {
        target: words.host(target),
        from,
        distance: target_hops.map_or_else(|| "distance not known".to_owned(), away),
        is_known: target_hops.is_some(),
        target_x: x(target_hops.unwrap_or(end)),
        known_end: x(known),
        goes_on: end > known,
        ticks: if end <= TICKS {
            (0..end).filter(|&hops| Some(hops) != target_hops).map(x).collect()
        } else {
            Vec::new()
        },
        marks_left_out: places.len().saturating_sub(MARKS),
        label: format!("Path to {target}: refused {}", listed(&said)),
        marks,
    }
}

/// Puts marks that share a place on the line below each other.
fn stack(marks: &mut [Mark]) {
    let mut there: HashMap<String, usize> = HashMap::new();
    for mark in marks {
        let marks_there = there.entry(mark.x.clone()).or_default();
        mark.above = *marks_there;
        *marks_there += 1;
    }
}

impl Place<'_> {
    /// Whether every refusal was spoken there.
    fn is_at(&self, locus: Locus) -> bool {
        self.incidents.iter().all(|incident| incident.locus == locus)
    }

    /// Whether it is the sender itself.
    fn is_sender(&self) -> bool {
        self.is_at(Locus::Sender)
    }

    fn mark(&self, number: usize, x: String, (hops, reporter): (u8, IpAddr), target: IpAddr, words: Words<'_>) -> Mark {
        let mut causes: BTreeMap<&'static str, u64> = BTreeMap::new();
        for incident in &self.incidents {
            *causes.entry(incident.verdict.outcome().name()).or_default() += incident.messages;
        }
        let causes: Vec<String> =
            causes.iter().map(|(cause, messages)| format!("{cause}, {}", count(*messages, "message"))).collect();
        let loudest = self.incidents.iter().max_by_key(|incident| incident.messages);
        let is_known = self.incidents.iter().any(|incident| incident.reporter_hops.is_some());
        Mark {
            number,
            x,
            above: 0,
            kind: loudest.map_or("unsure", |incident| kind(incident.verdict.attribution)),
            who: match reporter == target {
                true if self.is_at(Locus::Target) => "the target itself".to_owned(),
                true if self.is_at(Locus::Path) => format!("something that answers as {}", words.host(reporter)),
                true => "the target's address".to_owned(),
                false => words.host(reporter),
            },
            place: match (self.is_sender(), is_known) {
                (true, _) => "on the sender itself".to_owned(),
                (false, true) => away(hops),
                (false, false) => "at an unknown distance".to_owned(),
            },
            causes: causes.join("; "),
        }
    }
}
