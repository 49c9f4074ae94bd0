//! The devices as text: what each is, how far away, and what it refused.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use super::cut::Cut;
use super::grid::{Column, Grid, Step};
use super::line::{Line, Row};
use super::{end, left_out, unwanted};
use crate::incident::{Device, Role, WAYS};
use crate::report::{Devices, Names, Report, Style, TableName, harmless};

const ADDRESS: usize = 0;
const INCIDENTS: usize = 4;
const SENDERS: usize = 5;
const TARGETS: usize = 6;
const REFUSES: usize = 7;
const NOTES: usize = 8;
const NAMES: usize = 9;

fn grid() -> Grid {
    Grid {
        columns: vec![
            Column::left("ADDRESS", Cut::Middle),
            Column::left("ROLE", Cut::End),
            Column::right("HOPS"),
            Column::right("MSGS"),
            Column::right("INCIDENTS"),
            Column::right("SENDERS"),
            Column::right("TARGETS"),
            Column::left("REFUSES", Cut::Words),
            Column::left("NOTES", Cut::End),
            Column::left("NAMES", Cut::Words),
        ],
        steps: vec![
            Step::Shrink(REFUSES, 30),
            Step::Shrink(ADDRESS, 24),
            Step::Drop(NOTES),
            Step::Drop(SENDERS),
            Step::Drop(INCIDENTS),
            Step::Drop(TARGETS),
            Step::Shrink(NAMES, 20),
            Step::Shrink(ADDRESS, 18),
            Step::Shrink(REFUSES, 12),
            Step::Drop(NAMES),
        ],
    }
}

/// Writes the table.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let devices = &report.tallies.devices;
    let others = unwanted(report, TableName::Devices, devices.len());
    if !devices.is_empty() {
        grid().write(|| report.rows::<Devices>().map(|device| Line::Cells(row(device, report.names()))), style, out)?;
    } else if others.is_none() {
        let none_real = !report.findings.incidents.is_empty();
        let why = if none_real {
            "every unreachable message was judged forged"
        } else if report.totals.is_filtered {
            "no unreachable message passed the filter"
        } else {
            "nobody sent an unreachable message"
        };
        writeln!(out, "No devices: {why}.")?;
    }
    end(left_out(report, TableName::Devices, devices.len()).into_iter().chain(others), out)
}

fn row(device: &Device, names: Names<'_>) -> Row {
    let mut known: Vec<String> = device.addresses.iter().filter_map(|&address| names.known(address)).collect();
    known.dedup();
    let mut row = Row::new();
    row.cell(address(device));
    row.painted(device.role.name(), paint(device.role));
    row.cell(device.hops.map(|hops| hops.to_string()).unwrap_or_default());
    row.cell(device.messages.to_string());
    row.cell(device.incidents.to_string());
    row.cell(device.senders.to_string());
    row.cell(device.targets.to_string());
    add_refuses(&mut row, &device.refuses);
    row.cell(if device.rate_limited { "rate-limited" } else { "" });
    row.cell(known.join(", "));
    row
}

/// Ways of refusing that are named where there is no room for all of them, at most.
const NAMED: usize = 3;

/// Adds a cell: `udp/443 admin-prohibited to 12 targets; tcp/22 ...`; where there is no room for it without how many targets they are,
/// and then the first of them, `udp/443 admin-prohibited, +4`.
fn add_refuses(row: &mut Row, refuses: &[String]) {
    row.cell(harmless(&refuses.join("; ")));
    let short: Vec<&str> =
        refuses.iter().map(|way| way.rsplit_once(" to ").map_or(way.as_str(), |(what, _)| what)).collect();
    row.shorter(|text| text.extend_from_slice(harmless(&short.join("; ")).as_bytes()));
    // There may be more than are listed.
    let more = if refuses.len() < WAYS { "" } else { " or more" };
    for named in (1..short.len().min(NAMED + 1)).rev() {
        let (first, others) = short.split_at(named);
        let shown = format!("{}, +{}{more}", first.join("; "), others.len());
        row.shorter(|text| text.extend_from_slice(harmless(&shown).as_bytes()));
    }
}

/// Its first address, and how many more there are.
fn address(device: &Device) -> String {
    match device.addresses.as_slice() {
        [] => "?".to_owned(),
        [only] => only.to_string(),
        [first, rest @ ..] => format!("{first} +{}", rest.len()),
    }
}

fn paint(role: Role) -> Paint {
    match role {
        Role::Filter | Role::Impersonator => AnsiColor::Red.on_default(),
        Role::Host => AnsiColor::Yellow.on_default(),
        Role::Router | Role::Nat => AnsiColor::Cyan.on_default(),
        Role::Unknown => Paint::new(),
    }
}
