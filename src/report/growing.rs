//! Output files that grow while others read them: whole rows only, from the header on, whatever becomes of the process.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use rustix::fs::{Mode, OFlags, RenameFlags, open, openat, renameat, renameat_with, unlinkat};
use rustix::io::Errno;

use super::OutputError;

/// Permissions of a new file, less the process's umask.
const PERMISSIONS: Mode = Mode::from_raw_mode(0o666);

/// Files of one name and second that are told apart.
const SAME_SECOND: u32 = 1000;

/// When a file is put aside, and a new one begun under its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Once it is this old.
    Age(Duration),
    /// Before it has more bytes than this.
    Size(u64),
}

/// A folder that output goes to, opened while that was permitted.
#[derive(Debug)]
pub struct Folder(OwnedFd);

impl Folder {
    /// The folder that holds `path`.
    pub fn of(path: &Path) -> Result<Self, OutputError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        open(folder, OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
            .map(Self)
            .map_err(|error| OutputError::Denied { path: path.to_owned(), cause: error.into() })
    }

    /// Its descriptor.
    pub fn descriptor(&self) -> &OwnedFd {
        &self.0
    }
}

/// A file that rows are appended to.
#[derive(Debug)]
pub struct GrowingFile {
    folder: Folder,
    name: OsString,
    path: PathBuf,
    header: Vec<u8>,
    file: File,
    /// Bytes of whole rows, with the header.
    length: u64,
    began: Instant,
    began_at: SystemTime,
    rotation: Option<Rotation>,
}

impl GrowingFile {
    /// Begins a file with its header, which is there before anyone can open it. An existing file is in the way, unless it
    /// may be overwritten.
    pub fn create(
        path: &Path,
        folder: Folder,
        header: Vec<u8>,
        overwrite: bool,
        rotation: Option<Rotation>,
    ) -> Result<Self, OutputError> {
        let name = path.file_name().unwrap_or(OsStr::new("")).to_owned();
        let file = begin(&folder, &name, &header, overwrite).map_err(|error| match error {
            Errno::EXIST => OutputError::Exists(path.to_owned()),
            other => OutputError::Denied { path: path.to_owned(), cause: other.into() },
        })?;
        let length = header.len() as u64;
        let (began, began_at) = (Instant::now(), SystemTime::now());
        Ok(Self { folder, name, path: path.to_owned(), header, file, length, began, began_at, rotation })
    }

    /// Appends rows, each ending with a line feed. What is in the file after a failure are whole rows.
    pub fn append(&mut self, rows: &[u8]) -> Result<(), OutputError> {
        // One call for each row: a process that is killed is killed between two of them, but for a row that crosses from one
        // page of the file to the next, between which the kernel looks for the kill.
        for row in rows.split_inclusive(|&byte| byte == b'\n') {
            if let Some(Rotation::Size(limit)) = self.rotation
                && self.has_rows()
                && self.length + row.len() as u64 > limit
            {
                self.rotate()?;
            }
            self.append_whole(row)?;
        }
        Ok(())
    }

    /// Appends bytes that belong together: all of them, or after a failure none.
    pub fn append_whole(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file.write_all(bytes).map_err(|cause| {
            // What did not fit goes, with its beginning.
            let _ = self.file.set_len(self.length);
            self.denied(cause)
        })?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Puts the file aside where it is old enough and has rows.
    pub fn rotate_if_old(&mut self) -> Result<(), OutputError> {
        match self.rotation {
            Some(Rotation::Age(limit)) if self.has_rows() && self.began.elapsed() >= limit => self.rotate(),
            _ => Ok(()),
        }
    }

    /// Opens the file by its name again, for when somebody has moved it away. One that is there is continued.
    pub fn reopen(&mut self) -> Result<(), OutputError> {
        let opened = begin(&self.folder, &self.name, &self.header, false).or_else(|error| match error {
            Errno::EXIST => self.open_existing(),
            other => Err(other),
        });
        self.file = opened.map_err(|error| self.denied(error.into()))?;
        self.length = self.file.metadata().map_err(|cause| self.denied(cause))?.len();
        if self.length == 0 {
            let header = self.header.clone();
            self.append_whole(&header)?;
        }
        (self.began, self.began_at) = (Instant::now(), SystemTime::now());
        Ok(())
    }

    fn open_existing(&self) -> Result<File, Errno> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CLOEXEC;
        openat(&self.folder.0, &self.name, flags, PERMISSIONS).map(File::from)
    }

    /// Sees to it that what was written outlives the machine.
    pub fn complete(&self) -> Result<(), OutputError> {
        self.file.sync_all().map_err(|cause| self.denied(cause))
    }

    fn has_rows(&self) -> bool {
        self.length > self.header.len() as u64
    }

    /// The file gets a name with the time of its beginning; a new one takes its place.
    fn rotate(&mut self) -> Result<(), OutputError> {
        let denied = |error: Errno| OutputError::Denied { path: self.path.clone(), cause: error.into() };
        let aside = (1..=SAME_SECOND).map(|number| self.aside(number)).find_map(|name| {
            match renameat_with(&self.folder.0, &self.name, &self.folder.0, &name, RenameFlags::NOREPLACE) {
                Err(Errno::EXIST) => None,
                // Somebody else has moved it.
                Ok(()) | Err(Errno::NOENT) => Some(Ok(())),
                Err(error) => Some(Err(error)),
            }
        });
        aside.unwrap_or(Err(Errno::EXIST)).map_err(denied)?;
        self.file = begin(&self.folder, &self.name, &self.header, false).map_err(denied)?;
        self.length = self.header.len() as u64;
        (self.began, self.began_at) = (Instant::now(), SystemTime::now());
        Ok(())
    }

    /// `incidents-20261122T191500Z.csv`, and `incidents-20261122T191500Z-2.csv` where that is taken.
    fn aside(&self, number: u32) -> PathBuf {
        let name = Path::new(&self.name);
        let seconds = self.began_at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let time = DateTime::from_timestamp(seconds.cast_signed(), 0).unwrap_or_default().format("%Y%m%dT%H%M%SZ");
        let mut aside = name.file_stem().unwrap_or_default().to_owned();
        aside.push(if number == 1 { format!("-{time}") } else { format!("-{time}-{number}") });
        if let Some(suffix) = name.extension() {
            aside.push(".");
            aside.push(suffix);
        }
        PathBuf::from(aside)
    }

    fn denied(&self, cause: io::Error) -> OutputError {
        OutputError::Denied { path: self.path.clone(), cause }
    }
}

/// A new file that has its header before it has its name.
fn begin(folder: &Folder, name: &OsStr, header: &[u8], overwrite: bool) -> Result<File, Errno> {
    let mut draft = OsString::from(".unreach-");
    draft.push(format!("{}-", std::process::id()));
    draft.push(name);
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mut file = File::from(openat(&folder.0, &draft, flags, PERMISSIONS)?);
    let named =
        file.write_all(header).map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO)).and_then(|()| {
            if overwrite {
                renameat(&folder.0, &draft, &folder.0, name)
            } else {
                renameat_with(&folder.0, &draft, &folder.0, name, RenameFlags::NOREPLACE)
            }
        });
    if named.is_err() {
        let _ = unlinkat(&folder.0, &draft, rustix::fs::AtFlags::empty());
    }
    named.map(|()| file)
}
