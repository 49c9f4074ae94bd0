//! The `groups` table: incidents that share a target, a reporter, a sender or a cause, added up in a row.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::column::{Column, Kind, Table, Values};
use super::parties::MANY;
use super::vocabulary::Vocabulary;
use super::{Cell, List, Report, TableName};
use crate::frame::Timestamp;
use crate::incident::{Incident, Labels};

/// What incidents are grouped by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupBy {
    /// Where the refused packets were going.
    #[default]
    Target,
    /// Who refused them.
    Reporter,
    /// Whose packets were refused.
    Sender,
    /// Why.
    Cause,
}

impl GroupBy {
    /// Everything that incidents can be grouped by.
    pub const ALL: [Self; 4] = [Self::Target, Self::Reporter, Self::Sender, Self::Cause];

    /// Its name on the command line: that of the column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Reporter => "reporter",
            Self::Sender => "sender",
            Self::Cause => "cause",
        }
    }
}

/// What the incidents of a group share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    Address(IpAddr),
    Cause(&'static str),
    /// No target was quoted, or the senders or reporters are several.
    Unknown,
}

/// Incidents that share something.
#[derive(Clone, Debug)]
pub struct Group {
    pub(super) by: GroupBy,
    shared: Shared,
    pub(super) incidents: u64,
    pub(super) messages: u64,
    pub(super) senders: u64,
    known_senders: BTreeSet<IpAddr>,
    /// Those that are known: an incident that stands for many names none, nor says how many they are.
    pub(super) targets: BTreeSet<IpAddr>,
    /// The same.
    pub(super) reporters: BTreeSet<IpAddr>,
    pub(super) causes: Vec<(&'static str, u64)>,
    pub(super) labels: Labels,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
}

impl Group {
    /// What its incidents share, in words.
    pub(super) fn name(&self) -> String {
        match (self.shared, self.by) {
            (Shared::Address(address), _) => address.to_string(),
            (Shared::Cause(cause), _) => cause.to_owned(),
            (Shared::Unknown, GroupBy::Sender) => "several".to_owned(),
            (Shared::Unknown, GroupBy::Reporter) => MANY.to_owned(),
            (Shared::Unknown, _) => "?".to_owned(),
        }
    }

    fn new(by: GroupBy, shared: Shared, incident: &Incident) -> Self {
        Self {
            by,
            shared,
            incidents: 0,
            messages: 0,
            senders: 0,
            known_senders: BTreeSet::new(),
            targets: BTreeSet::new(),
            reporters: BTreeSet::new(),
            causes: Vec::new(),
            labels: Labels::default(),
            first_seen: incident.first_seen,
            last_seen: incident.last_seen,
        }
    }

    fn add(&mut self, incident: &Incident) {
        self.incidents += 1;
        self.messages += incident.messages;
        self.known_senders.extend(&incident.known_senders);
        self.senders = self.senders.max(incident.senders).max(self.known_senders.len() as u64);
        self.targets.extend(incident.target);
        self.reporters.extend(incident.one_reporter());
        self.labels = self.labels.union(incident.labels);
        self.first_seen = self.first_seen.min(incident.first_seen);
        self.last_seen = self.last_seen.max(incident.last_seen);
        let cause = incident.verdict.outcome().name();
        match self.causes.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, messages)) => *messages += incident.messages,
            None => self.causes.push((cause, incident.messages)),
        }
    }
}

/// Groups incidents; those of most messages come first.
pub(super) fn groups<'a>(by: GroupBy, incidents: impl Iterator<Item = &'a Incident>) -> Vec<Group> {
    let mut groups: BTreeMap<Shared, Group> = BTreeMap::new();
    for incident in incidents {
        let shared = shared(by, incident);
        groups.entry(shared).or_insert_with(|| Group::new(by, shared, incident)).add(incident);
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.messages));
    for group in &mut groups {
        group.causes.sort_by_key(|&(_, messages)| std::cmp::Reverse(messages));
    }
    groups
}

fn shared(by: GroupBy, incident: &Incident) -> Shared {
    let address = match by {
        GroupBy::Target => incident.target,
        GroupBy::Reporter => incident.one_reporter(),
        GroupBy::Sender => incident.sender,
        GroupBy::Cause => return Shared::Cause(incident.verdict.outcome().name()),
    };
    address.map_or(Shared::Unknown, Shared::Address)
}

/// The `groups` table.
#[derive(Debug)]
pub struct Groups;

impl Table for Groups {
    type Row<'a> = &'a Group;
    const NAME: TableName = TableName::Groups;
    const COLUMNS: &'static [Column<Self>] = COLUMNS;

    fn placed(report: Report<'_>) -> impl Iterator<Item = (u64, &Group)> {
        (0..).zip(&report.tallies.groups)
    }

    fn at(report: Report<'_>, place: u64) -> Option<&Group> {
        report.tallies.groups.get(usize::try_from(place).ok()?)
    }
}

const COLUMNS: &[Column<Groups>] = &[
    Column::<Groups>::new(
        "group",
        Kind::Text,
        "What the incidents of the group share; empty where the target is unknown, or senders or reporters are several.",
        |row, _| match row.shared {
            Shared::Address(address) => Cell::Address(address),
            Shared::Cause(cause) => Cell::keyword(cause),
            Shared::Unknown => Cell::Empty,
        },
    )
    .brief(),
    Column::<Groups>::new(
        "grouped_by",
        Kind::Keyword,
        "What that is: `target`, `reporter`, `sender`, `cause`.",
        |row, _| Cell::keyword(row.by.name()),
    )
    .of(Values::Words(Vocabulary::Groupings)),
    Column::<Groups>::new("messages", Kind::Integer, "How many messages, copies counted once.", |row, _| {
        Cell::Integer(row.messages)
    })
    .brief(),
    Column::<Groups>::new("incidents", Kind::Integer, "How many incidents.", |row, _| Cell::Integer(row.incidents))
        .brief(),
    Column::<Groups>::new(
        "senders",
        Kind::Integer,
        "How many hosts had packets refused; at least so many where they are not all remembered.",
        |row, _| Cell::Integer(row.senders),
    )
    .brief(),
    Column::<Groups>::new(
        "targets",
        Kind::Integer,
        "How many targets are known; incidents that stand for many name none.",
        |row, _| Cell::Integer(row.targets.len() as u64),
    )
    .brief(),
    Column::<Groups>::new(
        "reporters",
        Kind::Integer,
        "How many reporters are known; incidents that stand for many name none.",
        |row, _| Cell::Integer(row.reporters.len() as u64),
    )
    .brief(),
    Column::<Groups>::new(
        "causes",
        Kind::List,
        "Causes as `cause:messages`, or attributions where only these are certain, most messages first.",
        |row, _| Cell::List(List::Tallies(&row.causes)),
    )
    .of(Values::Tallies)
    .brief(),
    Column::<Groups>::new("labels", Kind::List, "What was going on in any of the incidents.", |row, _| {
        Cell::List(List::Labels(row.labels))
    })
    .of(Values::Words(Vocabulary::Labels))
    .brief(),
    Column::<Groups>::new("first_seen", Kind::Time, "Time of the first message.", |row, _| Cell::Time(row.first_seen))
        .brief(),
    Column::<Groups>::new("last_seen", Kind::Time, "Time of the last message.", |row, _| Cell::Time(row.last_seen)),
];
