//! Rows to a format, one at a time: they may come from memory, or as they are judged.

use std::io::{self, Write};

use super::column::{Column, Table};
use super::{Format, Names, Report, View, csv, markdown, ndjson};

/// Writes the rows of a table in one of the formats. What comes before the first row is written when it is made.
pub trait RowWriter<T: Table> {
    /// Writes a row.
    fn row<'a>(&mut self, row: T::Row<'a>, names: Names<'a>) -> io::Result<()>;

    /// Writes what is still held back; nothing may follow.
    fn end(&mut self) -> io::Result<()>;
}

/// The columns of a table that are written, in their order.
pub(super) type Columns<T> = Vec<&'static Column<T>>;

/// Begins a table in CSV, NDJSON or Markdown; `None` for formats that are more than rows.
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
        Format::Table | Format::Json | Format::Html => return Ok(None),
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
