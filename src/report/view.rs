//! How a table is shown: which of its columns, its rows in which order and how many of them.

use super::clock::Clock;
use super::column::{Column, Needs, Table};
use super::order::{By, Ordered, Room, Source};
use super::{Names, TableName};

/// Bytes that sorting takes at once unless told otherwise: of two million rows and more that are ordered by a number.
const SORTING_ROOM: usize = 64 << 20;

/// How a table is shown. What concerns columns and rows is about one table; the others are shown whole.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The table that columns, order and number of rows are about.
    pub table: TableName,
    /// Positions of its columns, in the order they are shown; all where it is empty.
    pub columns: Vec<usize>,
    /// What its rows are ordered by; the table's own order where it is missing.
    pub sort: Option<Sort>,
    /// How many rows are shown.
    pub top: Option<usize>,
    /// How text tables write times.
    pub clock: Clock,
    /// How CSV is written.
    pub dialect: Dialect,
    /// What columns are shown that need to be asked for.
    pub provided: Vec<Needs>,
    /// Bytes that sorting rows may take; where those of all rows are more, they are gone through several times. Enough for two million
    /// where it is missing.
    pub sorting_room: Option<usize>,
}

/// An order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Position of the column whose cells are compared.
    pub column: usize,
    /// Whether the greatest comes first. Empty cells come last either way.
    pub descending: bool,
}

/// Which programs a CSV file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 4180, but for lines that end in a line feed alone, as Unix tools expect.
    #[default]
    Plain,
    /// A byte order mark, by which spreadsheets know UTF-8, and lines that end in CR LF.
    Excel,
    /// The same with semicolons between cells and commas in decimals, for where decimals are written so.
    ExcelSemicolon,
}

impl View {
    /// Whether the rows of the table are chosen or ordered, and not simply all of them.
    pub(super) fn rearranges(&self, table: TableName) -> bool {
        self.table == table && (self.sort.is_some() || self.top.is_some())
    }

    /// Whether columns of the table were asked for by name.
    pub(super) fn names_columns(&self, table: TableName) -> bool {
        self.table == table && !self.columns.is_empty()
    }

    /// The names of the columns that were asked for, where any were.
    pub(super) fn chosen(&self) -> Option<Vec<&'static str>> {
        let headings = self.table.headings();
        let names = self.columns.iter().filter_map(|&position| headings.get(position)).map(|heading| heading.name);
        (!self.columns.is_empty()).then(|| names.collect())
    }

    /// The columns of the table that are shown.
    pub(super) fn columns<T: Table>(&self) -> Vec<&'static Column<T>> {
        if self.names_columns(T::NAME) {
            self.columns.iter().filter_map(|&position| T::COLUMNS.get(position)).collect()
        } else {
            let is_shown = |column: &&'static Column<T>| {
                column.heading.needs == Needs::Nothing || self.provided.contains(&column.heading.needs)
            };
            T::COLUMNS.iter().filter(is_shown).collect()
        }
    }

    /// The rows in the order they are shown, and no more than are. Rows that stay in order are passed on one by one.
    pub(super) fn arrange<'a, T: Table>(
        &self,
        rows: impl Source<'a, T> + 'a,
        names: Names<'a>,
    ) -> Box<dyn Iterator<Item = T::Row<'a>> + 'a> {
        let in_order = || rows.placed().map(|(_, row)| row);
        if !self.rearranges(T::NAME) {
            return Box::new(in_order());
        }
        let top = self.top.unwrap_or(usize::MAX);
        let Some((sort, column)) = self.sort.and_then(|sort| Some((sort, T::COLUMNS.get(sort.column)?))) else {
            return Box::new(in_order().take(top));
        };
        let by = By { column, is_descending: sort.descending, names };
        Box::new(Ordered::of(rows, by, Room { rows: top, bytes: self.sorting_room.unwrap_or(SORTING_ROOM) }))
    }
}
