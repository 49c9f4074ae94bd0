//! NDJSON: a JSON object a line for each row, with the names and values of the CSV.

use std::io::{self, Write};

use super::column::Table;
use super::rows::{Columns, RowWriter};
use super::{Names, json};

/// Bytes collected before they are written out.
const BUFFER: usize = 64 * 1024;

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
