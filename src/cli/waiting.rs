//! Where messages wait that memory has no room for: a temporary file without a name, made when it is first needed.

use std::fs::File;
use std::os::unix::fs::FileExt;

use crate::incident::Store;

/// A temporary file in the system's folder for such (`TMPDIR`); it goes with the process.
#[derive(Debug, Default)]
pub(super) struct TemporaryFile {
    file: Option<File>,
    /// Where it ends, whatever was written behind by an attempt that failed.
    end: u64,
}

impl Store for TemporaryFile {
    fn append(&mut self, bytes: &[u8]) -> bool {
        if self.file.is_none() {
            self.file = tempfile::tempfile().ok();
        }
        // A full disk takes a part of the bytes before it refuses: the next attempt is to overwrite that part.
        let is_taken = self.file.as_ref().is_some_and(|file| file.write_all_at(bytes, self.end).is_ok());
        self.end += if is_taken { bytes.len() as u64 } else { 0 };
        is_taken
    }

    fn read(&self, position: u64, bytes: &mut [u8]) -> bool {
        self.file.as_ref().is_some_and(|file| file.read_exact_at(bytes, position).is_ok())
    }
}
