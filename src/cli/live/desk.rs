//! What is told of incidents while a live run lasts: to whom, and in which form.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::path::Path;

use super::outlet::{self, Outlet, Sink};
use super::pulse::Causes;
use super::rows::{Rows, Shown};
use crate::cli::arguments::Reporting;
use crate::cli::destination::Destination;
use crate::cli::ending::Failure;
use crate::cli::session::{self, Session};
use crate::frame::Timestamp;
use crate::incident::{Closed, Findings, Incident, Ledger, Open, Room};
use crate::report::{Event, Folder, Format, GrowingFile, Rotation, Selection, TableName, Told, View, write_joined};

/// How incidents are told on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    /// A line for people when one opens, and when it closes.
    Lines,
    /// A line of JSON for each event.
    Events,
    /// Rows when one closes.
    Rows(Rows),
    /// Everything in the end.
    Whole,
}

impl Telling {
    fn of(table: TableName, format: Format, view: &View) -> Self {
        match (table, format) {
            _ if view.sort.is_some() || view.top.is_some() => Self::Whole,
            (TableName::Incidents, Format::Table) => Self::Lines,
            (TableName::Incidents, Format::Ndjson) => Self::Events,
            _ => Rows::of(table, format, view).map_or(Self::Whole, Self::Rows),
        }
    }
}

/// Outputs as far as they are opened before rights are given up.
pub(super) struct Opened {
    /// Folders of the outputs.
    pub(super) folders: Vec<Folder>,
    /// Outputs that are pipes or devices, by position.
    devices: HashMap<usize, File>,
}

impl Opened {
    /// Opens what has to be opened while that is permitted.
    pub(super) fn of(reporting: &Reporting, saved: Option<&Path>) -> Result<Self, Failure> {
        let mut opened = Self { folders: Vec::new(), devices: HashMap::new() };
        for (position, output) in reporting.outputs.iter().enumerate() {
            let is_device = std::fs::metadata(&output.path).is_ok_and(|found| !found.is_file() && !found.is_dir());
            if is_device && Rows::of(output.table, output.format, &View::default()).is_some() {
                let file = File::options().write(true).open(&output.path).map_err(Failure::System)?;
                opened.devices.insert(position, file);
            } else {
                opened.folders.push(Folder::of(&output.path)?);
            }
        }
        if let Some(path) = saved {
            opened.folders.push(Folder::of(path)?);
        }
        Ok(opened)
    }
}

/// How much is held for the outputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// Bytes that may wait for the reader of each output.
    rows: usize,
    /// Incidents remembered for the summary and for what is written in the end, a few kilobytes each, and their messages, some hundred
    /// bytes each: as many as may wait for their judgement.
    remembered: Room,
}

impl Held {
    /// As much as the analysis holds, and rows of so many bytes together where memory is bounded.
    pub(super) fn of(remembered: Room, rows: Option<usize>, reporting: &Reporting) -> Self {
        let outlets = reporting.outputs.len() + 1;
        let rows = rows.map_or(outlet::ROOM, |share| (share / outlets).min(outlet::ROOM));
        Self { rows, remembered }
    }
}

/// Everything that is told of incidents.
pub(super) struct Desk {
    selection: Selection,
    telling: Telling,
    out: Option<Outlet>,
    files: Vec<(Rows, Outlet)>,
    /// What was told last of incidents that are open.
    told: HashMap<u32, State>,
    closed: u64,
    causes: Causes,
    remembers_messages: bool,
    room: Room,
    /// What closed together, the earliest first.
    remembered: VecDeque<Findings>,
    forgotten: u64,
}

/// What makes an update worth telling.
type State = (u64, Option<crate::verdict::Cause>, i64, crate::incident::Labels);

fn state(incident: &Incident) -> State {
    let percent = (incident.verdict.confidence * 100.0).round() as i64;
    (incident.messages, incident.verdict.cause, percent, incident.labels)
}

