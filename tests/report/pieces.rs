//! Rows of messages made a piece at a time: those that one writer makes of all, cell by cell.

use unreach::incident::{Attributed, Findings, Incident, Label, Labels};
use unreach::report::{Dialect, Format, GroupBy, MessageRows, Messages, Report, TableName, Tallies, View, begin};

use super::sample::Sample;
use crate::cli::captures::refused;
use crate::cli::lines::run;
use crate::corpus;

const FORMATS: [Format; 2] = [Format::Csv, Format::Ndjson];

/// What the writer of rows makes of them; that of CSV is the `csv` crate's.
fn cell_by_cell(format: Format, report: &Report<'_>) -> String {
    let mut out = Vec::new();
    let mut writer = begin::<Messages>(format, report.view, &mut out).unwrap().unwrap();
    report.messages().for_each(|row| writer.row(row, report.names()).unwrap());
    writer.end().unwrap();
    drop(writer);
    String::from_utf8(out).unwrap()
}

fn piece_by_piece(format: Format, report: &Report<'_>) -> String {
    let rows = MessageRows::of(format, TableName::Messages, report).unwrap();
    let mut out = Vec::new();
    rows.begin(&mut out).unwrap();
    // From the last to the first, as another thread might make them.
    let mut maker = rows.maker();
    let mut pieces: Vec<Vec<u8>> = (0..rows.pieces()).map(|_| Vec::new()).collect();
    pieces.iter_mut().enumerate().rev().for_each(|(piece, text)| maker.append(piece, text));
    out.extend(pieces.concat());
    String::from_utf8(out).unwrap()
}

fn compare(sample: &Sample) {
    let tallies = Tallies::of(&sample.findings, &sample.selection, Some(GroupBy::Target));
    let report = sample.report(&tallies);
    for format in FORMATS {
        let wanted = cell_by_cell(format, &report);
        assert!(wanted.lines().count() >= 10);
        assert_eq!(piece_by_piece(format, &report), wanted);
        assert_eq!(sample.plain(format, TableName::Messages), wanted);
    }
}

#[test]
fn both_write_the_same() {
    let mut sample = Sample::new();
    for name in ["a;b.pcap", "a, \"b\".pcap", "\"", "plain.pcap", "line\nfeed"] {
        sample.inputs[0].name = name.to_owned();
        for dialect in [Dialect::Plain, Dialect::Excel, Dialect::ExcelSemicolon] {
            sample.view.dialect = dialect;
            compare(&sample);
        }
    }
}

/// In every order, and alone: a row of one empty cell is a row all the same.
#[test]
fn whichever_columns_are_shown() {
    let mut sample = Sample::new();
    let last = TableName::Messages.headings().len() - 1;
    let every = (0..=last).map(|column| vec![column]);
    for columns in every.chain([(0..=last).rev().collect(), vec![22, 23, 0, 24, 25, 22]]) {
        for dialect in [Dialect::Plain, Dialect::ExcelSemicolon] {
            sample.view = View { table: TableName::Messages, columns: columns.clone(), dialect, ..View::default() };
            compare(&sample);
        }
    }
}

fn own_labels(turn: usize) -> Labels {
    let mut labels = Labels::default();
    if turn % 3 == 1 {
        labels.insert(if turn.is_multiple_of(5) { Label::Nat } else { Label::Duplicate });
    }
    labels
}

/// The same incident again and again, of messages whose labels differ.
#[test]
fn each_row_tells_of_its_own_labels() {
    let mut sample = Sample::new();
    let some: Vec<Attributed> = sample.findings.messages.iter().collect();
    let turns = (0..60).map(|turn: usize| Attributed { labels: own_labels(turn), ..some[turn % 2].clone() });
    sample.findings.messages = turns.collect();
    compare(&sample);
}

/// More incidents than are remembered at once, in turns.
#[test]
fn each_row_tells_of_its_own_incident() {
    let mut sample = Sample::new();
    let incidents = sample.findings.incidents.iter().cycle().take(9000).enumerate();
    let numbered = |(number, incident): (usize, &Incident)| Incident { id: format!("i{number}"), ..incident.clone() };
    let incidents: Vec<Incident> = incidents.map(numbered).collect();
    let some: Vec<Attributed> = sample.findings.messages.iter().collect();
    // Three rows of each in a row, of which the second has labels of its own, and now and then others.
    let turns = (0..9000).map(|turn: usize| Attributed {
        incident: turn / 3 * 4096 % 9000,
        labels: own_labels(turn),
        ..some[turn % some.len()].clone()
    });
    sample.findings = Findings { messages: turns.collect(), incidents, devices: Vec::new() };
    assert!(sample.findings.messages.pieces() > 1, "all are one piece");
    compare(&sample);
}

#[test]
fn of_every_capture() {
    for path in ["lab", "crafted"].into_iter().flat_map(corpus::captures) {
        let sample = Sample { findings: corpus::analyzed(&path), ..Sample::new() };
        let tallies = Tallies::default();
        let report = sample.report(&tallies);
        for format in FORMATS {
            assert_eq!(piece_by_piece(format, &report), cell_by_cell(format, &report), "{}", path.display());
        }
    }
}

#[test]
fn what_is_more_than_rows_has_no_pieces() {
    let mut sample = Sample::new();
    let tallies = Tallies::default();
    let report = sample.report(&tallies);
    assert!(MessageRows::of(Format::Csv, TableName::Incidents, &report).is_none());
    assert!(MessageRows::of(Format::Table, TableName::Messages, &report).is_none());
    sample.view = View { table: TableName::Messages, top: Some(3), ..View::default() };
    assert!(MessageRows::of(Format::Csv, TableName::Messages, &sample.report(&tallies)).is_none());
}

/// Several pieces: some ten thousand messages.
#[test]
fn two_threads_write_what_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let capture = refused();
    let (header, records) = capture.split_at(24);
    std::fs::write(folder.path().join("many.pcap"), [header, &records.repeat(10_000)].concat()).unwrap();
    for format in ["csv", "ndjson"] {
        let told = |threads: &str| {
            let file = format!("{threads}.{format}");
            let output = format!("messages={file}");
            let options = ["-q", "-t", "messages", "-F", format, "--threads", threads, "-o", &output];
            let run = run(folder.path(), &[&["read", "many.pcap"][..], &options].concat());
            assert_eq!((run.status, run.out.lines().count() >= 10_000), (0, true), "{}", run.err);
            let written = std::fs::read_to_string(folder.path().join(file)).unwrap();
            assert!(written == run.out, "{format} on {threads}");
            run.out
        };
        assert!(told("1") == told("2"), "{format}");
    }
}
