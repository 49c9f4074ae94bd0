//! CSV and NDJSON: the same names and values in both.

use serde_json::Value;
use unreach::report::{Format, Needs, TableName};

use super::sample::Sample;

fn csv_rows(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    (names, rows)
}

/// A JSON value in the form of a CSV cell.
fn flat(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(flat).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

#[test]
fn csv_and_ndjson_say_the_same() {
    let sample = Sample::new();
    for table in TableName::ALL {
        let (names, rows) = csv_rows(&sample.plain(Format::Csv, table));
        let ndjson = sample.plain(Format::Ndjson, table);
        assert_eq!(ndjson.lines().count(), rows.len());
        for (line, row) in ndjson.lines().zip(&rows) {
            let object: Value = serde_json::from_str(line).unwrap();
            let object = object.as_object().unwrap();
            assert_eq!(object.len(), names.len());
            for (name, cell) in names.iter().zip(row) {
                let value = &object[name];
                match value.as_f64() {
                    Some(number) => assert!((number - cell.parse::<f64>().unwrap()).abs() < 1e-9, "{name}"),
                    None => assert_eq!(flat(value), *cell, "{name}"),
                }
            }
        }
    }
}

#[test]
fn the_header_is_there_without_rows() {
    let sample = Sample::empty();
    for table in TableName::ALL {
        let (names, rows) = csv_rows(&sample.plain(Format::Csv, table));
        let always = table.headings().iter().filter(|heading| heading.needs == Needs::Nothing).count();
        assert_eq!(names.len(), always);
        assert!(rows.is_empty());
        assert_eq!(sample.plain(Format::Ndjson, table), "");
    }
}

#[test]
fn an_incident_is_written_as_promised() {
    let (names, rows) = csv_rows(&Sample::new().plain(Format::Csv, TableName::Incidents));
    let cell = |row: usize, name: &str| rows[row][names.iter().position(|other| other == name).unwrap()].as_str();
    assert_eq!(cell(0, "first_seen"), "2026-11-22T14:32:37.354643027Z");
    assert_eq!(cell(0, "service"), "domain");
    assert_eq!(cell(0, "confidence"), "0.970");
    assert_eq!(cell(0, "candidates"), "network-filter:0.970;host-firewall:0.020");
    assert_eq!(cell(0, "labels"), "rate-limited;nat");
    assert_eq!(cell(0, "evidence"), "distance=nearer;speaker=other");
    assert_eq!(cell(0, "delay_ms_median"), "1.235");
    assert_eq!(cell(0, "frames"), "12;15");
    assert_eq!(
        cell(0, "next_step"),
        "Ask whoever runs 10.2.0.2, 2 hops away. Run: traceroute -U -p 53 10.3.0.2 | tail -3"
    );
    assert_eq!(cell(1, "target_ports"), "7000;9000-9002;9100;9200-9201");
    assert_eq!(cell(1, "service"), "");
    assert_eq!(cell(1, "sender"), "");
    assert_eq!(cell(1, "file"), "client.pcap;'=cmd|'/c calc'!A1\\x1b[31m.pcap");
    assert_eq!(cell(1, "frame_files"), "client.pcap;'=cmd|'/c calc'!A1\\x1b[31m.pcap");
    assert_eq!(cell(2, "meaning"), "code-99");
    assert_eq!(cell(2, "cause"), "undetermined");
}

#[test]
fn numbers_are_numbers_and_empty_is_null() {
    let ndjson = Sample::new().plain(Format::Ndjson, TableName::Messages);
    let rows: Vec<Value> = ndjson.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows[0]["frame"], 1);
    assert_eq!(rows[0]["delay_ms"].to_string(), "-0.001");
    assert_eq!(rows[0]["confidence"].as_f64(), Some(0.97));
    assert_eq!(rows[0]["encapsulation"], "vlan:100");
    assert_eq!(rows[0]["labels"], serde_json::json!(["rate-limited", "nat", "duplicate"]));
    assert_eq!(rows[1]["target_port"], Value::Null);
    assert_eq!(rows[1]["protocol"], Value::Null);
    assert_eq!(rows[1]["match"], "none");
}

#[test]
fn no_format_carries_escapes_or_formulas() {
    let sample = Sample::new();
    for format in Format::ALL {
        for table in TableName::ALL {
            let text = sample.plain(format, table);
            assert!(!text.contains(['\u{1b}', '\u{7}']), "{format:?} {table:?}");
        }
    }
    let csv = sample.plain(Format::Csv, TableName::Messages);
    let (_, rows) = csv_rows(&csv);
    let guarded =
        |cell: &String| !cell.starts_with(['=', '+', '@']) && (!cell.starts_with('-') || cell.parse::<f64>().is_ok());
    assert!(rows.iter().flatten().all(guarded));
}
