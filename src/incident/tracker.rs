//! From messages to cases.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::by_case::ByCase;
use super::cases::{CaseId, Cases};
use super::copies::Copies;
use super::ids::Ids;
use super::ledger::Ledger;
use super::mark::{Mark, Marker};
use super::room::{Room, Shortage};
use super::shelf::{Shelf, Store};
use super::watch::{Group, Serials};
use super::{Incident, Label, Labels};
use crate::evidence::{CaseFacts, CaseKey, Standing};
use crate::flow::Observations;
use crate::unreachable::Message;

/// Where a case stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Open,
    /// Position of its incident in the findings.
    Closed(u32),
}

/// Cases that stand for many targets and reporters, at most: there are as many as combinations of codes, protocols and the
/// looks of headers, hundreds where nobody makes them up.
const COLLECTIVES: usize = 4096;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is a further copy of one that came before.
    Copy,
    /// It is judged with others of its target and reporter.
    Single,
    /// It is judged with others of other targets and reporters.
    Collective,
    /// There was no room for it.
    LeftOut,
}

/// Open cases, and the messages that wait for their judgement.
#[derive(Debug)]
pub struct Tracker {
    pub(super) open: Cases,
    pub(super) collectives: Cases,
    /// What groups are hashed with.
    pub(super) grouping: RandomState,
    /// Groups that the open cases are of.
    pub(super) groups: HashSet<Group, RandomState>,
    /// Groups of cases that had messages since somebody looked; kept once somebody did.
    pub(super) touched: Option<HashSet<Group>>,
    /// By serial number of the case, until its incident is handed out; kept only where messages are.
    pub(super) places: HashMap<u32, Place, RandomState>,
    /// Serial number of the next case.
    next: u32,
    pub(super) copies: Copies,
    pub(super) marker: Marker,
    pub(super) messages: Ledger,
    /// Where messages wait instead once somebody takes what has closed.
    pub(super) by_case: Option<ByCase>,
    pub(super) incidents: Vec<Incident>,
    pub(super) ids: Ids,
    /// Serial numbers of the cases of each incident.
    pub(super) serials: Vec<Serials>,
    room: Room,
    /// Threads that judge.
    pub(super) threads: usize,
    pub(super) shortage: Shortage,
}

impl Tracker {
    /// Nothing yet, and room for so much; cases are judged on so many threads where there are many at once.
    pub fn new(room: Room, threads: usize) -> Self {
        Self {
            open: Cases::default(),
            collectives: Cases::default(),
            grouping: RandomState::default(),
            groups: HashSet::default(),
            touched: None,
            places: HashMap::default(),
            next: 0,
            copies: Copies::default(),
            marker: Marker::new(room.messages > 0),
            messages: Ledger::default(),
            by_case: None,
            incidents: Vec::new(),
            ids: Ids::default(),
            serials: Vec::new(),
            room,
            threads,
            shortage: Shortage::default(),
        }
    }

    /// Messages that wait for their judgement are put away there, where they are many: then there is no bound to them.
    pub fn put_away_to(&mut self, store: Box<dyn Store>) {
        self.messages.put_away_to(store);
    }

    /// Where such messages wait, for another thread to put them away.
    pub fn shelf(&self) -> &Shelf {
        self.messages.shelf()
    }

    /// What marks messages for this tracker.
    pub fn marker(&self) -> &Marker {
        &self.marker
    }

    /// Brings into the cache where the search starts for the case of a message with this mark.
    #[inline]
    pub fn prefetch_slot(&self, mark: &Mark) {
        self.open.prefetch(mark.case);
    }

    /// Brings its case into the cache, if that seems to be open; says whether it does.
    #[inline]
    pub fn prefetch_found(&self, mark: &Mark) -> bool {
        self.open.prefetch_facts(mark.case)
    }

    /// Takes a message, with what was packed of it when it was read, its mark, and how many messages back the latest is that may
    /// be the same; the flows that its case holds are remembered until that closes.
    pub fn record(
        &mut self,
        message: &Message,
        read: &[u8],
        (mark, back): (&Mark, u32),
        seen: &mut Observations,
    ) -> Recorded {
        let repeat = mark.repeat(back);
        if let Some(case) = self.copies.case_of(repeat, message) {
            self.copies.pass(repeat);
            self.add_copy(message, read, case);
            return Recorded::Copy;
        }
        let standing = Standing::of(message);
        let alone = self.add(message, mark, standing, seen).or_else(|| self.add_new(message, mark, seen));
        let Some(case) = alone.or_else(|| self.add_collective(message, mark, standing, seen)) else {
            self.copies.pass(repeat);
            self.shortage.left_out += 1;
            return Recorded::LeftOut;
        };
        self.copies.remember(repeat, message, case);
        self.keep(message, read, Labels::default(), case.serial);
        if case.is_collective() {
            self.shortage.together += 1;
            Recorded::Collective
        } else {
            Recorded::Single
        }
    }