impl Desk {
    /// Begins the outputs that grow. Standard output may be needed for something else.
    pub(super) fn begin(
        reporting: &Reporting,
        session: &mut Session<'_>,
        mut opened: Opened,
        (rotation, held): (Option<Rotation>, Held),
        now: Timestamp,
        has_standard_output: bool,
    ) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for (position, Destination { table, format, path }) in reporting.outputs.iter().enumerate() {
            let Some(rows) = Rows::of(*table, *format, session.view()) else { continue };
            let name = path.display().to_string();
            let outlet = if let Some(file) = opened.devices.remove(&position) {
                Outlet::begin(&name, Sink::Device(file), &rows.header(session.view()), held.rows)
            } else {
                let file = GrowingFile::create(
                    path,
                    Folder::of(path)?,
                    rows.header(session.view()),
                    reporting.force,
                    rotation,
                )?;
                Outlet::begin(&name, Sink::File(Box::new(file)), &[], held.rows)
            };
            files.push((rows, outlet));
        }
        let telling = Telling::of(session.view().table, reporting.format, session.view());
        let header = if let Telling::Rows(rows) = telling { rows.header(session.view()) } else { Vec::new() };
        let out = if telling == Telling::Whole || !has_standard_output {
            None
        } else {
            let sink = Sink::standard_output().map_err(Failure::System)?;
            Some(Outlet::begin("standard output", sink, &header, held.rows))
        };
        Ok(Self {
            selection: session.selection(now),
            telling,
            out,
            files,
            told: HashMap::new(),
            closed: 0,
            causes: Causes::default(),
            remembers_messages: session::wants_messages_whole(reporting),
            room: held.remembered,
            remembered: VecDeque::new(),
            forgotten: 0,
        })
    }

    /// Whether standard output is told of incidents as they happen, and so needs no table in the end.
    pub(super) fn tells(&self) -> bool {
        self.telling != Telling::Whole
    }

    /// Tells of incidents that opened or changed.
    pub(super) fn changed(&mut self, now: Timestamp, open: &[Open], shown: Shown<'_>) {
        for Open { cases, incident } in open {
            let number = cases.first().copied().unwrap_or_default();
            self.join(now, cases);
            let state = state(incident);
            let event = match self.told.insert(number, state) {
                None => Event::Opened,
                Some(before) if before != state => Event::Updated,
                Some(_) => continue,
            };
            self.tell(&Told { event, time: now, number, incident }, shown);
        }
    }

    /// Tells of incidents that closed, and writes their rows.
    pub(super) fn closed(&mut self, now: Timestamp, closed: &Closed, shown: Shown<'_>) {
        let Closed { cases, findings } = closed;
        for (cases, incident) in cases.iter().zip(&findings.incidents) {
            let number = cases.first().copied().unwrap_or_default();
            self.join(now, cases);
            if self.told.remove(&number).is_none() {
                // It came and went while nobody looked.
                self.tell(&Told { event: Event::Opened, time: now, number, incident }, shown);
            }
            self.tell(&Told { event: Event::Closed, time: now, number, incident }, shown);
        }
        self.closed += findings.incidents.len() as u64;
        findings.incidents.iter().for_each(|incident| self.causes.count(incident));
        for (rows, outlet) in &mut self.files {
            outlet.rows(&rows.rows(findings, shown, &self.selection));
        }
        if let (Telling::Rows(rows), Some(out)) = (self.telling, &mut self.out) {
            out.rows(&rows.rows(findings, shown, &self.selection));
        }
    }

    /// Hands out a line for standard output, where that takes events.
    pub(super) fn event(&mut self, line: &[u8]) {
        if let (Telling::Events, Some(out)) = (self.telling, &mut self.out) {
            out.rows(line);
        }
    }

    /// Nothing comes any more: readers may take their time.
    pub(super) fn be_patient(&mut self) {
        self.files.iter_mut().map(|(_, outlet)| outlet).chain(&mut self.out).for_each(Outlet::be_patient);
    }

    /// Opens output files anew.
    pub(super) fn reopen(&self) {
        self.files.iter().for_each(|(_, outlet)| outlet.reopen());
    }

    /// Whether nobody is left who could be told.
    pub(super) fn is_deserted(&self) -> bool {
        self.out.as_ref().is_some_and(Outlet::is_closed) && self.files.is_empty()
    }

    /// Incidents that are open and were told.
    pub(super) fn open(&self) -> usize {
        self.told.len()
    }

    /// Incidents that closed.
    pub(super) fn closed_count(&self) -> u64 {
        self.closed
    }

    /// The same by cause.
    pub(super) fn causes(&self) -> Causes {
        self.causes
    }

    /// Rows that found no reader.
    pub(super) fn rows_lost(&self) -> u64 {
        self.outlets().map(Outlet::lost).sum()
    }

    /// Ends the outputs: what went wrong with them, what was remembered, and what is to be said.
    pub(super) fn end(mut self) -> (Vec<Failure>, VecDeque<Findings>, Vec<String>) {
        let mut remarks: Vec<String> = self
            .outlets()
            .filter(|outlet| outlet.lost() > 0)
            .map(|outlet| {
                format!("{}: {} rows were lost, because they were read too slowly", outlet.name(), outlet.lost())
            })
            .collect();
        if self.forgotten > 0 {
            remarks.push(format!(
                "the {} incidents that closed first are not in the summary, nor in what is written in the end",
                self.forgotten
            ));
        }
        let outlets = self.files.drain(..).map(|(_, outlet)| outlet).chain(self.out.take());
        let failures = outlets.filter_map(|outlet| outlet.end().err()).collect();
        (failures, self.remembered, remarks)
    }

    fn outlets(&self) -> impl Iterator<Item = &Outlet> {
        self.files.iter().map(|(_, outlet)| outlet).chain(&self.out)
    }

    /// Incidents that were told apart, and turn out to be parts of one.
    fn join(&mut self, now: Timestamp, cases: &[u32]) {
        let Some((&into, parts)) = cases.split_first() else { return };
        for &part in parts {
            if self.told.remove(&part).is_some() {
                let mut line = Vec::new();
                write_joined(now, part, into, &mut line);
                self.event(&line);
            }
        }
    }

    fn tell(&mut self, told: &Told<'_>, shown: Shown<'_>) {
        let Some(out) = &mut self.out else { return };
        if !self.selection.admits(told.incident) {
            return;
        }
        let mut line = Vec::new();
        match self.telling {
            Telling::Events => told.write_json(shown.names(), shown.view, &mut line),
            Telling::Lines if told.event != Event::Updated && self.selection.folds(told.incident).is_none() => {
                told.write_text(shown.view, &mut line);
            }
            Telling::Lines | Telling::Rows(_) | Telling::Whole => return,
        }
        out.rows(&line);
    }

    /// Keeps incidents for the end; of too many, those that closed first are let go.
    pub(super) fn remember(&mut self, mut findings: Findings) {
        if findings.incidents.is_empty() {
            return;
        }
        if !self.remembers_messages {
            findings.messages = Ledger::default();
        }
        self.remembered.push_back(findings);
        let Room { incidents, messages, .. } = self.room;
        let is_too_much = |parts: &VecDeque<Findings>| {
            parts.iter().map(|part| part.incidents.len()).sum::<usize>() > incidents
                || parts.iter().map(|part| part.messages.len()).sum::<usize>() > messages
        };
        while self.remembered.len() > 1 && is_too_much(&self.remembered) {
            let gone = self.remembered.pop_front().unwrap_or_default();
            self.forgotten += gone.incidents.len() as u64;
        }
    }
}
