//! CSV (RFC 4180): a header, then a row a line.

use std::io::{self, Write};

use super::column::Table;
use super::rows::{Columns, RowWriter};
use super::{Cell, Dialect, Names};

/// Bytes collected before they are written out.
const BUFFER: usize = 64 * 1024;

/// By this a spreadsheet knows that the text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A table in the making.
pub(super) struct Rows<'w, T: Table> {
    columns: Columns<T>,
    dialect: Dialect,
    writer: ::csv::Writer<&'w mut dyn Write>,
    field: Vec<u8>,
}

impl<'w, T: Table> Rows<'w, T> {
    /// Writes the header, which is there even when there are no rows.
    pub(super) fn begin(columns: Columns<T>, dialect: Dialect, out: &'w mut dyn Write) -> io::Result<Self> {
        let mut builder = ::csv::WriterBuilder::new();
        if dialect != Dialect::Plain {
            out.write_all(BYTE_ORDER_MARK)?;
            builder.terminator(::csv::Terminator::CRLF);
        }
        if dialect == Dialect::ExcelSemicolon {
            builder.delimiter(b';');
        }
        let mut writer = builder.buffer_capacity(BUFFER).from_writer(out);
        writer.write_record(columns.iter().map(|column| column.heading.name)).map_err(io_error)?;
        Ok(Self { columns, dialect, writer, field: Vec::new() })
    }
}

impl<T: Table> RowWriter<T> for Rows<'_, T> {
    fn row<'a>(&mut self, row: T::Row<'a>, names: Names<'a>) -> io::Result<()> {
        for column in &self.columns {
            self.field.clear();
            let cell = (column.cell)(row, names);
            cell.write_text(&mut self.field);
            if self.dialect == Dialect::ExcelSemicolon && matches!(cell, Cell::Thousandths(_)) {
                decimal_comma(&mut self.field);
            }
            self.writer.write_field(&self.field).map_err(io_error)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn end(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn decimal_comma(number: &mut [u8]) {
    number.iter_mut().filter(|byte| **byte == b'.').for_each(|point| *point = b',');
}

/// The error of the output itself; the crate's own conversion would hide which kind it is, such as a closed pipe.
fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
