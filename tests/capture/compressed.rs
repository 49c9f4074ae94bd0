//! Compressed captures give the frames of the plain ones, whole or damaged, and never more than they have.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::slice;
use std::thread;
use std::time::{Duration, Instant};

use flate2::write::GzEncoder;
use lz4_flex::frame::{FrameEncoder, FrameInfo};
use tempfile::TempDir;
use unreach::capture::blocks::Blocks;
use unreach::capture::{Error, Fault, Options, Timeline};
use unreach::frame::InputId;

use super::written::{MICROSECONDS, NANOSECONDS, Order, Pcapng, Seen, Written, classic, one_of_each, read, repeated};

pub(super) type Compress = fn(&[u8]) -> Vec<u8>;

/// Each compression, with checksums of all that it holds.
pub(super) const ALL: [(&str, Compress); 3] = [("gzip", gzip), ("zstd", zstd), ("lz4", lz4)];

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("compressed");
    encoder.finish().expect("compressed")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
    encoder.include_checksum(true).expect("a setting");
    encoder.write_all(bytes).expect("compressed");
    encoder.finish().expect("compressed")
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let info = FrameInfo::new().block_checksums(true).content_checksum(true);
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(bytes).expect("compressed");
    encoder.finish().expect("compressed")
}

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(next).collect()
}

/// Captures of several blocks of every compression.
fn large() -> [Vec<u8>; 2] {
    let noise = noise(2_000_000);
    let records: Vec<Written<'_>> =
        noise.chunks(1_400).zip(0..).map(|(bytes, n)| (n, 7, bytes, bytes.len() as u32)).collect();
    let mut file = Pcapng::new(Order::Big).interface(1, 0, &[]);
    for &(seconds, _, bytes, wire) in &records {
        file = file.enhanced(0, u64::from(seconds), bytes, wire);
    }
    [classic(Order::Little, MICROSECONDS, 1, &records), file.bytes]
}

/// All frames, and words of what was wrong.
fn told(bytes: &[u8]) -> (Vec<Seen>, String) {
    let (frames, fault) = read(bytes);
    (frames, fault.map(|fault| fault.to_string()).unwrap_or_default())
}

/// Three frames in a row of so many nanoseconds from this one on.
fn capture(begin: u32) -> Vec<u8> {
    let records = [begin, begin + 1, begin + 2].map(|time| (0, time, &b"frame"[..], 5));
    classic(Order::Little, NANOSECONDS, 1, &records)
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).expect("written");
        path
    }
}

fn open(inputs: &[PathBuf]) -> Timeline {
    Timeline::open(inputs, &Options::default()).expect("readable")
}

fn refusal(path: PathBuf) -> String {
    match Timeline::open(&[path], &Options::default()) {
        Err(Error::Unreadable(problems)) => problems[0].to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("readable"),
    }
}

fn times(timeline: &mut Timeline) -> Vec<i64> {
    let mut times = Vec::new();
    while let Some(frames) = timeline.next_frames() {
        times.extend(frames.map(|frame| frame.timestamp.0));
    }
    times
}

#[test]
fn compressed_captures_of_every_shape_give_the_frames_of_plain_ones() {
    let large = large().into_iter().map(|bytes| ("large".to_owned(), bytes));
    for (name, plain) in one_of_each().into_iter().chain(large) {
        let (frames, _) = read(&plain);
        assert!(!frames.is_empty());
        for (compression, compress) in ALL {
            assert_eq!(told(&compress(&plain)), (frames.clone(), String::new()), "{name} by {compression}");
        }
    }
}

#[test]
fn members_in_a_row_are_one_capture() {
    let plain = capture(10);
    let parts: Vec<&[u8]> = plain.chunks(11).collect();
    // Frames to be skipped, as pzstd writes them, and with another magic number, one longer than what is looked at.
    let skipped: &[u8] = &[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4];
    let long = [&[0x5f, 0x2a, 0x4d, 0x18, 0x58, 0x02, 0, 0][..], &[7; 600]].concat();
    for (compression, compress) in ALL {
        let members: Vec<u8> = parts.iter().flat_map(|part| compress(part)).collect();
        assert_eq!(told(&members), told(&plain), "{compression}");
        let with_empty = [compress(&[]), members.clone(), compress(&[])].concat();
        assert_eq!(told(&with_empty), told(&plain), "{compression}");
        let with_skipped = [skipped, &compress(&plain), skipped].concat();
        assert_eq!(told(&with_skipped), told(&plain), "{compression}");
        for skipped in [&[0x57, 0x2a, 0x4d, 0x18, 0, 0, 0, 0], &long[..]] {
            assert_eq!(told(&[skipped, &compress(&plain)].concat()), told(&plain), "{compression}");
        }
    }
    let mixed: Vec<u8> =
        parts.iter().zip(ALL.iter().cycle()).flat_map(|(part, (_, compress))| compress(part)).collect();
    assert_eq!(told(&mixed), told(&plain));
}

