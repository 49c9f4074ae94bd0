//! Captures that are still being written, directories that get more of them, and pipes that say nothing for a while.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use unreach::capture::{Options, Timeline, Until};

use super::timeline::{Folder, at};
use super::written::{NANOSECONDS, Order, Pcapng, Written, classic};

/// Far longer than anything takes that is waited for here.
const LONG: Duration = Duration::from_secs(20);

/// A timeline that is read by a thread of its own.
pub(super) struct Followed {
    /// Input, number and time of each frame.
    frames: Receiver<(u16, u64, i64)>,
    stop: Arc<AtomicBool>,
    reader: JoinHandle<Timeline>,
}

impl Followed {
    pub(super) fn new(inputs: &[PathBuf], follow: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let options = Options { follow, until: Until::asked(Arc::clone(&stop)), ..Options::default() };
        let (sender, frames) = channel();
        let inputs = inputs.to_vec();
        let reader = spawn(move || {
            let mut timeline = Timeline::open(&inputs, &options).expect("readable");
            while let Some(frames) = timeline.next_frames() {
                frames.for_each(|frame| sender.send((frame.input.0, frame.number, frame.timestamp.0)).expect("taken"));
            }
            while let Some(frames) = timeline.last_frames() {
                frames.for_each(|frame| sender.send((frame.input.0, frame.number, frame.timestamp.0)).expect("taken"));
            }
            timeline
        });
        Self { frames, stop, reader }
    }

    pub(super) fn expect(&self, frames: &[(u16, u64, i64)]) {
        for expected in frames {
            assert_eq!(self.frames.recv_timeout(LONG).as_ref(), Ok(expected));
        }
    }

    pub(super) fn expect_none(&self) {
        assert_eq!(self.frames.recv_timeout(Duration::from_millis(300)), Err(RecvTimeoutError::Timeout));
    }

    /// Asks for the end, and gives what was wrong.
    pub(super) fn stopped(self) -> Vec<String> {
        self.stopped_with(&[])
    }

    /// The same where some frames are read only then.
    fn stopped_with(self, last: &[(u16, u64, i64)]) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        let begun = Instant::now();
        self.expect(last);
        let mut timeline = self.reader.join().expect("no panic");
        timeline.end();
        assert!(begun.elapsed() < LONG / 2);
        assert!(self.frames.recv().is_err(), "all frames were expected");
        timeline.problems().iter().map(ToString::to_string).collect()
    }
}

pub(super) fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().append(true).open(path).expect("opened");
    file.write_all(bytes).expect("written");
}

#[test]
fn a_classic_capture_is_read_on_as_it_grows() {
    let folder = Folder::new();
    let bytes = at(&[10, 20, 30]);
    // Within the second record; the last is never finished.
    let path = folder.file("grows.pcap", &bytes[..60]);
    let followed = Followed::new(std::slice::from_ref(&path), true);
    followed.expect(&[(0, 1, 10)]);
    followed.expect_none();
    append(&path, &bytes[60..80]);
    followed.expect(&[(0, 2, 20)]);
    followed.expect_none();
    assert!(followed.stopped().is_empty(), "a record that is being written is no damage");
}

/// A classic capture and a pcapng of so many large frames, one each nanosecond or microsecond from 100 on, with the units of their times.
fn large(count: u32) -> [(Vec<u8>, i64); 2] {
    let records: Vec<Written<'_>> = (100..100 + count).map(|time| (0, time, &[7; 1400][..], 1400)).collect();
    let begin = Pcapng::new(Order::Little).interface(1, 0, &[]);
    let blocks = (100..100 + count).fold(begin, |file, time| file.enhanced(0, u64::from(time), &[7; 1400], 1400));
    [(classic(Order::Little, NANOSECONDS, 1, &records), 1), (blocks.bytes, 1000)]
}

