//! What a table and its columns are: each column is a name, a type, a description and a function from row to cell.

use std::fmt;
use std::net::IpAddr;

use super::vocabulary::Vocabulary;
use super::{Cell, Names, Report, TableName};
use crate::frame::{InputId, Timestamp};
use crate::naming::Naming;

/// The type of a column's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Free text.
    Text,
    /// A word of a closed vocabulary.
    Keyword,
    /// A whole number.
    Integer,
    /// A number with three decimal digits.
    Decimal,
    /// RFC 3339 in UTC with nine fractional digits.
    Time,
    /// An IPv4 or IPv6 address.
    Address,
    /// `true` or `false`.
    Boolean,
    /// Values joined by `;`; an array in JSON.
    List,
}

impl Kind {
    /// Its name in `unreach schema`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Keyword => "keyword",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Time => "time",
            Self::Address => "address",
            Self::Boolean => "boolean",
            Self::List => "list",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What has to be known for a column to be shown: those that name hosts and networks are there where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing beyond the captures.
    Nothing,
    /// Names of hosts.
    Hosts,
    /// Networks with their numbers and countries.
    Networks,
}

impl Needs {
    /// Whether what is known suffices.
    pub fn are_met(self, naming: &Naming) -> bool {
        match self {
            Self::Nothing => true,
            Self::Hosts => naming.names_hosts(),
            Self::Networks => naming.names_networks(),
        }
    }

    /// The options that make it known.
    pub fn options(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Hosts => "--names or --hosts",
            Self::Networks => "--mmdb",
        }
    }
}

/// What the cells of a column may be, or the items of its lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Whatever its type allows.
    Any,
    /// Words of a closed set.
    Words(Vocabulary),
    /// Words that IANA registers: protocols, services; or numbers in their place.
    Registered,
    /// A word and its probability: `closed-port:0.970`.
    Candidates,
    /// A word and how many messages it has: `closed-port:12`.
    Tallies,
    /// A port or a run of ports: `53`, `5000-5010`.
    Ports,
    /// Numbers of frames.
    Frames,
    /// Whole numbers.
    Numbers,
    /// Addresses.
    Addresses,
}

/// What is said about a column, apart from its cells.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// Name, the same in every format.
    pub name: &'static str,
    /// Type of its cells.
    pub kind: Kind,
    /// What its cells, or the items of its lists, may be.
    pub values: Values,
    /// Unit of its numbers; empty where they have none.
    pub unit: &'static str,
    /// What it holds, in a sentence.
    pub description: &'static str,
    /// What has to be known for it to be shown.
    pub needs: Needs,
    /// Whether it belongs to a summary for people, such as the Markdown form.
    pub brief: bool,
}

/// What tells the cells of a column: a function of the row, by the type of what it says. The row is lent, not copied for each column:
/// that of a message holds all of its facts.
///
/// Of messages there may be millions of rows: what is no more than a number or an address is written without being made a [`Cell`]
/// first.
pub(super) enum Getter<T: Table + ?Sized> {
    /// A whole number, where there is one.
    Number(for<'a> fn(&T::Row<'a>) -> Option<u64>),
    /// A decimal in thousandths, where there is one.
    Thousandths(for<'a> fn(&T::Row<'a>) -> Option<i64>),
    /// A time.
    Time(for<'a> fn(&T::Row<'a>) -> Timestamp),
    /// An address, where there is one.
    Address(for<'a> fn(&T::Row<'a>) -> Option<IpAddr>),
    /// A word of this program, in which nothing is that any format would have to quote.
    Word(for<'a> fn(&T::Row<'a>) -> &'static str),
    /// The input, where there is one, whose name is the cell.
    Input(for<'a> fn(&T::Row<'a>) -> Option<InputId>),
    /// Anything.
    Cell(for<'a> fn(&T::Row<'a>, Names<'a>) -> Cell<'a>),
}

/// One column of a table.
pub struct Column<T: Table + ?Sized> {
    /// What is said about it.
    pub heading: Heading,
    /// What tells its cells.
    pub(super) getter: Getter<T>,
    /// Whether its cell is the same in the rows of all messages of an incident that have the same labels of their own.
    pub(super) is_of_incident: bool,
}

