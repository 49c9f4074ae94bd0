//! Where the bytes of an input come from: standard input, a file, or a pipe with a name.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::window::Stream;

/// Where an input is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    StandardInput,
    File(PathBuf),
}

impl Place {
    /// The place that an argument names: `-` is standard input.
    pub(super) fn of(argument: &Path) -> Self {
        if argument.as_os_str() == "-" { Self::StandardInput } else { Self::File(argument.to_owned()) }
    }

    /// The file, where it is one that can be read twice: pipes and devices give their bytes only once.
    pub(super) fn regular_file(&self) -> Option<&Path> {
        match self {
            Self::File(path) if fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) => Some(path),
            _ => None,
        }
    }

    /// Size in bytes, where it is known beforehand.
    pub(super) fn size(&self) -> Option<u64> {
        let metadata = fs::metadata(self.regular_file()?).ok()?;
        Some(metadata.len())
    }

    /// Opens the stream of its bytes.
    pub(super) fn open(&self) -> io::Result<Stream> {
        match self {
            Self::StandardInput => Ok(Box::new(io::stdin())),
            Self::File(path) => Ok(Box::new(File::open(path)?)),
        }
    }
}
