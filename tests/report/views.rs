//! Columns, order and number of rows that were asked for; times in other zones and forms; CSV for spreadsheets.

use chrono::FixedOffset;
use serde_json::Value;
use unreach::report::{Clock, Dialect, Format, Needs, Sort, Style, TableName, TimeForm, View, Zone};

use super::sample::Sample;

fn position(table: TableName, name: &str) -> usize {
    table.headings().iter().position(|heading| heading.name == name).unwrap()
}

fn columns(table: TableName, names: &[&str]) -> View {
    View { table, columns: names.iter().map(|name| position(table, name)).collect(), ..View::default() }
}

fn sorted(table: TableName, name: &str, descending: bool) -> View {
    View { table, sort: Some(Sort { column: position(table, name), descending }), ..View::default() }
}

fn with(view: View) -> Sample {
    Sample { view, ..Sample::new() }
}

/// The first cell of each row.
fn first_cells(csv: &str) -> Vec<&str> {
    csv.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect()
}

#[test]
fn columns_stand_in_the_order_they_were_asked_for() {
    let sample = with(columns(TableName::Incidents, &["cause", "incident"]));
    let csv = sample.plain(Format::Csv, TableName::Incidents);
    assert!(csv.starts_with("cause,incident\nnetwork-filter,3f9a6c01d2e4b508\n"), "{csv}");
    let ndjson = sample.plain(Format::Ndjson, TableName::Incidents);
    assert!(ndjson.starts_with("{\"cause\":\"network-filter\",\"incident\":\"3f9a6c01d2e4b508\"}\n"), "{ndjson}");
    let markdown = sample.plain(Format::Md, TableName::Incidents);
    assert!(markdown.starts_with("| cause | incident |\n"), "{markdown}");
    let text = sample.plain(Format::Table, TableName::Incidents);
    assert!(text.starts_with("cause"), "{text}");
}

#[test]
fn other_tables_keep_all_their_columns() {
    let sample = with(columns(TableName::Incidents, &["cause"]));
    let document: Value = serde_json::from_str(&sample.plain(Format::Json, TableName::Incidents)).unwrap();
    assert_eq!(document["incidents"][0].as_object().unwrap().len(), 1);
    let always = TableName::Messages.headings().iter().filter(|heading| heading.needs == Needs::Nothing).count();
    assert_eq!(document["messages"][0].as_object().unwrap().len(), always);
}

#[test]
fn rows_stand_in_the_order_asked_for_and_empty_cells_last() {
    let hops = |descending| {
        let mut view = sorted(TableName::Incidents, "reporter_hops", descending);
        view.columns = vec![position(TableName::Incidents, "reporter_hops")];
        let csv = with(view).plain(Format::Csv, TableName::Incidents);
        csv.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut sample = with(sorted(TableName::Incidents, "messages", true));
    sample.view.top = Some(2);
    let csv = sample.plain(Format::Csv, TableName::Incidents);
    // Twelve messages first; then the first of those with four.
    assert_eq!(first_cells(&csv), ["8888888888888888", "3f9a6c01d2e4b508"]);
    assert_eq!(hops(false).last().map(String::as_str), Some("\"\""));
    assert_eq!(hops(true).last().map(String::as_str), Some("\"\""));
    assert_eq!(hops(true)[0], "2");
}

#[test]
fn ports_are_ordered_as_numbers() {
    let mut sample = with(sorted(TableName::Incidents, "target_ports", false));
    sample.findings.incidents[0].target_ports = vec![9];
    sample.findings.incidents[1].target_ports = vec![80];
    let csv = sample.plain(Format::Csv, TableName::Incidents);
    assert_eq!(first_cells(&csv)[..2], ["3f9a6c01d2e4b508", "3f9b00aa11bb22cc"]);
}

#[test]
fn the_text_counts_what_top_leaves_out() {
    let mut sample = with(sorted(TableName::Incidents, "messages", true));
    sample.view.top = Some(1);
    let text = sample.plain(Format::Table, TableName::Incidents);
    assert!(text.contains("not shown: 2 more incidents (--top 1)"), "{text}");
    assert!(text.contains("not shown: 12 traceroute ends"), "what is folded is not counted twice: {text}");
}

#[test]
fn out_of_order_each_row_tells_its_day() {
    let text = with(sorted(TableName::Incidents, "cause", false)).write(
        Format::Table,
        TableName::Incidents,
        Style { width: 200, ..Style::default() },
    );
    assert!(text.contains("2026-11-23 14:32:37.354") && !text.contains("UTC"), "{text}");
}

fn timed(zone: Zone, form: TimeForm) -> String {
    let mut sample = Sample::new();
    sample.view.clock = Clock { zone, form };
    sample.totals.first = Some(unreach::frame::Timestamp(super::sample::NOON - 1_500_000_000));
    sample.write(Format::Table, TableName::Incidents, Style { width: 200, ..Style::default() })
}

#[test]
fn times_are_told_in_the_zone_asked_for() {
    let east = Zone::Fixed(FixedOffset::east_opt(10 * 3600).unwrap());
    let text = timed(east, TimeForm::Clock);
    assert!(text.contains("2026-11-23 +10:00") && text.contains("00:32:37.354"), "{text}");
    assert!(timed(east, TimeForm::Rfc3339).contains("2026-11-23T00:32:37.354+10:00"));
    assert!(timed(Zone::Utc, TimeForm::Rfc3339).contains("2026-11-22T14:32:37.354Z"));
}

#[test]
fn times_are_told_in_seconds() {
    assert!(timed(Zone::Utc, TimeForm::Epoch).contains("1795357957.354643 "));
    assert!(timed(Zone::Utc, TimeForm::Relative).contains("1.500000 "));
}

#[test]
fn machines_are_told_utc_whatever_people_are() {
    let mut sample = Sample::new();
    let before = sample.plain(Format::Csv, TableName::Messages);
    sample.view.clock = Clock { zone: Zone::Local, form: TimeForm::Epoch };
    assert_eq!(sample.plain(Format::Csv, TableName::Messages), before);
}

#[test]
fn excel_is_given_what_it_needs() {
    let mut sample = with(columns(TableName::Incidents, &["target_ports", "confidence"]));
    sample.view.dialect = Dialect::Excel;
    let comma = sample.plain(Format::Csv, TableName::Incidents);
    assert!(comma.starts_with("\u{feff}target_ports,confidence\r\n53,0.970\r\n"), "{comma:?}");
    sample.view.dialect = Dialect::ExcelSemicolon;
    let semicolon = sample.plain(Format::Csv, TableName::Incidents);
    let expected = "\u{feff}target_ports;confidence\r\n53;0,970\r\n\"7000;9000-9002;9100;9200-9201\";0,820\r\n";
    assert!(semicolon.starts_with(expected), "{semicolon:?}");
}