/// A machine that goes on after it went down may leave them in a capture that is still being written.
#[test]
fn damage_near_the_end_of_what_grows_is_passed_over_once_more_comes() {
    for zeros in [4096, 20, 70_000] {
        for (index, (whole, unit)) in large(1003).into_iter().enumerate() {
            let folder = Folder::new();
            let begin = large(3)[index].0.len();
            let path = folder.file("grows", &[&whole[..begin], &vec![0; zeros]].concat());
            let followed = Followed::new(std::slice::from_ref(&path), true);
            let frames: Vec<_> = (1..).zip(100..1103).map(|(number, time)| (0, number, time * unit)).collect();
            followed.expect(&frames[..3]);
            followed.expect_none();
            append(&path, &[0; 2000]);
            append(&path, &whole[begin..begin + 100_000]);
            followed.expect_none();
            append(&path, &whole[begin + 100_000..]);
            followed.expect(&frames[3..]);
            let told = followed.stopped();
            let all = zeros + 2000;
            assert!(told.len() == 1 && told[0].contains(&format!("frame 3: {all} bytes were passed over")), "{told:?}");
        }
    }
}

/// Where too little came to be sure of it while more might have come. Whether the last record is whole does not matter.
#[test]
fn what_stands_behind_damage_near_the_end_is_read_in_the_end() {
    for unfinished in [0, 7, 700] {
        for (index, (whole, unit)) in large(40).into_iter().enumerate() {
            let folder = Folder::new();
            let begin = large(3)[index].0.len();
            let end = whole.len() - unfinished;
            let path = folder.file("grows", &[&whole[..begin], &[0; 4096], &whole[begin..end]].concat());
            let other = folder.capture("other", &[1]);
            let followed = Followed::new(&[path, other], true);
            let frames: Vec<_> = (1..).zip(100..140).map(|(number, time)| (0, number, time * unit)).collect();
            followed.expect(&[(1, 1, 1)]);
            followed.expect(&frames[..3]);
            followed.expect_none();
            let told = followed.stopped_with(&frames[3..frames.len() - usize::from(unfinished > 0)]);
            assert!(told.len() == 1 && told[0].contains("frame 3: 4096 bytes were passed over"), "{told:?}");
        }
    }
}

/// Captures of the same time are merged as ever: a message of one may be about a packet of the other.
#[test]
fn what_stands_behind_damage_of_several_is_read_in_order() {
    let folder = Folder::new();
    let [(whole, _), _] = large(20);
    let begin = large(3)[0].0.len();
    let bytes = [&whole[..begin], &[0; 4096], &whole[begin..]].concat();
    let paths = ["a", "b", "c"].map(|name| folder.file(name, &bytes));
    let followed = Followed::new(&paths, true);
    let merged = |(number, time): (u64, i64)| (0..3).map(move |input| (input, number, time));
    let frames: Vec<_> = (1..).zip(100..120).flat_map(merged).collect();
    followed.expect(&frames[..9]);
    followed.expect_none();
    assert_eq!(followed.stopped_with(&frames[9..]).len(), 3);
}

