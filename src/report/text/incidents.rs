//! The incidents as text: when, who, where to, by whom, why, how sure, how often; the harmless ones counted in a line.

use std::io::{self, Write};
use std::net::IpAddr;

use anstyle::Style as Paint;

use super::cut::Cut;
use super::ends::{Ends, add_ports, known, write_address, write_by};
use super::grid::{Column, Grid, Step};
use super::line::{Line, Row};
use super::times::Times;
use super::{count, end, left_out, no_room, paint, percent, unwanted, verdict, write_percent};
use crate::analyzer::Totals;
use crate::decode::Stop;
use crate::digits;
use crate::incident::Incident;
use crate::report::{Folded, Incidents, Names, Report, Sorted, Style, TableName, incidents::service, parties};
use crate::verdict::Outcome;

const TIME: usize = 0;
const SENDER: usize = 1;
const TARGET: usize = 2;
const PORT: usize = 3;
const BY: usize = 4;
const CAUSE: usize = 5;
const MSGS: usize = 7;
const ID: usize = 8;
const MEANING: usize = 9;
const SERVICE: usize = 10;
const NOTES: usize = 11;
const NAMES: usize = 12;

fn grid(times: &Times) -> Grid {
    Grid {
        columns: vec![
            Column::left("TIME", Cut::Digits),
            Column::left("SENDER", Cut::Middle),
            Column::left("TARGET", Cut::Middle),
            Column::left("PORT", Cut::Middle),
            Column::left("BY (HOPS)", Cut::Middle),
            Column::left("CAUSE", Cut::End),
            Column::right("SURE"),
            Column::right("MSGS"),
            Column::left("ID", Cut::End),
            Column::left("MEANING", Cut::End),
            Column::left("SERVICE", Cut::End),
            Column::left("NOTES", Cut::Words),
            Column::left("NAMES", Cut::Words),
        ],
        // The less important first: notes, digits of the time, the meaning of the code, the middle of long addresses. The
        // id stays almost to the last, as `explain` asks for it.
        steps: vec![
            Step::Shrink(NOTES, 14),
            Step::Drop(SERVICE),
            Step::Drop(NOTES),
            Step::Shrink(TIME, times.least_width()),
            Step::Shrink(SENDER, 20),
            Step::Shrink(TARGET, 24),
            Step::Shrink(BY, 24),
            Step::Shrink(MEANING, 12),
            Step::Drop(MEANING),
            Step::Shrink(NAMES, 24),
            Step::Shrink(PORT, 15),
            Step::Shrink(SENDER, 15),
            Step::Shrink(BY, 17),
            Step::Shrink(TARGET, 15),
            Step::Shrink(NAMES, 12),
            Step::Drop(NAMES),
            Step::Shrink(CAUSE, 14),
            Step::Shrink(SENDER, 12),
            Step::Shrink(BY, 14),
            Step::Shrink(TARGET, 12),
            Step::Shrink(PORT, 12),
            Step::Shrink(SENDER, 11),
            Step::Shrink(TARGET, 11),
            Step::Shrink(BY, 10),
            Step::Drop(SENDER),
            Step::Shrink(CAUSE, 10),
            Step::Drop(ID),
            Step::Drop(MSGS),
            Step::Drop(TIME),
            Step::Drop(BY),
        ],
    }
}

/// Fewest characters of an incident's id that are shown.
const SHORTEST_ID: usize = 4;

/// Screens narrower than this name a sender that is the same in every row once, instead of in a column: that would take the place of
/// digits of the time, and of what the code means.
const WIDE: usize = 132;