/// One of the tables: `messages`, `incidents`, `devices`, `groups`.
pub trait Table: 'static {
    /// Which of the tables it is.
    const NAME: TableName;
    /// What one row is made of.
    type Row<'a>: Copy;
    /// Its columns, in the order they are written.
    const COLUMNS: &'static [Column<Self>];

    /// The rows of a report that are to be printed, with places by which each is found again; these ascend.
    fn placed(report: Report<'_>) -> impl Iterator<Item = (u64, Self::Row<'_>)>;

    /// The row at such a place.
    fn at(report: Report<'_>, place: u64) -> Option<Self::Row<'_>>;

    /// The rows of a report that are to be printed.
    fn rows(report: Report<'_>) -> impl Iterator<Item = Self::Row<'_>> {
        Self::placed(report).map(|(_, row)| row)
    }
}

impl<T: Table + ?Sized> Column<T> {
    /// A column of any kind, without a unit.
    pub(super) const fn new(
        name: &'static str,
        kind: Kind,
        description: &'static str,
        cell: for<'a> fn(&T::Row<'a>, Names<'a>) -> Cell<'a>,
    ) -> Self {
        Self::told_by(name, kind, description, Getter::Cell(cell))
    }

    /// A column without a unit, by what tells its cells.
    const fn told_by(name: &'static str, kind: Kind, description: &'static str, getter: Getter<T>) -> Self {
        let heading =
            Heading { name, kind, values: Values::Any, unit: "", description, needs: Needs::Nothing, brief: false };
        Self { heading, getter, is_of_incident: false }
    }

    /// A column of whole numbers, without a unit.
    pub(super) const fn number(
        name: &'static str,
        description: &'static str,
        get: for<'a> fn(&T::Row<'a>) -> Option<u64>,
    ) -> Self {
        Self::told_by(name, Kind::Integer, description, Getter::Number(get))
    }

    /// A column of decimals, told in thousandths.
    pub(super) const fn decimal(
        name: &'static str,
        description: &'static str,
        get: for<'a> fn(&T::Row<'a>) -> Option<i64>,
    ) -> Self {
        Self::told_by(name, Kind::Decimal, description, Getter::Thousandths(get))
    }

    /// A column of times.
    pub(super) const fn time(
        name: &'static str,
        description: &'static str,
        get: for<'a> fn(&T::Row<'a>) -> Timestamp,
    ) -> Self {
        Self::told_by(name, Kind::Time, description, Getter::Time(get))
    }

    /// A column of words of this program.
    pub(super) const fn word(
        name: &'static str,
        description: &'static str,
        get: for<'a> fn(&T::Row<'a>) -> &'static str,
    ) -> Self {
        Self::told_by(name, Kind::Keyword, description, Getter::Word(get))
    }

    /// A column of addresses.
    pub(super) const fn address(
        name: &'static str,
        description: &'static str,
        get: for<'a> fn(&T::Row<'a>) -> Option<IpAddr>,
    ) -> Self {
        Self::told_by(name, Kind::Address, description, Getter::Address(get))
    }

    /// A column of names of inputs.
    pub(super) const fn input(
        name: &'static str,
        description: &'static str,
        get: for<'a> fn(&T::Row<'a>) -> Option<InputId>,
    ) -> Self {
        Self::told_by(name, Kind::Text, description, Getter::Input(get))
    }

    /// Its cell in a row.
    pub fn cell<'a>(&self, row: &T::Row<'a>, names: Names<'a>) -> Cell<'a> {
        match self.getter {
            Getter::Number(get) => Cell::integer(get(row)),
            Getter::Thousandths(get) => get(row).map_or(Cell::Empty, Cell::Thousandths),
            Getter::Time(get) => Cell::Time(get(row)),
            Getter::Address(get) => Cell::address(get(row)),
            Getter::Word(get) => Cell::keyword(get(row)),
            Getter::Input(get) => get(row).map_or(Cell::Empty, |input| Cell::Text(names.of(input).into())),
            Getter::Cell(cell) => cell(row, names),
        }
    }

    /// The same column with a unit.
    pub(super) const fn unit(mut self, unit: &'static str) -> Self {
        self.heading.unit = unit;
        self
    }

    /// The same column, shown only where more is known.
    pub(super) const fn needs(mut self, needs: Needs) -> Self {
        self.heading.needs = needs;
        self
    }

    /// The same column, with cells or items of these values.
    pub(super) const fn of(mut self, values: Values) -> Self {
        self.heading.values = values;
        self
    }

    /// The same column, whose cell the incident says, together with the labels that a message has of its own.
    pub(super) const fn of_incident(mut self) -> Self {
        self.is_of_incident = true;
        self
    }

    /// The same column, as part of the summary for people.
    pub(super) const fn brief(mut self) -> Self {
        self.heading.brief = true;
        self
    }
}
