//! From the arguments of the command line to inputs: directories become the captures in them, in order of time.

use std::path::{Path, PathBuf};

use super::input::Input;
use super::problem::{Fault, Problem};
use super::source::Place;
use super::walk::{files_below, is_named_like_capture};
use crate::frame::InputId;

/// The inputs that the arguments name, and what was wrong with the others.
pub(super) fn inputs(arguments: &[PathBuf]) -> (Vec<Input>, Vec<Problem>) {
    let mut found = Found::default();
    for argument in arguments {
        match Place::of(argument) {
            Place::StandardInput if found.has_standard_input => found.refuse(argument, Fault::ReadAlready),
            place if argument.is_dir() && place != Place::StandardInput => found.directory(argument),
            place => found.named(argument, place),
        }
    }
    (found.inputs, found.problems)
}

/// What was found so far.
#[derive(Default)]
struct Found {
    inputs: Vec<Input>,
    problems: Vec<Problem>,
    has_standard_input: bool,
}

impl Found {
    /// An input that an argument names: whatever is wrong with it, the user wants to know.
    fn named(&mut self, argument: &Path, place: Place) {
        self.has_standard_input |= place == Place::StandardInput;
        match Input::peek(name(argument), place) {
            Ok(input) => self.add(input),
            Err(fault) => self.refuse(argument, fault),
        }
    }

    /// The captures below a directory. Other files in it are none of our business.
    fn directory(&mut self, directory: &Path) {
        let files = match files_below(directory) {
            Ok(files) => files,
            Err(error) => return self.refuse(directory, Fault::Open(error)),
        };
        let mut captures = Vec::new();
        for path in files {
            match Input::peek(name(&path), Place::File(path.clone())) {
                Ok(input) => captures.push(input),
                Err(fault) if fault.tells_a_capture() || is_named_like_capture(&path) => self.refuse(&path, fault),
                Err(_) => {}
            }
        }
        if captures.is_empty() {
            self.refuse(directory, Fault::NoCaptures);
        }
        // The files come sorted by path, and a stable sort keeps that order among those of one time.
        captures.sort_by_key(Input::begins);
        for input in captures {
            self.add(input);
        }
    }

    fn add(&mut self, mut input: Input) {
        let Ok(id) = u16::try_from(self.inputs.len()) else {
            return self.problems.push(Problem { input: input.name().to_owned(), fault: Fault::TooMany });
        };
        input.number(InputId(id));
        self.inputs.push(input);
    }

    fn refuse(&mut self, path: &Path, fault: Fault) {
        self.problems.push(Problem { input: name(path), fault });
    }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
