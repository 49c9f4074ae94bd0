//! Runs of the built `unreach`.

use std::path::Path;
use std::process::Command;

use super::truth::{self, Row};

/// What came of a run.
pub(super) struct Run {
    /// Rows of the `messages` table.
    pub(super) messages: Vec<Row>,
    /// Exit status; none where a signal ended it.
    pub(super) status: Option<i32>,
    /// Standard error.
    pub(super) complaint: String,
}

/// The bytes and the status of `unreach read` with `arguments` over a capture.
pub(super) fn read(arguments: &[&str], capture: &Path) -> (Vec<u8>, Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unreach"));
    let done = command.arg("read").args(arguments).arg(capture).output().expect("unreach can be run");
    let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!complaint.contains("panicked"), "{}: {complaint}", capture.display());
    (done.stdout, done.status.code(), complaint)
}

/// The messages of a capture.
pub(super) fn messages(capture: &Path) -> Run {
    let (output, status, complaint) = read(&["--table", "messages", "--format", "csv"], capture);
    Run { messages: truth::rows(&output), status, complaint }
}
