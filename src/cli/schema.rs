//! `unreach schema`: the columns of the tables.

use std::io::{self, Write};

use crate::report::{Needs, SCHEMA_VERSION, TableName, schema};

/// Writes the columns of a table, or of all.
pub(super) fn write(only: Option<TableName>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "Tables of unreach, schema version {SCHEMA_VERSION}. An empty cell (null in JSON) is unknown or not applicable."
    )?;
    for table in TableName::ALL.into_iter().filter(|&table| only.is_none_or(|only| only == table)) {
        write_table(table, out)?;
    }
    Ok(())
}

/// Writes the JSON Schema of a table's rows, or of the whole document.
pub(super) fn write_json(only: Option<TableName>, out: &mut dyn Write) -> io::Result<()> {
    let schema = only.map_or_else(schema::of_document, schema::of_row);
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
