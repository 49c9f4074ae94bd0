//! JSON as one document: what was read, what is to be known about it, and every table.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::column::Table;
use super::left_out::left_out;
use super::{Cell, Devices, Groups, Incidents, Input, Messages, Report, SCHEMA_VERSION, harmless, printable};
use crate::frame::Timestamp;

/// Writes the document.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"schema_version\":{SCHEMA_VERSION}")?;
    member(out, "tool", &json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") }))?;
    member(out, "inputs", &report.inputs.iter().map(input).collect())?;
    member(out, "totals", &totals(report))?;
    if let Some(rows) = left_out(report) {
        let rows = rows.into_iter().map(|(table, rows)| (table.name().to_owned(), Value::from(rows)));
        member(out, "left_out", &rows.collect())?;
    }
    if let Some(chosen) = report.view.chosen() {
        member(out, "columns", &json!({ report.view.table.name(): chosen }))?;
    }
    member(out, "warnings", &report.warnings.iter().map(|text| printable(text)).collect())?;
    rows::<Incidents>("incidents", report, out)?;
    rows::<Devices>("devices", report, out)?;
    rows::<Messages>("messages", report, out)?;
    if !report.tallies.groups.is_empty() {
        rows::<Groups>("groups", report, out)?;
    }
    writeln!(out, "\n}}")?;
    out.flush()
}

fn member(out: &mut dyn Write, name: &str, value: &Value) -> io::Result<()> {
    write!(out, ",\n\"{name}\":{value}")
}

fn rows<T: Table>(name: &str, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, ",\n\"{name}\":[")?;
    let mut buffer = Vec::new();
    let columns = report.view.columns::<T>();
    for (position, row) in report.rows::<T>().enumerate() {
        buffer.clear();
        buffer.extend_from_slice(if position == 0 { b"\n" } else { b",\n" });
        super::json::write_row::<T>(&columns, &row, report.names(), &mut buffer);
        out.write_all(&buffer)?;
    }
    out.write_all(b"]")
}

fn input(input: &Input) -> Value {
    json!({
        // As it stands in rows.
        "name": harmless(&input.name),
        "format": input.format,
        "packets": input.packets,
        "bytes": input.bytes,
        "dropped": input.dropped,
        "link_types": input.link_types,
        "first": time(input.first),
        "last": time(input.last),
    })
}

fn totals(report: &Report<'_>) -> Value {
    let totals = report.totals;
    json!({
        "packets": totals.packets,
        "bytes": totals.bytes,
        "messages": totals.messages,
        "incidents": report.findings.incidents.len(),
        "devices": report.findings.devices.len(),
        "seen_from_beside": totals.beside.iter().map(|address| Value::from(address.to_string())).collect::<Value>(),
        "first": time(totals.first),
        "last": time(totals.last),
        "not_decoded": totals.stops.iter().map(|&(reason, count)| (reason.to_owned(), Value::from(count))).collect::<Value>(),
    })
}

fn time(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| Cell::Time(time).to_text())
}
