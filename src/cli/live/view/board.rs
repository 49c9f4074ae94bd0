//! What the view shows: incidents, how the run stands, and what was said.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use crate::cli::live::pulse::Pulse;
use crate::incident::{Closed, Incident, Open};

/// Incidents that are shown at most; those that closed first go first.
const SHOWN: usize = 2000;

/// Lines that were said, and are remembered.
const SAID: usize = 20;

/// An incident as it was told last.
#[derive(Clone, Debug)]
pub(in crate::cli::live) struct Entry {
    pub(super) number: u32,
    pub(super) is_open: bool,
    pub(super) incident: Arc<Incident>,
}

/// Everything that is shown.
#[derive(Clone, Debug, Default)]
pub(in crate::cli::live) struct Board {
    entries: BTreeMap<u32, Entry>,
    pub(super) pulse: Pulse,
    /// Packets, bytes and messages a second.
    pub(super) rates: [f64; 3],
    taken: Option<Instant>,
    pub(super) said: VecDeque<String>,
}

impl Board {
    /// Incidents that opened or changed.
    pub(in crate::cli::live) fn changed(&mut self, open: &[Open]) {
        for Open { cases, incident } in open {
            self.put(cases, Arc::new(incident.clone()), true);
        }
        self.make_room();
    }

    /// Incidents that closed.
    pub(in crate::cli::live) fn closed(&mut self, closed: &Closed) {
        for (cases, incident) in closed.cases.iter().zip(&closed.findings.incidents) {
            self.put(cases, Arc::new(incident.clone()), false);
        }
        self.make_room();
    }

    fn put(&mut self, cases: &[u32], incident: Arc<Incident>, is_open: bool) {
        let Some((&number, parts)) = cases.split_first() else { return };
        for part in parts {
            self.entries.remove(part);
        }
        self.entries.insert(number, Entry { number, is_open, incident });
    }

    fn make_room(&mut self) {
        while self.entries.len() > SHOWN {
            let closed = self.entries.values().find(|entry| !entry.is_open).map(|entry| entry.number);
            let Some(gone) = closed.or_else(|| self.entries.keys().next().copied()) else { return };
            self.entries.remove(&gone);
        }
    }

    /// How the run stands now.
    pub(in crate::cli::live) fn pulse(&mut self, pulse: Pulse) {
        let now = Instant::now();
        if let Some(taken) = self.taken {
            let seconds = now.duration_since(taken).as_secs_f64().max(0.001);
            let grown = |of: fn(&Pulse) -> u64| of(&pulse).saturating_sub(of(&self.pulse)) as f64 / seconds;
            self.rates = [grown(|pulse| pulse.packets), grown(|pulse| pulse.bytes), grown(|pulse| pulse.messages)];
        }
        self.taken = Some(now);
        self.pulse = pulse;
    }

    /// Something to be told.
    pub(in crate::cli::live) fn say(&mut self, line: String) {
        if self.said.len() >= SAID {
            self.said.pop_front();
        }
        self.said.push_back(line);
    }

    /// The incidents, by number.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// An incident by number.
    pub(super) fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(&number)
    }
}
