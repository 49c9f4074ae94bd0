//! The messages as text: when, which frame, by whom, about what, why, and what it was matched to.

use std::io::{self, Write};
use std::net::IpAddr;

use super::grid::{Column, Cut, Entry, Grid, Line, Step};
use super::{paint, verdict};
use crate::incident::{JudgedMessage, Label};
use crate::report::{Report, Style, clock, harmless, protocols};
use crate::unreachable::{FrameRef, Match, Message};

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
        Column::left("FILE", Cut::Middle),
        Column::left("LABELS", Cut::End),
    ],
    steps: &[
        Step::Shrink(9, 10),
        Step::Drop(9),
        Step::Shrink(8, 12),
        Step::Shrink(0, 8),
        Step::Shrink(4, 12),
        Step::Shrink(2, 13),
        Step::Shrink(3, 18),
        Step::Drop(8),
        Step::Shrink(5, 10),
        Step::Shrink(7, 5),
        Step::Shrink(3, 14),
        Step::Shrink(2, 10),
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
    let mut today = String::new();
    report.messages().flat_map(move |message| {
        let day = clock::day(message.message.timestamp);
        let heading = (day != today).then(|| Line::Aside(format!("{day} UTC")));
        today = day;
        heading.into_iter().chain([Line::Cells(row(&report, message))])
    })
}

fn row(report: &Report<'_>, judged: JudgedMessage<'_>) -> Vec<Entry> {
    let message = judged.message;
    let (cause, sure) = verdict(&judged.incident.verdict);
    let labels: Vec<_> = judged.labels.union(judged.incident.labels).iter().map(Label::name).collect();
    let several = report.inputs.len() > 1;
    vec![
        Entry::new(clock::time_with_milliseconds(message.timestamp)),
        Entry::new(message.frame.number.to_string()),
        Entry::new(message.reporter.to_string()),
        Entry::new(target(message)),
        Entry::new(message.code.meaning()),
        Entry::painted(cause, paint(judged.incident.verdict.attribution)),
        Entry::new(sure),
        Entry::new(matched(message.matched, message.original)),
        Entry::new(if several { harmless(report.names().of(message.frame.input)) } else { String::new() }),
        Entry::new(labels.join(", ")),
    ]
}

/// `10.3.0.2:9001/udp`.
fn target(message: &Message) -> String {
    let protocol = message.protocol.map(protocols::protocol).unwrap_or_default();
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
