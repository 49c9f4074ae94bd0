//! Markdown: the columns that people read first, for a ticket or a wiki.

use std::io::{self, Write};

use super::Names;
use super::column::{Kind, Table};
use super::rows::{Columns, RowWriter};

/// A table in the making.
pub(super) struct Rows<'w, T: Table> {
    columns: Columns<T>,
    text: Vec<u8>,
    line: Vec<u8>,
    out: &'w mut dyn Write,
}

impl<'w, T: Table> Rows<'w, T> {
    /// Writes the heading.
    pub(super) fn begin(columns: Columns<T>, out: &'w mut dyn Write) -> io::Result<Self> {
        for column in &columns {
            write!(out, "| {} ", column.heading.name)?;
        }
        out.write_all(b"|\n")?;
        for column in &columns {
            let numbers = matches!(column.heading.kind, Kind::Integer | Kind::Decimal);
            out.write_all(if numbers { b"| --: " } else { b"| --- " })?;
        }
        out.write_all(b"|\n")?;
        Ok(Self { columns, text: Vec::new(), line: Vec::new(), out })
    }
}

impl<T: Table> RowWriter<T> for Rows<'_, T> {
    fn row<'a>(&mut self, row: T::Row<'a>, names: Names<'a>) -> io::Result<()> {
        self.line.clear();
        for column in &self.columns {
            self.text.clear();
            column.cell(&row, names).write_text(&mut self.text);
            self.line.extend_from_slice(b"| ");
            escape(&self.text, &mut self.line);
            self.line.push(b' ');
        }
        self.line.extend_from_slice(b"|\n");
        self.out.write_all(&self.line)
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Appends text with the characters escaped that Markdown, or HTML within it, would take for markup.
fn escape(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            b'<' => out.extend_from_slice(b"&lt;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'|' | b'\\' | b'`' | b'*' | b'_' | b'[' | b']' | b'~' | b'#' | b'$' => {
                out.extend_from_slice(&[b'\\', byte]);
            }
            _ => out.push(byte),
        }
    }
}
