//! Several captures make one timeline; what cannot be read is told, and stops nothing else.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use unreach::capture::{Error, Help, Options, Timeline, Until};
use unreach::frame::{LinkType, Timestamp};

use super::written::{NANOSECONDS, Order, Pcapng, Written, classic};

/// A folder of captures.
pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("created");
        fs::write(&path, bytes).expect("written");
        path
    }

    /// A capture of empty frames at these times.
    pub(super) fn capture(&self, name: &str, times: &[u32]) -> PathBuf {
        self.file(name, &at(times))
    }
}

/// A capture with frames at these nanoseconds.
pub(super) fn at(times: &[u32]) -> Vec<u8> {
    let records: Vec<Written<'_>> = times.iter().map(|&time| (0, time, &b"frame"[..], 5)).collect();
    classic(Order::Little, NANOSECONDS, 1, &records)
}

/// Input, number and time of all frames.
fn frames(timeline: &mut Timeline) -> Vec<(u16, u64, i64)> {
    let mut frames = Vec::new();
    while let Some(next) = timeline.next_frames() {
        frames.extend(next.map(|frame| (frame.input.0, frame.number, frame.timestamp.0)));
    }
    assert!(timeline.next_frames().is_none(), "the end is the end");
    frames
}

fn open(inputs: &[PathBuf]) -> Timeline {
    Timeline::open(inputs, &Options::default()).expect("readable")
}

fn filtered(inputs: &[PathBuf], filter: &str) -> Result<Timeline, Error> {
    Timeline::open(inputs, &Options { filter: Some(filter.to_owned()), ..Options::default() })
}

/// Why none of the inputs could be read.
fn refusals(inputs: &[PathBuf]) -> Vec<String> {
    match Timeline::open(inputs, &Options::default()) {
        Err(Error::Unreadable(problems)) => problems.iter().map(ToString::to_string).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("readable"),
    }
}

#[test]
fn frames_of_several_inputs_come_in_order_of_time() {
    let folder = Folder::new();
    let inputs = [
        folder.capture("a", &[10, 40, 40, 90]),
        folder.capture("b", &[5, 40, 95]),
        folder.capture("c", &[]),
        folder.capture("d", &[40, 41]),
    ];
    let mut timeline = open(&inputs);
    let expected =
        [(1, 1, 5), (0, 1, 10), (0, 2, 40), (0, 3, 40), (1, 2, 40), (3, 1, 40), (3, 2, 41), (0, 4, 90), (1, 3, 95)];
    assert_eq!(frames(&mut timeline), expected);
    assert!(timeline.problems().is_empty());
    let names: Vec<_> = inputs.iter().map(|path| path.display().to_string()).collect();
    assert_eq!(timeline.names(), names);
    let counts: Vec<_> = timeline.inputs().iter().map(|input| (input.frames, input.first, input.last)).collect();
    let seen: Vec<_> = counts.iter().map(|(n, first, last)| (*n, first.map(|t| t.0), last.map(|t| t.0))).collect();
    assert_eq!(seen, [(4, Some(10), Some(90)), (3, Some(5), Some(95)), (0, None, None), (2, Some(40), Some(41))]);
}

#[test]
fn a_clock_that_runs_backwards_keeps_the_order_of_its_file() {
    let folder = Folder::new();
    let inputs = [folder.capture("a", &[50, 10, 60]), folder.capture("b", &[20, 55])];
    assert_eq!(frames(&mut open(&inputs)), [(1, 1, 20), (0, 1, 50), (0, 2, 10), (1, 2, 55), (0, 3, 60)]);
    assert_eq!(frames(&mut open(&inputs[..1])), [(0, 1, 50), (0, 2, 10), (0, 3, 60)]);
}

#[test]
fn the_order_does_not_depend_on_how_captures_were_split() {
    let folder = Folder::new();
    let whole: Vec<u32> = (0..500).map(|n| n / 3).collect();
    let parts: Vec<_> =
        whole.chunks(37).enumerate().map(|(n, part)| folder.capture(&format!("{n:02}"), part)).collect();
    let times: Vec<_> = frames(&mut open(&parts)).into_iter().map(|(_, _, time)| time as u32).collect();
    assert_eq!(times, whole);
}