#[test]
fn what_stands_behind_damage_in_a_pipe_is_read_in_the_end_though_it_is_open() {
    for (index, (whole, unit)) in large(20).into_iter().enumerate() {
        let folder = Folder::new();
        let pipe = folder.path("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        let followed = Followed::new(std::slice::from_ref(&pipe), true);
        let mut writer = OpenOptions::new().write(true).open(&pipe).expect("opened");
        let begin = large(3)[index].0.len();
        writer.write_all(&[&whole[..begin], &[0; 4096], &whole[begin..]].concat()).expect("written");
        let frames: Vec<_> = (1..).zip(100..120).map(|(number, time)| (0, number, time * unit)).collect();
        followed.expect(&frames[..3]);
        followed.expect_none();
        let told = followed.stopped_with(&frames[3..]);
        assert!(told.len() == 1 && told[0].contains("frame 3: 4096 bytes were passed over"), "{told:?}");
    }
}

/// Otherwise nothing would end a run while somebody goes on writing.
#[test]
fn what_is_written_behind_damage_once_the_end_was_asked_is_not_read() {
    let folder = Folder::new();
    let [(whole, _), _] = large(40);
    let [begin, middle] = [3, 20].map(|count| large(count)[0].0.len());
    let path = folder.file("grows", &[&whole[..begin], &[0; 4096], &whole[begin..middle]].concat());
    let until = Until::default().at_most(Duration::from_millis(500));
    let options = Options { follow: true, until, ..Options::default() };
    let mut timeline = Timeline::open(std::slice::from_ref(&path), &options).expect("readable");
    let (mut frames, mut last) = (0, 0);
    while let Some(next) = timeline.next_frames() {
        frames += next.count();
    }
    append(&path, &whole[middle..]);
    while let Some(next) = timeline.last_frames() {
        last += next.count();
        append(&path, &whole[middle..]);
    }
    assert_eq!((frames, last), (3, 17));
}

#[test]
fn a_header_behind_another_capture_is_waited_for() {
    let folder = Folder::new();
    let bytes = at(&[10]);
    let path = folder.file("grows.pcap", &[&bytes[..], &bytes[..20]].concat());
    let followed = Followed::new(std::slice::from_ref(&path), true);
    followed.expect(&[(0, 1, 10)]);
    followed.expect_none();
    append(&path, &bytes[20..]);
    followed.expect(&[(0, 2, 10)]);
    assert!(followed.stopped().is_empty());
}

#[test]
fn damage_behind_which_no_more_comes_is_told_in_the_end() {
    for (whole, unit) in large(3) {
        let folder = Folder::new();
        let path = folder.file("grows", &[whole.clone(), vec![0; 4096]].concat());
        let followed = Followed::new(&[path], true);
        followed.expect(&[(0, 1, 100 * unit), (0, 2, 101 * unit), (0, 3, 102 * unit)]);
        followed.expect_none();
        let told = followed.stopped();
        let place = format!("zeros where frame 4 should be (byte offset {})", whole.len());
        assert!(told.len() == 1 && told[0].contains(&place), "{told:?}");
    }
}

#[test]
fn a_pcapng_is_read_on_from_within_any_block() {
    let folder = Folder::new();
    // Larger than what is looked at to find a way past damage: it is passed over piece by piece.
    let large = vec![1; 2 << 20];
    let begin = Pcapng::new(Order::Little).interface(1, 0, &[]).enhanced(0, 1, b"x", 1);
    let whole = begin.clone().block(0x7777, &large).enhanced(0, 2, b"x", 1).bytes;
    let path = folder.file("grows.pcapng", &begin.bytes);
    let followed = Followed::new(std::slice::from_ref(&path), true);
    followed.expect(&[(0, 1, 1000)]);
    for cut in [8, 100, 600_000, 1 << 20, 1_500_000] {
        let length = path.metadata().expect("a file").len() as usize;
        append(&path, &whole[length..begin.bytes.len() + cut]);
        followed.expect_none();
    }
    let length = path.metadata().expect("a file").len() as usize;
    append(&path, &whole[length..]);
    followed.expect(&[(0, 2, 2000)]);
    assert!(followed.stopped().is_empty());
}

#[test]
fn a_capture_may_begin_later() {
    let folder = Folder::new();
    let bytes = at(&[10]);
    let paths = [folder.file("empty.pcap", b""), folder.file("cut.pcap", &bytes[..3])];
    let followed = Followed::new(&paths, true);
    followed.expect_none();
    append(&paths[0], &bytes[..30]);
    followed.expect_none();
    append(&paths[0], &bytes[30..]);
    followed.expect(&[(0, 1, 10)]);
    assert!(followed.stopped().is_empty());
}

#[test]
fn what_can_never_become_a_capture_is_refused_at_once() {
    let folder = Folder::new();
    let path = folder.file("notes.txt", b"no capture");
    let Err(error) = Timeline::open(&[path], &Options { follow: true, ..Options::default() }) else {
        panic!("refused")
    };
    assert!(format!("{error:?}").contains("NotACapture"), "{error:?}");
}

#[test]
fn the_next_file_of_a_ring_is_gone_on_with() {
    let folder = Folder::new();
    folder.capture("ring/a_00001.pcap", &[10, 20]);
    let cut = at(&[30, 40]);
    let second = folder.file("ring/a_00002.pcap", &cut[..50]);
    let followed = Followed::new(&[folder.path("ring")], true);
    followed.expect(&[(0, 1, 10), (0, 2, 20), (1, 1, 30)]);
    folder.capture("ring/a_00003.pcap", &[50]);
    followed.expect(&[(2, 1, 50)]);
    // The file before is complete: what is missing of it will not come.
    append(&second, &cut[50..]);
    followed.expect_none();
    let problems = followed.stopped();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("a_00002.pcap: cut short in the middle of frame 2"), "{problems:?}");
}

