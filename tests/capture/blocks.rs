//! The block reader gives every frame of every shape of capture, with its time, link type and lengths.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use unreach::capture::Fault;
use unreach::capture::blocks::Blocks;
use unreach::frame::{InputId, LinkType};

use super::written::{
    MICROSECONDS, MODIFIED, NANOSECONDS, Order, Pcapng, Seen, classic, classic_header, read, repeated,
};

const BOTH: [Order; 2] = [Order::Little, Order::Big];

/// All frames of a capture that must be whole.
fn frames(bytes: &[u8]) -> Vec<Seen> {
    let (frames, fault) = read(bytes);
    assert!(fault.is_none(), "{fault:?}");
    frames
}

/// Times of the frames of a capture of one interface with these options, each with so many ticks.
fn times(order: Order, options: &[(u16, Vec<u8>)], ticks: &[u64]) -> Vec<i64> {
    let file = Pcapng::new(order).interface(1, 0, options);
    let file = ticks.iter().fold(file, |file, &ticks| file.enhanced(0, ticks, b"x", 1));
    frames(&file.bytes).into_iter().map(|frame| frame.time).collect()
}

#[test]
fn classic_captures_of_all_magics_and_byte_orders() {
    for order in BOTH {
        for (magic, unit) in [(MICROSECONDS, 1000), (NANOSECONDS, 1), (MODIFIED, 1000)] {
            let file = classic(order, magic, 1, &[(7, 5, b"abc", 3), (4_000_000_000, 999_999, b"de", 1500)]);
            let frames = frames(&file);
            let second = 4_000_000_000 * 1_000_000_000 + 999_999 * unit;
            assert_eq!(frames.len(), 2, "{order:?} {magic:x}");
            assert_eq!(
                (frames[0].number, frames[0].time, &frames[0].bytes[..]),
                (1, 7_000_000_000 + 5 * unit, &b"abc"[..])
            );
            assert_eq!((frames[1].number, frames[1].time, frames[1].wire_length), (2, second, 1500));
        }
    }
}

#[test]
fn a_header_without_packets_is_a_good_capture() {
    for order in BOTH {
        assert!(frames(&classic(order, NANOSECONDS, 1, &[])).is_empty());
        assert!(frames(&Pcapng::new(order).bytes).is_empty());
    }
}

/// As `cat` puts them, whatever wrote them.
#[test]
fn captures_behind_one_another_are_one() {
    let mut file = Vec::new();
    for (order, magic, link) in [
        (Order::Little, MICROSECONDS, 1),
        (Order::Little, MICROSECONDS, 1),
        (Order::Big, NANOSECONDS, 101),
        (Order::Little, MODIFIED, 113),
        (Order::Big, MICROSECONDS, 1),
    ] {
        // The first of them without any packet.
        let records = if file.is_empty() { &[][..] } else { &[(7, 5, &b"abc"[..], 3), (8, 0, b"de", 60)] };
        file.extend(classic(order, magic, link, records));
    }
    let seen: Vec<_> = frames(&file).iter().map(|frame| (frame.number, frame.time % 1_000_000, frame.link.0)).collect();
    let expected =
        [(1, 5000, 1), (2, 0, 1), (3, 5, 101), (4, 0, 101), (5, 5000, 113), (6, 0, 113), (7, 5000, 1), (8, 0, 1)];
    assert_eq!(seen, expected);
    // However many of them hold nothing.
    let many = classic_header(Order::Little, MICROSECONDS, (2, 4), 65535, 1).repeat(1 << 18);
    assert!(frames(&many).is_empty());
}

#[test]
fn the_length_of_the_frame_check_sequence_is_no_part_of_the_link_type() {
    let file = classic(Order::Big, MICROSECONDS, 0x5400_0065, &[(0, 0, b"x", 1)]);
    assert_eq!(frames(&file)[0].link, LinkType::RAW);
}

