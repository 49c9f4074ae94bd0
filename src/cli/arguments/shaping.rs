//! Options that shape a table: its columns, its rows, and how they are written.

use std::path::Path;

use chrono::FixedOffset;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::OUTPUT;
use crate::cli::ending::Failure;
use crate::cli::likeness::did_you_mean;
use crate::cli::quantities;
use crate::naming::Naming;
use crate::report::{Clock, Dialect, GroupBy, Needs, Sort, TableName, TimeForm, View, Zone};

/// How tables are written.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Shaping {
    /// Only these columns of the table, in this order (`unreach schema` lists them); in every format
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', help_heading = OUTPUT)]
    pub(in crate::cli) columns: Vec<String>,
    /// Order of the table's rows; `COLUMN:desc` puts the greatest first, and empty cells are always last
    #[arg(long, value_name = "COLUMN[:desc]", help_heading = OUTPUT)]
    pub(in crate::cli) sort: Option<String>,
    /// Only so many rows of the table; those of most messages, unless --sort says otherwise
    #[arg(long, value_name = "N", value_parser = quantities::count::<usize>, help_heading = OUTPUT)]
    pub(in crate::cli) top: Option<usize>,
    /// Add up incidents in a row for each target, reporter, sender or cause: the table `groups`
    #[arg(long, value_name = "KEY", value_parser = group_parser(), help_heading = OUTPUT)]
    pub(in crate::cli) group_by: Option<GroupBy>,
    /// Time zone of text tables, pages, live lines and --since: `utc`, `local` (that of TZ, or of the machine), or an offset such as +02:00
    #[arg(long, value_name = "ZONE", default_value = "utc", value_parser = zone, allow_hyphen_values = true, help_heading = OUTPUT)]
    pub(in crate::cli) time_zone: Zone,
    /// Times in the text tables: of day (`clock`), in full (`rfc3339`), or in seconds since 1970 or the first packet (in
    /// lines of a live run, the incident's first message)
    #[arg(long, value_name = "FORM", default_value = "clock", value_parser = form_parser(), help_heading = OUTPUT)]
    pub(in crate::cli) time_format: TimeForm,
    /// CSV that Excel opens by a double click: with a byte order mark and CR LF
    ///
    /// `--excel=semicolon` is for where decimals are written with a comma: Excel then expects semicolons between cells.
    #[arg(long, value_name = "SEPARATOR", num_args = 0..=1, require_equals = true, default_missing_value = "comma", help_heading = OUTPUT)]
    pub(in crate::cli) excel: Option<Separator>,
}

/// What stands between the cells of a CSV file for Excel.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum Separator {
    Comma,
    Semicolon,
}

impl Shaping {
    /// The table that the options are about: grouping makes one of its own.
    pub(in crate::cli) fn table(&self, asked: TableName) -> TableName {
        if self.group_by.is_some() && asked == TableName::Incidents { TableName::Groups } else { asked }
    }

    /// The view of a table.
    pub(in crate::cli) fn view(&self, table: TableName, naming: &Naming) -> Result<View, Failure> {
        let of = Of { table, by: self.group_by.unwrap_or_default(), naming };
        let columns: Vec<usize> = self.columns.iter().map(|name| of.position(name.trim())).collect::<Result<_, _>>()?;
        once_each(&self.columns, &columns)?;
        let most = if table == TableName::Messages { None } else { Some("messages:desc") };
        let sort = self.sort.as_deref().or(most.filter(|_| self.top.is_some()));
        Ok(View {
            table,
            columns,
            provided: [Needs::Hosts, Needs::Networks].into_iter().filter(|needs| needs.are_met(naming)).collect(),
            sort: sort.map(|text| of.sort_by(text)).transpose()?,
            top: self.top,
            clock: Clock { zone: self.time_zone, form: self.time_format },
            dialect: match self.excel {
                None => Dialect::Plain,
                Some(Separator::Comma) => Dialect::Excel,
                Some(Separator::Semicolon) => Dialect::ExcelSemicolon,
            },
            ..View::default()
        })
    }
}

/// The table whose columns are named, with what groups share, and what is known of addresses.
#[derive(Clone, Copy)]
struct Of<'a> {
    table: TableName,
    by: GroupBy,
    naming: &'a Naming,
}

