//! Frames cut at every length and with flipped bits: no panic, and of the crafted ones the same answer twice.

use unreach::analyzer::{Analyzer, Config};

use super::binary;
use super::folder::files;
use super::savefile::{Captured, read};
use crate::corpus;

/// Where frames are damaged; all headers of the crafted captures lie in these bytes.
const REACH: usize = 256;

/// Bits of each byte that are flipped: the lowest, one in the middle, the highest.
const BITS: [u8; 3] = [0x01, 0x10, 0x80];

/// Flows that an analysis may remember: enough for the largest crafted capture, and quick to set up.
const FLOWS: usize = 512;

/// Everything that an analysis of the frames found, as text.
fn findings(frames: &[Captured]) -> String {
    let mut analyzer = Analyzer::new(Config { max_flows: FLOWS, ..Config::default() });
    for (number, frame) in (1..).zip(frames) {
        analyzer.push(&frame.frame(number));
    }
    let (findings, totals) = analyzer.finish();
    assert_eq!(totals.packets, frames.len() as u64);
    format!("{findings:?}")
}

/// Frames changed by `change`: either all of them, or the even ones only, which are the messages in most captures.
fn changed(frames: &[Captured], all: bool, change: impl Fn(&mut Vec<u8>)) -> Vec<Captured> {
    let mut frames = frames.to_vec();
    for (index, frame) in frames.iter_mut().enumerate() {
        if all || index % 2 == 1 {
            change(&mut frame.bytes);
        }
    }
    frames
}

/// The frames of every crafted capture that is a classic one.
fn captures() -> impl Iterator<Item = Vec<Captured>> {
    files("crafted", &["pcap"]).into_iter().map(|path| read(&path)).filter(|frames| !frames.is_empty())
}

/// The bytes that are worth damaging.
fn reach(frames: &[Captured]) -> usize {
    frames.iter().map(|frame| frame.bytes.len()).max().unwrap_or(0).min(REACH)
}

#[test]
fn frames_cut_at_every_length_give_one_answer() {
    for frames in captures() {
        for length in 0..reach(&frames) {
            for all in [false, true] {
                let cut = changed(&frames, all, |bytes| bytes.truncate(length));
                assert_eq!(findings(&cut), findings(&cut), "cut to {length} bytes");
            }
        }
    }
}

#[test]
fn frames_with_flipped_bits_give_one_answer() {
    for frames in captures() {
        for position in 0..reach(&frames) {
            for bit in BITS {
                let flip = |bytes: &mut Vec<u8>| bytes.get_mut(position).into_iter().for_each(|byte| *byte ^= bit);
                for all in [false, true] {
                    let flipped = changed(&frames, all, flip);
                    assert_eq!(findings(&flipped), findings(&flipped), "byte {position} with {bit:#x}");
                }
            }
        }
    }
}

/// Pushes what `damage` makes of each frame, all of one capture to one analysis, and counts what was pushed.
fn pushed(folder: &str, damage: impl Fn(&mut Vec<u8>, usize)) -> u64 {
    let mut total = 0;
    for (_, frames) in corpus::all(folder) {
        let mut analyzer = Analyzer::new(Config { max_flows: FLOWS, ..Config::default() });
        let mut number = 0;
        for frame in &frames {
            for position in 0..frame.bytes.len() {
                let mut damaged = frame.clone();
                number += 1;
                damaged.number = number;
                damage(&mut damaged.bytes, position);
                analyzer.push(&damaged.frame());
            }
        }
        assert_eq!(analyzer.finish().1.packets, number);
        total += number;
    }
    total
}

/// Folders of whole captures.
const FOLDERS: [&str; 4] = ["crafted", "lab", "namespaces", "timelines"];

#[test]
fn every_frame_of_every_capture_may_be_cut_anywhere() {
    let total: u64 = FOLDERS.iter().map(|folder| pushed(folder, Vec::truncate)).sum();
    assert!(total > 900_000, "only {total}");
}

#[test]
fn every_byte_of_every_capture_may_have_a_flipped_bit() {
    for bit in BITS {
        let flip = |bytes: &mut Vec<u8>, position: usize| bytes[position] ^= bit;
        let total: u64 = FOLDERS.iter().map(|folder| pushed(folder, flip)).sum();
        assert!(total > 900_000, "only {total}");
    }
}

#[test]
fn captures_of_cut_frames_are_read_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (number, frames) in captures().enumerate() {
        for length in [0, 13, 33, 41, 53, 69, 77] {
            let cut = changed(&frames, true, |bytes| bytes.truncate(length));
            let records = cut.iter().flat_map(Captured::record);
            let path = folder.path().join(format!("{number}-{length}.pcap"));
            std::fs::write(&path, frames[0].file_header().into_iter().chain(records).collect::<Vec<u8>>())
                .expect("writing");
            let run = binary::messages(&path, &[]);
            assert!(matches!(run.status, Some(0 | 3)), "cut to {length} bytes: {:?} {}", run.status, run.complaint);
        }
    }
}
