//! Output files: they appear whole or not at all, and never over an existing file unasked.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::unnamed;

/// Why an output could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// There is a file of that name, and overwriting was not asked for.
    #[error("{}: exists already (--force overwrites it)", name(.0))]
    Exists(PathBuf),
    /// The output, or its folder, does not let itself be written.
    #[error("{}: cannot be written: {cause}", name(.path))]
    Denied {
        /// The output.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

fn name(path: &Path) -> String {
    super::printable(&path.to_string_lossy())
}

/// An output file in the making.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    overwrite: bool,
    file: BufWriter<Draft>,
}

/// Where the bytes go until the output is complete.
#[derive(Debug)]
enum Draft {
    /// A file without a name in this folder, of which nothing is left where the process is killed. It gets its name in the end.
    Unnamed(File, PathBuf),
    /// Where there can be none, a file beside the output, which takes its name in the end.
    Beside(NamedTempFile),
    /// The output itself: a pipe or a device, which nothing can take the place of.
    Device(File),
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            // Past the wrapper, whose errors name the draft.
            Self::Beside(file) => file.as_file_mut().write(bytes),
            Self::Unnamed(file, _) | Self::Device(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside(file) => file.as_file_mut().flush(),
            Self::Unnamed(file, _) | Self::Device(file) => file.flush(),
        }
    }
}

impl OutputFile {
    /// Begins an output: fails at once where it could not be completed, before hours of reading.
    pub fn create(path: &Path, overwrite: bool) -> Result<Self, OutputError> {
        let denied = |cause| OutputError::Denied { path: path.to_owned(), cause };
        if path.to_string_lossy().ends_with('/') {
            return Err(denied(io::ErrorKind::IsADirectory.into()));
        }
        let (path, draft) = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(denied(io::ErrorKind::IsADirectory.into())),
            Ok(found) if !found.is_file() => {
                (path.to_owned(), Draft::Device(File::options().write(true).open(path).map_err(denied)?))
            }
            Ok(_) if !overwrite => return Err(OutputError::Exists(path.to_owned())),
            // Behind a symbolic link, what it points to is replaced, not the link.
            Ok(_) => {
                let path = path.canonicalize().map_err(denied)?;
                let draft = beside(&path).map_err(denied)?;
                (path, draft)
            }
            Err(_) => (path.to_owned(), beside(path).map_err(denied)?),
        };
        Ok(Self { path, overwrite, file: BufWriter::new(draft) })
    }

    /// Where the bytes are to be written.
    pub fn writer(&mut self) -> &mut dyn Write {
        &mut self.file
    }

    /// Where the file is while it is made, for what writes files and not bytes; a pipe or a device is an error.
    pub(super) fn path(&mut self) -> io::Result<&Path> {
        let draft = self.file.get_mut();
        if let Draft::Unnamed(file, folder) = draft {
            *draft = Draft::Beside(named(file, folder)?);
        }
        match draft {
            Draft::Beside(draft) => Ok(draft.path()),
            Draft::Unnamed(..) | Draft::Device(_) => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "a database can only be a regular file"))
            }
        }
    }

    /// Gives the file its name, with all that was written.
    pub fn complete(self) -> Result<(), OutputError> {
        let Self { path, overwrite, file } = self;
        let denied = |cause| OutputError::Denied { path: path.clone(), cause };
        let draft = file.into_inner().map_err(|failure| denied(failure.into_error()))?;
        let synced = match &draft {
            Draft::Device(_) => return Ok(()),
            Draft::Unnamed(file, _) => file.sync_all(),
            Draft::Beside(draft) => draft.as_file().sync_all(),
        };
        synced.map_err(denied)?;
        let named = match draft {
            Draft::Unnamed(file, folder) if overwrite => {
                named(&file, &folder).and_then(|draft| put(draft, &path, true))
            }
            Draft::Unnamed(file, _) => unnamed::link(&file, &path),
            Draft::Beside(draft) => put(draft, &path, overwrite),
            Draft::Device(_) => Ok(()),
        };
        named.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OutputError::Exists(path.clone()),
            _ => denied(error),
        })
    }

    /// The error of a failed write to this output.
    pub fn denied(&self, cause: io::Error) -> OutputError {
        OutputError::Denied { path: self.path.clone(), cause }
    }
}

/// A temporary file in the folder of `path`, with the permissions that a new file gets.
fn beside(path: &Path) -> io::Result<Draft> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A missing folder is told as such, without the name of the draft.
    fs::metadata(folder)?;
    if let Some(file) = unnamed::file_in(folder) {
        return Ok(Draft::Unnamed(file, folder.to_owned()));
    }
    // With the permissions of any file: temporary ones are otherwise for their owner alone, and their errors name the draft.
    let open = |path: &Path| File::options().read(true).write(true).create_new(true).open(path);
    drafts().make_in(folder, open).map(Draft::Beside)
}

/// Gives a file that has none a name for a draft.
fn named(file: &File, folder: &Path) -> io::Result<NamedTempFile> {
    drafts().make_in(folder, |path| unnamed::link(file, path).and_then(|()| file.try_clone()))
}

/// Gives a draft the name of the output.
fn put(draft: NamedTempFile, path: &Path, overwrite: bool) -> io::Result<()> {
    let put = if overwrite { draft.persist(path) } else { draft.persist_noclobber(path) };
    put.map(drop).map_err(|failure| failure.error)
}

/// What drafts are called by.
fn drafts() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".unreach-").suffix(".part");
    builder
}
