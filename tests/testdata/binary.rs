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

/// The messages of a capture that is read with more options.
pub(super) fn messages(capture: &Path, options: &[String]) -> Run {
    let options = options.iter().map(String::as_str);
    let arguments: Vec<&str> = ["--table", "messages", "--format", "csv"].into_iter().chain(options).collect();
    let (output, status, complaint) = read(&arguments, capture);
    Run { messages: truth::rows(&output), status, complaint }
}
