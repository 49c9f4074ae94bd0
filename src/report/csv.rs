//! CSV (RFC 4180): a header, then a row a line.

use std::io::{self, Write};

use super::cell::write_thousandths;
use super::clock::Rfc3339;
use super::column::{Column, Getter, Table};
use super::rows::{Columns, RowNotation, RowWriter};
use super::{Cell, Dialect, Names};
use crate::digits;

/// Bytes collected before they are written out.
const BUFFER: usize = 64 * 1024;

/// By this a spreadsheet knows that the text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How cells are written where there are millions: the crate's own writer took six thousand instructions a row, as many as all the
/// rest of it takes, since it looks through every cell for what has to stand in quotes. Here only cells that may hold it are looked
/// through, by the crate's rules; a test compares both.
#[derive(Debug)]
pub(super) struct Notation {
    rules: csv_core::Writer,
    dialect: Dialect,
    delimiter: u8,
    columns: usize,
    /// The names of all inputs as cells: each row has one or two of them.
    inputs: Vec<Vec<u8>>,
}

impl Notation {
    /// Of rows of so many columns.
    pub(super) fn of(dialect: Dialect, columns: usize, names: Names<'_>) -> Self {
        let delimiter = if dialect == Dialect::ExcelSemicolon { b';' } else { b',' };
        let rules = csv_core::WriterBuilder::new().delimiter(delimiter).build();
        let mut notation = Self { rules, dialect, delimiter, columns, inputs: Vec::new() };
        notation.inputs = names.inputs().iter().map(|input| notation.text(&input.name)).collect();
        notation
    }

    fn text(&self, text: &str) -> Vec<u8> {
        let mut cell = Vec::new();
        self.append_cell(&Cell::Text(text.into()), &mut cell);
        cell
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Appends a cell.
    #[inline(never)]
    fn append_cell(&self, cell: &Cell<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        write_text(cell, self.dialect, out);
        if matches!(cell, Cell::Text(_) | Cell::Keyword(_) | Cell::List(_)) && self.rules.should_quote(&out[start..]) {
            put_in_quotes(out, start);
        }
        self.append_nothing(start, out);
    }

    /// A line without anything would be no row: where nothing was written since `start`, and no other cell is, there are quotes.
    #[inline]
    fn append_nothing(&self, start: usize, out: &mut Vec<u8>) {
        if self.columns == 1 && out.len() == start {
            out.extend_from_slice(b"\"\"");
        }
    }
}

impl<T: Table> RowNotation<T> for Notation {
    #[inline]
    fn open(&self, _: &mut Vec<u8>) {}

    #[inline]
    fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Most cells are written without a look at the rules: they hold nothing that would have to be quoted.
    #[expect(clippy::inline_always, reason = "it is called for each cell of millions of rows")]
    #[inline(always)]
    fn append<'a>(
        &self,
        column: &Column<T>,
        (row, names): (&T::Row<'a>, Names<'a>),
        times: &mut Rfc3339,
        out: &mut Vec<u8>,
    ) {
        let start = out.len();
        match column.getter {
            Getter::Number(get) => get(row).into_iter().for_each(|number| digits::number(number, out)),
            Getter::Thousandths(get) => {
                if let Some(number) = get(row) {
                    write_decimal(number, self.dialect, out);
                }
            }
            Getter::Time(get) => times.append(get(row), out),
            Getter::Address(get) => get(row).into_iter().for_each(|address| digits::address(address, out)),
            Getter::Word(get) => out.extend_from_slice(get(row).as_bytes()),
            Getter::Input(get) => {
                let name = get(row).and_then(|input| self.inputs.get(usize::from(input.0)));
                out.extend_from_slice(name.map_or(&[], Vec::as_slice));
            }
            Getter::Cell(cell) => return self.append_cell(&cell(row, names), out),
        }
        self.append_nothing(start, out);
    }

    #[inline]
    fn close(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.dialect == Dialect::Plain { b"\n" } else { b"\r\n" });
    }
}

/// Puts what was written last in quotes (RFC 4180 section 2.7): those in it are doubled.
fn put_in_quotes(out: &mut Vec<u8>, start: usize) {
    let text = out.split_off(start);
    out.push(b'"');
    for byte in text {
        out.extend(std::iter::repeat_n(byte, if byte == b'"' { 2 } else { 1 }));
    }
    out.push(b'"');
}

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
            write_text(&column.cell(&row, names), self.dialect, &mut self.field);
            self.writer.write_field(&self.field).map_err(io_error)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn end(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Appends a cell as text, before anything is put in quotes.
fn write_text(cell: &Cell<'_>, dialect: Dialect, out: &mut Vec<u8>) {
    match cell {
        Cell::Thousandths(number) => write_decimal(*number, dialect, out),
        _ => cell.write_text(out),
    }
}

/// Appends a decimal that is told in thousandths.
fn write_decimal(number: i64, dialect: Dialect, out: &mut Vec<u8>) {
    let start = out.len();
    write_thousandths(number, out);
    if dialect == Dialect::ExcelSemicolon {
        out[start..].iter_mut().filter(|byte| **byte == b'.').for_each(|point| *point = b',');
    }
}

/// The error of the output itself; the crate's own conversion would hide which kind it is, such as a closed pipe.
fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
