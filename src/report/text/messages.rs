//! The messages as text: when, which frame, by whom, about what, why, and what it was matched to.

use std::io::{self, Write};
use std::net::IpAddr;

use super::grid::{Column, Cut, Entry, Grid, Line, Step};
use super::{paint, verdict};
use crate::decode::protocol;
use crate::incident::{JudgedMessage, Label};
use crate::report::{Report, Style, clock, harmless};
use crate::unreachable::{FrameRef, Match, Message};

const TIME: usize = 0;
const REPORTER: usize = 2;
const TARGET: usize = 3;
const MEANING: usize = 4;
const CAUSE: usize = 5;
const MATCH: usize = 7;
const FILE: usize = 8;
const LABELS: usize = 9;

const GRID: Grid = Grid {
    columns: &[
        Column::left("TIME", Cut::Digits),
        Column::right("FRAME"),
        Column::left("REPORTER", Cut::Middle),
        Column::left("TARGET", Cut::Middle),
        Column::left("MEANING", Cut::End),
        Column::left("CAUSE", Cut::End),
        Column::right("SURE"),
        Column::left("MATCH", Cut::End),
        Column::left("FILE", Cut::End),
        Column::left("LABELS", Cut::End),
    ],
    steps: &[
        Step::Shrink(LABELS, 10),
        Step::Drop(LABELS),
        Step::Shrink(FILE, 16),
        Step::Shrink(TIME, 8),
        Step::Shrink(MEANING, 12),
        Step::Shrink(REPORTER, 13),
        Step::Shrink(TARGET, 22),
        Step::Shrink(CAUSE, 14),
        Step::Shrink(MEANING, 9),
        Step::Shrink(FILE, 11),
        Step::Shrink(TARGET, 16),
        Step::Shrink(REPORTER, 10),
        Step::Shrink(CAUSE, 10),
        Step::Shrink(MATCH, 5),
        Step::Shrink(FILE, 6),
    ],
};

/// Writes the table.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if report.messages().next().is_some() {
        GRID.write(|| lines(report), style, out)?;
    } else {
        writeln!(out, "No unreachable messages.")?;
    }
    out.flush()
}

/// The rows, with a line between them where a new day begins.
fn lines<'a>(report: &Report<'a>) -> impl Iterator<Item = Line> + use<'a> {
    let report = *report;
    let shared = shared_folder(&report);
    let mut today = String::new();
    report.messages().flat_map(move |message| {
        let day = clock::day(message.message.timestamp);
        let heading = (day != today).then(|| Line::Aside(format!("{day} UTC")));
        today = day;
        heading.into_iter().chain([Line::Cells(row(&report, message, shared))])
    })
}

fn row(report: &Report<'_>, judged: JudgedMessage<'_>, shared: Option<usize>) -> Vec<Entry> {
    let message = judged.message;
    let (cause, sure) = verdict(&judged.incident.verdict);
    let labels: Vec<_> = judged.labels.union(judged.incident.labels).iter().map(Label::name).collect();
    let file = shared.map(|shared| (report.names().of(message.frame.input), shared));
    vec![
        Entry::new(clock::time_with_milliseconds(message.timestamp)),
        Entry::new(message.frame.number.to_string()),
        Entry::new(message.reporter.to_string()),
        Entry::new(target(message)),
        Entry::new(message.code.meaning()),
        Entry::painted(cause, paint(judged.incident.verdict.attribution)),
        Entry::new(sure),
        Entry::new(matched(message.matched, message.original)),
        Entry::new(file.map(|(name, shared)| harmless(name.get(shared..).unwrap_or(name))).unwrap_or_default()),
        Entry::new(labels.join(", ")),
    ]
}

/// Length of the folder that the names of all inputs begin with; `None` where there is one input, which needs no name.
fn shared_folder(report: &Report<'_>) -> Option<usize> {
    let (first, rest) = report.inputs.split_first()?;
    let same = |name: &str| first.name.bytes().zip(name.bytes()).take_while(|(left, right)| left == right).count();
    let length = rest.iter().map(|input| same(&input.name)).min()?;
    Some(first.name.as_bytes()[..length].iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1))
}

/// `10.3.0.2:9001/udp`.
fn target(message: &Message) -> String {
    let protocol = message.protocol.map(protocol::name).unwrap_or_default();
    match (message.target, message.target_port) {
        (Some(IpAddr::V6(address)), Some(port)) => format!("[{address}]:{port}/{protocol}"),
        (Some(address), Some(port)) => format!("{address}:{port}/{protocol}"),
        (Some(address), None) => format!("{address}/{protocol}"),
        (None, _) => "?".to_owned(),
    }
}

/// `exact 12`: how the quoted packet was found, and its frame.
fn matched(matched: Match, original: Option<FrameRef>) -> String {
    match original {
        Some(frame) => format!("{} {}", matched.name(), frame.number),
        None => matched.name().to_owned(),
    }
}
