//! NDJSON: a JSON object a line for each row, with the names and values of the CSV.

use std::io::{self, Write};

use super::clock::Rfc3339;
use super::column::{Column, Table};
use super::rows::{Columns, RowNotation, RowWriter};
use super::{Names, json};

/// Bytes collected before they are written out.
const BUFFER: usize = 64 * 1024;

/// How rows are written that come one by one.
pub(super) struct Notation;

impl<T: Table> RowNotation<T> for Notation {
    fn open(&self, out: &mut Vec<u8>) {
        out.push(b'{');
    }

    fn delimiter(&self) -> u8 {
        b','
    }

    fn append<'a>(
        &self,
        column: &Column<T>,
        (row, names): (&T::Row<'a>, Names<'a>),
        _: &mut Rfc3339,
        out: &mut Vec<u8>,
    ) {
        json::write_member(column, &column.cell(row, names), out);
    }

    fn close(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"}\n");
    }
}

/// A table in the making; without rows nothing is written.
pub(super) struct Rows<'w, T: Table> {
    columns: Columns<T>,
    buffer: Vec<u8>,
    out: &'w mut dyn Write,
}

impl<'w, T: Table> Rows<'w, T> {
    /// Nothing comes before the first row.
    pub(super) fn begin(columns: Columns<T>, out: &'w mut dyn Write) -> Self {
        Self { columns, buffer: Vec::with_capacity(BUFFER), out }
    }
}

impl<T: Table> RowWriter<T> for Rows<'_, T> {
    fn row<'a>(&mut self, row: T::Row<'a>, names: Names<'a>) -> io::Result<()> {
        json::write_row::<T>(&self.columns, &row, names, &mut self.buffer);
        self.buffer.push(b'\n');
        if self.buffer.len() >= BUFFER {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        self.out.flush()
    }
}
