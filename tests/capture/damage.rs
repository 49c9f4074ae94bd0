//! Damage is told, with its place, after all that is whole; nothing hangs, panics or takes memory without bound.

use std::io::{self, Cursor, Read};
use std::time::{Duration, Instant};

use unreach::capture::Fault;
use unreach::capture::blocks::Blocks;
use unreach::frame::InputId;

use super::written::{MICROSECONDS, Order, Pcapng, classic, collected, one_of_each, read};

/// Collected captures of at most so many bytes, and one of each shape.
fn samples(most: usize) -> Vec<(String, Vec<u8>)> {
    let read = |path: std::path::PathBuf| Some((path.display().to_string(), std::fs::read(path).ok()?));
    let collected = collected().into_iter().filter_map(read).filter(|(_, bytes)| bytes.len() <= most);
    one_of_each().into_iter().chain(collected).collect()
}

#[test]
fn a_capture_cut_at_any_length_gives_its_whole_frames() {
    for (name, whole) in samples(3_000) {
        let (all, complaint) = read(&whole);
        // Frames of interfaces that are not described have numbers, but are not given.
        let some_left_out = matches!(complaint, Some(Fault::UnknownInterface { .. }));
        let mut before = 0;
        for length in 0..whole.len() {
            let (frames, fault) = read(&whole[..length]);
            assert!(all.starts_with(&frames), "{name} cut at {length}");
            assert!(frames.len() >= before, "{name} cut at {length}: fewer frames of more bytes");
            before = frames.len();
            match fault {
                Some(Fault::CutInFrame { frame, offset }) => {
                    let next = frames.last().map_or(0, |last| last.number) + 1;
                    assert!(frame == next || some_left_out && frame > next, "{name} cut at {length}: {frame}");
                    assert!(offset < length as u64, "{name} cut at {length}: {offset}");
                }
                Some(Fault::Empty) => assert_eq!(length, 0),
                _ => {}
            }
        }
    }
}

#[test]
fn a_cut_is_told_with_frame_and_offset() {
    let whole = classic(Order::Little, MICROSECONDS, 1, &[(0, 0, b"abcd", 4), (1, 0, b"efgh", 4)]);
    for length in [whole.len() - 1, whole.len() - 4, whole.len() - 5, 45] {
        let (frames, fault) = read(&whole[..length]);
        assert_eq!(frames.len(), 1);
        let words = fault.expect("a fault").to_string();
        assert_eq!(
            words, "cut short in the middle of frame 2 (byte offset 44); the frames before it were read",
            "at {length}"
        );
    }
    assert!(matches!(read(&whole[..23]).1, Some(Fault::CutInHeader { length: 23 })));
    assert!(matches!(read(&Pcapng::new(Order::Big).bytes[..20]).1, Some(Fault::CutInHeader { length: 20 })));
}

/// Who is told that frames were read looks for what they gave.
#[test]
fn where_the_first_frame_is_damaged_none_is_said_to_have_been_read() {
    let whole = classic(Order::Little, MICROSECONDS, 1, &[(0, 0, b"abcd", 4), (1, 0, b"efgh", 4)]);
    let told = |file: &[u8]| {
        let (frames, fault) = read(file);
        assert!(frames.is_empty());
        fault.expect("a fault").to_string()
    };
    assert_eq!(told(&whole[..40]), "cut short in the middle of frame 1 (byte offset 24); no frame was read");
    let mut lie = whole.clone();
    lie[32..36].fill(0xff);
    assert!(told(&lie).ends_with("claims 4294967295 bytes (byte offset 24): damaged from there on; no frame was read"));
    let section = Pcapng::new(Order::Little).bytes;
    let block = [&section[..], &[1, 0, 0, 0, 2, 0, 0, 0], &[0; 16]].concat();
    let words =
        format!("before the first frame (byte offset {}): damaged from there on; no frame was read", section.len());
    assert!(told(&block).ends_with(&words), "{}", told(&block));
}

