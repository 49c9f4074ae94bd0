//! CSV (RFC 4180): a header, then a row a line.

use std::io::{self, Write};

use super::column::Table;
use super::{Names, Report};

/// Bytes collected before they are written out.
const BUFFER: usize = 64 * 1024;

/// Writes a table with its header, which is there even when there are no rows.
pub(super) fn write<T: Table>(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new().buffer_capacity(BUFFER).from_writer(out);
    writer.write_record(T::COLUMNS.iter().map(|column| column.heading.name)).map_err(io_error)?;
    let mut field = Vec::new();
    for row in T::rows(report) {
        write_row::<T, _>(row, report.names(), &mut field, &mut writer)?;
    }
    writer.flush()
}

fn write_row<'a, T: Table, W: Write>(
    row: T::Row<'a>,
    names: Names<'a>,
    field: &mut Vec<u8>,
    writer: &mut ::csv::Writer<W>,
) -> io::Result<()> {
    for column in T::COLUMNS {
        field.clear();
        (column.cell)(row, names).write_text(field);
        writer.write_field(&field).map_err(io_error)?;
    }
    writer.write_record(None::<&[u8]>).map_err(io_error)
}

/// The error of the output itself; the crate's own conversion would hide which kind it is, such as a closed pipe.
fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
