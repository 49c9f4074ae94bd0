//! From the arguments of the command line to the files they mean: directories are walked, in a repeatable order.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::beginning::{Identity, identity_in};
use super::known::Stamp;

/// A path to a regular file.
pub(super) struct Way {
    is_link: bool,
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    /// What shows of it without opening it.
    pub(super) stamp: Stamp,
}

/// What is below a directory.
pub(super) struct Below {
    pub(super) files: Vec<Way>,
    /// Directories that may not be read, but for those that hold no captures.
    pub(super) closed: Vec<(PathBuf, io::Error)>,
}

/// The regular files below `directory`, each once, in order of their paths. Links to files are followed where no path leads to
/// these without one; links to directories are not: they could lead in circles.
pub(super) fn files_below(directory: &Path) -> io::Result<Below> {
    let (mut ways, mut closed) = (Vec::new(), Vec::new());
    let mut directories = vec![directory.to_owned()];
    let mut first = true;
    while let Some(directory) = directories.pop() {
        match fs::read_dir(&directory) {
            Ok(entries) => sort_out(entries, &mut ways, &mut directories),
            Err(error) if first => return Err(error),
            // Removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            // Where a volume of captures is named, nobody means the one directory of it that root alone may read.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && is_lost_and_found(&directory) => {}
            Err(error) => closed.push((directory, error)),
        }
        first = false;
    }
    ways.sort_by(|one, other| (one.is_link, &one.path).cmp(&(other.is_link, &other.path)));
    let mut known = HashSet::new();
    ways.retain(|way| known.insert(way.identity));
    ways.sort_by(|one, other| one.path.cmp(&other.path));
    closed.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(Below { files: ways, closed })
}

/// Whether it is what `fsck` of ext2 to ext4 puts pieces of files into: `mke2fs` makes one in the root of each volume, closed to others
/// (hier(7), mklost+found(8)).
fn is_lost_and_found(directory: &Path) -> bool {
    directory.file_name().is_some_and(|name| name == "lost+found")
}

fn sort_out(entries: fs::ReadDir, ways: &mut Vec<Way>, directories: &mut Vec<PathBuf>) {
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            directories.push(path);
        } else if let Ok(metadata) = fs::metadata(&path)
            && metadata.is_file()
        {
            let (identity, stamp) = (identity_in(&metadata), Stamp::of(&metadata));
            ways.push(Way { is_link: kind.is_symlink(), path, identity, stamp });
        }
    }
}

/// Whether a file's name promises a capture: `x.pcap`, `x.pcap.gz`, `ring.pcapng12`, `x.cap.3`.
pub(super) fn is_named_like_capture(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let is_no_kind = |part: &&str| {
        matches!(*part, "gz" | "zst" | "lz4" | "xz" | "bz2") || part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let Some((_, suffixes)) = name.split_once('.') else { return false };
    let kind = suffixes.rsplit('.').find(|part| !is_no_kind(part)).unwrap_or_default();
    kind.starts_with("pcap") || matches!(kind, "cap" | "dmp" | "ntar")
}
