//! The tables as JSON Schema: what a row of NDJSON, the JSON document, or an event of a live run may hold.

use serde_json::{Map, Value, json};

use super::events::{FORMS, Form};
use super::vocabulary::Vocabulary;
use super::{Heading, Kind, Needs, SCHEMA_VERSION, TableName, Values};
use crate::verdict::Outcome;

/// The dialect it is written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// RFC 3339 in UTC with nine fractional digits.
const TIME: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z$";

/// The schema of a row of a table.
pub fn of_row(table: TableName) -> Value {
    let mut schema = row(table);
    schema["$schema"] = json!(DIALECT);
    schema["title"] = json!(format!("A row of {}, unreach schema version {SCHEMA_VERSION}", table.name()));
    schema["description"] = json!("Every column is there, but for those that --columns leaves out.");
    schema
}

/// The schema of a line that a live run writes as it goes.
pub fn of_event() -> Value {
    json!({
        "$schema": DIALECT,
        "title": format!("A line of `unreach live -F ndjson`, unreach schema version {SCHEMA_VERSION}"),
        "description": "Of an incident's row every column is there, but for those that --columns leaves out.",
        "anyOf": FORMS.iter().map(event).collect::<Value>(),
    })
}

/// The schema of the JSON document.
pub fn of_document() -> Value {
    let rows = TableName::ALL.into_iter().map(|table| (table.name().to_owned(), row(table)));
    let tables = TableName::ALL.into_iter().map(|table| {
        let rows = json!({ "type": "array", "items": { "$ref": format!("#/$defs/{}", table.name()) } });
        (table.name().to_owned(), rows)
    });
    let count = json!({ "type": "integer", "minimum": 0 });
    let time = json!({ "type": ["string", "null"], "pattern": TIME });
    let mut properties: Map<String, Value> = tables.collect();
    properties.insert("schema_version".to_owned(), json!({ "const": SCHEMA_VERSION }));
    properties.insert("tool".to_owned(), json!({ "type": "object", "required": ["name", "version"] }));
    properties.insert("warnings".to_owned(), json!({ "type": "array", "items": { "type": "string" } }));
    properties.insert("inputs".to_owned(), json!({ "type": "array", "items": {
        "type": "object",
        "properties": { "name": { "type": "string" }, "packets": count, "bytes": count, "first": time, "last": time },
        "required": ["name", "format", "packets", "bytes", "dropped", "link_types", "first", "last"],
    }}));
    properties.insert(
        "totals".to_owned(),
        json!({
            "type": "object",
            "properties": {
                "packets": count,
                "bytes": count,
                "messages": count,
                "seen_from_beside": { "type": "array", "items": address() },
                "first": time,
                "last": time,
            },
            "required": [
                "packets", "bytes", "messages", "incidents", "devices", "seen_from_beside", "first", "last", "not_decoded",
            ],
        }),
    );
    properties.insert("left_out".to_owned(), left_out(&count));
    properties.insert("columns".to_owned(), chosen_columns());
    json!({
        "$schema": DIALECT,
        "title": format!("The JSON document of unreach, schema version {SCHEMA_VERSION}"),
        "type": "object",
        "properties": properties,
        "required": ["schema_version", "tool", "inputs", "totals", "warnings", "messages", "incidents", "devices"],
        "$defs": rows.collect::<Map<String, Value>>(),
        "allOf": TableName::ALL.into_iter().map(whole_unless_chosen).collect::<Value>(),
    })
}

/// The member that is there where `--columns` names some.
fn chosen_columns() -> Value {
    let tables = TableName::ALL.into_iter().map(|table| {
        let names: Vec<&str> = table.headings().iter().map(|heading| heading.name).collect();
        (table.name().to_owned(), json!({ "type": "array", "items": { "enum": names }, "minItems": 1 }))
    });
    json!({
        "description": "The columns that rows of a table were asked to have; not there where --columns was not given.",
        "type": "object",
        "properties": tables.collect::<Map<String, Value>>(),
        "additionalProperties": false,
        "minProperties": 1,
    })
}

/// Rows of a table have all of its columns in a document that does not name some.
fn whole_unless_chosen(table: TableName) -> Value {
    // Columns of names are there where names were asked for.
    let headings = table.headings();
    let always = headings.iter().filter(|heading| heading.needs == Needs::Nothing);
    let names: Vec<&str> = always.map(|heading| heading.name).collect();
    json!({
        "if": { "required": ["columns"], "properties": { "columns": { "required": [table.name()] } } },
        "else": { "properties": { table.name(): { "items": { "required": names } } } },
    })
}

