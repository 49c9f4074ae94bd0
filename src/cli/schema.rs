//! `unreach schema`: the columns of the tables, and what events of a live run say.

use std::io::{self, Write};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::report::{FORMS, Form, Needs, SCHEMA_VERSION, TableName, schema};

/// What a schema may be of, apart from the JSON document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// Rows of a table.
    Table(TableName),
    /// Lines that a live run writes as it goes.
    Events,
}

/// The name of the lines of a live run.
const EVENTS: &str = "events";

impl Subject {
    /// Those that there are, by their names.
    pub(super) fn parser() -> impl TypedValueParser<Value = Self> {
        let names = TableName::ALL.map(TableName::name).into_iter().chain([EVENTS]);
        PossibleValuesParser::new(names).map(|name| {
            let table = TableName::ALL.into_iter().find(|table| table.name() == name);
            table.map_or(Self::Events, Self::Table)
        })
    }
}

/// Writes the columns of a table, or of all, and what events say.
pub(super) fn write(only: Option<Subject>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "Tables of unreach, schema version {SCHEMA_VERSION}. An empty cell (null in JSON) is unknown or not applicable."
    )?;
    for table in TableName::ALL.into_iter().filter(|&table| only.is_none_or(|only| only == Subject::Table(table))) {
        write_table(table, out)?;
    }
    if only.is_none_or(|only| only == Subject::Events) {
        FORMS.iter().try_for_each(|form| write_events(form, out))?;
    }
    Ok(())
}

/// Writes the JSON Schema of a table's rows, of events, or of the whole document.
pub(super) fn write_json(only: Option<Subject>, out: &mut dyn Write) -> io::Result<()> {
    let schema = match only {
        None => schema::of_document(),
        Some(Subject::Table(table)) => schema::of_row(table),
        Some(Subject::Events) => schema::of_event(),
    };
    serde_json::to_writer_pretty(&mut *out, &schema)?;
    writeln!(out)
}

fn write_table(table: TableName, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", table.name())?;
    let headings = table.headings();
    let width = headings.iter().map(|heading| heading.name.len()).max().unwrap_or_default();
    for heading in headings {
        let (name, kind, unit, description) = (heading.name, heading.kind, heading.unit, heading.description);
        let options = match heading.needs {
            Needs::Nothing => String::new(),
            needs => format!(" With {}.", needs.options()),
        };
        writeln!(out, "  {name:width$}  {kind:8}{unit:8}  {description}{options}")?;
    }
    Ok(())
}

fn write_events(form: &Form, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{EVENTS} of `live -F ndjson`: {}", form.events.join(", "))?;
    let width = form.members.iter().map(|(name, ..)| name.len()).max().unwrap_or_default();
    for (name, kind, description) in form.members {
        writeln!(out, "  {name:width$}  {kind:8}  {description}")?;
    }
    if form.has_row {
        writeln!(out, "  and the columns of incidents")?;
    }
    Ok(())
}
