//! Where messages wait that memory has no room for: a temporary file without a name, made when it is first needed.

use std::fs::File;
use std::io;
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
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile().map_err(|error| in_folder(&error))?),
        };
        // A full disk takes a part of the bytes before it refuses: the next attempt is to overwrite that part.
        file.write_all_at(bytes, self.end).map_err(|error| in_folder(&error))?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    fn read(&self, position: u64, bytes: &mut [u8]) -> io::Result<()> {
        let Some(file) = &self.file else { return Err(io::ErrorKind::NotFound.into()) };
        file.read_exact_at(bytes, position).map_err(|error| in_folder(&error))
    }
}

/// The same error, with the folder that it is about.
fn in_folder(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", std::env::temp_dir().display()))
}
