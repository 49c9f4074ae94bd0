//! Markdown: the columns that people read first, for a ticket or a wiki.

use std::io::{self, Write};

use super::Report;
use super::column::{Column, Kind, Table};

/// Writes the brief columns of a table.
pub(super) fn write<T: Table>(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let columns: Vec<&Column<T>> = T::COLUMNS.iter().filter(|column| column.heading.brief).collect();
    for column in &columns {
        write!(out, "| {} ", column.heading.name)?;
    }
    out.write_all(b"|\n")?;
    for column in &columns {
        let numbers = matches!(column.heading.kind, Kind::Integer | Kind::Decimal);
        out.write_all(if numbers { b"| --: " } else { b"| --- " })?;
    }
    out.write_all(b"|\n")?;
    let (mut text, mut line) = (Vec::new(), Vec::new());
    for row in T::rows(report) {
        line.clear();
        for column in &columns {
            text.clear();
            (column.cell)(row, report.names()).write_text(&mut text);
            line.extend_from_slice(b"| ");
            escape(&text, &mut line);
            line.push(b' ');
        }
        line.extend_from_slice(b"|\n");
        out.write_all(&line)?;
    }
    out.flush()
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
