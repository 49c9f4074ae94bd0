//! Where the bytes of an input come from: standard input, a file, or a pipe with a name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::beginning::{Beginning, Identity, identity};
use super::format::{Format, LOOK};
use super::growing::Growing;
use super::helped::{Help, Helped};
use super::patience::{Pipe, Waiting};
use super::window::Stream;

/// Where an input is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    StandardInput,
    File(PathBuf),
    /// A file of a directory that is followed, and what it begins with: any may be begun anew, or get another name.
    InRing(PathBuf, Beginning),
}

impl Place {
    /// The place that an argument names: `-` is standard input.
    pub(super) fn of(argument: &Path) -> Self {
        if argument.as_os_str() == "-" { Self::StandardInput } else { Self::File(argument.to_owned()) }
    }

    fn path(&self) -> Option<&Path> {
        match self {
            Self::StandardInput => None,
            Self::File(path) | Self::InRing(path, _) => Some(path),
        }
    }

    /// The file, where it is one that can be read twice: pipes and devices give their bytes only once.
    pub(super) fn regular_file(&self) -> Option<&Path> {
        self.path().filter(|path| identity(path).is_some())
    }

    /// What it is told apart by, where it is such a file.
    pub(super) fn identity(&self) -> Option<Identity> {
        self.path().and_then(identity)
    }

    /// What tells the file that was here, where another is here now, or none.
    pub(super) fn moved(&self) -> Option<Identity> {
        let Self::InRing(path, began) = self else { return None };
        (identity(path) != Some(began.identity())).then(|| began.identity())
    }

    /// The file has got another name.
    pub(super) fn move_to(&mut self, new: PathBuf) {
        if let Self::File(path) | Self::InRing(path, _) = self {
            *path = new;
        }
    }

    /// Size in bytes, where it is known beforehand.
    pub(super) fn size(&self) -> Option<u64> {
        let metadata = fs::metadata(self.regular_file()?).ok()?;
        Some(metadata.len())
    }

    /// Whether it is a file that begins as compressed ones do.
    pub(super) fn is_compressed(&self) -> bool {
        let mut first = Vec::new();
        let file = self.regular_file().and_then(|path| File::open(path).ok());
        let read = file.map(|file| file.take(LOOK as u64).read_to_end(&mut first));
        read.is_some_and(|outcome| outcome.is_ok()) && Format::of(&first).compression().is_some()
    }

    /// Opens the stream of its bytes. A pipe is opened once, and kept in `pipe`; a file that is not
    /// followed, nor in a directory that is, is read with `help`.
    pub(super) fn open(&self, waiting: &Waiting, pipe: &mut Option<Pipe>, help: &Help) -> io::Result<Stream> {
        if let Some(pipe) = pipe {
            return Ok(Stream::Any(Box::new(pipe.clone())));
        }
        let (file, began) = match self {
            // Not through the standard library's buffer: whether that holds something cannot be asked.
            Self::StandardInput => (File::from(io::stdin().as_fd().try_clone_to_owned()?), None),
            Self::File(path) if self.regular_file().is_some() => (File::open(path)?, None),
            Self::File(path) => (unblocked(path)?, None),
            Self::InRing(path, began) => (unblocked(path)?, Some(began)),
        };
        Ok(match file.metadata()?.is_file() {
            true if waiting.is_followed() || began.is_some() => {
                Stream::Any(Box::new(Growing::open(file, waiting, began)?))
            }
            true => Stream::File(Helped::new(file, help)),
            false => Stream::Any(Box::new(pipe.insert(Pipe::new(file, waiting)).clone())),
        })
    }
}

/// Opens a pipe without waiting for somebody to write to it.
fn unblocked(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)
}
