//! What a file is known again by: neither its name nor its number tells that it was not begun anew.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use thiserror::Error;

use super::fill_up::fill_up;

/// What tells a file from all others, whatever paths lead to it: its device, and its number there.
pub(super) type Identity = (u64, u64);

/// That of a file, if it is a regular one.
pub(super) fn identity(path: &Path) -> Option<Identity> {
    let metadata = fs::metadata(path).ok()?;
    metadata.is_file().then(|| identity_in(&metadata))
}

/// That of what the metadata are of.
pub(super) fn identity_in(metadata: &fs::Metadata) -> Identity {
    (metadata.dev(), metadata.ino())
}

/// First bytes that are compared, at most. Behind the headers stands the time of the first packet, in which no two captures
/// agree that are written one after the other; the headers of pcapng take some hundred bytes for each interface.
const COMPARED: usize = 4096;

/// That a file is not any more what it was.
#[derive(Debug, Error)]
#[error("cut or written anew")]
pub(super) struct BegunAnew;

/// The first bytes of a file, as many as are compared, or fewer where it has no more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct First {
    identity: Identity,
    bytes: Vec<u8>,
    /// Whether nobody could read them.
    is_closed: bool,
}

impl First {
    /// Those that the file has at this moment.
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let mut bytes = vec![0; COMPARED];
        let length = read_at_start(file, &mut bytes)?;
        bytes.truncate(length);
        Ok(Self { identity: identity_in(&file.metadata()?), bytes, is_closed: false })
    }

    /// Those of the file at `path`.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Self::of(&File::open(path)?)
    }

    /// None, of a file that may not be read: once it may be, it begins otherwise.
    pub(super) fn closed(identity: Identity) -> Self {
        Self { identity, bytes: Vec::new(), is_closed: true }
    }

    /// Takes in those of `bytes` that go on where they end. `bytes` stand at `offset` of the file.
    pub(super) fn extend(&mut self, offset: u64, bytes: &[u8]) {
        let known = (self.bytes.len() as u64).saturating_sub(offset);
        let more = bytes.get(usize::try_from(known).unwrap_or(usize::MAX)..).unwrap_or_default();
        let room = COMPARED.saturating_sub(self.bytes.len());
        self.bytes.extend(more.iter().take(room));
    }

    /// Whether the file still begins with them.
    pub(super) fn still_begin(&self, file: &File) -> io::Result<bool> {
        let mut bytes = vec![0; self.bytes.len()];
        Ok(read_at_start(file, &mut bytes)? == bytes.len() && bytes == self.bytes)
    }

    /// What is kept of them.
    pub(super) fn beginning(&self) -> Beginning {
        Beginning {
            identity: self.identity,
            length: self.bytes.len(),
            hash: hash(&self.bytes),
            is_closed: self.is_closed,
        }
    }
}

/// What is kept of a file's first bytes, as there may be many files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beginning {
    identity: Identity,
    length: usize,
    hash: u64,
    is_closed: bool,
}

impl Beginning {
    /// What its file is told apart by.
    pub(super) fn identity(&self) -> Identity {
        self.identity
    }

    /// Whether nobody could read it.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Whether it is one of the same file and the same capture, of which there may be more by now.
    pub(super) fn is_of(&self, first: &First) -> bool {
        (self.identity, self.is_closed) == (first.identity, first.is_closed)
            && first.bytes.get(..self.length).is_some_and(|bytes| hash(bytes) == self.hash)
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// Reads the first bytes wherever the file is read, and tells how many there are.
fn read_at_start(file: &File, into: &mut [u8]) -> io::Result<usize> {
    let (length, outcome) = fill_up(into, |space, before| file.read_at(space, before as u64));
    outcome.map(|()| length)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tempfile::NamedTempFile;

    use super::{COMPARED, First};

    #[test]
    fn a_file_that_grows_is_the_same_and_one_that_was_begun_anew_is_not() {
        let mut file = NamedTempFile::new().expect("a file");
        let first = |file: &NamedTempFile| First::of(file.as_file()).expect("readable");
        file.write_all(b"header, first").expect("written");
        let (begun, kept) = (first(&file), first(&file).beginning());
        file.write_all(&[7; COMPARED]).expect("written");
        assert!(begun.still_begin(file.as_file()).expect("readable") && kept.is_of(&first(&file)));
        assert_eq!(first(&file).bytes.len(), COMPARED);
        for bytes in [&b""[..], b"header", b"header, other and more"] {
            std::fs::write(file.path(), bytes).expect("written");
            assert!(!begun.still_begin(file.as_file()).expect("readable") && !kept.is_of(&first(&file)));
        }
        let other = NamedTempFile::new().expect("a file");
        std::fs::write(other.path(), b"header, first").expect("written");
        assert!(!kept.is_of(&first(&other)), "a copy is another file");
    }

    #[test]
    fn first_bytes_are_taken_in_once_and_no_more_than_are_compared() {
        let mut first = First::default();
        first.extend(0, b"abc");
        first.extend(1, b"bcd");
        first.extend(4, b"e");
        assert_eq!(first.bytes, b"abcde");
        first.extend(5, &[0; 2 * COMPARED]);
        first.extend(5 + 2 * COMPARED as u64, b"x");
        assert_eq!(first.bytes.len(), COMPARED);
    }
}
