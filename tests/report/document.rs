//! The JSON document: everything in one.

use serde_json::{Value, json};
use unreach::report::{Format, TableName, View, schema};
use unreach::verdict::{Cause, Outcome};

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

/// Messages name incidents that are not there: it has to be told that there are such.
#[test]
fn rows_that_options_leave_out_are_counted() {
    assert_eq!(document(&Sample::new()).get("left_out"), None, "nothing is");
    let left_out = |change: fn(&mut Sample)| {
        let mut sample = Sample::new();
        change(&mut sample);
        let document = document(&sample);
        let validator = jsonschema::validator_for(&schema::of_document()).expect("a schema");
        assert!(validator.is_valid(&document), "{document:#}");
        for table in ["messages", "incidents", "devices"] {
            let all = [("messages", 10), ("incidents", 5), ("devices", 1)];
            let all = all.into_iter().find(|(name, _)| *name == table).expect("a table").1;
            let left_out = document["left_out"][table].as_u64().unwrap_or(0);
            assert_eq!(document[table].as_array().expect("rows").len() as u64 + left_out, all, "{table}");
        }
        document["left_out"].clone()
    };
    let top = left_out(|sample| sample.view = View { top: Some(1), ..View::default() });
    assert_eq!(top, json!({ "messages": 0, "incidents": 4, "devices": 0, "groups": 0 }));
    let messages = left_out(|sample| {
        sample.view = View { table: TableName::Messages, top: Some(3), ..View::default() };
    });
    assert_eq!(messages, json!({ "messages": 7, "incidents": 0, "devices": 0, "groups": 0 }));
    let selected = left_out(|sample| sample.selection.outcomes = vec![Outcome::Cause(Some(Cause::NetworkFilter))]);
    assert_eq!(selected, json!({ "messages": 8, "incidents": 4, "devices": 0, "groups": 0 }));
    assert_eq!(left_out(|sample| sample.view.top = Some(5)), Value::Null, "there are no more");
    assert_eq!(left_out(|sample| sample.selection.unfolded = true), Value::Null, "nothing is folded away here");
}

#[test]
fn empty_tables_are_empty_arrays() {
    let document = document(&Sample::empty());
    assert_eq!(document["incidents"], serde_json::json!([]));
}
