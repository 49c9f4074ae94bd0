//! Files without a name, which are gone with the process unless they get one (`O_TMPFILE` of open(2)).

use std::fs::File;
use std::io;
use std::path::Path;

/// One that can be written in a folder, with the permissions that a new file gets, and that can get a name there. Nothing where the
/// file system has no such files (NFS, FAT), or where a process cannot name its own: that takes `/proc`, which is closed to one that
/// has changed its user (`PR_SET_DUMPABLE` of prctl(2)).
#[cfg(target_os = "linux")]
pub(super) fn file_in(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = File::from(open(folder, flags, Mode::from_raw_mode(0o666)).ok()?);
    std::fs::symlink_metadata(way_to(&file)).is_ok().then_some(file)
}

/// Gives such a file a name, which nothing may have yet.
#[cfg(target_os = "linux")]
pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    Ok(linkat(CWD, way_to(file), CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// Where the system shows an open file of this process.
#[cfg(target_os = "linux")]
fn way_to(file: &File) -> String {
    use std::os::fd::AsRawFd;
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn file_in(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
pub(super) fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
