//! Where a table goes: `[TABLE=]PATH`.

use std::path::PathBuf;

use crate::report::{Format, TableName};

/// A table and the file it is written to.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    /// The table.
    pub(super) table: TableName,
    /// The format that the file's suffix stands for.
    pub(super) format: Format,
    /// The file.
    pub(super) path: PathBuf,
}

impl Destination {
    /// Takes apart `[TABLE=]PATH`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (table, path) = match text.split_once('=') {
            Some((name, path)) if name.bytes().all(|byte| byte.is_ascii_alphabetic()) => (named(name, text)?, path),
            _ => (TableName::default(), text),
        };
        let path = PathBuf::from(path);
        let Some(format) = Format::of_path(&path) else {
            return Err("the suffix tells the format: .csv, .ndjson, .jsonl, .json, .md, .html or .txt".to_owned());
        };
        Ok(Self { table, format, path })
    }
}

fn named(name: &str, text: &str) -> Result<TableName, String> {
    TableName::ALL.into_iter().find(|table| table.name() == name).ok_or_else(|| {
        format!("`{name}` is not a table (messages, incidents, devices); a file of that name is `./{text}`")
    })
}