#[test]
fn lengths_of_old_versions_are_swapped() {
    for (version, first, second) in [((2, 2), 1500, 3), ((2, 3), 1500, 3), ((2, 3), 3, 1500), ((543, 0), 1500, 3)] {
        let mut file = classic_header(Order::Little, MICROSECONDS, version, 96, 1);
        file.extend([1_u32, 0, first, second].into_iter().flat_map(u32::to_le_bytes));
        file.extend(b"abc");
        let frames = frames(&file);
        assert_eq!((frames[0].bytes.len(), frames[0].wire_length), (3, 1500), "{version:?}");
    }
    let (_, fault) = read(&classic_header(Order::Little, MICROSECONDS, (1, 2), 96, 1));
    assert!(matches!(fault, Some(Fault::Version { major: 1, minor: 2 })), "{fault:?}");
}

#[test]
fn interfaces_have_their_own_link_type_and_snap_length() {
    for order in BOTH {
        let file = Pcapng::new(order)
            .interface(1, 4, &[])
            .interface(113, 65535, &[])
            .enhanced(1, 1, b"cooked", 6)
            .enhanced(0, 2, b"ethe", 100)
            .simple(b"simp", 6);
        let frames = frames(&file.bytes);
        let links: Vec<_> = frames.iter().map(|frame| (frame.number, frame.link.0, frame.wire_length)).collect();
        assert_eq!(links, [(1, 113, 6), (2, 1, 100), (3, 1, 6)]);
        assert_eq!((&frames[2].bytes[..], frames[2].time), (&b"simp"[..], 0));
    }
}

#[test]
fn a_simple_block_is_not_read_beyond_its_length_on_the_wire() {
    let file = Pcapng::new(Order::Little).interface(1, 0, &[]).simple(b"five5", 5);
    assert_eq!(frames(&file.bytes)[0].bytes, b"five5");
}

#[test]
fn sections_start_anew_in_their_own_byte_order() {
    let file = Pcapng::new(Order::Little)
        .interface(1, 0, &[])
        .enhanced(0, 1_000_000, b"a", 1)
        .section(Order::Big)
        .interface(101, 0, &[(9, vec![3])])
        .enhanced(0, 2_000, b"b", 1)
        .section(Order::Little)
        .interface(1, 0, &[])
        .old(0, 3_000_000, b"c", 1);
    let frames = frames(&file.bytes);
    let seen: Vec<_> = frames.iter().map(|frame| (frame.number, frame.time / 1_000_000_000, frame.link.0)).collect();
    assert_eq!(seen, [(1, 1, 1), (2, 2, 101), (3, 3, 1)]);
}

#[test]
fn clocks_of_every_resolution() {
    for order in BOTH {
        let resolution = |value: u8| vec![(9, vec![value])];
        assert_eq!(times(order, &[], &[1_500_000]), [1_500_000_000]);
        assert_eq!(times(order, &resolution(0), &[7]), [7_000_000_000]);
        assert_eq!(times(order, &resolution(9), &[7]), [7]);
        assert_eq!(times(order, &resolution(12), &[7_999]), [7]);
        assert_eq!(times(order, &resolution(127), &[u64::MAX]), [0]);
        // Two to the tenth parts of a second, and the fractions of the Network Time Protocol.
        assert_eq!(times(order, &resolution(0x8a), &[1536]), [1_500_000_000]);
        assert_eq!(times(order, &resolution(0xa0), &[(5 << 32) | 0x4000_0000]), [5_250_000_000]);
        assert_eq!(times(order, &resolution(0xff), &[u64::MAX]), [0]);
        assert_eq!(times(order, &resolution(0x80), &[3]), [3_000_000_000]);
    }
}

#[test]
fn clocks_have_offsets_and_saturate() {
    for order in BOTH {
        let offset = |seconds: i64| vec![(14, order.u64(seconds.cast_unsigned()).to_vec())];
        assert_eq!(times(order, &offset(100), &[2_000_000]), [102_000_000_000]);
        assert_eq!(times(order, &offset(-1), &[2_000_000]), [1_000_000_000]);
        assert_eq!(times(order, &offset(i64::MAX), &[u64::MAX]), [i64::MAX]);
        assert_eq!(times(order, &offset(i64::MIN), &[0]), [i64::MIN]);
        assert_eq!(times(order, &[], &[u64::MAX]), [i64::MAX]);
    }
}