impl Of<'_> {
    /// `messages`, `messages:desc`.
    fn sort_by(self, text: &str) -> Result<Sort, Failure> {
        let (name, descending) = match text.split_once(':') {
            None | Some((_, "asc")) => (text.trim_end_matches(":asc"), false),
            Some((name, "desc")) => (name, true),
            Some((_, other)) => {
                return Err(Failure::Usage(format!("--sort: `{other}` is no direction (`:desc` or `:asc`)")));
            }
        };
        Ok(Sort { column: self.position(name)?, descending })
    }

    /// Position of a column in the table.
    fn position(self, name: &str) -> Result<usize, Failure> {
        let headings = self.table.headings();
        let found = headings.iter().position(|heading| heading.name == name);
        match found.and_then(|position| headings.get(position).map(|heading| (position, heading.needs))) {
            Some((position, needs)) if needs.are_met(self.naming) => Ok(position),
            Some((_, needs)) => Err(Failure::Usage(format!("the column `{name}` is there with {}", needs.options()))),
            None => Err(Failure::Usage(self.unknown(name))),
        }
    }

    /// What is wrong with the name of a column: it is what groups share, another table's, or misspelt.
    fn unknown(self, name: &str) -> String {
        if self.table == TableName::Groups && name == self.by.name() {
            return format!("`{name}` is what groups share here, and stands in their column `group`");
        }
        let names = |table: TableName| {
            let headings = table.headings().into_iter().filter(|heading| heading.needs.are_met(self.naming));
            headings.map(|heading| heading.name).collect::<Vec<_>>()
        };
        let (own, table) = (names(self.table), self.table.name());
        let others = TableName::ALL.into_iter().filter(|&other| names(other).contains(&name)).map(TableName::name);
        let others: Vec<&str> = others.collect();
        if !others.is_empty() {
            let (of, by) = (others.join(" and "), others.join("` or `-t "));
            return format!("`{name}` is a column of {of}, and the options are about {table}: choose it by `-t {by}`");
        }
        let (listed, hint) = (own.join(", "), did_you_mean(name, own));
        format!("`{name}` is not a column of {table}{hint} (its columns are: {listed})")
    }
}

/// A column can be had once: names are keys in JSON and in a database.
fn once_each(names: &[String], columns: &[usize]) -> Result<(), Failure> {
    let twice =
        columns.iter().enumerate().find(|&(place, column)| columns.iter().take(place).any(|other| other == column));
    match twice.and_then(|(place, _)| names.get(place)) {
        Some(name) => Err(Failure::Usage(format!("--columns: `{}` is named more than once", name.trim()))),
        None => Ok(()),
    }
}

fn group_parser() -> impl TypedValueParser<Value = GroupBy> {
    PossibleValuesParser::new(GroupBy::ALL.map(GroupBy::name))
        .map(|name| GroupBy::ALL.into_iter().find(|by| by.name() == name).unwrap_or_default())
}

fn form_parser() -> impl TypedValueParser<Value = TimeForm> {
    PossibleValuesParser::new(TimeForm::ALL.map(TimeForm::name))
        .map(|name| TimeForm::ALL.into_iter().find(|form| form.name() == name).unwrap_or_default())
}

/// `utc`, `local`, `+02:00`.
fn zone(text: &str) -> Result<Zone, String> {
    match text.to_ascii_lowercase().as_str() {
        "utc" | "z" => Ok(Zone::Utc),
        "local" => local(std::env::var("TZ").ok().as_deref()),
        offset => offset.parse::<FixedOffset>().map(Zone::Fixed).map_err(|_| {
            "`utc`, `local` or an offset such as +02:00 is expected (TZ=Europe/Berlin with `local` for a named zone)".to_owned()
        }),
    }
}

/// Folders that hold the rules of named zones; the first ones are those that chrono looks into.
const ZONES: [&str; 4] = ["/usr/share/zoneinfo", "/share/zoneinfo", "/etc/zoneinfo", "/usr/share/lib/zoneinfo"];

/// The local zone, if it is known: of an unknown one, the clock of the system would show UTC without a word.
fn local(zone: Option<&str>) -> Result<Zone, String> {
    let name = zone.unwrap_or_default().trim_start_matches(':');
    let is_file = || ZONES.iter().any(|folder| Path::new(folder).join(name).is_file());
    let is_known = name.is_empty() || matches!(name, "UTC" | "GMT") || is_rule(name) || is_file();
    if is_known { Ok(Zone::Local) } else { Err(format!("TZ names a zone that is not known here: `{name}`")) }
}

/// Whether it may be the rule of a zone as POSIX writes it (section 8.3, TZ): `CET-1`, `<+03>-3`, `CET-1CEST,M3.5.0,M10.5.0/3`.
fn is_rule(text: &str) -> bool {
    let rest = match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>').map_or("", |(_, rest)| rest),
        None => text.trim_start_matches(|character: char| character.is_ascii_alphabetic()),
    };
    let is_named = text.len() - rest.len() >= 3;
    let has_offset = rest.trim_start_matches(['+', '-']).starts_with(|character: char| character.is_ascii_digit());
    let summer = rest.trim_start_matches(|character: char| character.is_ascii_digit() || "+-:".contains(character));
    // Of a summer time, chrono has to be told when it begins and ends.
    is_named && has_offset && (summer.is_empty() || summer.matches(',').count() == 2)
}
