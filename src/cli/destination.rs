//! Where a table goes: `[TABLE=]PATH`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::likeness::did_you_mean;
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
    /// Takes apart `[TABLE=]PATH`; the path may be in another encoding than the terminal's, as those of captures may.
    pub(super) fn parse(text: &OsStr) -> Result<Self, String> {
        let mut parts = text.as_bytes().splitn(2, |byte| *byte == b'=');
        let name = parts.next().unwrap_or_default();
        let (table, path) = match (std::str::from_utf8(name), parts.next()) {
            (Ok(name), Some(path)) if name.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                (Some(named(name, &text.to_string_lossy())?), OsStr::from_bytes(path))
            }
            _ => (None, text),
        };
        let path = PathBuf::from(path);
        let Some(format) = Format::of_path(&path) else {
            return Err(no_format(&path));
        };
        if let Some(table) = table.filter(|_| format.holds_everything()) {
            return Err(format!("{} holds every table: leave `{}=` out", format.name(), table.name()));
        }
        Ok(Self { table: table.unwrap_or_default(), format, path })
    }

    /// Whether the file of a live run grows by rows, and is not written as a whole in the end. Rows that are `arranged`, chosen
    /// or ordered among all, are known in the end only.
    pub(super) fn grows(table: TableName, format: Format, is_arranged: bool) -> bool {
        let has_rows = matches!(table, TableName::Incidents | TableName::Messages);
        matches!(format, Format::Csv | Format::Ndjson | Format::Md) && has_rows && !is_arranged
    }

    /// Where its file is or will be.
    pub(super) fn place(&self) -> PathBuf {
        place(&self.path)
    }
}

/// Where a file is or will be, whichever way its path is written.
pub(super) fn place(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| beside(path))
}

/// The same of the path itself, be it a link.
pub(super) fn beside(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = || Some(folder.canonicalize().ok()?.join(path.file_name()?));
    place().unwrap_or_else(|| path.to_owned())
}

/// Why the suffix stands for no format.
fn no_format(path: &Path) -> String {
    if path.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("parquet")) {
        return "this build has no Parquet: it needs one with `--features parquet`".to_owned();
    }
    let suffixes: Vec<String> = Format::SUFFIXES.iter().map(|(suffix, _)| format!(".{suffix}")).collect();
    format!("the suffix tells the format: {}", suffixes.join(", "))
}

fn named(name: &str, text: &str) -> Result<TableName, String> {
    TableName::ALL.into_iter().find(|table| table.name() == name).ok_or_else(|| {
        let tables = TableName::ALL.map(TableName::name).join(", ");
        let hint = did_you_mean(name, TableName::ALL.map(TableName::name).to_vec());
        format!("`{name}` is not a table ({tables}; a file of that name is `./{text}`){hint}")
    })
}