#[test]
fn directories_are_walked_and_captures_known_by_content() {
    let folder = Folder::new();
    let late = folder.capture("a/late", &[30]);
    let early = folder.capture("z/deep/early.dat", &[10]);
    let header = folder.capture("header.pcap", &[]);
    let next = folder
        .file("b.pcapng", &Pcapng::new(Order::Big).interface(1, 0, &[(9, vec![9])]).enhanced(0, 20, b"x", 1).bytes);
    folder.file("README", b"about these captures");
    folder.file("truth.csv", b"file,cause\n");
    folder.file("zero", b"");
    folder.file("notes.gz", &[0x1f, 0x8b, 8, 0]);
    symlink(folder.path("z"), folder.path("z/deep/circle")).expect("linked");
    let mut timeline = open(&[folder.path("")]);
    let names: Vec<_> = [header, early, next, late].iter().map(|path| path.display().to_string()).collect();
    assert_eq!(timeline.names(), names);
    assert_eq!(frames(&mut timeline), [(1, 1, 10), (2, 1, 20), (3, 1, 30)]);
    assert!(timeline.problems().is_empty(), "{:?}", timeline.problems());
}

#[test]
fn a_file_is_read_once_whatever_leads_to_it() {
    let folder = Folder::new();
    let [first, second] = ["first", "second"].map(|name| folder.capture(name, &[1, 2]));
    // Before the file itself in the order of paths.
    symlink(&second, folder.path("current")).expect("a link");
    fs::hard_link(&second, folder.path("third")).expect("a link");
    let root = folder.path("");
    for arguments in [vec![root.clone()], vec![root, first.clone(), second.clone()], vec![first.clone(), second, first]]
    {
        let mut timeline = open(&arguments);
        assert_eq!(frames(&mut timeline).len(), 4, "{arguments:?}");
        let names: Vec<_> = timeline.names().iter().map(|name| name.rsplit('/').next().unwrap_or_default()).collect();
        assert_eq!(names, ["first", "second"], "{arguments:?}");
    }
    // By a link that is asked for, as it is called.
    assert_eq!(open(&[folder.path("current")]).names(), [folder.path("current").display().to_string()]);
}

#[test]
fn what_promises_a_capture_in_a_directory_and_is_none_is_told() {
    let folder = Folder::new();
    folder.capture("good.pcap", &[1]);
    folder.file("empty.pcap", b"");
    folder.file("ring.pcap.3.gz", &[0x1f, 0x8b, 8, 0]);
    folder.file("old-sun", b"snoop\0\0\0\0\0\0\x02\0\0\0\x04");
    let timeline = open(&[folder.path("")]);
    let problems: Vec<_> = timeline.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[0].ends_with("empty.pcap: empty (0 bytes)"), "{problems:?}");
    assert!(problems[1].contains("in the format of Solaris snoop, which is not read"), "{problems:?}");
    assert!(
        problems[2].contains("gzip data cut short (byte offset 4 of the compressed data) before the first frame"),
        "{problems:?}"
    );
}

/// Nobody, whoever runs this, can read one whose path is longer than the system takes.
#[test]
fn a_directory_below_that_cannot_be_read_is_told() {
    let folder = Folder::new();
    folder.capture("good.pcap", &[1]);
    let deeper = "import os\nfor _ in range(25):\n os.mkdir('d' * 200)\n os.chdir('d' * 200)";
    let made = Command::new("python3").args(["-c", deeper]).current_dir(folder.path("")).status();
    assert!(made.expect("python3").success());
    for follow in [false, true] {
        let until = Until::default().at_most(Duration::from_millis(100));
        let options = Options { follow, until, ..Options::default() };
        let mut timeline = Timeline::open(&[folder.path("")], &options).expect("readable");
        assert_eq!(frames(&mut timeline), [(0, 1, 1)]);
        let problems: Vec<_> = timeline.problems().iter().map(ToString::to_string).collect();
        assert!(problems.len() == 1 && problems[0].contains("cannot be opened: File name too long"), "{problems:?}");
    }
}

#[test]
fn unreadable_inputs_alone_are_an_error_and_among_good_ones_a_problem() {
    let folder = Folder::new();
    fs::create_dir(folder.path("nothing")).expect("created");
    let bad = [
        (folder.path("missing"), "cannot be opened: No such file or directory"),
        (folder.file("empty", b""), "empty (0 bytes)"),
        (folder.file("text", b"hello\nworld\n"), "a text file, not a capture"),
        (folder.file("binary", &[0, 1, 2, 3, 4, 5]), "not a capture ("),
        (folder.path("nothing"), "directory without captures"),
        (folder.file("header", &at(&[])[..20]), "cut short in the file header (20 bytes)"),
    ];
    let good = folder.capture("good", &[1, 2]);
    for (path, reason) in bad {
        let reasons = refusals(slice::from_ref(&path));
        assert!(reasons.len() == 1 && reasons[0].contains(reason), "{reasons:?}");
        assert!(reasons[0].starts_with(&path.display().to_string()), "{reasons:?}");
        let mut timeline = open(&[path, good.clone()]);
        assert_eq!(frames(&mut timeline), [(0, 1, 1), (0, 2, 2)]);
        assert_eq!(timeline.problems().len(), 1);
    }
}

