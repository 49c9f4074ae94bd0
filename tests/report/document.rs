//! The JSON document: everything in one.

use serde_json::Value;
use unreach::report::{Format, TableName};

use super::sample::Sample;

fn document(sample: &Sample) -> Value {
    serde_json::from_str(&sample.plain(Format::Json, TableName::Incidents)).unwrap()
}

#[test]
fn it_holds_inputs_totals_warnings_and_every_table() {
    let document = document(&Sample::new());
    assert_eq!(document["schema_version"], 1);
    assert_eq!(document["inputs"][0]["name"], "client.pcap");
    assert_eq!(document["inputs"][0]["packets"], 100);
    assert_eq!(document["inputs"][0]["dropped"], 2);
    assert_eq!(document["totals"]["packets"], 157);
    assert_eq!(document["totals"]["not_decoded"]["truncated"], 3);
    assert_eq!(document["warnings"][0], "second.pcap: cut short \\x1b]0;owned\\x07");
    assert_eq!(document["incidents"].as_array().unwrap().len(), 5);
    assert_eq!(document["messages"].as_array().unwrap().len(), 10);
    assert_eq!(document["devices"][0]["rate_limited"], true);
}

#[test]
fn its_rows_are_those_of_ndjson() {
    let sample = Sample::new();
    let document = document(&sample);
    for table in TableName::ALL {
        let lines = sample.plain(Format::Ndjson, table);
        let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(document[table.name()], Value::Array(rows));
    }
}

#[test]
fn empty_tables_are_empty_arrays() {
    let document = document(&Sample::empty());
    assert_eq!(document["incidents"], serde_json::json!([]));
}