/// Writes the table.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    // Once: incidents are large, and where they are many, each that is asked whether it is shown has to come from memory.
    let sorted = Sorted::of(report.incidents(), report.selection);
    let wanted = sorted.len();
    let Sorted { shown, folded } = sorted;
    let mut missing = None;
    if !shown.is_empty() {
        let named = if style.width < WIDE { few_senders(&shown) } else { None };
        if let Some(senders) = &named {
            writeln!(out, "All packets were sent by {senders}.")?;
        }
        let id_length = shortest_unique(report);
        let times = Times::of(report, TableName::Incidents, shown.iter().map(|incident| incident.first_seen));
        let rows: Vec<_> = report.view.arrange::<Incidents>(&shown[..], report.names()).collect();
        let form = RowForm { id_length, with_sender: named.is_none(), names: report.names() };
        let halves = halves(&rows, &times, style.threads);
        let lines: Vec<_> = halves.iter().map(|(rows, times)| move || lines(rows, form, times.clone())).collect();
        let widths = grid(&times).write_parts(&lines, style, out)?;
        let has_names = |incident: &&Incident| !known(&ends(incident), report.names()).is_empty();
        let no_names = widths[NAMES] == 0 && shown.iter().any(has_names);
        let no_senders = named.is_none() && widths[SENDER] == 0;
        missing = no_room(&[(no_senders, "senders"), (no_names, "names")]);
    } else if report.findings.incidents.is_empty() {
        writeln!(out, "No incidents: {}.", why_none(report.totals))?;
    } else if wanted > 0 {
        writeln!(out, "No incidents but such as are harmless as a rule:")?;
    }
    let more = left_out(report, TableName::Incidents, shown.len());
    let others = unwanted(report, TableName::Incidents, wanted);
    end(missing.into_iter().chain(more).chain(folded.iter().filter_map(told)).chain(others), out)
}

/// Why there are no incidents: of frames that could not be decoded nobody knows what they would show. What is not IP holds no message.
fn why_none(totals: &Totals) -> String {
    let harmless = [Stop::NotIp, Stop::Arp].map(Stop::reason);
    let undecoded: u64 =
        totals.stops.iter().filter(|(reason, _)| !harmless.contains(reason)).map(|(_, frames)| frames).sum();
    match (totals.packets, undecoded) {
        (packets @ 1.., undecoded) if undecoded >= packets => {
            format!("none of {} could be decoded", count(packets, "frame"))
        }
        (packets @ 1.., undecoded) if undecoded > packets / 2 => {
            format!("{undecoded} of {packets} frames could not be decoded, and the others hold no unreachable message")
        }
        _ if totals.is_filtered => "no unreachable message passed the filter".to_owned(),
        (0, _) => "no packet was read".to_owned(),
        _ => "no packet was answered by an unreachable message".to_owned(),
    }
}

/// The sender of every incident shown, or of those of either IP version, where that is clear.
fn few_senders(shown: &[&Incident]) -> Option<String> {
    let mut named: Vec<IpAddr> = Vec::new();
    for version in [4, 6] {
        let mut senders = shown.iter().filter(|incident| incident.code.version == version).map(|one| one.sender);
        let Some(first) = senders.next() else { continue };
        named.push(first.filter(|_| senders.all(|sender| sender == first))?);
    }
    named.dedup();
    Some(named.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(" or "))
}

/// Half of the rows, or all of them, and the times as they are before them.
type Half<'a> = (&'a [&'a Incident], Times);

/// Rows that are worth another thread.
const WORTH: usize = 2048;

/// The rows, in halves where there are many, and a thread for each.
fn halves<'a>(rows: &'a [&'a Incident], times: &Times, threads: usize) -> Vec<Half<'a>> {
    let (first, second) = rows.split_at(rows.len() / 2);
    match first.last() {
        Some(last) if threads >= 2 && rows.len() >= WORTH => {
            vec![(first, times.clone()), (second, times.after(last.first_seen))]
        }
        _ => vec![(rows, times.clone())],
    }
}

/// How rows are told.
#[derive(Clone, Copy)]
struct RowForm<'a> {
    id_length: usize,
    with_sender: bool,
    names: Names<'a>,
}

/// The rows, with a line between them where a new day begins.
fn lines<'a>(rows: &'a [&'a Incident], form: RowForm<'a>, mut times: Times) -> impl Iterator<Item = Line> + use<'a> {
    rows.iter().flat_map(move |incident| {
        let heading = times.heading(incident.first_seen);
        heading.into_iter().chain([Line::Cells(row(incident, form, &times))])
    })
}

