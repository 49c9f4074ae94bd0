//! The messages as text: when, which frame, who, where to, by whom, why, and what it was matched to.

use std::io::{self, Write};

use super::cut::Cut;
use super::ends::{Ends, add_ports, known, write_address, write_by};
use super::grid::{Column, Grid, Step};
use super::line::{Line, Row};
use super::times::Times;
use super::{end, left_out, no_room, paint, unwanted, verdict, write_percent};
use crate::digits;
use crate::incident::{JudgedMessage, Label};
use crate::report::{Messages, Report, Style, TableName, harmless};
use crate::unreachable::{FrameRef, Match};

const TIME: usize = 0;
const FRAME: usize = 1;
const SENDER: usize = 2;
const TARGET: usize = 3;
const PORT: usize = 4;
const BY: usize = 5;
const CAUSE: usize = 6;
const MATCH: usize = 8;
const MEANING: usize = 9;
const FILE: usize = 10;
const LABELS: usize = 11;
const NAMES: usize = 12;

fn grid(times: &Times) -> Grid {
    Grid {
        columns: vec![
            Column::left("TIME", Cut::Digits),
            Column::right("FRAME"),
            Column::left("SENDER", Cut::Middle),
            Column::left("TARGET", Cut::Middle),
            Column::left("PORT", Cut::Middle),
            Column::left("BY (HOPS)", Cut::Middle),
            Column::left("CAUSE", Cut::End),
            Column::right("SURE"),
            Column::left("MATCH", Cut::End),
            Column::left("MEANING", Cut::End),
            Column::left("FILE", Cut::Start),
            Column::left("LABELS", Cut::Words),
            Column::left("NAMES", Cut::Words),
        ],
        steps: vec![
            Step::Shrink(LABELS, 10),
            Step::Drop(LABELS),
            Step::Shrink(FILE, 16),
            Step::Shrink(TIME, times.least_width()),
            Step::Shrink(SENDER, 20),
            Step::Shrink(TARGET, 24),
            Step::Shrink(BY, 24),
            Step::Shrink(MEANING, 12),
            Step::Drop(MEANING),
            Step::Shrink(NAMES, 24),
            Step::Shrink(MATCH, 8),
            Step::Shrink(SENDER, 15),
            Step::Shrink(TARGET, 15),
            Step::Shrink(BY, 17),
            Step::Shrink(NAMES, 12),
            Step::Drop(NAMES),
            Step::Shrink(FILE, 11),
            Step::Shrink(CAUSE, 14),
            Step::Shrink(MATCH, 5),
            Step::Shrink(SENDER, 12),
            Step::Shrink(TARGET, 12),
            Step::Shrink(BY, 14),
            Step::Drop(MATCH),
            Step::Shrink(FILE, 6),
            Step::Shrink(SENDER, 11),
            Step::Drop(SENDER),
            Step::Shrink(TARGET, 11),
            Step::Shrink(BY, 10),
            Step::Shrink(PORT, 10),
            Step::Shrink(CAUSE, 10),
            Step::Drop(TIME),
            Step::Drop(BY),
            Step::Drop(FILE),
            Step::Drop(FRAME),
        ],
    }
}

/// Writes the table.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let (mut missing, rows) = (None, report.messages().count());
    if rows > 0 {
        let times = Times::of(report, TableName::Messages, report.messages().map(|row| row.message.timestamp));
        let widths = grid(&times).write(|| lines(report, times.clone()), style, out)?;
        // Rows are looked at again only where names were asked for, and until there is one.
        let asked = report.naming.names_hosts() || report.naming.names_networks();
        let has_name = |row: JudgedMessage<'_>| !known(&ends(&row), report.names()).is_empty();
        let no_names = asked && widths[NAMES] == 0 && report.rows::<Messages>().any(has_name);
        missing = no_room(&[(widths[SENDER] == 0, "senders"), (no_names, "names")]);
    } else if report.findings.messages.is_empty() {
        let passed = if report.totals.is_filtered { " passed the filter" } else { "" };
        writeln!(out, "No unreachable messages{passed}.")?;
    }
    let more = left_out(report, TableName::Messages, rows);
    end(missing.into_iter().chain(more).chain(unwanted(report, TableName::Messages, rows)), out)
}

/// The rows, with a line between them where a new day begins.
fn lines<'a>(report: &Report<'a>, mut times: Times) -> impl Iterator<Item = Line> + use<'a> {
    let report = *report;
    // One input needs no name.
    let shared = (report.inputs.len() > 1).then(|| (report.names().shared_folder(), report.names().shared_ending()));
    report.rows::<Messages>().flat_map(move |message| {
        let heading = times.heading(message.message.timestamp);
        heading.into_iter().chain([Line::Cells(row(&report, &message, shared, &times))])
    })
}

/// Bytes of the folder that the names of all inputs begin with, and of the ending that they have.
type Shared = (usize, usize);

fn row(report: &Report<'_>, judged: &JudgedMessage<'_>, shared: Option<Shared>, times: &Times) -> Row {
    let JudgedMessage { message, incident, .. } = judged;
    let (cause, probability) = verdict(&incident.verdict);
    let labels: Vec<_> = judged.all_labels().iter().map(Label::name).collect();
    let ends = ends(judged);
    let mut row = Row::new();
    row.written(|text| times.write(message.timestamp, text));
    row.written(|text| digits::number(message.frame.number, text));
    row.written(|text| write_address(message.sender, text));
    row.written(|text| write_address(message.target, text));
    add_ports(&mut row, message.target_port.as_slice(), message.protocol);
    row.written(|text| write_by(&ends, text));
    row.painted(cause, paint(incident.verdict.attribution));
    row.written(|text| write_percent(probability, text));
    add_match(&mut row, message.correlation.matched, message.correlation.original);
    row.cell(message.code.meaning());
    add_file(&mut row, report.names().of(message.frame.input), shared);
    row.cell(labels.join(", "));
    row.cell(known(&ends, report.names()));
    row
}

fn ends(judged: &JudgedMessage<'_>) -> Ends {
    let JudgedMessage { message, incident, .. } = judged;
    Ends {
        sender: message.sender,
        target: message.target,
        reporter: message.reporter,
        hops: incident.reporter_hops,
        locus: incident.locus,
    }
}

/// Adds a cell: the name of an input without the folder that all share; without their ending, too, where there is no room for it.
fn add_file(row: &mut Row, name: &str, shared: Option<Shared>) {
    let Some((folder, ending)) = shared else { return row.cell("") };
    let name = name.get(folder..).unwrap_or(name);
    row.cell(harmless(name));
    if let Some(stem) = name.get(..name.len().saturating_sub(ending)).filter(|stem| ending > 0 && !stem.is_empty()) {
        row.shorter(|text| {
            text.extend_from_slice(harmless(stem).as_bytes());
            text.extend_from_slice("…".as_bytes());
        });
    }
}

/// Adds a cell: `exact 12`, how the quoted packet was found, and its frame; how alone where there is no room for both.
fn add_match(row: &mut Row, matched: Match, original: Option<FrameRef>) {
    row.written(|text| {
        text.extend_from_slice(matched.name().as_bytes());
        if let Some(frame) = original {
            text.push(b' ');
            digits::number(frame.number, text);
        }
    });
    if original.is_some() {
        row.shorter(|text| text.extend_from_slice(matched.name().as_bytes()));
    }
}
