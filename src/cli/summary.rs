//! The summary on standard error: what was read, what was found, and what is to be known about it.

use std::net::IpAddr;

use super::arguments::Talk;
use super::session::Gathered;
use super::streams::{note, say, warn};
use crate::frame::Timestamp;
use crate::report::{Input, Report, Selection, Sorted, count};

/// Reasons why frames were not decoded that are told without `--verbose`.
const TOLD_STOPS: usize = 3;

/// Warns of problems, and sums up unless quiet.
pub(super) fn tell(report: &Report<'_>, gathered: &Gathered, talk: Talk) {
    gathered.problems.iter().for_each(|problem| warn(problem));
    if talk.quiet {
        return;
    }
    if let Some(line) = vantage(&report.totals.beside) {
        say(&line);
    }
    for remark in gathered.totals.remarks.iter().chain(&gathered.remarks) {
        note(remark);
    }
    if let Some(line) = not_decoded(report, talk.verbose) {
        say(&line);
    }
    if talk.verbose {
        report.inputs.iter().for_each(|input| say(&input_line(input)));
    }
    say(&found(report, &gathered.sources));
}

/// `client.pcap: 157 packets, 13.7 s, 61 unreachables: 45 in 13 incidents, 4 late replies, 12 traceroute ends`.
fn found(report: &Report<'_>, sources: &[String]) -> String {
    let totals = report.totals;
    let source = match sources {
        [source] => source.clone(),
        sources => format!("{} inputs", sources.len()),
    };
    let mut read = vec![count(totals.packets, "packet")];
    read.extend(span(totals.first, totals.last));
    let dropped: Option<u64> = report.inputs.iter().filter_map(|input| input.dropped).reduce(u64::saturating_add);
    read.extend(dropped.map(|dropped| format!("{dropped} dropped")));
    read.push(count(totals.messages, "unreachable"));
    let line = format!("{source}: {}", read.join(", "));
    let parts = parts(report);
    if parts.is_empty() { line } else { format!("{line}: {}", parts.join(", ")) }
}

/// The messages by what became of them.
fn parts(report: &Report<'_>) -> Vec<String> {
    // Of all, whatever the options select.
    let sorted = Sorted::of(report.findings.incidents.iter(), &Selection::default());
    let mut parts = Vec::new();
    if !sorted.shown.is_empty() {
        let messages: u64 = sorted.shown.iter().map(|incident| incident.messages).sum();
        parts.push(format!("{messages} in {}", count(sorted.shown.len() as u64, "incident")));
    }
    parts.extend(sorted.counts());
    let copies = report.totals.copies;
    parts.extend((copies > 0).then(|| if copies == 1 { "1 copy".into() } else { format!("{copies} copies") }));
    parts
}

/// Hosts that are named; of more it is only said how many.
const NAMED: usize = 4;

/// `seen from beside 10.1.0.2 and 2001:db8:1::2`: on which link the capture was taken.
fn vantage(beside: &[IpAddr]) -> Option<String> {
    let names: Vec<String> = beside.iter().take(NAMED).map(ToString::to_string).collect();
    let (last, others) = names.split_last()?;
    let listed = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
    Some(match beside.len().saturating_sub(NAMED) {
        0 => format!("seen from beside {listed}"),
        more => format!("seen from beside {}, and {more} more", names.join(", ")),
    })
}

/// `not decoded: 12 frames (9 unknown link type, 3 truncated)`.
fn not_decoded(report: &Report<'_>, all: bool) -> Option<String> {
    let stops = &report.totals.stops;
    let frames: u64 = stops.iter().map(|(_, frames)| frames).sum();
    let told = if all { stops.len() } else { TOLD_STOPS };
    let mut reasons: Vec<String> = stops.iter().take(told).map(|(reason, n)| format!("{n} {reason}")).collect();
    if stops.len() > told {
        reasons.push(format!("{} more reasons: -v", stops.len() - told));
    }
    (frames > 0).then(|| format!("not decoded: {} ({})", count(frames, "frame"), reasons.join(", ")))
}

/// `client.pcap: pcap (ethernet), 157 packets, 26890 bytes, 13.7 s, 0 dropped`.
fn input_line(input: &Input) -> String {
    let link_types = input.link_types.join(", ");
    let links = if link_types.is_empty() { link_types } else { format!(" ({link_types})") };
    let mut parts = vec![format!("{}{links}", input.format)];
    parts.extend([count(input.packets, "packet"), count(input.bytes, "byte")]);
    parts.extend(span(input.first, input.last));
    parts.extend(input.dropped.map(|dropped| format!("{dropped} dropped")));
    format!("  {}: {}", input.name, parts.join(", "))
}

/// Nanoseconds of a year.
pub(super) const YEAR: i64 = 31_557_600_000_000_000;

/// The time between two timestamps.
fn span(first: Option<Timestamp>, last: Option<Timestamp>) -> Option<String> {
    let nanoseconds = last?.since(first?).max(0);
    let seconds = nanoseconds / 1_000_000_000;
    Some(match seconds {
        0..600 => format!("{:.1} s", nanoseconds as f64 / 1e9),
        600..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ if nanoseconds < 10 * YEAR => format!("{} days", seconds / 86_400),
        _ => format!("{} years", nanoseconds / YEAR),
    })
}
