//! The incidents as text: when, who, what, why, by whom, how sure; the harmless ones counted in a line.

use std::io::{self, Write};
use std::net::IpAddr;

use anstyle::Style as Paint;

use super::grid::{Column, Cut, Entry, Grid, Line, Step};
use super::{count, paint, percent, verdict};
use crate::decode::protocol;
use crate::incident::{Incident, Label, Locus};
use crate::report::{Cell, FOLDED, List, Report, Style, clock, incidents::service};

const TIME: usize = 0;
const SENDER: usize = 1;
const TARGET: usize = 2;
const CAUSE: usize = 3;
const BY: usize = 5;
const MEANING: usize = 6;
const ID: usize = 8;
const NOTES: usize = 9;

const GRID: Grid = Grid {
    columns: &[
        Column::left("TIME", Cut::Digits),
        Column::left("SENDER", Cut::Middle),
        Column::left("TARGET", Cut::Middle),
        Column::left("CAUSE", Cut::End),
        Column::right("SURE"),
        Column::left("BY (HOPS)", Cut::Middle),
        Column::left("MEANING", Cut::End),
        Column::right("MSGS"),
        Column::left("ID", Cut::Digits),
        Column::left("NOTES", Cut::End),
    ],
    // The less important first: notes, the middle of long addresses, digits of the time, the meaning of the code. The id
    // stays almost to the last, as `explain` asks for it.
    steps: &[
        Step::Shrink(NOTES, 14),
        Step::Drop(NOTES),
        Step::Shrink(TARGET, 36),
        Step::Shrink(SENDER, 20),
        Step::Shrink(BY, 24),
        Step::Shrink(TIME, 8),
        Step::Shrink(MEANING, 12),
        Step::Shrink(SENDER, 13),
        Step::Shrink(BY, 17),
        Step::Shrink(TARGET, 24),
        Step::Drop(SENDER),
        Step::Shrink(CAUSE, 14),
        Step::Shrink(MEANING, 9),
        Step::Shrink(BY, 13),
        Step::Drop(MEANING),
        Step::Shrink(TARGET, 16),
        Step::Shrink(CAUSE, 10),
        Step::Drop(ID),
        Step::Shrink(BY, 10),
    ],
};

/// Runs of ports that are shown; the rest is counted.
const SHOWN_RUNS: usize = 2;

/// Fewest characters of an incident's id that are shown.
const SHORTEST_ID: usize = 4;

/// Screens narrower than this name a sender that is the same in every row once, instead of in a column.
const WIDE: usize = 120;

/// Writes the table.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if shown(report).next().is_some() {
        let only_sender = if style.width < WIDE { only_sender(report) } else { None };
        if let Some(sender) = only_sender {
            writeln!(out, "All packets were sent by {sender}.")?;
        }
        let id_length = shortest_unique(report);
        GRID.write(|| lines(report, id_length, only_sender.is_none()), style, out)?;
    } else if report.findings.incidents.is_empty() {
        writeln!(out, "No incidents: no packet was answered by an unreachable message.")?;
    }
    for remark in left_out(report) {
        writeln!(out, "{remark}")?;
    }
    out.flush()
}

/// Incidents that get a line of their own.
fn shown<'a>(report: &Report<'a>) -> impl Iterator<Item = &'a Incident> + use<'a> {
    let selection = report.selection;
    report.incidents().filter(move |incident| selection.folds(incident).is_none())
}

/// The sender of every incident shown, where they have the same one and are several.
fn only_sender(report: &Report<'_>) -> Option<IpAddr> {
    let sender = shown(report).next()?.sender;
    let several = shown(report).nth(1).is_some();
    if several && shown(report).all(|incident| incident.sender == sender) { sender } else { None }
}

/// The rows, with a line between them where a new day begins.
fn lines<'a>(report: &Report<'a>, id_length: usize, with_sender: bool) -> impl Iterator<Item = Line> + use<'a> {
    let mut today = String::new();
    shown(report).flat_map(move |incident| {
        let day = clock::day(incident.first_seen);
        let heading = (day != today).then(|| Line::Aside(format!("{day} UTC")));
        today = day;
        heading.into_iter().chain([Line::Cells(row(incident, id_length, with_sender))])
    })
}

