//! Names of the tables and of the formats, and which file writes which.

use std::io::{self, Write};
use std::path::Path;

use super::column::{Heading, Table};
use super::{
    Devices, Groups, Incidents, MessageRows, Messages, OutputFile, Report, document, html, rows, sqlite, text,
};

/// A table by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableName {
    /// A row for each message.
    Messages,
    /// A row for each incident.
    #[default]
    Incidents,
    /// A row for each device.
    Devices,
    /// A row for each group of incidents.
    Groups,
}

/// A format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Aligned text for people.
    #[default]
    Table,
    /// RFC 4180.
    Csv,
    /// A JSON object a line.
    Ndjson,
    /// One JSON document with every table.
    Json,
    /// Markdown.
    Md,
    /// One HTML page about everything.
    Html,
    /// Parquet: to files only.
    Parquet,
    /// A database of `SQLite` with every table: to files only.
    Sqlite,
}

/// What the text form is fitted to, and how it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns of the screen that no line may exceed.
    pub width: usize,
    /// Whether escape sequences for colour are written.
    pub colour: bool,
    /// Threads that make the rows of a long table of incidents: one, or two.
    pub threads: usize,
}

impl Default for Style {
    /// For what is not a terminal: wide enough for every column, and plain; made on one thread.
    fn default() -> Self {
        Self { width: 120, colour: false, threads: 1 }
    }
}

impl TableName {
    /// Every table, in the order of the contract.
    pub const ALL: [Self; 4] = [Self::Messages, Self::Incidents, Self::Devices, Self::Groups];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Incidents => "incidents",
            Self::Devices => "devices",
            Self::Groups => "groups",
        }
    }

    /// What is said about its columns, in their order.
    pub fn headings(self) -> Vec<Heading> {
        fn of<T: Table>() -> Vec<Heading> {
            T::COLUMNS.iter().map(|column| column.heading).collect()
        }
        match self {
            Self::Messages => of::<Messages>(),
            Self::Incidents => of::<Incidents>(),
            Self::Devices => of::<Devices>(),
            Self::Groups => of::<Groups>(),
        }
    }
}

impl Format {
    /// Every format that can be printed.
    pub const PRINTED: [Self; 6] = [Self::Table, Self::Csv, Self::Ndjson, Self::Json, Self::Md, Self::Html];

    /// Suffixes of file names, and the formats that they stand for.
    pub const SUFFIXES: &'static [(&'static str, Self)] = &[
        ("csv", Self::Csv),
        ("ndjson", Self::Ndjson),
        ("jsonl", Self::Ndjson),
        ("json", Self::Json),
        ("md", Self::Md),
        ("txt", Self::Table),
        ("html", Self::Html),
        ("htm", Self::Html),
        #[cfg(feature = "parquet")]
        ("parquet", Self::Parquet),
        ("sqlite", Self::Sqlite),
        ("sqlite3", Self::Sqlite),
        ("db", Self::Sqlite),
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Json => "json",
            Self::Md => "md",
            Self::Parquet => "parquet",
            Self::Sqlite => "sqlite",
            Self::Html => "html",
        }
    }

    /// The format that the suffix of a file name stands for.
    pub fn of_path(path: &Path) -> Option<Self> {
        let suffix = path.extension()?.to_str()?;
        Self::SUFFIXES.iter().find(|(known, _)| suffix.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
    }

    /// Whether it says everything at once, whichever table is asked for.
    pub fn holds_everything(self) -> bool {
        matches!(self, Self::Json | Self::Html | Self::Sqlite)
    }

    /// Writes a table of the report to an output file that was begun.
    pub fn write_file(
        self,
        table: TableName,
        report: &Report<'_>,
        style: Style,
        output: &mut OutputFile,
    ) -> io::Result<()> {
        match self {
            Self::Sqlite => sqlite::write(report, output.path()?),
            _ => self.write(table, report, style, output.writer()),
        }
    }

    /// Writes a table of the report, or everything where [the format holds everything](Self::holds_everything). A database is a file
    /// and nothing else: it is an error here, see [`write_file`](Self::write_file).
    pub fn write(self, table: TableName, report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
        match (self, table) {
            (Self::Json, _) => document::write(report, out),
            (Self::Html, _) => html::write(report, out),
            (Self::Sqlite, _) => Err(io::Error::new(io::ErrorKind::Unsupported, "a database can only be a file")),
            (Self::Table, _) => text::write(table, report, style, out),
            (_, TableName::Messages) => match MessageRows::of(self, table, report) {
                Some(rows) => rows.write(out),
                None => self.write_rows::<Messages>(report, out),
            },
            (_, TableName::Incidents) => self.write_rows::<Incidents>(report, out),
            (_, TableName::Devices) => self.write_rows::<Devices>(report, out),
            (_, TableName::Groups) => self.write_rows::<Groups>(report, out),
        }
    }

    fn write_rows<T: Table>(self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        match rows::begin::<T>(self, report.view, out)? {
            Some(mut writer) => rows::write_all(writer.as_mut(), report),
            None => Ok(()),
        }
    }
}
