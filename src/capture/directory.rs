//! Directories of captures, which may get more of them.

use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use super::beginning::{First, Identity};
use super::closed::Closed;
use super::input::Input;
use super::known::Known;
use super::patience::{Until, Waiting};
use super::problem::{Fault, Problem};
use super::source::Place;
use super::walk::{Below, Way, files_below, is_named_like_capture};

/// Captures that are new, in order of time, and what is wrong with others.
pub(super) type New = (Vec<Input>, Vec<Problem>);

/// The captures of a directory that is not followed.
pub(super) fn captures_in(path: &Path, until: &Until) -> io::Result<New> {
    let Below { files, closed } = files_below(path)?;
    let mut new = (Vec::new(), closed.into_iter().map(unopened).collect());
    for way in files {
        let place = Place::File(way.path.clone());
        take(&way, Input::peek(name(&way), place, Waiting::new(until.clone(), false)), &mut new);
    }
    sort(&mut new.0);
    Ok(new)
}

/// Directories that are followed, and the files in them that were looked into.
#[derive(Default)]
pub(super) struct Directories {
    directories: Vec<Directory>,
    known: Known,
}

struct Directory {
    path: PathBuf,
    /// The latest capture.
    latest: Option<Waiting>,
    /// Captures that held no whole frame when they were last looked into, and after which others were written.
    unbegun: Vec<Way>,
    closed: Closed,
    /// Names of the captures and directories that could not be opened when they were first looked into, and then could.
    reopened: Vec<String>,
}

impl Directories {
    pub(super) fn is_empty(&self) -> bool {
        self.directories.is_empty()
    }

    /// Whether any of them could be read.
    pub(super) fn any_was_read(&self) -> bool {
        self.directories.iter().any(|directory| !directory.closed.have(&directory.path))
    }

    /// Takes note of a file that is followed by itself: it is none of a directory.
    pub(super) fn leave_out(&mut self, path: &Path) {
        self.known.add_named(path);
    }

    /// Follows one more directory, and gives what is in it now. One that cannot be read now may be later.
    pub(super) fn add(&mut self, path: &Path, until: &Until) -> io::Result<New> {
        let mut directory = Directory {
            path: path.to_owned(),
            latest: None,
            unbegun: Vec::new(),
            closed: Closed::default(),
            reopened: Vec::new(),
        };
        let new = directory.look(self.directories.len(), &mut self.known, until);
        if new.is_err() {
            directory.closed.begin_with(path);
        }
        self.directories.push(directory);
        new
    }

    /// What is new since the last look. A directory that cannot be read now may be later.
    pub(super) fn look(&mut self, until: &Until) -> New {
        let mut all = New::default();
        for (number, directory) in self.directories.iter_mut().enumerate() {
            let Ok((captures, problems)) = directory.look(number, &mut self.known, until) else { continue };
            all.0.extend(captures);
            all.1.extend(problems);
        }
        all
    }

    /// Names of the captures and directories that could not be opened when they were first looked into, and then could; each is
    /// given once.
    pub(super) fn take_reopened(&mut self) -> Vec<String> {
        self.directories.iter_mut().flat_map(|directory| mem::take(&mut directory.reopened)).collect()
    }

    /// Where a file is that has got another name.
    pub(super) fn find(&self, identity: Identity) -> Option<PathBuf> {
        let below = self.directories.iter().filter_map(|directory| files_below(&directory.path).ok());
        below.flat_map(|below| below.files).find(|way| way.identity == identity).map(|way| way.path)
    }

    /// Captures that end within their first frame, though others were written after them: nobody goes on with these.
    pub(super) fn cut_at_first(&self, until: &Until) -> Vec<Problem> {
        let unbegun = self.directories.iter().flat_map(|directory| &directory.unbegun);
        unbegun.filter_map(|way| Some(Problem { input: name(way), fault: cut_at_first(way, until)? })).collect()
    }

    /// None is followed any more, and what is read of them is complete.
    pub(super) fn end(&mut self) {
        let latest = self.directories.iter().filter_map(|directory| directory.latest.as_ref());
        latest.for_each(Waiting::follow_no_more);
        *self = Self::default();
    }
}

impl Directory {
    /// The latest capture is followed, and those before it are complete.
    fn look(&mut self, number: usize, known: &mut Known, until: &Until) -> io::Result<New> {
        let mut new = New::default();
        self.unbegun.clear();
        let Below { files, closed } = files_below(&self.path)?;
        let (closed, reopened) = self.closed.look(closed);
        new.1.extend(closed.into_iter().map(unopened));
        self.reopened.extend(reopened.iter().map(|path| path.display().to_string()));
        let last_written = files.iter().map(|way| way.stamp.written()).max();
        for way in files {
            if known.knows_as_it_is(way.identity, way.stamp, number) {
                continue;
            }
            let Some(first) = first_of(&way) else { continue };
            if known.knows(&first, way.stamp) {
                continue;
            }
            let place = Place::InRing(way.path.clone(), first.beginning());
            let peeked = Input::peek(name(&way), place, Waiting::new(until.clone(), true));
            let is_begun =
                !peeked.as_ref().is_ok_and(|input| input.begins().is_none() && input.waiting().is_followed());
            // Not begun, begun anew meanwhile, or about to have more first bytes: to be looked into again.
            if is_begun && first_of(&way).as_ref() == Some(&first) {
                self.reopened.extend(known.was_closed(way.identity).then(|| name(&way)));
                known.add(first.beginning(), way.stamp, number);
                take(&way, peeked, &mut new);
            } else if !is_begun && last_written > Some(way.stamp.written()) {
                self.unbegun.push(way);
            }
        }
        // What a directory holds that was closed meanwhile is not gone.
        if !self.closed.hide_known() {
            known.forget_gone(number);
        }
        sort(&mut new.0);
        self.follow_latest(&new.0);
        Ok(new)
    }

