//! `SQLite`: a database with every table, of the same names and values as elsewhere, indexed by what is looked up.

use std::io;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params};

use super::column::{Column, Kind, Table};
use super::left_out::left_out;
use super::rows::{Columns, RowWriter};
use super::{Cell, Devices, Groups, Incidents, Messages, Names, Report, SCHEMA_VERSION};

/// What is looked up, by table.
const INDEXES: [(&str, &str); 9] = [
    ("messages", "incident"),
    ("messages", "target"),
    ("messages", "reporter"),
    ("messages", "sender"),
    ("messages", "timestamp"),
    ("incidents", "incident"),
    ("incidents", "target"),
    ("incidents", "reporter"),
    ("devices", "device"),
];

/// Writes the database into an empty file.
pub(super) fn write(report: &Report<'_>, path: &Path) -> io::Result<()> {
    let failed = |error| io_error(&error);
    let mut connection = Connection::open(path).map_err(failed)?;
    // The file gets its name when it is whole: until then a journal would protect nothing.
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;").map_err(failed)?;
    sort_beside(path, &connection).map_err(failed)?;
    let transaction = connection.transaction().map_err(failed)?;
    about(report, &transaction).map_err(failed)?;
    table::<Messages>(report, &transaction)?;
    table::<Incidents>(report, &transaction)?;
    table::<Devices>(report, &transaction)?;
    if !report.tallies.groups.is_empty() {
        table::<Groups>(report, &transaction)?;
    }
    index(report, &transaction).map_err(failed)?;
    transaction.commit().map_err(failed)?;
    connection.close().map_err(|(_, error)| io_error(&error))
}

/// What indexes are sorted in lies beside the database, as a file that goes by itself: where there is room for what is asked for, and
/// where a live run may write. (In the usual place, a full one was told as that of the database, and a confined run failed.)
fn sort_beside(path: &Path, connection: &Connection) -> rusqlite::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match folder.to_str() {
        Some(folder) => connection.pragma_update(None, "temp_store_directory", folder),
        None => Ok(()),
    }
}

/// What wrote the database, and how many rows it lacks because of options.
fn about(report: &Report<'_>, connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")?;
    let mut insert = connection.prepare("INSERT INTO about VALUES (?1, ?2)")?;
    insert.execute(params!["tool", env!("CARGO_PKG_NAME")])?;
    insert.execute(params!["version", env!("CARGO_PKG_VERSION")])?;
    insert.execute(params!["schema_version", SCHEMA_VERSION.to_string()])?;
    for (table, rows) in left_out(report).into_iter().flatten() {
        insert.execute(params![format!("left_out_{}", table.name()), rows.to_string()])?;
    }
    connection.pragma_update(None, "user_version", SCHEMA_VERSION)
}

fn table<T: Table>(report: &Report<'_>, connection: &Connection) -> io::Result<()> {
    let columns = report.view.columns::<T>();
    connection.execute_batch(&definition(&columns)).map_err(|error| io_error(&error))?;
    let marks: Vec<&str> = columns.iter().map(|_| "?").collect();
    let insert = format!("INSERT INTO {} VALUES ({})", T::NAME.name(), marks.join(", "));
    let insert = connection.prepare(&insert).map_err(|error| io_error(&error))?;
    super::rows::write_all::<T>(&mut Rows { columns, insert }, report)
}

/// Names of tables and columns are plain words; `match` and `group` alone need their quotes.
fn definition<T: Table>(columns: &Columns<T>) -> String {
    let columns: Vec<String> =
        columns.iter().map(|column| format!("\"{}\" {}", column.heading.name, affinity(column))).collect();
    format!("CREATE TABLE {} ({})", T::NAME.name(), columns.join(", "))
}

fn affinity<T: Table>(column: &Column<T>) -> &'static str {
    match column.heading.kind {
        Kind::Integer | Kind::Boolean => "INTEGER",
        Kind::Decimal => "REAL",
        Kind::Text | Kind::Keyword | Kind::Time | Kind::Address | Kind::List => "TEXT",
    }
}

/// Indexes those columns that are there.
fn index(report: &Report<'_>, connection: &Connection) -> rusqlite::Result<()> {
    for (table, column) in INDEXES {
        let view = report.view;
        let is_there = |name: &str| match view.table.name() {
            shown if shown == table && !view.columns.is_empty() => {
                let headings = view.table.headings();
                view.columns.iter().any(|&position| headings.get(position).is_some_and(|heading| heading.name == name))
            }
            _ => true,
        };
        if is_there(column) {
            connection.execute_batch(&format!("CREATE INDEX {table}_{column} ON {table} (\"{column}\")"))?;
        }
    }
    Ok(())
}

/// A table in the making.
struct Rows<'c, T: Table> {
    columns: Columns<T>,
    insert: Statement<'c>,
}

impl<T: Table> RowWriter<T> for Rows<'_, T> {
    fn row<'a>(&mut self, row: T::Row<'a>, names: Names<'a>) -> io::Result<()> {
        for (position, column) in self.columns.iter().enumerate() {
            let value = value(&column.cell(&row, names));
            self.insert.raw_bind_parameter(position + 1, value).map_err(|error| io_error(&error))?;
        }
        self.insert.raw_execute().map_err(|error| io_error(&error))?;
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn value(cell: &Cell<'_>) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Integer(number) => Value::Integer(i64::try_from(*number).unwrap_or(i64::MAX)),
        Cell::Boolean(value) => Value::Integer(i64::from(*value)),
        Cell::Thousandths(number) => Value::Real(*number as f64 / 1000.0),
        other => Value::Text(other.to_text()),
    }
}

/// The error as of any other output: that the disk is full is told as such.
fn io_error(error: &rusqlite::Error) -> io::Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => rustix::io::Errno::NOSPC.into(),
        _ => io::Error::other(error.to_string()),
    }
}
