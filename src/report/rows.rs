//! Rows to a format, one at a time: they may come from memory, or as they are judged.

use std::io::{self, Write};

use super::clock::Rfc3339;
use super::column::{Column, Table};
#[cfg(feature = "parquet")]
use super::parquet;
use super::{Format, Names, Report, View, csv, markdown, ndjson};

/// Writes the rows of a table in one of the formats. What comes before the first row is written when it is made.
pub trait RowWriter<T: Table> {
    /// Writes a row.
    fn row<'a>(&mut self, row: T::Row<'a>, names: Names<'a>) -> io::Result<()>;

    /// Writes what is still held back; nothing may follow.
    fn end(&mut self) -> io::Result<()>;
}

/// How rows are written of which there may be millions: each where the one before ended.
pub(super) trait RowNotation<T: Table> {
    /// Appends what a row begins with.
    fn open(&self, out: &mut Vec<u8>);

    /// What stands between cells.
    fn delimiter(&self) -> u8;

    /// Appends the cell of a column in a row.
    fn append<'a>(&self, column: &Column<T>, row: (&T::Row<'a>, Names<'a>), times: &mut Rfc3339, out: &mut Vec<u8>);

    /// Appends what a row ends with.
    fn close(&self, out: &mut Vec<u8>);
}

/// The columns of a table that are written, in their order.
pub(super) type Columns<T> = Vec<&'static Column<T>>;

/// Begins a table in CSV, NDJSON, Markdown or Parquet; `None` for formats that are more than rows.
pub fn begin<'w, T: Table>(
    format: Format,
    view: &View,
    out: &'w mut dyn Write,
) -> io::Result<Option<Box<dyn RowWriter<T> + 'w>>> {
    let columns = view.columns::<T>();
    Ok(Some(match format {
        Format::Csv => Box::new(csv::Rows::begin(columns, view.dialect, out)?),
        Format::Ndjson => Box::new(ndjson::Rows::begin(columns, out)),
        Format::Md if view.names_columns(T::NAME) => Box::new(markdown::Rows::begin(columns, out)?),
        Format::Md => Box::new(markdown::Rows::begin(brief(columns), out)?),
        #[cfg(feature = "parquet")]
        Format::Parquet => Box::new(parquet::Rows::begin(columns, out)?),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => return Err(io::ErrorKind::Unsupported.into()),
        Format::Table | Format::Json | Format::Html | Format::Sqlite => return Ok(None),
    }))
}

/// The columns that people read first.
fn brief<T: Table>(columns: Columns<T>) -> Columns<T> {
    columns.into_iter().filter(|column| column.heading.brief).collect()
}

/// Writes every row of a table that the report shows.
pub(super) fn write_all<T: Table>(writer: &mut dyn RowWriter<T>, report: &Report<'_>) -> io::Result<()> {
    for row in report.rows::<T>() {
        writer.row(row, report.names())?;
    }
    writer.end()
}
