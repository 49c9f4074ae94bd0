//! Running the program and looking at what it said.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// What a run came to.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program, with an environment that changes nothing.
pub(crate) fn unreach(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("unreach").unwrap();
    command.current_dir(folder).env_remove("COLUMNS").env_remove("NO_COLOR").env("XDG_CONFIG_HOME", folder);
    command
}

/// Runs the program in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    told(&unreach(folder).args(arguments).output().unwrap())
}

pub(crate) fn told(output: &Output) -> Run {
    Run {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

impl Run {
    /// The lines on standard error that tell of errors and warnings.
    pub(crate) fn complaints(&self) -> Vec<&str> {
        let is_complaint = |line: &&str| line.starts_with("unreach: error: ") || line.starts_with("unreach: warning: ");
        self.err.lines().filter(is_complaint).collect()
    }
}