/// Of captures that were put one behind the other, the last may end within its header.
#[test]
fn a_header_that_is_cut_behind_another_capture_is_told_as_one() {
    for order in [Order::Little, Order::Big] {
        let whole = classic(order, MICROSECONDS, 1, &[(0, 0, b"abcd", 4)]);
        for cut in 8..24 {
            let (frames, fault) = read(&[&whole[..], &whole[..cut]].concat());
            assert_eq!(frames.len(), 1, "cut at {cut}");
            let begin = format!("cut short in the file header ({cut} bytes, byte offset {})", whole.len());
            let told = fault.expect("a fault").to_string();
            assert!(told.starts_with(&begin) && told.contains("put behind frame 1"), "{told}");
        }
        let (_, fault) = read(&[&whole[..24], &whole[..20]].concat());
        let told = fault.expect("a fault").to_string();
        assert!(told.ends_with("of a capture that was put behind one without frames"), "{told}");
        // Too little to tell.
        let (_, fault) = read(&[&whole[..], &whole[..7]].concat());
        assert!(matches!(fault, Some(Fault::CutInFrame { frame: 2, .. })), "{fault:?}");
    }
}

#[test]
fn a_length_that_lies_ends_reading_where_it_stands() {
    for order in [Order::Little, Order::Big] {
        for lie in [262_145, 65 << 20, u32::MAX] {
            let mut file = classic(order, MICROSECONDS, 1, &[(0, 0, b"abcd", 4), (1, 0, b"efgh", 4)]);
            file[52..56].copy_from_slice(&order.u32(lie));
            let (frames, fault) = read(&file);
            assert_eq!(frames.len(), 1);
            let Some(Fault::FrameTooLong { frame: 2, offset: 44, claimed }) = fault else { panic!("{fault:?}") };
            assert_eq!(claimed, u64::from(lie));
        }
    }
}

#[test]
fn blocks_that_contradict_themselves_end_reading() {
    let good = Pcapng::new(Order::Little).interface(1, 0, &[]).enhanced(0, 0, b"abcd", 4);
    let place = good.bytes.len();
    let good = good.enhanced(0, 0, b"efgh", 4).bytes;
    // Length of the block, of the captured bytes, and length at the end.
    for (at, value) in [(4, 13), (4, 8), (4, 40), (20, 5), (20, u32::MAX), (32, 40)] {
        let mut bad = good.clone();
        bad[place + at..place + at + 4].copy_from_slice(&u32::to_le_bytes(value));
        let (frames, fault) = read(&bad);
        assert_eq!(frames.len(), 1, "{at} {value}");
        let fault = fault.expect("a fault").to_string();
        assert!(fault.contains(&format!("byte offset {place}")), "{at} {value}: {fault}");
    }
}

#[test]
fn a_block_that_claims_gigabytes_takes_no_memory_it_does_not_have() {
    for kind in [1, 6, 0xbad] {
        let mut file = Pcapng::new(Order::Little).interface(1, 0, &[]).enhanced(0, 0, b"abcd", 4).bytes;
        file.extend([kind, 0xffff_fff0, 1].into_iter().flat_map(u32::to_le_bytes));
        let (frames, fault) = read(&file);
        assert_eq!(frames.len(), 1);
        assert!(
            matches!(fault, Some(Fault::BadBlock { after: 1, .. } | Fault::CutInBlock { after: 1, .. })),
            "{fault:?}"
        );
    }
}

#[test]
fn a_stream_that_fails_says_after_which_frame() {
    struct Failing(Cursor<Vec<u8>>);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the disk is gone")),
                count => Ok(count),
            }
        }
    }
    for (name, file) in one_of_each() {
        let expected = read(&file).0.len();
        let stream = Failing(Cursor::new(file));
        let mut blocks = Blocks::open(Box::new(stream), InputId(0)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let mut frames = 0;
        let fault = loop {
            match blocks.advance() {
                Ok(true) => frames += blocks.frames().count(),
                Ok(false) => panic!("{name}: the failure is not told"),
                Err(fault) => break fault.to_string(),
            }
        };
        assert_eq!(frames, expected, "{name}: the look ahead meets the failure, and keeps it for later");
        let words = format!("reading failed after frame {expected} ");
        assert!(fault.starts_with(&words) && fault.contains("the disk is gone"), "{name}: {fault}");
    }
}

#[test]
fn flipped_bytes_never_panic_or_hang() {
    let begun = Instant::now();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    for (_, whole) in samples(16_000) {
        for _ in 0..2_000_000 / whole.len().max(1_000) {
            let mut bad = whole.clone();
            for _ in 0..=next() % 8 {
                let place = next() as usize % bad.len();
                bad[place] = next() as u8;
            }
            let (frames, _) = read(&bad);
            let room: usize = frames.iter().map(|frame| frame.bytes.len()).sum();
            assert!(room <= bad.len(), "more bytes of frames than of the file");
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
}
