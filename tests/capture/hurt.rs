//! Compressed captures, and those that are damaged anyway, cut at each length and with flipped bits: reading ends, tells
//! what was wrong, makes nothing up, and says the same twice, however the bytes arrive.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use unreach::analyzer::{Analyzer, Config};
use unreach::capture::blocks::Blocks;
use unreach::frame::{Frame, InputId, Timestamp};

use super::compressed::ALL;
use super::written::{Order, Pcapng, Seen, one_of_each, read, read_from};

/// Bits of each byte that are flipped: the lowest, one in the middle, the highest.
const BITS: [u8; 3] = [0x01, 0x10, 0x80];

/// What a member of each compression begins with.
const MEMBERS: [&[u8]; 3] = [&[0x1f, 0x8b, 8], &[0x28, 0xb5, 0x2f, 0xfd], &[0x04, 0x22, 0x4d, 0x18]];

/// The files of a folder of `testdata` whose names pass, with their contents.
fn files(folder: &str, passes: impl Fn(&Path) -> bool) -> Vec<(String, Vec<u8>)> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata", folder].iter().collect();
    let entries = folder.read_dir().expect("a folder of testdata").map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> = entries.filter(|path| passes(path)).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.display().to_string(), fs::read(&path).expect("a file"))).collect()
}

/// Those of `testdata`, in which nothing is made smaller, and one that each compression made smaller.
fn compressed() -> Vec<(String, Vec<u8>)> {
    let mut all =
        files("crafted", |path| path.extension().is_some_and(|end| end == "gz" || end == "zst" || end == "lz4"));
    assert!(all.len() >= 9, "{}", all.len());
    all.extend(made_smaller());
    all
}

/// A capture that each compression made smaller, with a checksum of all that it holds.
fn made_smaller() -> Vec<(String, Vec<u8>)> {
    let plain = files("crafted", |path| path.ends_with("codes_ipv4.pcap")).remove(0).1;
    ALL.map(|(compression, compress)| (format!("codes by {compression}"), compress(&plain))).into()
}

fn damaged() -> Vec<(String, Vec<u8>)> {
    let files = files("damaged", |path| path.extension().is_some_and(|end| end == "pcap" || end == "pcapng"));
    assert!(files.len() >= 30, "{}", files.len());
    files
}

/// The frames of a file and the words about what was wrong with it, which are the same every time.
fn told(name: &str, bytes: &[u8]) -> (Vec<Seen>, String) {
    let once = || {
        let (frames, fault) = read(bytes);
        (frames, fault.map(|fault| fault.to_string()).unwrap_or_default())
    };
    let first = once();
    assert_eq!(first, once(), "{name}: another answer to the same");
    first
}

/// What an analysis of the frames finds, as text.
fn findings(frames: &[Seen]) -> String {
    let mut analyzer = Analyzer::new(Config { max_flows: 512, ..Config::default() });
    for Seen { number, time, link, bytes, wire_length } in frames {
        let (number, link, wire_length) = (*number, *link, *wire_length);
        analyzer.push(&Frame { input: InputId(0), number, timestamp: Timestamp(*time), link, bytes, wire_length });
    }
    format!("{:?}", analyzer.finish().0)
}

/// Where members begin, and where the file ends: cut there, the compression is whole.
fn between_members(file: &[u8]) -> BTreeSet<usize> {
    let begins = |&place: &usize| MEMBERS.iter().any(|magic| file[place..].starts_with(magic));
    (0..file.len()).filter(begins).chain([file.len()]).collect()
}

#[test]
fn a_compressed_capture_cut_at_any_length_gives_what_is_left_of_it_and_says_so() {
    for (name, whole) in compressed() {
        let (all, nothing) = told(&name, &whole);
        assert!(!all.is_empty() && nothing.is_empty(), "{name}: {nothing}");
        let (unharmed, mut before) = (between_members(&whole), 0);
        for length in 0..whole.len() {
            let (frames, words) = told(&name, &whole[..length]);
            assert!(all.starts_with(&frames), "{name} cut at {length}: frames that the whole has not");
            assert!(frames.len() >= before, "{name} cut at {length}: fewer frames of more bytes");
            assert!(!words.is_empty() || unharmed.contains(&length), "{name} cut at {length}: no word");
            if frames.len() > before {
                assert_eq!(findings(&frames), findings(&frames), "{name} cut at {length}");
            }
            before = frames.len();
        }
    }
}