#[test]
fn blocks_of_other_kinds_are_passed_over_and_counted_as_wireshark_does() {
    let large = vec![0xa5; 700_001];
    let file = Pcapng::new(Order::Big)
        .block(0x8000_0001, &large)
        .interface(1, 0, &[])
        .block(4, b"names")
        .enhanced(0, 0, b"a", 1)
        .block(10, b"keys")
        .enhanced(0, 0, b"b", 1)
        .block(0xbad, &large)
        .block(0xbad, &large.repeat(2))
        .enhanced(0, 0, b"c", 1)
        .block(0x4000_0bad, b"")
        .block(9, b"__CURSOR=x\nMESSAGE=up\n")
        .enhanced(0, 0, b"d", 1);
    let frames = frames(&file.bytes);
    let seen: Vec<_> = frames.iter().map(|frame| (frame.number, &frame.bytes[..])).collect();
    assert_eq!(seen, [(1, &b"a"[..]), (2, &b"b"[..]), (5, &b"c"[..]), (8, &b"d"[..])]);
}

#[test]
fn options_of_a_frame_are_passed_over_even_if_bad() {
    let body = [0, 0, 0, 1, 4].into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
    let body = [&body[..], b"data", &[2, 0, 0xff, 0xff]].concat();
    let mut body = body;
    body[12..16].copy_from_slice(&4_u32.to_le_bytes());
    let file = Pcapng::new(Order::Little).interface(1, 0, &[]).block(6, &body);
    assert_eq!(frames(&file.bytes)[0].bytes, b"data");
}

#[test]
fn drops_are_summed_over_interfaces_and_sections() {
    for order in BOTH {
        let drops = |count: u64| vec![(5, order.u64(count).to_vec()), (7, order.u64(count * 10).to_vec())];
        let file = Pcapng::new(order)
            .interface(1, 0, &[])
            .interface(1, 0, &[])
            .statistics(0, &drops(1))
            .statistics(0, &drops(2))
            .statistics(1, &drops(3))
            .statistics(7, &drops(1000))
            .section(order)
            .interface(1, 0, &[])
            .statistics(0, &drops(4));
        let mut blocks = Blocks::open(Box::new(Cursor::new(file.bytes)), InputId(0)).expect("a good file");
        assert!(!blocks.advance().expect("whole"));
        assert_eq!(blocks.drops(), Some(99));
    }
}

#[test]
fn frames_of_interfaces_that_are_not_described_are_left_out_and_told() {
    let file = Pcapng::new(Order::Little)
        .interface(1, 0, &[])
        .enhanced(0, 0, b"a", 1)
        .enhanced(5, 0, b"b", 1)
        .enhanced(0, 0, b"c", 1);
    let (frames, fault) = read(&file.bytes);
    assert_eq!(frames.iter().map(|frame| frame.number).collect::<Vec<_>>(), [1, 3]);
    assert!(matches!(fault, Some(Fault::UnknownInterface { frame: 2, interface: 5 })), "{fault:?}");
}

#[test]
fn frames_larger_than_the_buffer_are_read_whole() {
    let large = vec![0x5a; 262_144];
    let wire = large.len() as u32;
    let file = classic(Order::Little, NANOSECONDS, 1, &[(0, 0, &large, wire), (0, 0, b"x", 1), (0, 0, &large, wire)]);
    let lengths: Vec<_> = frames(&file).iter().map(|frame| frame.bytes.len()).collect();
    assert_eq!(lengths, [262_144, 1, 262_144]);
}

/// A stream that gives a byte at a time, and is interrupted before each.
struct Trickle(Cursor<Vec<u8>>, bool);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let most = buffer.len().min(1);
        self.0.read(&mut buffer[..most])
    }
}

#[test]
fn a_stream_may_give_little_at_a_time() {
    for (name, file) in super::written::one_of_each() {
        let whole = frames(&file);
        let stream = Trickle(Cursor::new(file), false);
        let mut blocks = Blocks::open(Box::new(stream), InputId(3)).expect("a good file");
        let mut trickled = Vec::new();
        while blocks.advance().expect("whole") {
            for frame in blocks.frames() {
                assert_eq!(frame.input, InputId(3));
                trickled.push(Seen::from(frame));
            }
        }
        assert_eq!(trickled, whole, "{name}");
    }
}

