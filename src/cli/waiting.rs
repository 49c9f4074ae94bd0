//! Where messages wait that memory has no room for: a temporary file without a name, made when it is first needed.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;

use crate::incident::Store;

/// A temporary file in the system's folder for such (`TMPDIR`); it goes with the process.
#[derive(Debug, Default)]
pub(super) struct TemporaryFile(Option<File>);

impl Store for TemporaryFile {
    fn append(&mut self, bytes: &[u8]) -> bool {
        if self.0.is_none() {
            self.0 = tempfile::tempfile().ok();
        }
        // The file is written at its end only, so that what came before stays whole when the disk is full.
        self.0.as_mut().is_some_and(|file| file.write_all(bytes).is_ok())
    }

    fn read(&self, position: u64, bytes: &mut [u8]) -> bool {
        self.0.as_ref().is_some_and(|file| file.read_exact_at(bytes, position).is_ok())
    }
}