fn row(incident: &Incident, RowForm { id_length, with_sender, names }: RowForm<'_>, times: &Times) -> Row {
    let (cause, probability) = verdict(&incident.verdict);
    let ends = ends(incident);
    let mut row = Row::new();
    row.written(|text| times.write(incident.first_seen, text));
    if with_sender {
        row.written(|text| write_sender(incident, text));
    } else {
        row.cell("");
    }
    if incident.is_collective {
        row.cell(parties::target(incident));
    } else {
        row.written(|text| write_address(incident.target, text));
    }
    add_ports(&mut row, &incident.target_ports, incident.protocol);
    row.written(|text| write_by(&ends, text));
    row.painted(cause, paint(incident.verdict.attribution));
    row.written(|text| write_percent(probability, text));
    row.written(|text| digits::number(incident.messages, text));
    row.painted(incident.id.get(..id_length).unwrap_or(&incident.id), Paint::new().dimmed());
    row.cell(incident.code.meaning());
    row.cell(service(incident).unwrap_or_default());
    row.painted(notes(incident), Paint::new().dimmed());
    row.cell(known(&ends, names));
    row
}

fn ends(incident: &Incident) -> Ends {
    Ends {
        sender: incident.sender,
        target: incident.target,
        reporter: incident.reporter,
        hops: incident.reporter_hops,
        locus: incident.locus,
    }
}

fn write_sender(incident: &Incident, text: &mut Vec<u8>) {
    match incident.sender {
        None if incident.senders > 0 => text.extend_from_slice(count(incident.senders, "sender").as_bytes()),
        sender => write_address(sender, text),
    }
}

/// What else is worth knowing: the labels, and what an undetermined cause lies between. The best of those is named as the cause
/// already, where the attribution is not certain either.
fn notes(incident: &Incident) -> String {
    let mut notes: Vec<String> = Vec::new();
    let outcome = incident.verdict.outcome();
    // Of nearly all it is certain: then nothing is put into words.
    if !matches!(outcome, Outcome::Cause(Some(_))) {
        let mut between =
            incident.verdict.candidates.iter().map(|(cause, p)| format!("{} {}", cause.name(), percent(*p)));
        match (outcome, between.next(), between.next()) {
            (Outcome::Cause(None), Some(_), Some(next)) => notes.push(format!("or {next}")),
            (Outcome::Attribution(_), Some(best), Some(next)) => notes.push(format!("{best} or {next}")),
            _ => {}
        }
    }
    notes.extend(incident.labels.iter().map(|label| label.name().to_owned()));
    notes.join(", ")
}

/// What is folded into a line, and how to see it.
fn told(folded: &Folded) -> Option<String> {
    let Folded { label, incidents, .. } = *folded;
    let incidents = (incidents > 0).then(|| count(incidents, "incident"))?;
    Some(format!("not shown: {} in {incidents} (--include {})", folded.count(), label.name()))
}

/// How many characters of the ids tell all incidents apart.
fn shortest_unique(report: &Report<'_>) -> usize {
    let ids = report.findings.incidents.iter().map(|incident| incident.id.as_str());
    // By numbers first: compared as texts, the ids of sixteen thousand incidents took a twentieth of the time of their table.
    let mut ids: Vec<(u64, &str)> = ids.map(|id| (beginning(id), id)).collect();
    ids.sort_unstable();
    let common = |pair: &[(u64, &str)]| {
        let [left, right] = [pair[0].1, pair[1].1].map(str::bytes);
        left.zip(right).take_while(|(left, right)| left == right).count()
    };
    ids.windows(2).map(|pair| common(pair) + 1).max().unwrap_or_default().max(SHORTEST_ID)
}

/// The first bytes of a text as a number, which comes before that of another as the text does.
fn beginning(text: &str) -> u64 {
    text.bytes().chain(std::iter::repeat(0)).take(8).fold(0, |number, byte| number << 8 | u64::from(byte))
}
