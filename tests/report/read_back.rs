//! Every format is read back by libraries that are not ours, and says the same.

use std::fs::File;
use std::io::{self, Cursor};
use std::path::Path;
use std::process::Command;

use pulldown_cmark::{Event, Options, Parser, Tag};
use unreach::report::{Needs, TableName};

use crate::cli::lines::run;
use crate::testdata::folder::testdata;

/// Tables that are always there.
const TABLES: [TableName; 3] = [TableName::Messages, TableName::Incidents, TableName::Devices];

/// Writes every table of a folder of captures in every format.
fn written(captures: &str, options: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut outputs = vec![output("run.json", folder.path()), output("run.sqlite", folder.path())];
    for table in TABLES.map(TableName::name) {
        for suffix in ["csv", "ndjson", "parquet"].into_iter().filter(|suffix| is_built(suffix)) {
            outputs.push(format!("{table}={}", output(&format!("{table}.{suffix}"), folder.path())));
        }
    }
    let mut arguments = vec!["read", ".", "-q"];
    for output in &outputs {
        arguments.extend(["-o", output.as_str()]);
    }
    arguments.extend(options);
    let run = run(&testdata(captures), &arguments);
    assert!(matches!(run.status, 0 | 3), "{}", run.err);
    folder
}

fn output(name: &str, folder: &Path) -> String {
    folder.join(name).to_string_lossy().into_owned()
}

fn is_built(suffix: &str) -> bool {
    suffix != "parquet" || cfg!(feature = "parquet")
}

fn assert_read_back(folder: &Path) {
    let script = [env!("CARGO_MANIFEST_DIR"), "tests/report/read_back.py"].join("/");
    let done = match Command::new("python3").arg(script).arg(folder).output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            crate::skipped("no python3 to read the tables with");
            return;
        }
        done => done.unwrap(),
    };
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.contains("0 differences in "), "{said}");
    if is_built("parquet") && !said.contains("parquet") {
        crate::skipped("no pyarrow to read Parquet with");
    }
}

/// The cells of the one table of a text in Markdown, as a reader of it sees them: the heading, then the rows.
fn cells_of_markdown(text: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH) {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => rows.last_mut().unwrap().push(String::new()),
            Event::Start(Tag::Table(_)) | Event::End(_) => {}
            Event::Text(text) => rows.last_mut().unwrap().last_mut().unwrap().push_str(&text),
            other => panic!("no cell holds markup: {other:?}"),
        }
    }
    rows
}

#[test]
fn markdown_holds_the_cells_of_the_csv() {
    for (captures, table) in ["lab", "crafted"].into_iter().flat_map(|captures| TABLES.map(|table| (captures, table))) {
        let headings = table.headings();
        let always = headings.iter().filter(|heading| heading.needs == Needs::Nothing);
        let columns = always.map(|heading| heading.name).collect::<Vec<_>>().join(",");
        let written = |format| {
            run(&testdata(captures), &["read", ".", "-q", "-t", table.name(), "--columns", &columns, "-F", format]).out
        };
        let mut csv = csv::ReaderBuilder::new().has_headers(false).from_reader(Cursor::new(written("csv")));
        let csv: Vec<Vec<String>> = csv.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert!(csv.len() > 2, "{captures} {}", table.name());
        assert_eq!(cells_of_markdown(&written("md")), csv, "{captures} {}", table.name());
    }
}

#[test]
fn laboratory_captures() {
    assert_read_back(written("lab", &[]).path());
}

#[test]
fn crafted_captures_with_a_selection() {
    assert_read_back(written("crafted", &["--sort", "confidence:desc", "--min-confidence", "0.5"]).path());
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_holds_the_rows_of_the_csv() {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    let folder = written("lab", &[]);
    for table in TABLES {
        let name = |suffix: &str| folder.path().join(format!("{}.{suffix}", table.name()));
        let reader = SerializedFileReader::new(File::open(name("parquet")).unwrap()).unwrap();
        let mut rows = csv::Reader::from_path(name("csv")).unwrap();
        assert_eq!(reader.metadata().file_metadata().num_rows(), rows.records().count().cast_signed() as i64);
        let columns: Vec<_> = reader.metadata().file_metadata().schema().get_fields().iter().collect();
        let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
        assert_eq!(names, rows.headers().unwrap().iter().collect::<Vec<_>>());
        assert_eq!(
            reader.get_row_iter(None).unwrap().map(Result::unwrap).count().cast_signed() as i64,
            reader.metadata().file_metadata().num_rows()
        );
    }
}

#[test]
fn the_database_is_indexed_and_knows_its_version() {
    let folder = written("lab", &["--group-by", "reporter"]);
    let connection = rusqlite::Connection::open(folder.path().join("run.sqlite")).unwrap();
    let one = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(one("PRAGMA user_version"), i64::from(unreach::report::SCHEMA_VERSION));
    assert!(one("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'") >= 9);
    assert!(one("SELECT count(*) FROM groups") > 1);
    let orphans = "SELECT count(*) FROM messages LEFT JOIN incidents USING (incident) WHERE incidents.cause IS NULL";
    assert_eq!(one(orphans), 0);
    let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
}

#[test]
fn columns_that_are_left_out_are_left_out_of_databases_too() {
    let folder = written("crafted", &["--columns", "cause,target"]);
    let connection = rusqlite::Connection::open(folder.path().join("run.sqlite")).unwrap();
    let statement = connection.prepare("SELECT * FROM incidents").unwrap();
    assert_eq!(statement.column_names(), ["cause", "target"]);
    assert_eq!(
        connection.prepare("SELECT * FROM devices").unwrap().column_count(),
        TableName::Devices.headings().iter().filter(|heading| heading.needs == Needs::Nothing).count()
    );
}

#[test]
fn databases_know_what_options_left_out_of_them() {
    let folder = written("lab", &["--top", "1"]);
    let connection = rusqlite::Connection::open(folder.path().join("run.sqlite")).unwrap();
    let orphans = "SELECT count(*) FROM messages LEFT JOIN incidents USING (incident) WHERE incidents.cause IS NULL";
    assert!(connection.query_row(orphans, [], |row| row.get::<_, i64>(0)).unwrap() > 0);
    let told = |name: &str| {
        let query = "SELECT value FROM about WHERE name = ?1";
        connection.query_row(query, [format!("left_out_{name}")], |row| row.get::<_, String>(0)).unwrap()
    };
    let document: serde_json::Value =
        serde_json::from_reader(File::open(folder.path().join("run.json")).unwrap()).unwrap();
    for table in ["messages", "incidents", "devices"] {
        assert_eq!(told(table), document["left_out"][table].to_string(), "{table}");
    }
    assert!(told("incidents") != "0" && told("messages") == "0");
}
