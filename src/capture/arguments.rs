//! From the arguments of the command line to inputs: directories become the captures in them, in order of time.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::directory::{Directories, captures_in};
use super::input::Input;
use super::patience::{Until, Waiting};
use super::problem::{Fault, Problem};
use super::source::Place;

/// The inputs that the arguments name, what was wrong with the others, and the directories that may get more.
#[derive(Default)]
pub(super) struct Found {
    pub(super) inputs: Vec<Input>,
    pub(super) problems: Vec<Problem>,
    pub(super) directories: Directories,
    has_standard_input: bool,
}

/// Looks into everything that the arguments name; a file that several lead to is one input.
pub(super) fn inputs(arguments: &[PathBuf], until: &Until, follow: bool) -> Found {
    let mut found = Found::default();
    for argument in arguments {
        match Place::of(argument) {
            Place::StandardInput if found.has_standard_input => found.refuse(argument, Fault::ReadAlready),
            place if argument.is_dir() && place != Place::StandardInput => found.directory(argument, until, follow),
            place => found.named(argument, place, Waiting::new(until.clone(), follow)),
        }
    }
    let mut known = HashSet::new();
    // Read twice, its messages would be copies, and its packets sent again.
    found.inputs.retain(|input| input.identity().is_none_or(|identity| known.insert(identity)));
    found
}

impl Found {
    /// An input that an argument names: whatever is wrong with it, the user wants to know.
    fn named(&mut self, argument: &Path, place: Place, waiting: Waiting) {
        self.has_standard_input |= place == Place::StandardInput;
        if waiting.is_followed()
            && let Some(file) = place.regular_file()
        {
            self.directories.leave_out(file);
        }
        match Input::peek(name(argument), place, waiting) {
            Ok(input) => self.inputs.push(input),
            Err(fault) => self.refuse(argument, fault),
        }
    }

    /// The captures below a directory.
    fn directory(&mut self, path: &Path, until: &Until, follow: bool) {
        let found = if follow { self.directories.add(path, until) } else { captures_in(path, until) };
        let (captures, problems) = match found {
            Ok(found) => found,
            Err(error) => return self.refuse(path, Fault::Open(error)),
        };
        self.problems.extend(problems);
        if captures.is_empty() && !follow {
            self.refuse(path, Fault::NoCaptures);
        }
        self.inputs.extend(captures);
    }

    fn refuse(&mut self, path: &Path, fault: Fault) {
        self.problems.push(Problem { input: name(path), fault });
    }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
