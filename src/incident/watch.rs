//! Incidents while they are open: what they say so far, and those that closed.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use smallvec::SmallVec;

use super::judge::judgement;
use super::ledger::Entry;
use super::story::{Judged, Story, incident, stories};
use super::{Attributed, Findings, Incident};
use crate::evidence::{Case, CaseKey, Context};
use crate::flow::Observations;
use crate::frame::Timestamp;
use crate::incident::tracker::Tracker;

/// Groups judged in one look at most: a flood of refusals is told of over several looks.
const JUDGED_AT_ONCE: usize = 512;

/// An incident that is still open, as it would be judged now.
#[derive(Clone, Debug)]
pub struct Open {
    /// Numbers of its cases in this run, ascending. The incident's id may change with its judgement; these do not.
    pub cases: Serials,
    /// The incident.
    pub incident: Incident,
}

/// Incidents that closed, with their messages.
#[derive(Debug, Default)]
pub struct Closed {
    /// Numbers of the cases of each incident, ascending.
    pub cases: Vec<Serials>,
    /// The incidents, and those of the messages that have rows.
    pub findings: Findings,
}

/// Numbers of cases in a run; most incidents are of one case.
pub type Serials = SmallVec<[u32; 2]>;

/// What cases of one story share before they are judged, as a hash with a random seed: no two groups have the same by chance. (What it
/// stands for takes five times as much, and the most open cases there may be are remembered by it.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Group(u64);

impl Group {
    pub(super) fn of(key: &CaseKey, seed: &RandomState) -> Self {
        Self(seed.hash_one((key.target, key.protocol, key.reporter, key.signature.ttl, key.code)))
    }
}

/// Numbers of the cases of a story.
pub(super) fn serials(story: &[Judged]) -> Serials {
    story.iter().map(|(numbered, _)| numbered.0).collect()
}

impl Tracker {
    /// Open incidents that had messages since the last call, judged by what is known until now.
    pub fn take_changed(&mut self, seen: &mut Observations, context: &Context) -> Vec<Open> {
        let touched = self.touched.get_or_insert_with(|| self.groups.iter().copied().collect());
        if touched.len() > JUDGED_AT_ONCE {
            // Where more come than are told, those that closed meanwhile would pile up.
            touched.retain(|group| self.groups.contains(group));
        }
        let groups: HashSet<Group> = touched.iter().take(JUDGED_AT_ONCE).copied().collect();
        touched.retain(|group| !groups.contains(group));
        let (seen, profiles) = seen.learned();
        let profiles = &*profiles;
        let mut judged: Vec<Judged> = self
            .open
            .iter()
            .filter(|numbered| groups.contains(&Group::of(&numbered.1.key, &self.grouping)))
            .map(|numbered| (numbered.clone(), judgement(&Case::new(&numbered.1, seen, profiles, context))))
            .collect();
        judged.sort_unstable_by_key(|(numbered, _)| numbered.0);
        let told = |mut story: Story| Open { cases: serials(&story), incident: incident(&mut story, seen) };
        stories(judged).into_iter().map(told).collect()
    }

    /// Judges groups of cases of which none had a message since `before`: an incident closes as a whole.
    pub fn close_idle(&mut self, before: Timestamp, seen: &mut Observations, context: &Context) {
        let idle = self.collectives.take_where(|facts| facts.last_seen < before);
        self.close(idle, seen, context);
        if !self.open.iter().any(|numbered| numbered.1.last_seen < before) {
            return;
        }
        let active = self.open.iter().filter(|numbered| numbered.1.last_seen >= before);
        let active: HashSet<Group> = active.map(|numbered| Group::of(&numbered.1.key, &self.grouping)).collect();
        let grouping = self.grouping.clone();
        self.close_where(seen, context, |facts| !active.contains(&Group::of(&facts.key, &grouping)));
    }

    /// Judges everything that is open.
    pub fn close_all(&mut self, seen: &mut Observations, context: &Context) {
        self.close_where(seen, context, |_| true);
        let collectives = self.collectives.take_all();
        self.close(collectives, seen, context);
    }

    /// Hands out the incidents that closed since the last call, and forgets them.
    pub fn take_closed(&mut self) -> Closed {
        let incidents = std::mem::take(&mut self.incidents);
        let cases = std::mem::take(&mut self.serials);
        let waiting = self.by_case.get_or_insert_with(|| self.messages.take_all().collect());
        let incident_of: HashMap<u32, usize> =
            (0..).zip(&cases).flat_map(|(incident, cases)| cases.iter().map(move |&case| (case, incident))).collect();
        for case in incident_of.keys() {
            self.places.remove(case);
        }
        let taken = waiting.take(incident_of.keys().copied()).into_iter();
        let attributed = |Entry { message, labels, case }| {
            incident_of.get(&case).map(|&incident| Attributed { message, labels, incident })
        };
        let messages = taken.filter_map(attributed).collect();
        Closed { cases, findings: Findings { messages, incidents, devices: Vec::new() } }
    }
}
