//! A directory of captures, which may get more of them.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::input::Input;
use super::patience::{Until, Waiting};
use super::problem::Problem;
use super::source::Place;
use super::walk::{files_below, is_named_like_capture};

/// A directory and the files in it that were looked into.
pub(super) struct Directory {
    path: PathBuf,
    looked_into: BTreeSet<PathBuf>,
    /// The latest capture, where it is followed.
    latest: Option<Waiting>,
}

impl Directory {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), looked_into: BTreeSet::new(), latest: None }
    }

    /// The captures that are new in it, in order of time, and what is wrong with others. Files that are no captures are none
    /// of our business. Where it is followed, the latest capture is, and those before it are complete.
    pub(super) fn new_captures(&mut self, until: &Until, follow: bool) -> io::Result<(Vec<Input>, Vec<Problem>)> {
        let (mut captures, mut problems) = (Vec::new(), Vec::new());
        for path in files_below(&self.path)? {
            if self.looked_into.contains(&path) {
                continue;
            }
            let name = path.display().to_string();
            match Input::peek(name.clone(), Place::File(path.clone()), Waiting::new(until.clone(), follow)) {
                // Not begun: to be looked into again.
                Ok(input) if input.begins().is_none() && input.waiting().is_followed() => continue,
                Ok(input) => captures.push(input),
                Err(fault) if fault.tells_a_capture() || is_named_like_capture(&path) => {
                    problems.push(Problem { input: name, fault });
                }
                Err(_) => {}
            }
            self.looked_into.insert(path);
        }
        // The files come sorted by path, and a stable sort keeps that order among those of one time.
        captures.sort_by_key(Input::begins);
        if follow {
            self.follow_latest(&captures);
        }
        Ok((captures, problems))
    }

    fn follow_latest(&mut self, captures: &[Input]) {
        for capture in captures {
            let before = self.latest.replace(capture.waiting().clone());
            before.iter().for_each(Waiting::follow_no_more);
        }
    }
}
