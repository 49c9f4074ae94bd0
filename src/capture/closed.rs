//! Directories that cannot be read, as those that are followed are looked into again and again.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

/// The directories that cannot be read now.
#[derive(Debug, Default)]
pub(super) struct Closed {
    /// Each with whether it could be read before.
    directories: HashMap<PathBuf, bool>,
    has_looked: bool,
}

impl Closed {
    /// Takes note that the first look found nothing but this directory, which could not be read.
    pub(super) fn begin_with(&mut self, directory: &Path) {
        self.directories.insert(directory.to_owned(), false);
        self.has_looked = true;
    }

    /// Takes note of those that a look found. Gives those of them that the look before did not find, and those that only that one
    /// found: they can be read again. One that is gone is neither, as what it held was not read.
    pub(super) fn look(&mut self, found: Vec<(PathBuf, io::Error)>) -> (Vec<(PathBuf, io::Error)>, Vec<PathBuf>) {
        let was_open = std::mem::replace(&mut self.has_looked, true);
        let before = std::mem::take(&mut self.directories);
        for (path, _) in &found {
            self.directories.insert(path.clone(), before.get(path).copied().unwrap_or(was_open));
        }
        let new = found.into_iter().filter(|(path, _)| !before.contains_key(path)).collect();
        let reopened = before.into_keys().filter(|path| !self.have(path) && path.is_dir()).collect();
        (new, reopened)
    }

    /// Whether what was seen before may be in one of them.
    pub(super) fn hide_known(&self) -> bool {
        self.directories.values().any(|&was_open| was_open)
    }

    /// Whether a directory is among them.
    pub(super) fn have(&self, directory: &Path) -> bool {
        self.directories.contains_key(directory)
    }
}
