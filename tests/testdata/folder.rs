//! Where the captures lie.

use std::path::{Path, PathBuf};

/// A folder or file of `testdata`.
pub(crate) fn testdata(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "testdata", name].iter().collect()
}

/// Files of a folder whose names end in one of `suffixes`, sorted.
pub(super) fn files(folder: &str, suffixes: &[&str]) -> Vec<PathBuf> {
    let entries = testdata(folder).read_dir().unwrap_or_else(|error| panic!("testdata/{folder}: {error}"));
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.extension().is_some_and(|end| suffixes.iter().any(|suffix| end == *suffix)));
    found.sort();
    found
}

/// A path's last component.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().expect("a file name").to_string_lossy().into_owned()
}
