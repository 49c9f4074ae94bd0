//! Aligned text for people: what matters first, one line a row, never wider than the screen.

mod chosen;
mod cut;
mod devices;
mod ends;
mod grid;
mod groups;
mod incidents;
mod kept;
mod line;
mod messages;
mod times;

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use super::{Devices, Groups, Incidents, Messages, Report, Style, Table, TableName};
use crate::digits;
use crate::verdict::{Attribution, Cause, Outcome, Verdict};

/// Writes a table. Columns that were asked for by name are those of a table of their own, if it has any row.
pub(super) fn write(table: TableName, report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match table {
        TableName::Groups if names_columns::<Groups>(report) => chosen::write::<Groups>(report, style, out),
        TableName::Groups => groups::write(report, style, out),
        TableName::Messages if names_columns::<Messages>(report) => chosen::write::<Messages>(report, style, out),
        TableName::Messages => messages::write(report, style, out),
        TableName::Incidents if names_columns::<Incidents>(report) => chosen::write::<Incidents>(report, style, out),
        TableName::Incidents => incidents::write(report, style, out),
        TableName::Devices if names_columns::<Devices>(report) => chosen::write::<Devices>(report, style, out),
        TableName::Devices => devices::write(report, style, out),
    }
}

fn names_columns<T: Table>(report: &Report<'_>) -> bool {
    report.view.names_columns(T::NAME) && T::rows(*report).next().is_some()
}

/// How many of the rows that are selected are not shown because there are more than were asked for.
fn left_out(report: &Report<'_>, table: TableName, rows: usize) -> Option<String> {
    let top = report.view.top.filter(|_| report.view.rearranges(table))?;
    let more = rows.saturating_sub(top) as u64;
    let noun = table.name().trim_end_matches('s');
    (more > 0).then(|| format!("not shown: {} (--top {top})", count(more, &format!("more {noun}"))))
}

/// How many rows the options leave out, of all that a table would have, or of groups how many incidents; where none is left, and a
/// time was asked for, also which times there are.
fn unwanted(report: &Report<'_>, table: TableName, rows: usize) -> Option<String> {
    let (all, rows, noun) = match table {
        TableName::Incidents => (report.findings.incidents.len(), rows, "incident"),
        TableName::Messages => (report.findings.messages.len(), rows, "unreachable message"),
        TableName::Devices => (report.findings.devices.len(), rows, "device"),
        TableName::Groups => (report.findings.incidents.len(), report.incidents().count(), "incident"),
    };
    let others = all.saturating_sub(rows) as u64;
    let of_time = rows == 0 && (report.selection.since.is_some() || report.selection.until.is_some());
    let span = report.totals.first.zip(report.totals.last).filter(|_| of_time);
    let span = span.map(|(first, last)| format!("; what was read is from {}", report.view.clock.span(first, last)));
    let span = span.unwrap_or_default();
    (others > 0).then(|| format!("not shown: {} that the options leave out{span}", count(others, noun)))
}

/// Ends a table by what is to be said below it, a line each.
fn end(remarks: impl IntoIterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    for remark in remarks {
        writeln!(out, "{remark}")?;
    }
    out.flush()
}

/// Which columns with content were left out because the screen is too narrow for them.
fn no_room(columns: &[(bool, &str)]) -> Option<String> {
    let missing: Vec<&str> = columns.iter().filter(|(is_missing, _)| *is_missing).map(|(_, name)| *name).collect();
    let named = missing.join(" and the ");
    (!missing.is_empty()).then(|| format!("not shown: the {named}, for want of room (a wider screen, or --columns)"))
}

/// What a cell shows for a verdict: the cause; its attribution where only that is certain; the best candidate with a
/// question mark where nothing is; and how sure that is.
pub fn verdict(verdict: &Verdict) -> (Cow<'static, str>, f64) {
    let told = match (verdict.outcome(), verdict.candidates.first()) {
        (Outcome::Cause(None), Some((best, _))) => format!("{}?", best.name()).into(),
        (outcome, _) => outcome.name().into(),
    };
    (told, verdict.certainty())
}

/// A probability in percent, never rounded up to a certainty.
pub fn percent(probability: f64) -> String {
    digits::written(|text| write_percent(probability, text))
}

/// Writes what [`percent`] says.
fn write_percent(probability: f64, text: &mut Vec<u8>) {
    if probability >= 0.995 {
        text.extend_from_slice(b">99");
    } else {
        digits::number((probability * 100.0).round_ties_even() as u64, text);
    }
    text.extend_from_slice(b" %");
}

/// The colour of an attribution: red where a device refuses, yellow where nothing listens, cyan where the network
/// fails, magenta where somebody lies.
fn paint(attribution: Attribution) -> Paint {
    match attribution {
        Attribution::FilteringDevice => AnsiColor::Red.on_default(),
        Attribution::ClosedPort => AnsiColor::Yellow.on_default(),
        Attribution::Network => AnsiColor::Cyan.on_default(),
        Attribution::Forged => AnsiColor::Magenta.on_default(),
        Attribution::Undetermined => Paint::new(),
    }
}

/// The colour of a cause or an attribution by name; other words have none.
fn paint_word(word: &str) -> Paint {
    let cause = Cause::ALL.into_iter().find(|cause| cause.name() == word).map(Cause::attribution);
    let attribution = Attribution::DEFINITE.into_iter().find(|attribution| attribution.name() == word);
    cause.or(attribution).map_or(Paint::new(), paint)
}

/// `1 message`, `2 messages`.
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