#[test]
fn a_ring_may_begin_with_an_empty_directory() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("ring")).expect("created");
    let followed = Followed::new(&[folder.path("ring")], true);
    followed.expect_none();
    folder.file("ring/notes.txt", b"no capture, and long enough to tell");
    folder.capture("ring/a.pcap", &[10]);
    followed.expect(&[(0, 1, 10)]);
    assert!(followed.stopped().is_empty());
}

#[test]
fn who_has_nothing_to_say_does_not_keep_others_waiting() {
    let folder = Folder::new();
    let (bytes, pipe) = (at(&[10, 30]), folder.path("pipe"));
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let file = folder.capture("file.pcap", &[20]);
    let followed = Followed::new(&[pipe.clone(), file.clone()], true);
    followed.expect(&[(1, 1, 20)]);
    let mut writer = OpenOptions::new().write(true).open(&pipe).expect("opened");
    writer.write_all(&bytes[..50]).expect("written");
    followed.expect(&[(0, 1, 10)]);
    append(&file, &at(&[40])[24..]);
    followed.expect(&[(1, 2, 40)]);
    writer.write_all(&bytes[50..]).expect("written");
    followed.expect(&[(0, 2, 30)]);
    drop(writer);
    assert!(followed.stopped().is_empty());
}

#[test]
fn a_followed_file_that_is_cut_is_told() {
    let folder = Folder::new();
    let path = folder.capture("file.pcap", &[10, 20]);
    let followed = Followed::new(std::slice::from_ref(&path), true);
    followed.expect(&[(0, 1, 10), (0, 2, 20)]);
    File::create(&path).expect("cut");
    // It was the only input: there is nothing more to wait for.
    let timeline = followed.reader.join().expect("no panic");
    assert!(
        timeline.problems()[0]
            .to_string()
            .contains("cut or written anew while it was read: what was written after frame 2 may be lost"),
        "{:?}",
        timeline.problems()
    );
}

#[test]
fn a_compressed_capture_from_a_pipe_is_waited_for() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    let bytes = super::compressed::gzip(&at(&[10, 20, 30]));
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let followed = Followed::new(std::slice::from_ref(&pipe), true);
    let mut writer = OpenOptions::new().write(true).open(&pipe).expect("opened");
    writer.write_all(&bytes[..1]).expect("written");
    followed.expect_none();
    writer.write_all(&bytes[1..bytes.len() - 20]).expect("written");
    followed.expect_none();
    writer.write_all(&bytes[bytes.len() - 20..]).expect("written");
    drop(writer);
    followed.expect(&[(0, 1, 10), (0, 2, 20), (0, 3, 30)]);
    assert!(followed.stopped().is_empty());
}

#[test]
fn compressed_captures_are_read_as_they_are() {
    let folder = Folder::new();
    let path = folder.file("file.pcap.gz", &super::compressed::gzip(&at(&[10, 20])));
    let followed = Followed::new(&[path], true);
    followed.expect(&[(0, 1, 10), (0, 2, 20)]);
    assert!(followed.reader.join().expect("no panic").problems().is_empty());
}

#[test]
fn following_ends_when_its_time_is_over() {
    let folder = Folder::new();
    let until = Until::default().at_most(Duration::from_millis(200));
    let options = Options { follow: true, until, ..Options::default() };
    let mut timeline = Timeline::open(&[folder.capture("file.pcap", &[10])], &options).expect("readable");
    let begun = Instant::now();
    let mut frames = 0;
    while let Some(next) = timeline.next_frames() {
        frames += next.count();
    }
    assert_eq!(frames, 1);
    assert!(begun.elapsed() < LONG);
}

#[test]
fn a_silent_pipe_is_waited_for_until_somebody_asks_for_the_end() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let followed = Followed::new(std::slice::from_ref(&pipe), false);
    let mut writer = OpenOptions::new().write(true).open(&pipe).expect("opened");
    let bytes = at(&(0..40).collect::<Vec<_>>());
    // More than what is looked at before frames are read, and the beginning of one more frame.
    writer.write_all(&bytes[..24 + 21 * 30 + 7]).expect("written");
    let expected: Vec<_> = (0..30_i64).map(|time| (0, time.cast_unsigned() + 1, time)).collect();
    followed.expect(&expected);
    sleep(Duration::from_millis(200));
    assert!(followed.stopped().is_empty());
}
