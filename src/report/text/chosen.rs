//! Columns that were asked for by name, as text: under their own names, each as wide as it needs to be.

use std::io::{self, Write};

use super::cut::Cut;
use super::grid::{Column, Grid, Step};
use super::line::{Line, Row};
use super::times::Times;
use super::{end, left_out, paint_word, unwanted};
use crate::report::rows::Columns;
use crate::report::{Cell, Kind, Report, Style, Table};

/// Widths that long cells are cut to, one after the other, where the screen is too narrow.
const WIDTHS: [usize; 4] = [60, 40, 24, 12];

/// Writes these columns of a table.
pub(super) fn write<T: Table>(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let (columns, times) = (report.view.columns::<T>(), Times::dated(report));
    let lines = || {
        let (names, times, columns) = (report.names(), &times, &columns);
        report.rows::<T>().map(move |row| line(columns.iter().map(|column| column.cell(&row, names)), times))
    };
    grid(&columns).write(lines, style, out)?;
    let rows = T::rows(*report).count();
    end(left_out(report, T::NAME, rows).into_iter().chain(unwanted(report, T::NAME, rows)), out)
}

fn grid<T: Table>(columns: &Columns<T>) -> Grid {
    let shrinks = |width: usize| {
        let long = |(position, column): (usize, &&'static crate::report::Column<T>)| match column.heading.kind {
            Kind::Text | Kind::List => Some(Step::Shrink(position, width)),
            Kind::Address if width < 40 => Some(Step::Shrink(position, width + 3)),
            _ => None,
        };
        columns.iter().enumerate().filter_map(long).collect::<Vec<_>>()
    };
    Grid {
        columns: columns.iter().map(|column| shape(column.heading.name, column.heading.kind)).collect(),
        steps: WIDTHS.into_iter().flat_map(shrinks).collect(),
    }
}

fn shape(name: &'static str, kind: Kind) -> Column {
    match kind {
        Kind::Integer | Kind::Decimal => Column::right(name),
        Kind::Address => Column::left(name, Cut::Middle),
        Kind::Time => Column::left(name, Cut::Digits),
        Kind::Text | Kind::List => Column::left(name, Cut::Words),
        Kind::Keyword | Kind::Boolean => Column::left(name, Cut::End),
    }
}

fn line<'a>(cells: impl Iterator<Item = Cell<'a>>, times: &Times) -> Line {
    let mut row = Row::new();
    for cell in cells {
        match cell {
            Cell::Time(time) => row.written(|text| times.write(time, text)),
            Cell::Keyword(word) => row.painted(&word, paint_word(&word)),
            other => row.written(|text| other.write_text(text)),
        }
    }
    Line::Cells(row)
}