    fn add_copy(&mut self, message: &Message, read: &[u8], case: CaseId) {
        // Another case may have been opened since, which is alike: the copy is of a message that this one does not have.
        let cases = if case.is_collective() { &mut self.collectives } else { &mut self.open };
        if let Some(facts) = cases.get_mut(case) {
            facts.copies += 1;
        }
        let mut labels = Labels::default();
        labels.insert(Label::Duplicate);
        // Not if the incident of the message was handed out.
        if self.places.contains_key(&case.serial) {
            self.keep(message, read, labels, case.serial);
        }
    }

    fn keep(&mut self, message: &Message, read: &[u8], labels: Labels, case: u32) {
        // Rows are not wanted.
        if self.room.messages == 0 {
            return;
        }
        debug_assert!(self.places.contains_key(&case), "it would never be handed out");
        match &mut self.by_case {
            Some(waiting) if waiting.len() < self.room.messages => waiting.add(message, read, labels, case),
            None if self.messages.has_room(self.room.messages) => self.messages.add(message, read, labels, case),
            // Told with what the store failed of.
            None if self.messages.refuse() => {}
            _ => self.shortage.rows_left_out += 1,
        }
    }

    /// Adds a message to its case, if that is open.
    fn add(&mut self, message: &Message, mark: &Mark, standing: Standing, seen: &mut Observations) -> Option<CaseId> {
        if let Some(touched) = &mut self.touched {
            touched.insert(Group::of(&CaseKey::of(message), &self.grouping));
        }
        let (case, facts) = self.open.find(mark.case, standing)?;
        debug_assert_eq!(facts.key, CaseKey::of(message), "its hash is that of another case");
        add_to(facts, message, mark, seen);
        Some(case)
    }

    /// Opens a case with a message, where there is room for its incident.
    fn add_new(&mut self, message: &Message, mark: &Mark, seen: &mut Observations) -> Option<CaseId> {
        self.has_room_for_incident().then(|| self.open_case(message, mark, seen))
    }

    #[inline(never)]
    fn open_case(&mut self, message: &Message, mark: &Mark, seen: &mut Observations) -> CaseId {
        let (serial, key) = (self.number(), CaseKey::of(message));
        self.groups.insert(Group::of(&key, &self.grouping));
        let (case, facts) = self.open.insert(mark.case, serial, CaseFacts::empty(key, message));
        add_to(facts, message, mark, seen);
        case
    }

    /// Whether there is room for one more incident. What is open will be incidents, too, one for each group at least; where somebody
    /// takes what has closed, they will have been handed out by then.
    fn has_room_for_incident(&self) -> bool {
        let to_come = if self.by_case.is_some() { 0 } else { self.groups.len() };
        self.incidents.len() + to_come < self.room.incidents
    }

    fn add_collective(
        &mut self,
        message: &Message,
        mark: &Mark,
        standing: Standing,
        seen: &mut Observations,
    ) -> Option<CaseId> {
        let (case, facts) = if let Some(found) = self.collectives.find(mark.collective, standing) {
            found
        } else {
            if self.collectives.len() >= COLLECTIVES {
                return None;
            }
            let serial = self.number();
            self.collectives.insert(
                mark.collective,
                serial,
                CaseFacts::empty(CaseKey::of(message).collective(message), message),
            )
        };
        debug_assert_eq!(facts.key, CaseKey::of(message).collective(message), "its hash is that of another case");
        add_to(facts, message, mark, seen);
        facts.flows_counted += u64::from(message.correlation.flow.is_some_and(|flow| !seen.count_flow(flow)));
        Some(case)
    }

    /// The serial number of a new case.
    fn number(&mut self) -> u32 {
        let case = self.next;
        if self.room.messages > 0 {
            self.places.insert(case, Place::Open);
        }
        // A run that never ends may come round; by then, the cases of the same number are long gone.
        self.next = case.wrapping_add(1);
        case
    }

    /// Whether there are more open cases than there may be.
    pub fn is_full(&self) -> bool {
        self.open.len() > self.room.cases.max(1)
    }

    /// What there was no room for.
    pub fn shortage(&self) -> Shortage {
        self.shortage
    }
}

/// Adds a message to a case; its flow is held where the case keeps it.
#[expect(clippy::inline_always, reason = "it is called once for messages of each kind")]
#[inline(always)]
fn add_to(facts: &mut CaseFacts, message: &Message, mark: &Mark, seen: &mut Observations) {
    if let Some(flow) = facts.add(message, mark.counted) {
        seen.hold(flow);
    }
    facts.behind.note(message, facts.key.standing, seen.recent.position());
}
