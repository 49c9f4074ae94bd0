//! How a table is shown: which of its columns, its rows in which order and how many of them.

use std::cmp::Reverse;
use std::net::IpAddr;

use super::clock::Clock;
use super::column::{Column, Needs, Table};
use super::{Cell, Names, TableName};

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
        rows: impl Iterator<Item = T::Row<'a>> + 'a,
        names: Names<'a>,
    ) -> Box<dyn Iterator<Item = T::Row<'a>> + 'a> {
        if !self.rearranges(T::NAME) {
            return Box::new(rows);
        }
        let top = self.top.unwrap_or(usize::MAX);
        let Some((sort, column)) = self.sort.and_then(|sort| Some((sort, T::COLUMNS.get(sort.column)?))) else {
            return Box::new(rows.take(top));
        };
        let mut rows: Vec<T::Row<'a>> = rows.collect();
        let key = |row: &T::Row<'a>| Key::of(&column.cell(row, names));
        // Stable, so that equal rows keep the table's own order.
        if sort.descending {
            rows.sort_by_cached_key(|row| (key(row).is_none(), Reverse(key(row))));
        } else {
            rows.sort_by_cached_key(|row| (key(row).is_none(), key(row)));
        }
        rows.truncate(top);
        Box::new(rows.into_iter())
    }
}

/// What a cell is ordered by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i128),
    Address(IpAddr),
    Text(String),
    List(Vec<Option<Key>>),
}

impl Key {
    fn of(cell: &Cell<'_>) -> Option<Self> {
        Some(match cell {
            Cell::Empty => return None,
            Cell::Integer(number) => Self::Number(i128::from(*number)),
            Cell::Thousandths(number) => Self::Number(i128::from(*number)),
            Cell::Boolean(value) => Self::Number(i128::from(*value)),
            Cell::Time(time) => Self::Number(i128::from(time.0)),
            Cell::Address(address) => Self::Address(*address),
            Cell::Ports(first, _) => Self::Number(i128::from(*first)),
            Cell::Keyword(_)
            | Cell::Text(_)
            | Cell::CommunityId(_)
            | Cell::Candidate(..)
            | Cell::Evidence(..)
            | Cell::Tally(..) => Self::Text(cell.to_text()),
            Cell::List(list) => {
                let mut keys = Vec::new();
                list.each(|item| keys.push(Self::of(item)));
                if keys.is_empty() {
                    return None;
                }
                Self::List(keys)
            }
        })
    }
}