#[test]
fn other_formats_are_refused_by_name() {
    let folder = Folder::new();
    let formats: [(&[u8], &str); 5] = [
        (b"BZh91AY&SY", "bzip2-compressed; decompress it first: bzip2 -dc"),
        (b"\xfd7zXZ\0", "xz-compressed; decompress it first: xz -dc"),
        (b"snoop\0\0\0\0\0\0\x02", "in the format of Solaris snoop"),
        (b"GMBU\x03\x01", "in the format of Microsoft Network Monitor"),
        (b"RTSS\x01\x01", "in the format of Microsoft Network Monitor"),
    ];
    for (magic, words) in formats {
        let reasons = refusals(&[folder.file("it's one", magic)]);
        assert!(reasons[0].contains(words), "{reasons:?}");
        assert!(reasons[0].contains(r"it'\''s one'"), "the name is quoted for the shell: {reasons:?}");
    }
}

#[test]
fn a_capture_that_is_cut_gives_its_frames_and_then_a_problem() {
    let folder = Folder::new();
    let cut = at(&[10, 20, 30]);
    let inputs = [folder.file("cut", &cut[..cut.len() - 2]), folder.capture("good", &[15, 40])];
    let mut timeline = open(&inputs);
    assert!(timeline.problems().is_empty());
    assert_eq!(frames(&mut timeline), [(0, 1, 10), (1, 1, 15), (0, 2, 20), (1, 2, 40)]);
    let problems = timeline.problems();
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].to_string().contains("cut: cut short in the middle of frame 3 (byte offset 66)"),
        "{}",
        problems[0]
    );
}

#[test]
fn a_file_that_vanishes_before_its_time_is_a_problem() {
    let folder = Folder::new();
    let inputs = [folder.capture("a", &[1]), folder.capture("b", &[2])];
    let mut timeline = open(&inputs);
    fs::remove_file(&inputs[1]).expect("removed");
    assert_eq!(frames(&mut timeline), [(0, 1, 1)]);
    assert!(timeline.problems()[0].to_string().contains("cannot be opened"));
}

/// How many files of a folder this process has open.
fn open_files(folder: &Path) -> usize {
    let links = fs::read_dir("/proc/self/fd").expect("Linux").flatten();
    links.filter(|link| fs::read_link(link.path()).is_ok_and(|target| target.starts_with(folder))).count()
}

#[test]
fn a_ring_of_thousands_of_files_is_open_one_at_a_time() {
    let folder = Folder::new();
    for n in 0..3_000_u32 {
        folder.capture(&format!("ring{n:04}"), &[n * 10, n * 10 + 5]);
    }
    let root = fs::canonicalize(folder.path("")).expect("a path");
    let mut timeline = open(slice::from_ref(&root));
    assert_eq!(open_files(&root), 0);
    let (mut count, mut most) = (0, 0);
    while let Some(frames) = timeline.next_frames() {
        for frame in frames {
            assert_eq!(frame.timestamp.0, count * 5);
            count += 1;
        }
        if count % 100 == 0 {
            most = most.max(open_files(&root));
        }
    }
    assert_eq!((count, most), (6_000, 1));
}

#[test]
fn filtered_frames_keep_their_numbers() {
    let folder = Folder::new();
    let arp = [&[0xff; 12][..], &[8, 6], &[0; 28]].concat();
    let other = [&[0xff; 12][..], &[8, 0], &[0; 28]].concat();
    let records: Vec<Written<'_>> =
        (0..6).map(|n| (0, n, if n % 3 == 1 { &arp[..] } else { &other[..] }, 42)).collect();
    let path = folder.file("x", &classic(Order::Little, NANOSECONDS, 1, &records));
    let mut timeline = filtered(&[path], "arp").expect("a good filter");
    assert_eq!(frames(&mut timeline), [(0, 2, 1), (0, 5, 4)]);
    assert_eq!(timeline.inputs()[0].frames, 6);
}

