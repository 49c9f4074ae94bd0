//! NDJSON: a JSON object a line for each row, with the names and values of the CSV.

use std::io::{self, Write};

use super::column::Table;
use super::{Report, json};

/// Bytes collected before they are written out.
const BUFFER: usize = 64 * 1024;

/// Writes a table; without rows nothing is written.
pub(super) fn write<T: Table>(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(BUFFER);
    for row in T::rows(report) {
        json::write_row::<T>(row, report.names(), &mut buffer);
        buffer.push(b'\n');
        if buffer.len() >= BUFFER {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer)?;
    out.flush()
}
