//! The JSON Schema holds for what is really written.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value;
use unreach::report::{Event, Format, Kind, Names, Needs, TableName, Told, Values, View, schema, write_joined};

use super::sample::Sample;
use crate::cli::lines::run;
use crate::testdata::folder::testdata;

fn validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).expect("a schema")
}

fn assert_valid(validator: &Validator, value: &Value) {
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

#[test]
fn rows_are_as_their_schema_says() {
    let sample = Sample::new();
    for table in TableName::ALL {
        let validator = validator(&schema::of_row(table));
        for line in sample.plain(Format::Ndjson, table).lines() {
            assert_valid(&validator, &serde_json::from_str(line).unwrap());
        }
    }
}

#[test]
fn documents_of_real_captures_are_as_their_schema_says() {
    let validator = validator(&schema::of_document());
    for folder in ["lab", "crafted"] {
        let run = run(&testdata(folder), &["read", "-F", "json", "--group-by", "cause", "."]);
        let document: Value = serde_json::from_str(&run.out).expect("JSON");
        assert!(document["messages"].as_array().is_some_and(|rows| rows.len() > 100), "{folder}");
        assert_valid(&validator, &document);
    }
}

/// Rows of which only some columns were asked for are rows as well; the document says that they were, and without that they
/// would be wrong.
#[test]
fn chosen_columns_are_as_their_schema_says() {
    let validator = validator(&schema::of_document());
    for (table, columns) in [("messages", "frame,target"), ("incidents", "target_ports,cause"), ("devices", "device")] {
        let read = |format: &str| {
            run(&testdata("crafted"), &["-q", ".", "-t", table, "--columns", columns, "--top", "9", "-F", format]).out
        };
        let mut document: Value = serde_json::from_str(&read("json")).expect("JSON");
        assert_eq!(document["columns"][table], columns.split(',').collect::<Value>());
        assert_valid(&validator, &document);
        document.as_object_mut().unwrap().remove("columns");
        assert!(!validator.is_valid(&document), "{table}");
        let of_row =
            self::validator(&schema::of_row(TableName::ALL.into_iter().find(|one| one.name() == table).unwrap()));
        for line in read("ndjson").lines() {
            assert_valid(&of_row, &serde_json::from_str(line).unwrap());
        }
    }
}

#[test]
fn events_are_as_their_schema_says() {
    let validator = validator(&schema::of_event());
    let sample = Sample::new();
    let (incident, names) = (&sample.findings.incidents[0], Names::of_inputs(&sample.inputs));
    for (event, columns) in Event::ALL.into_iter().flat_map(|event| [(event, vec![]), (event, vec![1, 10])]) {
        let told = Told { event, time: incident.first_seen, number: 1, incident };
        let mut line = Vec::new();
        told.write_json(names, &View { columns, ..View::default() }, &mut line);
        let mut value: Value = serde_json::from_slice(&line).unwrap();
        assert_valid(&validator, &value);
        value["number"] = Value::Null;
        assert!(!validator.is_valid(&value));
    }
    let mut line = Vec::new();
    write_joined(incident.first_seen, 2, 1, &mut line);
    assert_valid(&validator, &serde_json::from_slice(&line).unwrap());
}

#[test]
fn what_does_not_belong_is_refused() {
    let validator = validator(&schema::of_row(TableName::Incidents));
    let sample = Sample::new().plain(Format::Ndjson, TableName::Incidents);
    let row: Value = serde_json::from_str(sample.lines().next().unwrap()).unwrap();
    let with = |name: &str, value: Value| {
        let mut row = row.clone();
        row[name] = value;
        row
    };
    assert!(validator.is_valid(&row));
    for (name, value) in [
        ("cause", Value::from("weather")),
        ("confidence", Value::from(1.5)),
        ("first_seen", Value::from("yesterday")),
        ("target", Value::from("10.3.0.256")),
        ("messages", Value::from(-1)),
        ("labels", Value::from("nat")),
        ("candidates", serde_json::json!(["closed-port"])),
        ("evidence", serde_json::json!(["distance"])),
        ("target_ports", serde_json::json!([53])),
        ("nosuch", Value::Null),
    ] {
        assert!(!validator.is_valid(&with(name, value)), "{name}");
    }
}

#[test]
fn keywords_have_a_vocabulary() {
    for heading in TableName::ALL.into_iter().flat_map(TableName::headings) {
        let has_words = matches!(heading.values, Values::Words(_) | Values::Registered);
        // Countries go by the codes of ISO 3166.
        let is_open = heading.needs != Needs::Nothing;
        assert!(heading.kind != Kind::Keyword || has_words || is_open, "{}", heading.name);
    }
}

#[test]
fn the_command_prints_it() {
    let folder = tempfile::tempdir().unwrap();
    let document: Value = serde_json::from_str(&run(folder.path(), &["schema", "--json"]).out).unwrap();
    assert_eq!(document, schema::of_document());
    let row: Value = serde_json::from_str(&run(folder.path(), &["schema", "--json", "devices"]).out).unwrap();
    assert_eq!(row, schema::of_row(TableName::Devices));
    let event: Value = serde_json::from_str(&run(folder.path(), &["schema", "--json", "events"]).out).unwrap();
    assert_eq!(event, schema::of_event());
}

/// Whoever reads documents by their schema may count on what every one of them has.
#[test]
fn what_documents_always_say_is_required() {
    let document: Value = serde_json::from_str(&Sample::empty().plain(Format::Json, TableName::Incidents)).unwrap();
    let schema = schema::of_document();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    let required = |schema: &Value| -> BTreeSet<String> { serde_json::from_value(schema["required"].clone()).unwrap() };
    assert_eq!(required(&schema), names(&document));
    assert_eq!(required(&schema["properties"]["totals"]), names(&document["totals"]));
}
