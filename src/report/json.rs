//! A cell, and a row, as JSON: numbers are numbers, empty is null, lists are arrays.

use std::io::Write;

use super::column::{Column, Table};
use super::rows::Columns;
use super::{Cell, Names};

/// Appends a row as an object.
pub(super) fn write_row<'a, T: Table>(columns: &Columns<T>, row: &T::Row<'a>, names: Names<'a>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (position, column) in columns.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_member(column, &column.cell(row, names), out);
    }
    out.push(b'}');
}

/// Appends a cell as a member of the object that its row is.
pub(super) fn write_member<T: Table>(column: &Column<T>, cell: &Cell<'_>, out: &mut Vec<u8>) {
    // Names of columns are plain words, which JSON takes as they are.
    out.push(b'"');
    out.extend_from_slice(column.heading.name.as_bytes());
    out.extend_from_slice(b"\":");
    write_cell(cell, out);
}

/// Appends a cell as a value.
pub(super) fn write_cell(cell: &Cell<'_>, out: &mut Vec<u8>) {
    match cell {
        Cell::Empty => out.extend_from_slice(b"null"),
        Cell::Integer(_) | Cell::Thousandths(_) | Cell::Boolean(_) => cell.write_text(out),
        Cell::Time(_)
        | Cell::Address(_)
        | Cell::CommunityId(_)
        | Cell::Ports(..)
        | Cell::Candidate(..)
        | Cell::Tally(..)
        | Cell::Evidence(..) => {
            out.push(b'"');
            cell.write_text(out);
            out.push(b'"');
        }
        Cell::Keyword(word) => write_string(word, out),
        Cell::Text(_) => write_string(&cell.to_text(), out),
        Cell::List(list) => {
            out.push(b'[');
            let mut first = true;
            list.each(|item| {
                if !std::mem::take(&mut first) {
                    out.push(b',');
                }
                write_cell(item, out);
            });
            out.push(b']');
        }
    }
}

/// Appends a string with its quotes; writing into memory cannot fail.
pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out.by_ref(), text);
}