#[test]
fn what_is_known_of_an_input_grows_as_its_frames_are_taken() {
    let folder = Folder::new();
    let times: Vec<u32> = (0..30_000).map(|n| 60_000 - n).collect();
    let mut timeline = open(&[folder.capture("many", &times)]);
    let mut taken = 0;
    while let Some(frames) = timeline.next_frames() {
        let last = frames.last().expect("one at least");
        let time = last.timestamp;
        taken = last.number;
        let input = &timeline.inputs()[0];
        // Each record has 16 bytes and a frame of five, behind a header of 24.
        assert_eq!((input.frames, input.bytes_read), (taken, 24 + 21 * taken));
        assert_eq!((input.first, input.last), (Some(time), Some(Timestamp(60_000))));
    }
    assert_eq!(taken, 30_000);
}

#[test]
fn frames_are_the_same_where_records_are_read_ahead() {
    let folder = Folder::new();
    let times: Vec<u32> = (0..30_000).map(|n| n ^ 5).collect();
    let many = folder.capture("many", &times);
    let given = |timeline: &mut Timeline| {
        let frames = frames(timeline);
        let input = &timeline.inputs()[0];
        (frames, input.frames, input.first, input.last, input.bytes_read)
    };
    let as_taken = given(&mut open(slice::from_ref(&many)));
    assert_eq!(as_taken.0.len(), times.len());
    assert_eq!((as_taken.2, as_taken.3), (Some(Timestamp(0)), Some(Timestamp(29_999))));
    // A filter has to see the records before their frames are given.
    assert_eq!(given(&mut filtered(slice::from_ref(&many), "len > 0").expect("good")), as_taken);
    // So has the order of time, as long as there is another input.
    let other = folder.capture("other", &[29_000]);
    let mut both = given(&mut open(&[many, other]));
    both.0.retain(|&(input, ..)| input == 0);
    assert_eq!(both, as_taken);
}

/// Tells that it is over when it is dropped, so that nobody waits for a test that failed.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Whole and cut, plain and compressed, alone and with another of the same time.
#[test]
fn frames_are_the_same_where_another_thread_helps_to_read() {
    let folder = Folder::new();
    // Nothing that could be compressed.
    let mixed = |number: u32| (number ^ number >> 15).wrapping_mul(0x85eb_ca6b) >> 13;
    let bytes: Vec<u8> = (0..200_000_u32).map(|number| mixed(number.wrapping_mul(0x9e37_79b9)) as u8).collect();
    let frame = |number: usize| {
        let length = if number % 300 == 7 { bytes.len() } else { 40 + number * 7 % 1500 };
        let start = number * 7919 % (bytes.len() - length + 1);
        &bytes[start..start + length]
    };
    let records: Vec<Written<'_>> = (0..6000).map(|number| (number, 0, frame(number as usize), 9)).collect();
    let whole = classic(Order::Big, NANOSECONDS, 1, &records);
    let cut = &whole[..whole.len() - 1000];
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&whole).expect("compressed");
    let inputs = [
        folder.file("whole.pcap", &whole),
        folder.file("cut.pcap", cut),
        folder.file("whole.pcap.gz", &encoder.finish().expect("compressed")),
    ];
    assert!(
        inputs.iter().all(|path| path.metadata().expect("a file").len() > 2 << 20),
        "smaller ones are read by one alone"
    );
    let read = |inputs: &[PathBuf], is_helped: bool| {
        let (mut timeline, is_over) = (open(inputs), AtomicBool::new(false));
        let help = if is_helped { timeline.help() } else { Help::default() };
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    help.read_ahead();
                }
            });
            let _over = Over(&is_over);
            let mut frames = Vec::new();
            while let Some(next) = timeline.next_frames() {
                frames.extend(next.map(|frame| (frame.input, frame.number, frame.timestamp, frame.bytes.to_vec())));
            }
            let problems: Vec<String> = timeline.problems().iter().map(ToString::to_string).collect();
            let read: Vec<u64> = timeline.inputs().iter().map(|input| input.bytes_read).collect();
            (frames, problems, read)
        })
    };
    for inputs in [&inputs[..1], &inputs[1..2], &inputs[2..], &inputs] {
        let helped = read(inputs, true);
        assert!(helped == read(inputs, false), "{inputs:?}");
        assert_eq!(helped.1.len(), inputs.iter().filter(|input| input.ends_with("cut.pcap")).count());
    }
}