#[test]
fn the_legacy_format_of_lz4_is_read() {
    let plain = capture(10);
    // One block of literals only.
    let mut block = vec![0xf0, (plain.len() - 15) as u8];
    block.extend(&plain);
    let legacy = [&[0x02, 0x21, 0x4c, 0x18][..], &(block.len() as u32).to_le_bytes(), &block].concat();
    assert_eq!(told(&legacy), told(&plain));
}

#[test]
fn one_compression_inside_of_another_is_undone_and_no_more() {
    let plain = capture(10);
    for (outside, compress) in ALL {
        for (inside, compress_inside) in ALL {
            let twice = compress(&compress_inside(&plain));
            assert_eq!(told(&twice), told(&plain), "{inside} in {outside}");
            let (frames, words) = told(&gzip(&twice));
            assert!(frames.is_empty() && words.contains("more compressed data inside of"), "{words}");
        }
    }
}

#[test]
fn the_format_names_its_compressions() {
    let kind = |bytes: Vec<u8>| match Blocks::open(Box::new(Cursor::new(bytes)), InputId(0)) {
        Ok(blocks) => blocks.kind().to_string(),
        Err(fault) => panic!("{fault}"),
    };
    let pcapng = Pcapng::new(Order::Little).bytes;
    assert_eq!(kind(pcapng.clone()), "pcapng");
    assert_eq!(kind(zstd(&pcapng)), "pcapng (zstd)");
    assert_eq!(kind(gzip(&capture(1))), "pcap (nanoseconds, gzip)");
    assert_eq!(kind(gzip(&lz4(&pcapng))), "pcapng (lz4 in gzip)");
}

#[test]
fn a_stream_cut_anywhere_gives_the_frames_before_and_a_fault() {
    let small = one_of_each().into_iter().map(|(_, bytes)| (bytes, 1));
    for (plain, step) in small.chain(large().into_iter().map(|bytes| (bytes, 99_991))) {
        let (all, _) = read(&plain);
        for (compression, compress) in ALL {
            let whole = compress(&plain);
            let mut before = 0;
            for length in (1..whole.len()).step_by(step) {
                let (frames, fault) = read(&whole[..length]);
                assert!(all.starts_with(&frames), "{compression} cut at {length}");
                assert!(frames.len() >= before, "{compression} cut at {length}: fewer frames of more bytes");
                before = frames.len();
                match fault.unwrap_or_else(|| panic!("{compression} cut at {length} is not told")) {
                    fault @ Fault::Damaged { after, .. } => {
                        assert_eq!(after, all[..frames.len()].last().map_or(0, |last| last.number));
                        assert!(fault.to_string().contains(&format!("{compression} data cut short")), "{fault}");
                    }
                    // Too short to tell a compression.
                    Fault::NotACapture { .. } => assert!(length < 4, "{compression} cut at {length}"),
                    fault => panic!("{compression} cut at {length}: {fault}"),
                }
            }
            // What is lost is at most what makes no sense without the bytes that are missing.
            let lost = all.len() - before;
            assert!(
                step == 1 || lost * 1_400 < 300_000 + 4_000_000 * usize::from(compression == "lz4"),
                "{lost} frames"
            );
        }
    }
}

#[test]
fn a_wrong_checksum_is_told_after_all_frames() {
    let plain = capture(10);
    for (compression, compress) in ALL {
        let mut bad = compress(&plain);
        // gzip ends with its checksum and a length; the others end with the checksum.
        let place = bad.len() - if compression == "gzip" { 8 } else { 1 };
        bad[place] ^= 1;
        let (frames, fault) = read(&bad);
        assert_eq!(frames.len(), 3, "{compression}");
        let Some(Fault::Damaged { after: 3, damage }) = fault else { panic!("{compression}: {fault:?}") };
        assert!(damage.to_string().starts_with(&format!("{compression} data damaged: ")), "{damage}");
    }
}

