//! From messages to cases, and, once these are judged, to incidents.

use std::collections::{HashMap, HashSet};

use super::copies::Copies;
use super::judge::judgement;
use super::story::{Judged, incident, stories};
use super::watch::{Group, serials};
use super::{Attributed, Findings, Incident, Label, Labels};
use crate::evidence::{Case, CaseFacts, CaseKey, Context};
use crate::flow::Observations;
use crate::frame::Timestamp;
use crate::unreachable::Message;

/// Where a case stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Open,
    /// Position of its incident in the findings.
    Closed(u32),
    /// Its incident was handed out.
    Gone,
}

/// How much a tracker holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Cases open at once; beyond, those idle for longest are judged before the end.
    pub cases: usize,
    /// Incidents; once there are as many, no further cases are opened, and messages of others are counted only.
    pub incidents: usize,
    /// Messages; later ones are judged with their incidents, but get no row of their own.
    pub messages: usize,
}

impl Default for Room {
    /// 32,768 cases, 65,536 incidents, 524,288 messages: some three hundred megabytes where all of it is taken.
    fn default() -> Self {
        Self { cases: 1 << 15, incidents: 1 << 16, messages: 1 << 19 }
    }
}

/// What there was no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shortage {
    /// Cases that were judged before the end.
    pub closed_early: u64,
    /// Messages that are in no incident.
    pub left_out: u64,
    /// Messages without a row of their own, of incidents that have one.
    pub rows_left_out: u64,
}

/// Open cases, and the messages that wait for their judgement.
#[derive(Clone, Debug)]
pub struct Tracker {
    pub(super) open: HashMap<CaseKey, (u32, CaseFacts)>,
    /// Groups of cases that had messages since somebody looked; kept once somebody did.
    pub(super) touched: Option<HashSet<Group>>,
    /// By serial number of the case; kept only where messages are.
    pub(super) places: Vec<Place>,
    /// Serial number of the next case.
    next: u32,
    copies: Copies,
    pub(super) messages: Vec<(Message, Labels, u32)>,
    pub(super) incidents: Vec<Incident>,
    /// Serial numbers of the cases of each incident.
    pub(super) serials: Vec<Vec<u32>>,
    room: Room,
    shortage: Shortage,
}

impl Tracker {
    /// Nothing yet, and room for so much.
    pub fn new(room: Room) -> Self {
        Self {
            open: HashMap::new(),
            touched: None,
            places: Vec::new(),
            next: 0,
            copies: Copies::new(),
            messages: Vec::new(),
            incidents: Vec::new(),
            serials: Vec::new(),
            room,
            shortage: Shortage::default(),
        }
    }

    /// Takes a message. Returns whether it is the first copy of it.
    pub fn record(&mut self, message: &Message) -> bool {
        if let Some((case, key)) = self.copies.case_of(message) {
            if let Some((_, facts)) = self.open.get_mut(&key) {
                facts.copies += 1;
            }
            let mut labels = Labels::default();
            labels.insert(Label::Duplicate);
            self.keep(message, labels, case);
            return false;
        }
        if let Some(case) = self.add(message) {
            self.copies.remember(message, (case, CaseKey::of(message)));
            self.keep(message, Labels::default(), case);
        } else {
            self.shortage.left_out += 1;
        }
        true
    }

    fn keep(&mut self, message: &Message, labels: Labels, case: u32) {
        if self.messages.len() < self.room.messages {
            self.messages.push((message.clone(), labels, case));
        } else if self.room.messages > 0 {
            self.shortage.rows_left_out += 1;
        }
    }

    /// Adds a message to its case. No new case is opened where there is no room for its incident.
    fn add(&mut self, message: &Message) -> Option<u32> {
        let key = CaseKey::of(message);
        if let Some(touched) = &mut self.touched {
            touched.insert(Group::of(&key));
        }
        if let Some((case, facts)) = self.open.get_mut(&key) {
            facts.add(message);
            return Some(*case);
        }
        if self.incidents.len() >= self.room.incidents {
            return None;
        }
        let case = self.next;
        self.next = case.wrapping_add(1);
        if self.room.messages > 0 {
            self.places.push(Place::Open);
        }
        self.open.insert(key, (case, CaseFacts::new(key, message)));
        Some(case)
    }

    /// Whether there are more open cases than there may be.
    pub fn is_full(&self) -> bool {
        self.open.len() > self.room.cases.max(1)
    }

    /// Judges the half of the cases that had no message for longest.
    pub fn close_oldest(&mut self, seen: &Observations, context: &Context) {
        let mut times: Vec<Timestamp> = self.open.values().map(|(_, facts)| facts.last_seen).collect();
        times.sort_unstable();
        let Some(&median) = times.get(times.len() / 2) else { return };
        self.shortage.closed_early += self.close_where(seen, context, |facts| facts.last_seen <= median);
    }

    /// Judges what is still open, and hands everything out: messages in the order they came, incidents by first message.
    pub fn finish(mut self, seen: &Observations, context: &Context) -> Findings {
        self.close_where(seen, context, |_| true);
        let mut order: Vec<usize> = (0..self.incidents.len()).collect();
        order.sort_by_key(|&position| {
            (self.incidents[position].first_seen, self.incidents[position].frames.first().copied())
        });
        let mut rank = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            rank[old] = new;
        }
        let Self { places, messages, mut incidents, .. } = self;
        incidents.sort_by_key(|incident| (incident.first_seen, incident.frames.first().copied()));
        let incident_of = |case: u32| match places.get(case as usize) {
            Some(Place::Closed(position)) => rank.get(*position as usize).copied(),
            Some(Place::Open | Place::Gone) | None => None,
        };
        let messages = messages
            .into_iter()
            .filter_map(|(message, labels, case)| {
                incident_of(case).map(|incident| Attributed { message, labels, incident })
            })
            .collect();
        Findings { messages, incidents, devices: Vec::new() }
    }

    /// What there was no room for.
    pub fn shortage(&self) -> Shortage {
        self.shortage
    }

    pub(super) fn close_where(
        &mut self,
        seen: &Observations,
        context: &Context,
        closes: impl Fn(&CaseFacts) -> bool,
    ) -> u64 {
        let (closing, open) = std::mem::take(&mut self.open).into_iter().partition(|(_, (_, facts))| closes(facts));
        self.open = open;
        let closing: HashMap<CaseKey, (u32, CaseFacts)> = closing;
        let mut judged: Vec<Judged> = closing
            .into_values()
            .map(|(case, facts)| {
                let judgement = judgement(&Case { facts: &facts, seen, context });
                (case, facts, judgement)
            })
            .collect();
        // The order of the map changes from run to run; that of the cases does not.
        judged.sort_unstable_by_key(|(case, ..)| *case);
        let count = judged.len() as u64;
        for story in stories(judged) {
            let position = self.incidents.len() as u32;
            for (case, ..) in &story {
                self.put(*case, Place::Closed(position));
            }
            self.serials.push(serials(&story));
            self.incidents.push(incident(&story, seen));
        }
        count
    }

    fn put(&mut self, case: u32, place: Place) {
        if let Some(known) = self.places.get_mut(case as usize) {
            *known = place;
        }
    }
}
