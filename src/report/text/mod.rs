//! Aligned text for people: what matters first, one line a row, never wider than the screen.

mod devices;
mod grid;
mod incidents;
mod messages;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use super::{Report, Style, TableName};
use crate::verdict::{Attribution, Verdict};

/// Writes a table.
pub(super) fn write(table: TableName, report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    match table {
        TableName::Messages => messages::write(report, style, out),
        TableName::Incidents => incidents::write(report, style, out),
        TableName::Devices => devices::write(report, style, out),
    }
}

/// What a cell shows for a verdict: the cause; its attribution where only that is certain; the best candidate with a
/// question mark where nothing is; and how sure that is.
pub(super) fn verdict(verdict: &Verdict) -> (String, String) {
    if verdict.cause.is_none() && verdict.attribution != Attribution::Undetermined {
        return (verdict.attribution.name().to_owned(), percent(verdict.attribution_confidence));
    }
    let cause = match (verdict.cause, verdict.candidates.first()) {
        (None, Some((best, _))) => format!("{}?", best.name()),
        _ => verdict.cause_name().to_owned(),
    };
    (cause, percent(verdict.confidence))
}

/// A probability in percent, never rounded up to a certainty.
fn percent(probability: f64) -> String {
    if probability >= 0.995 { ">99 %".to_owned() } else { format!("{:.0} %", probability * 100.0) }
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

/// `1 message`, `2 messages`.
fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