/// A stream that gives its pieces one at a time, and counts how often it was asked.
struct Pieces(Vec<Vec<u8>>, Arc<AtomicUsize>);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1.fetch_add(1, Ordering::Relaxed);
        let piece = if self.0.is_empty() { Vec::new() } else { self.0.remove(0) };
        buffer[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

#[test]
fn frames_are_handed_out_before_more_is_waited_for() {
    let bytes = [7; 600];
    let classic =
        classic(Order::Little, NANOSECONDS, 1, &[(0, 0, &bytes, 600), (1, 0, &bytes, 600), (2, 0, &bytes, 600)]);
    let pcapng = Pcapng::new(Order::Big).interface(1, 0, &[]);
    let pcapng = (0..3).fold(pcapng, |file, ticks| file.enhanced(0, ticks, &bytes, 600)).bytes;
    for file in [classic, pcapng] {
        let asked = Arc::new(AtomicUsize::new(0));
        // The first piece ends within the third frame.
        let pieces = vec![file[..file.len() - 300].to_vec(), file[file.len() - 300..].to_vec()];
        let stream = Pieces(pieces, Arc::clone(&asked));
        let mut blocks = Blocks::open(Box::new(stream), InputId(0)).expect("a good file");
        for (frames, reads) in [(2, 1), (1, 2)] {
            assert!(blocks.advance().expect("whole"));
            assert_eq!((blocks.frames().count(), asked.load(Ordering::Relaxed)), (frames, reads));
        }
        assert!(!blocks.advance().expect("whole"));
    }
}

/// All frames, of which so many are taken before the reader is asked to go on.
fn frames_by(bytes: &[u8], at_once: usize) -> Vec<Seen> {
    let stream = Box::new(Cursor::new(bytes.to_vec()));
    let mut blocks = Blocks::open(stream, InputId(0)).expect("a good file");
    let mut seen = Vec::new();
    while blocks.advance().expect("whole") {
        seen.extend(blocks.frames().take(at_once).map(Seen::from));
    }
    seen
}

#[test]
fn frames_of_classic_captures_that_are_not_taken_come_next() {
    for order in BOTH {
        for magic in [MICROSECONDS, NANOSECONDS, MODIFIED] {
            let bytes: Vec<u8> = (0..100).collect();
            let packets: Vec<_> = (0..100).map(|n| (n as u32, 7, &bytes[..n], 100)).collect();
            let file = classic(order, magic, 1, &packets);
            let whole = frames(&file);
            assert_eq!(whole.len(), 100);
            for at_once in [1, 2, 3, 50, 99, 100, 101] {
                assert_eq!(frames_by(&file, at_once), whole, "{order:?} {magic:x}, {at_once} at once");
            }
            // All of them, in one go: how far they were read is noted at the end of that.
            let mut blocks = Blocks::open(Box::new(Cursor::new(file)), InputId(0)).expect("a good file");
            let mut seen = Vec::new();
            assert!(blocks.advance().expect("whole"));
            blocks.frames().for_each(|frame| seen.push(Seen::from(frame)));
            assert_eq!(seen, whole);
            assert!(!blocks.advance().expect("whole"));
        }
    }
}

#[test]
fn after_a_large_frame_no_more_small_ones_are_given_at_once() {
    const SMALL: usize = 100_000;
    let large = vec![0x5a; 3 << 20];
    let mut file = classic_header(Order::Little, NANOSECONDS, (2, 4), large.len() as u32, 1);
    let records = classic(Order::Little, NANOSECONDS, 1, &[(0, 0, &large, large.len() as u32)]);
    file.extend(&records[file.len()..]);
    file.extend(repeated(SMALL));
    let mut blocks = Blocks::open(Box::new(Cursor::new(file)), InputId(0)).expect("a good file");
    let mut counts = Vec::new();
    while blocks.advance().expect("whole") {
        counts.push(blocks.frames().count());
    }
    assert_eq!(counts.iter().sum::<usize>(), SMALL + 1);
    // As many as there are in 256 KiB, one that is read ahead, and the large one.
    assert!(counts.iter().all(|&count| count <= 16_384 + 2), "{counts:?}");
}
