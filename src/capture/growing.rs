//! A file that is still being written, and that may be begun anew while it is read, as those of a ring are.

use std::fs::File;
use std::io::{self, Read};

use super::beginning::{Beginning, BegunAnew, First};
use super::patience::Waiting;

/// A file that grows.
pub(super) struct Growing {
    file: File,
    read: u64,
    /// What it begins with, as far as it was read.
    first: First,
    waiting: Waiting,
}

impl Growing {
    /// Reads the file from its beginning. It has to be the one of which a beginning was kept, where one was.
    pub(super) fn open(file: File, waiting: &Waiting, began: Option<&Beginning>) -> io::Result<Self> {
        let first = First::of(&file)?;
        if began.is_some_and(|began| !began.is_of(&first)) {
            return Err(io::Error::other(BegunAnew));
        }
        Ok(Self { file, read: 0, first, waiting: waiting.clone() })
    }
}

impl Read for Growing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // Asked first: who says that the file is complete has seen it complete.
        let is_followed = self.waiting.is_followed();
        let count = self.file.read(into)?;
        // Asked last: what was read is of the capture that the file still begins with then, as it is never what it was again.
        let is_cut = count == 0 && self.file.metadata()?.len() < self.read;
        if is_cut || !self.first.still_begin(&self.file)? {
            return Err(io::Error::other(BegunAnew));
        }
        self.first.extend(self.read, into.get(..count).unwrap_or_default());
        self.read += count as u64;
        if count == 0 && !into.is_empty() && is_followed {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{ErrorKind, Read, Write};

    use tempfile::NamedTempFile;

    use super::{BegunAnew, First, Growing};
    use crate::capture::patience::{Until, Waiting};

    fn growing(file: &NamedTempFile, follow: bool) -> Growing {
        let waiting = Waiting::new(Until::default(), follow);
        Growing::open(file.reopen().expect("opened"), &waiting, None).expect("readable")
    }

    fn is_begun_anew(mut growing: Growing) -> bool {
        // As often as it is asked: nothing of another capture ever comes out of it.
        [(); 2].iter().all(|()| growing.read(&mut [0; 9]).is_err_and(|error| error.downcast::<BegunAnew>().is_ok()))
    }

    #[test]
    fn nothing_is_read_of_another_capture_than_the_one_it_began_with() {
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(b"header, first").expect("written");
        let mut readers = [true, false].map(|follow| growing(&file, follow));
        for reader in &mut readers {
            assert_eq!(reader.read(&mut [0; 13]).expect("bytes"), 13);
        }
        // Longer than what was read: only what it begins with tells.
        fs::write(file.path(), b"header, second and more").expect("written");
        assert!(readers.into_iter().all(is_begun_anew));
    }

    #[test]
    fn what_was_not_there_when_it_was_opened_is_compared_too() {
        let mut file = NamedTempFile::new().expect("a file");
        let mut reader = growing(&file, true);
        assert!(reader.read(&mut [0; 9]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
        file.write_all(b"header, first").expect("written");
        assert_eq!(reader.read(&mut [0; 99]).expect("bytes"), 13);
        fs::write(file.path(), b"header, second and more").expect("written");
        assert!(is_begun_anew(reader));
    }

    #[test]
    fn a_file_is_not_read_where_another_capture_was_expected() {
        let file = NamedTempFile::new().expect("a file");
        fs::write(file.path(), b"header, first").expect("written");
        let began = First::of(file.as_file()).expect("readable").beginning();
        let open =
            || Growing::open(file.reopen().expect("opened"), &Waiting::new(Until::default(), false), Some(&began));
        assert!(open().is_ok());
        fs::write(file.path(), b"header, second").expect("written");
        assert!(open().is_err_and(|error| error.downcast::<BegunAnew>().is_ok()));
    }
}
