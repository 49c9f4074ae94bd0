//! Files that were looked into, so that none is read twice, whatever it is called by now, and none left out that was begun anew.

use std::collections::HashMap;
use std::fs::Metadata;
use std::mem;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::beginning::{Beginning, First, Identity};

/// Looks in a row that miss a file before it is forgotten: one that gets another name meanwhile may be missed by one.
const MISSED: u32 = 8;

/// What changes wherever a file is written to: its length, and when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp(u64, i64, i64);

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self(metadata.len(), metadata.mtime(), metadata.mtime_nsec())
    }

    /// When it was.
    pub(super) fn written(self) -> (i64, i64) {
        (self.1, self.2)
    }
}

/// The files that were looked into, and are still there.
#[derive(Debug, Default)]
pub(super) struct Known {
    files: HashMap<Identity, Looked>,
}

/// One of them.
#[derive(Debug)]
struct Looked {
    beginning: Beginning,
    /// As it was when its beginning was looked at.
    stamp: Option<Stamp>,
    /// Number of the directory that it was last seen in, if it was seen in one.
    directory: Option<usize>,
    is_seen: bool,
    missed: u32,
}

impl Known {
    /// Whether a file that is seen in a directory was looked into, by what shows without opening it. Of one that could not be opened,
    /// nothing shows that it can be now.
    pub(super) fn knows_as_it_is(&mut self, identity: Identity, stamp: Stamp, directory: usize) -> bool {
        let Some(file) = self.files.get_mut(&identity) else { return false };
        (file.directory, file.is_seen) = (Some(directory), true);
        file.stamp == Some(stamp) && !file.beginning.is_closed()
    }

    /// Whether a file could not be opened when it was looked into.
    pub(super) fn was_closed(&self, identity: Identity) -> bool {
        self.files.get(&identity).is_some_and(|file| file.beginning.is_closed())
    }

    /// Whether a file was looked into, by its first bytes, of which there may be more by now.
    pub(super) fn knows(&mut self, first: &First, stamp: Stamp) -> bool {
        let beginning = first.beginning();
        let Some(file) = self.files.get_mut(&beginning.identity()) else { return false };
        let is_known = file.beginning.is_of(first);
        if is_known {
            (file.beginning, file.stamp) = (beginning, Some(stamp));
        }
        is_known
    }

    /// Takes note that a file of a directory was looked into.
    pub(super) fn add(&mut self, beginning: Beginning, stamp: Stamp, directory: usize) {
        let file = Looked { beginning, stamp: Some(stamp), directory: Some(directory), is_seen: true, missed: 0 };
        self.files.insert(beginning.identity(), file);
    }

    /// Takes note that a file was named by itself.
    pub(super) fn add_named(&mut self, path: &Path) {
        let Ok(first) = First::at(path) else { return };
        let beginning = first.beginning();
        let file = Looked { beginning, stamp: None, directory: None, is_seen: false, missed: 0 };
        self.files.entry(beginning.identity()).or_insert(file);
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.files.len()
    }

    /// Forgets the files that are gone, once a directory was looked into.
    pub(super) fn forget_gone(&mut self, directory: usize) {
        self.files.retain(|_, file| {
            if file.directory != Some(directory) {
                return true;
            }
            file.missed = if mem::take(&mut file.is_seen) { 0 } else { file.missed + 1 };
            file.missed <= MISSED
        });
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::NamedTempFile;

    use super::{First, Known, Stamp};
    use crate::capture::beginning::identity_in;

    #[test]
    fn a_file_that_could_not_be_read_is_new_once_it_can_be() {
        let file = NamedTempFile::new().expect("a file");
        fs::write(file.path(), b"header, first").expect("written");
        let metadata = file.as_file().metadata().expect("a file");
        let (identity, stamp) = (identity_in(&metadata), Stamp::of(&metadata));
        let (closed, first) = (First::closed(identity), First::of(file.as_file()).expect("readable"));
        let mut known = Known::default();
        known.add(closed.beginning(), stamp, 0);
        assert!(!known.knows_as_it_is(identity, stamp, 0) && known.knows(&closed, stamp));
        assert!(!known.knows(&first, stamp));
        known.add(first.beginning(), stamp, 0);
        assert!(known.knows_as_it_is(identity, stamp, 0) && known.knows(&first, stamp));
    }
}