fn row(incident: &Incident, id_length: usize, with_sender: bool) -> Vec<Entry> {
    let (cause, sure) = verdict(&incident.verdict);
    vec![
        Entry::new(clock::time_with_milliseconds(incident.first_seen)),
        Entry::new(if with_sender { sender(incident) } else { String::new() }),
        Entry::new(target(incident)),
        Entry::painted(cause, paint(incident.verdict.attribution)),
        Entry::new(sure),
        Entry::new(by(incident)),
        Entry::new(incident.code.meaning()),
        Entry::new(incident.messages.to_string()),
        Entry::painted(incident.id.chars().take(id_length).collect::<String>(), Paint::new().dimmed()),
        Entry::painted(notes(incident), Paint::new().dimmed()),
    ]
}

fn sender(incident: &Incident) -> String {
    match incident.sender {
        Some(sender) => sender.to_string(),
        None => count(incident.senders, "sender"),
    }
}

/// `10.3.0.2:9001/udp`, `[fd03::2]:53/udp`, `10.3.0.2/icmp`.
fn target(incident: &Incident) -> String {
    let address = match incident.target {
        Some(IpAddr::V6(address)) if !incident.target_ports.is_empty() => format!("[{address}]"),
        Some(address) => address.to_string(),
        None if incident.is_collective => {
            return format!("many/{}", incident.protocol.map(protocol::name).unwrap_or_default());
        }
        None => return "?".to_owned(),
    };
    let ports = ports(&incident.target_ports);
    let protocol = incident.protocol.map(protocol::name).unwrap_or_default();
    format!("{address}{}{ports}/{protocol}", if ports.is_empty() { "" } else { ":" })
}

/// `53`, `5000-5010,7000`, `1,3,+97`.
fn ports(ports: &[u16]) -> String {
    let mut runs = Vec::new();
    let mut hidden = 0u32;
    List::Ports(ports).each(|run| match run {
        Cell::Ports(first, last) if runs.len() >= SHOWN_RUNS => hidden += u32::from(last - first) + 1,
        _ => runs.push(run.to_text()),
    });
    if hidden > 0 {
        runs.push(format!("+{hidden}"));
    }
    runs.join(",")
}

/// Who refused, and how many hops away; `target` where the target spoke for itself.
fn by(incident: &Incident) -> String {
    let itself = incident.locus == Locus::Target && incident.target == Some(incident.reporter);
    let reporter = if itself {
        "target".to_owned()
    } else if incident.reporter.is_unspecified() {
        "many".to_owned()
    } else {
        incident.reporter.to_string()
    };
    match incident.reporter_hops {
        Some(hops) => format!("{reporter} ({hops})"),
        None => reporter,
    }
}

/// What else is worth knowing: the service, the labels, and what an undetermined cause lies between.
fn notes(incident: &Incident) -> String {
    let mut notes: Vec<String> = Vec::new();
    if incident.verdict.cause.is_none() {
        let between = incident.verdict.candidates.iter().take(2);
        let between: Vec<_> = between.map(|(cause, p)| format!("{} {}", cause.name(), percent(*p))).collect();
        notes.push(between.join(" or "));
    }
    notes.extend(incident.labels.iter().map(|label| label.name().to_owned()));
    notes.extend(service(incident).map(str::to_owned));
    notes.join(", ")
}

/// What the table does not show, and how to see it.
fn left_out(report: &Report<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    for label in FOLDED {
        let folded = report.incidents().filter(|incident| report.selection.folds(incident) == Some(label));
        let (incidents, messages) = folded.fold((0, 0), |(n, sum), incident| (n + 1, sum + incident.messages));
        if incidents > 0 {
            remarks.push(format!(
                "not shown: {} in {} (--include {})",
                count(messages, plural_stem(label)).replace("replys", "replies"),
                count(incidents, "incident"),
                label.name(),
            ));
        }
    }
    let unwanted = report.findings.incidents.len() - report.incidents().count();
    if unwanted > 0 {
        remarks.push(format!("not shown: {} that the options leave out", count(unwanted as u64, "incident")));
    }
    remarks
}

/// What one message of a folded incident is called.
fn plural_stem(label: Label) -> &'static str {
    if label == Label::Traceroute { "traceroute end" } else { "late reply" }
}

/// How many characters of the ids tell all incidents apart.
fn shortest_unique(report: &Report<'_>) -> usize {
    let mut ids: Vec<&str> = report.findings.incidents.iter().map(|incident| incident.id.as_str()).collect();
    ids.sort_unstable();
    let common = |pair: &[&str]| pair[0].bytes().zip(pair[1].bytes()).take_while(|(left, right)| left == right).count();
    ids.windows(2).map(|pair| common(pair) + 1).max().unwrap_or_default().max(SHORTEST_ID)
}