/// Where there is a checksum, what comes out is right, or it is told.
#[test]
fn a_flipped_bit_in_a_compressed_capture_is_told_or_harmless() {
    let is_made_smaller = made_smaller();
    for (name, whole) in compressed() {
        let is_gzip = Path::new(&name).extension().is_some_and(|end| end == "gz");
        let has_checksum = is_gzip || is_made_smaller.iter().any(|(other, _)| *other == name);
        let (all, _) = told(&name, &whole);
        for place in 0..whole.len() {
            for bit in BITS {
                let mut bad = whole.clone();
                bad[place] ^= bit;
                let (frames, words) = told(&name, &bad);
                let is_right = frames == all || !has_checksum;
                assert!(is_right || !words.is_empty(), "{name}: no word about bit {bit:#x} of byte {place}");
                let room: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
                assert!(room < 64 * whole.len(), "{name}: {room} bytes of frames, bit {bit:#x} of byte {place}");
            }
        }
    }
}

#[test]
fn a_damaged_capture_cut_at_any_length_gives_no_frame_that_it_has_not() {
    for (name, whole) in damaged() {
        let (all, _) = told(&name, &whole);
        for length in 0..whole.len() {
            let (frames, _) = told(&name, &whole[..length]);
            assert!(all.starts_with(&frames), "{name} cut at {length}: frames that the whole has not");
        }
    }
}

/// In each byte another bit than in the one before it: all eight in turn.
#[test]
fn a_damaged_capture_with_flipped_bits_is_read_the_same_twice() {
    for (name, whole) in damaged() {
        for place in 0..whole.len() {
            let mut bad = whole.clone();
            bad[place] ^= 1 << (place % 8);
            let (frames, _) = told(&name, &bad);
            let room: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
            assert!(room <= bad.len(), "{name}, byte {place}: more bytes of frames than of the file");
            if place % 64 == 0 {
                assert_eq!(findings(&frames), findings(&frames), "{name}, byte {place}");
            }
        }
    }
}

/// A stream that gives few bytes at a time.
struct Pieces(Cursor<Vec<u8>>, usize);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

/// What is told of a file that arrives in pieces of so many bytes.
fn arriving(bytes: &[u8], piece: usize) -> (Vec<Seen>, String) {
    let (frames, fault) = read_from(Blocks::open(Box::new(Pieces(Cursor::new(bytes.to_vec()), piece)), InputId(0)));
    (frames, fault.map(|fault| fault.to_string()).unwrap_or_default())
}

#[test]
fn damage_is_told_the_same_however_the_bytes_arrive() {
    for (name, whole) in one_of_each().into_iter().chain(damaged()) {
        for place in (0..whole.len()).step_by(whole.len().div_ceil(300).max(1)) {
            let mut bad = whole.clone();
            bad[place] ^= 1 << (place % 8);
            let all_at_once = arriving(&bad, usize::MAX);
            for piece in [3, 100] {
                assert_eq!(arriving(&bad, piece), all_at_once, "{name}: byte {place}, in pieces of {piece}");
            }
        }
    }
}

/// A block of no interest whose length at its head lies: what it passed over is looked through, as far as it is kept.
#[test]
fn the_way_back_out_of_an_unknown_block_is_the_same_however_its_bytes_arrive() {
    for lie in [40, 64, 1 << 20, (2 << 20) + 8] {
        let file = Pcapng::new(Order::Little).interface(1, 0, &[]).enhanced(0, 0, b"before", 6);
        let block = file.bytes.len();
        let file = file.block(0x0bad_cafe, &[0x55; 20]);
        let mut bad = (0..40_000).fold(file, |file, n| file.enhanced(0, n, &[0x33; 30], 30)).bytes;
        let length = u32::from_le_bytes(bad[block + 4..block + 8].try_into().expect("four bytes"));
        bad[block + 4..block + 8].copy_from_slice(&(length + lie).to_le_bytes());
        let (frames, words) = arriving(&bad, usize::MAX);
        assert_eq!((&frames, &words), (&arriving(&bad, 1000).0, &arriving(&bad, 1000).1), "{lie}");
        if lie < 1 << 20 {
            assert_eq!(frames.len(), 40_001, "{lie}: {words}");
            assert!(words.contains("behind frame 1: 32 bytes were passed over"), "{lie}: {words}");
        } else {
            assert!(!words.is_empty(), "{lie}");
        }
    }
}
