//! What is read is not written over, whatever is forced.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::arguments::Reporting;
use super::destination::{beside, place};
use super::ending::Failure;
use crate::capture::{Options, Timeline};

/// Neither captures nor files of names, networks and keys are written over by what is said of them, or saved.
pub(super) fn spare(captures: &[PathBuf], reporting: &Reporting, saved: Option<&Path>) -> Result<(), Failure> {
    let files = reporting.naming.files().chain(reporting.anonymity.anonymize.as_deref());
    let read: Vec<&Path> = captures.iter().map(PathBuf::as_path).chain(files).collect();
    // A link is read where it lies, and written where it leads.
    let is_read = |output: &&Path| {
        let places = [place(output), beside(output)];
        read.iter().any(|path| places.iter().any(|place| leads_to(path, place)))
    };
    let mut written = reporting.outputs.iter().map(|output| output.path.as_path()).chain(saved);
    match written.find(is_read) {
        Some(output) => Err(Failure::Usage(format!("{} is read: it would be lost as an output", output.display()))),
        None => Ok(()),
    }
}

/// Whether what is named as an input is this file, comes from it, or holds it as a capture.
fn leads_to(input: &Path, file: &Path) -> bool {
    if input == Path::new("-") {
        return is_standard_input(file);
    }
    let holds = |path: &Path| file.starts_with(path) && path.is_dir() && is_capture(file);
    input.canonicalize().is_ok_and(|path| path == file || holds(&path))
}

fn is_standard_input(file: &Path) -> bool {
    let (Ok(input), Ok(metadata)) = (rustix::fs::fstat(io::stdin()), fs::metadata(file)) else { return false };
    metadata.is_file() && (metadata.dev(), metadata.ino()) == (input.st_dev, input.st_ino)
}

/// Whether it would be read where it lies. What an earlier run left is none, and may be replaced.
fn is_capture(file: &Path) -> bool {
    file.is_file() && Timeline::open(&[file.to_owned()], &Options::default()).is_ok()
}