#[test]
fn corrupt_bytes_never_give_wrong_frames_unnoticed() {
    let begun = Instant::now();
    let [plain, _] = large();
    let plain = &plain[..300_000];
    let (all, _) = read(plain);
    for (compression, compress) in ALL {
        let whole = compress(plain);
        for place in (8..whole.len()).step_by(7_919) {
            let mut bad = whole.clone();
            bad[place] ^= 0x55;
            let (frames, fault) = read(&bad);
            assert!(frames.len() <= all.len() && fault.is_some(), "{compression} at {place}");
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn corrupt_gzip_gives_the_frames_before() {
    let [plain, _] = large();
    let mut bad = gzip(&plain);
    // A block header of the reserved kind behind a flushed part.
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&plain[..1_000_000]).expect("compressed");
    encoder.flush().expect("flushed");
    let place = encoder.get_ref().len();
    bad.truncate(0);
    bad.extend(encoder.get_ref());
    bad.extend([0xff; 100]);
    let (frames, words) = told(&bad);
    assert_eq!(frames.len(), (1_000_000 - 24) / 1_416, "{words}");
    assert!(words.starts_with("gzip data damaged: ") && words.contains("after frame 706"), "{words} {place}");
}

/// A decompressor that is asked once more complains of being asked: that helps nobody.
#[test]
fn damage_is_told_by_its_cause() {
    let whole = gzip(&capture(1));
    let told_of = |at: usize| {
        let mut bad = whole.clone();
        bad[at] ^= 0xff;
        told(&bad)
    };
    // Behind the ten bytes of the member's header, before its checksum and length.
    let words: Vec<String> = (10..whole.len() - 8).map(|at| told_of(at).1).filter(|words| !words.is_empty()).collect();
    assert!(words.iter().any(|words| words.starts_with("gzip data damaged: ")), "{words:?}");
    assert!(words.iter().all(|words| !words.contains("bad state")), "{words:?}");
}

#[test]
fn bytes_behind_the_end_are_told_and_stop_nothing() {
    for (compression, compress) in ALL {
        let whole = compress(&capture(10));
        let (frames, words) = told(&[&whole[..], b"rubbish"].concat());
        assert_eq!(frames.len(), 3, "{compression}");
        let place = whole.len();
        let expected =
            format!("{compression} data followed by something else (byte offset {place}), which is left out");
        assert_eq!(words, expected);
    }
}

#[test]
fn a_bomb_is_read_in_little_memory() {
    let head = classic(Order::Little, MICROSECONDS, 1, &[]);
    for (compression, compress) in ALL {
        let bomb = compress(&[head.clone(), repeated(4 << 20)].concat());
        let mut blocks =
            Blocks::open(Box::new(Cursor::new(bomb)), InputId(0)).unwrap_or_else(|fault| panic!("{fault}"));
        let mut frames = 0;
        while blocks.advance().expect("whole") {
            frames += blocks.frames().count();
        }
        assert_eq!(frames, 4 << 20, "{compression}");
        let (frames, said) = told(&compress(&[head.clone(), vec![0; 64 << 20]].concat()));
        assert!(frames.is_empty() && said.starts_with("zeros where frame 1 should be"), "{compression}: {said}");
    }
    let mut lie = classic(Order::Little, MICROSECONDS, 1, &[]);
    lie.extend([0, 0, u32::MAX, u32::MAX].into_iter().flat_map(u32::to_le_bytes));
    lie.resize(64 << 20, 0);
    assert!(told(&gzip(&lie)).1.contains("frame 1 claims 4294967295 bytes"));
}

#[test]
fn a_window_of_more_than_128_mib_is_refused() {
    // Frame header of RFC 8878, section 3.1.1.1: no flags, and a window of 2^28 bytes.
    let (frames, words) = told(&[0x28, 0xb5, 0x2f, 0xfd, 0, (28 - 10) << 3, 1, 0, 0]);
    assert!(frames.is_empty() && words.contains("which takes `zstd -dc --long=31` "), "{words}");
}

#[test]
fn nothing_and_other_things_inside_are_refused() {
    let folder = Folder::new();
    for (compression, compress) in ALL {
        for (content, words) in [
            (&b""[..], "not a capture (nothing inside of "),
            (b"a text of several words\n", "not a capture (text inside of "),
            (&[0, 1, 2, 3, 4, 5, 6, 7], "not a capture (something else inside of "),
            (b"\xfd7zXZ\0", "not a capture (xz inside of "),
            (b"snoop\0\0\0\0\0\0\x02", "not a capture (Solaris snoop inside of "),
        ] {
            let refusal = refusal(folder.file("x", &compress(content)));
            assert!(refusal.contains(&format!("{words}{compression})")), "{refusal}");
        }
    }
    assert!(refusal(folder.file("x.pcap.gz", b"")).ends_with("empty (0 bytes)"));
    assert!(refusal(folder.file("x.pcap.gz", &[0x1f, 0x8b, 8, 0])).contains("gzip data cut short"));
}

#[test]
fn directories_hold_compressed_captures_too() {
    let folder = Folder::new();
    let inputs = [
        folder.file("c.pcap.gz", &gzip(&capture(10))),
        folder.file("b", &zstd(&capture(20))),
        folder.file("a.cap", &lz4(&gzip(&capture(30)))),
        folder.file("d.pcap", &capture(40)),
    ];
    folder.file("notes.gz", &gzip(b"about these captures"));
    folder.file("other.gz", &[0x1f, 0x8b, 8, 0]);
    let mut timeline = open(&[folder.path().to_owned()]);
    let names: Vec<_> = inputs.iter().map(|path| path.display().to_string()).collect();
    assert_eq!(timeline.names(), names);
    assert_eq!(times(&mut timeline), [10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42]);
    assert!(timeline.problems().is_empty(), "{:?}", timeline.problems());
    for (summary, path) in timeline.inputs().iter().zip(&inputs) {
        let length = fs::metadata(path).expect("a file").len();
        assert_eq!((summary.bytes_read, summary.bytes_total), (length, Some(length)), "{}", summary.name);
        assert_eq!(summary.frames, 3);
    }
    assert_eq!(timeline.inputs()[2].format.to_string(), "pcap (nanoseconds, gzip in lz4)");
}

#[test]
fn as_many_bytes_are_told_of_a_damaged_capture_however_far_its_decompressor_is_ahead() {
    let mut plain = large()[0].clone();
    // A frame in the middle claims to be longer than any, and nothing makes sense behind it.
    let middle = 24 + 600 * (16 + 1_400);
    plain[middle + 8..].fill(0xff);
    plain.extend(noise(3_000_000));
    let folder = Folder::new();
    let path = folder.file("damaged", &gzip(&plain));
    let whole = fs::metadata(&path).expect("a file").len();
    let read = [false, true].map(|waits| {
        let mut timeline = open(slice::from_ref(&path));
        while let Some(frames) = timeline.next_frames() {
            frames.for_each(drop);
            if waits {
                thread::sleep(Duration::from_millis(20));
            }
        }
        timeline.inputs()[0].bytes_read
    });
    assert!(read[0] == read[1] && read[0] < whole, "{read:?} of {whole}");
}

#[test]
fn damaged_and_whole_ones_make_one_timeline() {
    let folder = Folder::new();
    let whole = gzip(&capture(10));
    let inputs = [folder.file("cut.gz", &whole[..whole.len() - 9]), folder.file("good.zst", &zstd(&capture(11)))];
    let mut timeline = open(&inputs);
    assert_eq!(times(&mut timeline).last(), Some(&13));
    let problems: Vec<_> = timeline.problems().iter().map(ToString::to_string).collect();
    assert!(problems.len() == 1 && problems[0].contains("cut.gz: gzip data cut short (byte offset "), "{problems:?}");
}

/// How many threads of this process decompress.
fn decompressors() -> usize {
    let threads = fs::read_dir("/proc/self/task").expect("Linux").flatten();
    let names = threads.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok());
    names.filter(|name| name.trim() == "decompress").count()
}

#[test]
fn the_thread_ends_when_its_reader_is_dropped() {
    // The threads of other tests come and go; those of many readers would stay.
    let bomb = gzip(&[classic(Order::Little, MICROSECONDS, 1, &[]), repeated(1 << 19)].concat());
    let mut most = 0;
    for _ in 0..200 {
        let mut blocks =
            Blocks::open(Box::new(Cursor::new(bomb.clone())), InputId(0)).unwrap_or_else(|fault| panic!("{fault}"));
        // A thread begins to read ahead when 256 KiB were read.
        for _ in 0..12 {
            assert!(blocks.advance().expect("frames"));
            blocks.frames().for_each(drop);
        }
        // One that has just begun has no name yet.
        most = most.max(decompressors());
    }
    assert!(most > 0, "nothing is read ahead");
    let begun = Instant::now();
    while decompressors() > 50 {
        assert!(begun.elapsed() < Duration::from_secs(10), "{} threads are left", decompressors());
        thread::sleep(Duration::from_millis(10));
    }
}
