//! Rings of captures that are followed: those that use names again, those that rename, and what is overwritten before it is read.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use unreach::capture::{Options, Timeline, Until};

use super::follow::{Followed, append};
use super::timeline::{Folder, at};

/// As `tcpdump -W 2` does: the old name is opened again, and what was there is cut.
#[test]
fn names_that_are_used_again_are_captures_again() {
    let folder = Folder::new();
    folder.capture("ring/x.pcap0", &[10, 20]);
    let followed = Followed::new(&[folder.path("ring")], true);
    followed.expect(&[(0, 1, 10), (0, 2, 20)]);
    for (number, time) in (1..7_u16).zip((30..).step_by(10)) {
        folder.capture(&format!("ring/x.pcap{}", number % 2), &[time, time + 5]);
        followed.expect(&[(number, 1, time.into()), (number, 2, i64::from(time) + 5)]);
    }
    followed.expect_none();
    assert!(followed.stopped().is_empty(), "each was read to its end");
}

#[test]
fn a_capture_that_is_cut_while_it_is_read_is_told_and_begun_anew() {
    let folder = Folder::new();
    let bytes = at(&[10, 20, 30]);
    let path = folder.file("ring/x.pcap", &bytes[..bytes.len() - 3]);
    let followed = Followed::new(&[folder.path("ring")], true);
    followed.expect(&[(0, 1, 10), (0, 2, 20)]);
    // Longer than what was read of it: only what it begins with tells.
    fs::write(&path, at(&[40, 50, 60, 70])).expect("written");
    followed.expect(&[(1, 1, 40), (1, 2, 50), (1, 3, 60), (1, 4, 70)]);
    append(&path, &at(&[80])[24..]);
    followed.expect(&[(1, 5, 80)]);
    let problems = followed.stopped();
    let told = "x.pcap: cut or written anew while it was read: what was written after frame 2 may be lost";
    assert!(problems.len() == 1 && problems[0].ends_with(told), "{problems:?}");
}

/// As logrotate does, and who writes goes on with the old file for a while.
#[test]
fn captures_that_get_other_names_are_read_once() {
    let folder = Folder::new();
    let [first, second, third] = ["ring/a.pcap", "ring/a.pcap.1", "ring/a.pcap.2"].map(|name| folder.path(name));
    folder.capture("ring/a.pcap", &[10]);
    let followed = Followed::new(&[folder.path("ring")], true);
    followed.expect(&[(0, 1, 10)]);
    fs::rename(&first, &second).expect("renamed");
    append(&second, &at(&[20])[24..]);
    followed.expect(&[(0, 2, 20)]);
    folder.capture("ring/a.pcap", &[30]);
    followed.expect(&[(1, 1, 30)]);
    fs::rename(&second, &third).expect("renamed");
    fs::rename(&first, &second).expect("renamed");
    folder.capture("ring/a.pcap", &[40]);
    followed.expect(&[(2, 1, 40)]);
    followed.expect_none();
    assert!(followed.stopped().is_empty());
}

#[test]
fn a_directory_that_is_named_again_brings_nothing_twice() {
    for again in [&["ring", "ring"][..], &["ring", "ring/a.pcap"], &["ring/a.pcap", "ring", "ring"]] {
        let folder = Folder::new();
        folder.capture("ring/a.pcap", &[10]);
        let inputs: Vec<PathBuf> = again.iter().map(|name| folder.path(name)).collect();
        let followed = Followed::new(&inputs, true);
        followed.expect(&[(0, 1, 10)]);
        folder.capture("ring/b.pcap", &[20]);
        followed.expect(&[(1, 1, 20)]);
        followed.expect_none();
        assert!(followed.stopped().is_empty(), "{again:?}");
    }
}

#[test]
fn a_capture_that_begins_later_is_read_once_though_its_directory_is_named_too() {
    for inputs in [["ring/a.pcap", "ring"], ["ring", "ring/a.pcap"]] {
        let folder = Folder::new();
        let path = folder.file("ring/a.pcap", b"");
        let followed = Followed::new(&inputs.map(|name| folder.path(name)), true);
        followed.expect_none();
        append(&path, &at(&[10]));
        followed.expect(&[(0, 1, 10)]);
        folder.capture("ring/b.pcap", &[20]);
        followed.expect(&[(1, 1, 20)]);
        followed.expect_none();
        assert!(followed.stopped().is_empty(), "{inputs:?}");
    }
}

/// Opens a ring of two captures, of which the second waits for its time, has something done to it, and takes so many frames.
fn opened(folder: &Folder, change: impl Fn(PathBuf), count: usize) -> (Vec<(u16, u64, i64)>, Vec<String>) {
    folder.capture("ring/a.pcap", &[10, 60]);
    let second = folder.capture("ring/b.pcap", &[50]);
    // Far longer than it takes.
    let until = Until::default().at_most(Duration::from_secs(20));
    let options = Options { follow: true, until, ..Options::default() };
    let mut timeline = Timeline::open(&[folder.path("ring")], &options).expect("readable");
    change(second);
    let mut frames = Vec::new();
    while frames.len() < count
        && let Some(next) = timeline.next_frames()
    {
        frames.extend(next.map(|frame| (frame.input.0, frame.number, frame.timestamp.0)));
    }
    (frames, timeline.problems().iter().map(ToString::to_string).collect())
}

#[test]
fn a_capture_that_gets_another_name_before_its_time_is_found() {
    let folder = Folder::new();
    let rename = |path: PathBuf| {
        fs::rename(&path, folder.path("ring/b.pcap.1")).expect("renamed");
        folder.capture("ring/b.pcap", &[70]);
    };
    let (frames, problems) = opened(&folder, rename, 4);
    assert_eq!(frames, [(0, 1, 10), (1, 1, 50), (0, 2, 60), (2, 1, 70)]);
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn a_capture_that_is_overwritten_before_its_time_is_told() {
    let folder = Folder::new();
    // Longer, and later than the rest, so that its frames are not taken for those that were there.
    let overwrite = |path: PathBuf| fs::write(path, at(&[70, 80])).expect("written");
    let (frames, problems) = opened(&folder, overwrite, 4);
    assert_eq!(frames, [(0, 1, 10), (0, 2, 60), (2, 1, 70), (2, 2, 80)]);
    let told = "b.pcap: cut or written anew before it was read: what it held is lost";
    assert!(problems.len() == 1 && problems[0].ends_with(told), "{problems:?}");
}

#[test]
fn a_capture_that_ends_within_its_first_frame_is_told_once_others_were_written() {
    let folder = Folder::new();
    let whole = at(&[10]);
    let cut = folder.file("ring/a.pcap", &whole[..whole.len() - 1]);
    folder.file("ring/b.pcap", &whole[..24]);
    let empty = folder.file("ring/empty.pcap", b"");
    folder.file("ring/notes", b"");
    sleep(Duration::from_millis(20));
    folder.capture("ring/c.pcap", &[20]);
    let followed = Followed::new(&[folder.path("ring")], true);
    followed.expect(&[(0, 1, 20)]);
    // Being written, for all that is known.
    folder.file("ring/d.pcap", &whole[..whole.len() - 1]);
    folder.file("ring/e.pcap", b"");
    followed.expect_none();
    let told = followed.stopped();
    let words = format!("{}: cut short in the middle of frame 1 (byte offset 24)", cut.display());
    assert!(told.len() == 2 && told[0].starts_with(&words), "{told:?}");
    assert_eq!(told[1], format!("{}: empty (0 bytes)", empty.display()));
}