/// What events of a form say.
fn event(form: &Form) -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    let members = form.members.iter().map(|&(name, kind, description)| {
        let mut member = match kind {
            Kind::Keyword => json!({ "enum": form.events }),
            Kind::Time => json!({ "type": "string", "pattern": TIME }),
            Kind::List => json!({ "type": "array", "items": interface(&count) }),
            _ => count.clone(),
        };
        member["description"] = json!(description);
        (name.to_owned(), member)
    });
    let mut properties: Map<String, Value> = members.collect();
    let required: Vec<&str> = form.members.iter().map(|&(name, ..)| name).collect();
    if form.has_row {
        properties.extend(columns(TableName::Incidents));
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// What the counts of a live run say of an interface.
fn interface(count: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "up": { "type": "boolean" },
            "delivered": count,
            "dropped_by_kernel": count,
            "dropped_by_interface": count,
        },
        "required": ["name", "up", "delivered", "dropped_by_kernel", "dropped_by_interface"],
        "additionalProperties": false,
    })
}

/// The member that is there where options leave rows out.
fn left_out(count: &Value) -> Value {
    let tables = TableName::ALL.into_iter().map(|table| (table.name().to_owned(), count.clone()));
    json!({
        "description": "How many rows of each table options left out, such as --top or --cause; not there where they left out none. \
                        Messages of incidents that --top left out are there, and name them.",
        "type": "object",
        "properties": tables.collect::<Map<String, Value>>(),
        "required": ["messages", "incidents", "devices"],
        "additionalProperties": false,
    })
}

/// A row, with all of its columns or some.
fn row(table: TableName) -> Value {
    json!({ "type": "object", "properties": columns(table), "additionalProperties": false, "minProperties": 1 })
}

fn columns(table: TableName) -> Map<String, Value> {
    table.headings().iter().map(|heading| (heading.name.to_owned(), property(heading))).collect()
}

/// What a cell of a column may be; null where it is empty.
fn property(heading: &Heading) -> Value {
    let values = match heading.kind {
        Kind::List => json!({ "type": "array", "items": items(heading.values) }),
        Kind::Integer => json!({ "type": "integer", "minimum": 0 }),
        Kind::Decimal if heading.unit == "0..1" => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Kind::Decimal => json!({ "type": "number" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Time => json!({ "type": "string", "pattern": TIME }),
        Kind::Address => address(),
        Kind::Text | Kind::Keyword => items(heading.values),
    };
    let mut schema = json!({ "description": heading.description, "anyOf": [values, { "type": "null" }] });
    if !heading.unit.is_empty() {
        schema["$comment"] = json!(format!("unit: {}", heading.unit));
    }
    schema
}

fn items(values: Values) -> Value {
    match values {
        Values::Any | Values::Registered => json!({ "type": "string" }),
        Values::Words(vocabulary) => words(vocabulary),
        Values::Candidates => pattern(&format!(r"^({}):[01]\.\d{{3}}$", alternatives())),
        Values::Tallies => pattern(&format!(r"^({}):\d+$", outcomes())),
        Values::Ports => pattern(r"^\d{1,5}(-\d{1,5})?$"),
        Values::Frames => json!({ "type": "integer", "minimum": 1 }),
        Values::Numbers => json!({ "type": "integer", "minimum": 0 }),
        Values::Addresses => address(),
    }
}

fn words(vocabulary: Vocabulary) -> Value {
    let words: Vec<String> = vocabulary.words().into_iter().map(|word| word.name).collect();
    match vocabulary {
        Vocabulary::Meanings => json!({ "anyOf": [{ "enum": words }, pattern(r"^code-\d{1,3}$")] }),
        _ => json!({ "enum": words }),
    }
}

fn alternatives() -> String {
    let names: Vec<String> = Vocabulary::Causes.words().into_iter().map(|word| word.name).collect();
    names.join("|")
}

fn outcomes() -> String {
    Outcome::all().map(Outcome::name).collect::<Vec<_>>().join("|")
}

fn pattern(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

fn address() -> Value {
    json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] })
}