    fn follow_latest(&mut self, captures: &[Input]) {
        for capture in captures {
            let before = self.latest.replace(capture.waiting().clone());
            before.iter().for_each(Waiting::follow_no_more);
        }
    }
}

/// That a directory could not be read, and with it whatever captures it holds.
fn unopened((path, error): (PathBuf, io::Error)) -> Problem {
    Problem { input: path.display().to_string(), fault: Fault::Open(error) }
}

fn name(way: &Way) -> String {
    way.path.display().to_string()
}

/// The first bytes of a file, none where it may not be read; `None` where it has got another name meanwhile, or is gone.
fn first_of(way: &Way) -> Option<First> {
    match First::at(&way.path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        first => Some(first.unwrap_or_else(|_| First::closed(way.identity))),
    }
}

/// How a capture ends before its first frame does, if it does. An empty file is one by its name.
fn cut_at_first(way: &Way, until: &Until) -> Option<Fault> {
    let fault = match Input::peek(name(way), Place::File(way.path.clone()), Waiting::new(until.clone(), false)) {
        Ok(mut input) => input.take_fault()?,
        Err(fault) => fault,
    };
    let is_cut = match fault {
        Fault::Empty => is_named_like_capture(&way.path),
        _ => fault.is_cut(),
    };
    is_cut.then_some(fault)
}

/// Takes a file that was looked into, or what is wrong with it. Files that are no captures are none of our business.
fn take(way: &Way, peeked: Result<Input, Fault>, (captures, problems): &mut New) {
    match peeked {
        Ok(input) => captures.push(input),
        Err(fault) if fault.tells_a_capture() || is_named_like_capture(&way.path) => {
            problems.push(Problem { input: name(way), fault });
        }
        Err(_) => {}
    }
}

/// The files come sorted by path, and a stable sort keeps that order among those of one time.
fn sort(captures: &mut [Input]) {
    captures.sort_by_key(Input::begins);
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tempfile::TempDir;

    use super::{Directories, Until};

    /// A classic capture of one packet, the longer the greater its number: the times of files have steps of some milliseconds.
    fn write(path: &Path, packet: u8) {
        let mut bytes = 0xa1b2_c3d4_u32.to_ne_bytes().to_vec();
        bytes.extend([2_u16, 4].map(u16::to_ne_bytes).concat());
        let length = u32::from(packet) + 1;
        bytes.extend([0, 0, 65_535, 1, packet.into(), 0, length, length].map(u32::to_ne_bytes).concat());
        bytes.extend((0..length).map(|_| packet));
        fs::write(path, bytes).expect("written");
    }

    /// Names of the captures that are new.
    fn look(directories: &mut Directories) -> Vec<String> {
        let (captures, problems) = directories.look(&Until::default());
        assert!(problems.is_empty(), "{problems:?}");
        captures.iter().map(|capture| capture.name().rsplit('/').next().unwrap_or_default().to_owned()).collect()
    }

    fn followed(folder: &TempDir) -> Directories {
        let mut directories = Directories::default();
        directories.add(folder.path(), &Until::default()).expect("a directory");
        directories
    }

    #[test]
    fn files_that_are_gone_are_forgotten() {
        let folder = TempDir::new().expect("a folder");
        let mut directories = followed(&folder);
        let mut most = 0;
        for number in 0..100 {
            let path = |number: u8| folder.path().join(format!("{number}.pcap"));
            write(&path(number), number);
            if let Some(old) = number.checked_sub(3) {
                fs::remove_file(path(old)).expect("removed");
            }
            assert_eq!(look(&mut directories), [format!("{number}.pcap")]);
            most = most.max(directories.known.count());
        }
        assert!((3..20).contains(&most), "{most} are known of three");
    }

    #[test]
    fn a_file_that_a_look_misses_as_it_is_renamed_is_not_new() {
        let (folder, other) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
        let (path, away) = (folder.path().join("a.pcap"), other.path().join("away"));
        write(&path, 1);
        let mut directories = followed(&folder);
        fs::rename(&path, &away).expect("renamed");
        assert!(look(&mut directories).is_empty());
        fs::rename(&away, folder.path().join("a.pcap.1")).expect("renamed");
        assert!(look(&mut directories).is_empty());
        write(&path, 2);
        assert_eq!(look(&mut directories), ["a.pcap"]);
    }

    #[test]
    fn a_file_that_is_written_anew_is_new_each_time() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("a.pcap");
        let mut directories = followed(&folder);
        for packet in 0..5 {
            // Removed, it may get its number again.
            if packet % 2 == 0 {
                let _ = fs::remove_file(&path);
            }
            write(&path, packet);
            assert_eq!(look(&mut directories), ["a.pcap"], "{packet}");
            assert!(look(&mut directories).is_empty());
        }
    }

    #[test]
    fn a_file_that_two_directories_hold_is_new_in_one() {
        let folder = TempDir::new().expect("a folder");
        fs::create_dir(folder.path().join("ring")).expect("created");
        write(&folder.path().join("ring/a.pcap"), 1);
        let mut directories = Directories::default();
        let mut add = |path: &Path| directories.add(path, &Until::default()).expect("a directory").0.len();
        assert_eq!([add(folder.path()), add(&folder.path().join("ring")), add(folder.path())], [1, 0, 0]);
        write(&folder.path().join("ring/b.pcap"), 2);
        assert_eq!(look(&mut directories), ["b.pcap"]);
        assert!(look(&mut directories).is_empty());
    }
}