#[test]
fn a_filter_is_compiled_for_each_link_type() {
    let folder = Folder::new();
    let mut raw = [0; 28];
    raw[0] = 0x45;
    raw[9] = 1;
    let records: [Written<'_>; 1] = [(0, 0, &raw, 28)];
    for link in [101, 12, 228] {
        let path = folder.file("raw", &classic(Order::Little, NANOSECONDS, link, &records));
        let mut timeline = filtered(&[path], "icmp").expect("a good filter");
        assert_eq!(frames(&mut timeline).len(), 1, "link type {link}");
    }
}

#[test]
fn a_filter_that_fits_no_link_type_is_an_error_and_one_that_fits_some_a_problem() {
    let folder = Folder::new();
    let ethernet = folder.file("ethernet", &classic(Order::Little, NANOSECONDS, 1, &[(0, 1, &[0; 14], 14)]));
    let cooked = folder.file("cooked", &classic(Order::Little, NANOSECONDS, 113, &[(0, 2, &[0; 16], 16)]));
    let inputs = [ethernet, cooked];
    for (inputs, filter) in [(&inputs[..], "not a filter"), (&inputs[1..], "ether host 1:2:3:4:5:6")] {
        match filtered(inputs, filter) {
            Err(Error::Filter { expression, reason }) => assert!(expression == filter && !reason.is_empty()),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("{filter} was taken"),
        }
    }
    let mut timeline = filtered(&inputs, "not ether host 1:2:3:4:5:6").expect("fits one");
    assert_eq!(frames(&mut timeline), [(0, 1, 1)]);
    assert_eq!(timeline.problems().len(), 1);
    assert!(timeline.problems()[0].to_string().contains("cannot be applied to linux-sll frames"));
    assert_eq!(timeline.inputs()[1].links, [LinkType::LINUX_SLL]);
}

#[test]
fn what_is_wrong_is_told_in_the_order_of_inputs_in_the_end_whenever_it_was_found() {
    let folder = Folder::new();
    let cut = |name: &str, times: &[u32]| {
        let records: Vec<Written<'_>> = times.iter().map(|&time| (0, time, &[0; 14][..], 14)).collect();
        let whole = classic(Order::Little, NANOSECONDS, 1, &records);
        folder.file(name, &whole[..whole.len() - 1])
    };
    let cooked = folder.file("cooked", &classic(Order::Little, NANOSECONDS, 113, &[(0, 2, &[0; 16], 16)]));
    let inputs = [cut("late", &[1, 90, 91]), cut("early", &[3, 4]), cooked, folder.path("nowhere")];
    let mut timeline = filtered(&inputs, "not ether host 1:2:3:4:5:6").expect("fits some");
    assert_eq!(frames(&mut timeline).len(), 3);
    timeline.end();
    let told = timeline.problems().iter().map(|problem| problem.input.rsplit('/').next().unwrap_or_default());
    assert_eq!(told.collect::<Vec<_>>(), ["nowhere", "late", "early", "cooked"]);
}

#[test]
fn a_timeline_may_be_read_in_a_thread_of_its_own() {
    let folder = Folder::new();
    let mut timeline = open(&[folder.capture("a", &[1, 2])]);
    let reader = thread::spawn(move || frames(&mut timeline).len());
    assert_eq!(reader.join().expect("ended"), 2);
}

/// Runs in a process of its own, for [`standard_input_is_read_once`].
#[test]
#[ignore = "reads standard input, which is given by another test"]
fn child_reads_standard_input() {
    let mut timeline = open(&[PathBuf::from("-"), PathBuf::from("-")]);
    assert_eq!(timeline.names(), ["-"]);
    assert_eq!(timeline.problems().len(), 1);
    assert_eq!(frames(&mut timeline), [(0, 1, 10), (0, 2, 20), (0, 3, 30)]);
}

#[test]
fn standard_input_is_read_once() {
    let program = std::env::current_exe().expect("this program");
    let test = "capture::timeline::child_reads_standard_input";
    let mut child = Command::new(program)
        .args(["--exact", test, "--ignored"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("started");
    let bytes = at(&[10, 20, 30]);
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(&bytes[..50]).expect("written");
    pipe.write_all(&bytes[50..]).expect("written");
    drop(pipe);
    assert!(child.wait().expect("ended").success());
}

#[test]
fn a_pipe_with_a_name_is_opened_once() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let (name, bytes) = (pipe.clone(), at(&[10, 30]));
    let writer = thread::spawn(move || fs::write(name, bytes).expect("written"));
    let mut timeline = open(&[folder.capture("file", &[20]), pipe]);
    assert_eq!(frames(&mut timeline), [(1, 1, 10), (0, 1, 20), (1, 2, 30)]);
    writer.join().expect("ended");
}

#[test]
fn times_that_are_absurdly_far_apart_have_a_distance_both_ways() {
    let [first, last] = [i64::MIN, i64::MAX].map(Timestamp);
    assert_eq!((last.since(first), first.since(last)), (i64::MAX, -i64::MAX));
    assert_eq!(first.since(last).checked_abs(), Some(i64::MAX));
}
