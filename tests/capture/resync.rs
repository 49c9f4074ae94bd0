//! Captures that are damaged somewhere in the middle are gone on with where that is safe; nothing is made up.

use unreach::frame::LinkType;

use super::written::{MICROSECONDS, MODIFIED, NANOSECONDS, Order, Pcapng, Seen, Written, classic, read};

/// Frames of a capture: more than the window of the reader holds.
const FRAMES: u32 = 4000;

/// The bytes of a frame, none of which is the beginning of a record.
fn bytes_of(frame: u32) -> Vec<u8> {
    frame.to_be_bytes().into_iter().cycle().take(60 + frame as usize % 90).map(|byte| byte | 0x80).collect()
}

/// A file, and where the record of each frame begins.
struct File {
    bytes: Vec<u8>,
    records: Vec<usize>,
}

fn classic_file(order: Order, magic: u32) -> File {
    let frames: Vec<_> = (0..FRAMES).map(bytes_of).collect();
    let written = |(second, bytes)| -> Written<'_> { (1_700_000_000 + second, second, bytes, bytes.len() as u32) };
    let records: Vec<_> = (0_u32..).zip(frames.iter().map(Vec::as_slice)).map(written).collect();
    let head = if magic == MODIFIED { 24 } else { 16 };
    let starts = frames.iter().scan(24, |next, bytes| {
        let start = *next;
        *next += head + bytes.len();
        Some(start)
    });
    File { records: starts.collect(), bytes: classic(order, magic, 1, &records) }
}

fn pcapng_file(order: Order) -> File {
    let mut records = Vec::new();
    let file = Pcapng::new(order).interface(1, 0, &[]).interface(101, 0, &[]);
    let file = (0..FRAMES).fold(file, |file, frame| {
        records.push(file.bytes.len());
        let ticks = 1_700_000_000_000_000 + u64::from(frame) * 1000;
        file.enhanced(frame % 2, ticks, &bytes_of(frame), 200)
    });
    File { bytes: file.bytes, records }
}

fn files() -> Vec<(String, File)> {
    let mut files = Vec::new();
    for order in [Order::Little, Order::Big] {
        for magic in [MICROSECONDS, NANOSECONDS, MODIFIED] {
            files.push((format!("classic {magic:x} {order:?}"), classic_file(order, magic)));
        }
        files.push((format!("pcapng {order:?}"), pcapng_file(order)));
    }
    files
}

/// Frames, but for their numbers, which damage changes.
fn unnumbered(frames: Vec<Seen>) -> Vec<Seen> {
    frames.into_iter().map(|frame| Seen { number: 0, ..frame }).collect()
}

/// Reads a damaged file: how many frames of the whole one are missing, and what was said. All others must be there.
fn missing(name: &str, whole: &[u8], damaged: &[u8]) -> (usize, String) {
    let (whole, none) = read(whole);
    assert!(none.is_none(), "{name}: {none:?}");
    let (frames, fault) = read(damaged);
    let lost = whole.len() - frames.len();
    let mut originals = unnumbered(whole).into_iter();
    for frame in unnumbered(frames) {
        assert!(originals.any(|original| original == frame), "{name}: a frame that was never captured");
    }
    (lost, fault.map(|fault| fault.to_string()).unwrap_or_default())
}

#[test]
fn a_length_that_lies_costs_its_frame_only() {
    for (name, file) in files() {
        // Within the file, and so near to its end that the records left just suffice.
        for frame in [0, 1, 1234, FRAMES as usize - 5] {
            let mut damaged = file.bytes.clone();
            let record = file.records[frame];
            let length = if name.starts_with("pcapng") { 4..8 } else { 8..12 };
            damaged[record..][length].copy_from_slice(&[0xfe; 4]);
            let (lost, said) = missing(&name, &file.bytes, &damaged);
            assert_eq!(lost, 1, "{name}: {said}");
            let next = file.records[frame + 1];
            let place = format!("{} bytes were passed over (byte offsets {record} to {next})", next - record);
            let before = if frame == 0 { "before the first frame".into() } else { format!("behind frame {frame}") };
            assert!(said.contains(&format!("{before}: {place}")), "{name}: {said}");
        }
    }
}

#[test]
fn too_few_records_behind_damage_are_not_believed() {
    for (name, file) in files() {
        let mut damaged = file.bytes.clone();
        let record = file.records[FRAMES as usize - 4];
        damaged[record..][4..12].fill(0xfe);
        let (lost, said) = missing(&name, &file.bytes, &damaged);
        assert_eq!(lost, 4, "{name}");
        assert!(said.contains("damaged from there on"), "{name}: {said}");
    }
}

#[test]
fn where_the_damaged_record_ended_is_unknown_no_frame_of_it_is_taken_for_one_of_the_capture() {
    // As many bytes as a packet may carry records in.
    let carried = 65_792;
    let noise: Vec<u8> = (0..30_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
    for (name, file) in files() {
        // From the lengths of one record into the bytes of another.
        let place = file.records[2000] + 4;
        let end =
            place + file.bytes[place + 30_000..].windows(8).position(|bytes| bytes.iter().all(|b| *b >= 0x80)).unwrap();
        for (what, with) in [("lost", &noise[..0]), ("noise", &noise[..]), ("ones", &vec![0xff; 30_000])] {
            let mut damaged = file.bytes.clone();
            damaged.splice(place..end + 30_000, with.iter().copied());
            let (lost, said) = missing(&name, &file.bytes, &damaged);
            let reach = place..place + 30_000 + carried;
            let touched = file.records.iter().filter(|&&record| reach.contains(&record)).count();
            assert!((200..=touched + 3).contains(&lost), "{name}, {what}: {lost} of {touched} lost: {said}");
            assert!(said.contains("passed over"), "{name}, {what}: {said}");
        }
    }
}

#[test]
fn damage_without_end_is_where_reading_ends() {
    for (name, file) in files() {
        let place = file.records[2000] + 4;
        let mut damaged = file.bytes[..place].to_vec();
        damaged.resize(place + (3 << 20), 0xff);
        // Too far behind to be sought.
        damaged.extend(&file.bytes[file.records[2001]..]);
        let (lost, said) = missing(&name, &file.bytes, &damaged);
        assert_eq!(lost, FRAMES as usize - 2000, "{name}");
        assert!(said.contains("damaged from there on"), "{name}: {said}");
    }
}

/// Around what a way back is sought in, and the buffers of readers.
const ZEROS: [usize; 12] =
    [100, 8192, 65_536, 1_048_000, 1_060_000, 1_100_000, 1_170_000, 1_179_000, 1_181_000, 1_310_720, 2 << 20, 10 << 20];

#[test]
fn what_begins_behind_zeros_is_read_however_many_they_are() {
    for (name, file) in files() {
        for zeros in ZEROS.into_iter().chain(1_310_720 - 520_000..1_310_720 - 520_000 + 30) {
            let mut damaged = file.bytes.clone();
            let place = file.records[2000];
            damaged.splice(place..place, std::iter::repeat_n(0, zeros));
            let (lost, said) = missing(&name, &file.bytes, &damaged);
            let told = format!("damaged behind frame 2000: {zeros} bytes were passed over (byte offsets {place} to");
            assert!(lost == 0 && said.starts_with(&told), "{name}, {zeros}: {lost}: {said}");
        }
    }
}

#[test]
fn zeros_cost_what_a_packet_may_carry_where_they_end_within_a_record() {
    for (name, file) in files() {
        // They begin with a record, within its time or within its lengths, or in the middle of it.
        for place in [0, 3, 4, 30].map(|within| file.records[2000] + within) {
            for zeros in ZEROS {
                let mut damaged = file.bytes.clone();
                damaged.splice(place..place + 100, std::iter::repeat_n(0, zeros));
                let frames = read(&damaged).0.len();
                assert!((3300..=3999).contains(&frames), "{name}, {place}, {zeros}: {frames}");
            }
        }
    }
}

#[test]
fn zeros_at_the_end_are_no_frames() {
    for (name, file) in files() {
        // A record's head at least.
        for zeros in [24, 4096, 3 << 20] {
            let mut damaged = file.bytes.clone();
            damaged.resize(damaged.len() + zeros, 0);
            let (lost, said) = missing(&name, &file.bytes, &damaged);
            let place = format!("zeros where frame {} should be (byte offset {})", FRAMES + 1, file.bytes.len());
            assert!(lost == 0 && said.starts_with(&place), "{name}: {lost}: {said}");
        }
    }
}

#[test]
fn a_record_without_bytes_may_be_one() {
    // At the beginning of time, if it was longer on the wire; after days of silence; at the end.
    let records: Vec<Written<'_>> = vec![
        (0, 0, b"", 60),
        (7, 0, b"", 0),
        (7, 1, b"abcd", 4),
        (900_000, 0, b"", 0),
        (900_000, 2, b"e", 1),
        (900_001, 2, b"", 0),
    ];
    let (frames, fault) = read(&classic(Order::Little, MICROSECONDS, 1, &records));
    assert_eq!((frames.len(), fault.map(|fault| fault.to_string())), (6, None));
}

#[test]
fn a_capture_that_a_packet_carries_is_not_taken_for_the_capture() {
    let carried = classic(Order::Little, MICROSECONDS, 1, &vec![(1_700_000_000, 7, &[0; 50][..], 50); 900]);
    let frames: Vec<_> = (0..FRAMES).map(bytes_of).collect();
    let mut records: Vec<Written<'_>> = frames.iter().map(|frame| (1_700_000_000, 7, &frame[..], 300)).collect();
    // It ends with the packet, so that its records lead to those of the capture.
    records[100] = (1_700_000_000, 7, &carried, carried.len() as u32);
    let whole = classic(Order::Little, MICROSECONDS, 1, &records);
    let mut damaged = whole.clone();
    let record = 24 + frames[..100].iter().map(|frame| 16 + frame.len()).sum::<usize>();
    damaged[record + 8..record + 12].copy_from_slice(&[0xfe; 4]);
    // The length on the wire says where the frame ends, or does not.
    let (lost, said) = missing("carried", &whole, &damaged);
    assert_eq!(lost, 1, "{said}");
    damaged[record + 12..record + 16].copy_from_slice(&65_535_u32.to_le_bytes());
    let (lost, said) = missing("carried", &whole, &damaged);
    assert!((2..200).contains(&lost), "{lost}: {said}");
}

/// A stream that carries a capture goes on in the packets that come next, where the file may end within a record of it.
#[test]
fn a_carried_capture_that_the_end_of_the_file_cuts_is_not_taken_for_the_capture() {
    let noise: Vec<u8> = (0..64_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80).collect();
    let message = [&[0x45; 20][..], &[3, 1, 0, 0], &[0; 4], &[0x45; 29]].concat();
    let carried = classic(Order::Little, MICROSECONDS, 101, &vec![(1_700_000_005, 7, &message[..], 57); 400]);
    let packets: Vec<_> = carried.chunks(8688).take(2).map(|piece| [&[0x80; 54][..], piece].concat()).collect();
    for own in 0..8 {
        let lies = classic(Order::Little, MICROSECONDS, 1, &[(1_700_000_000, 0, &noise, 0xffff_fff0)]);
        let frame = bytes_of(40 + own);
        let mut bytes = classic(Order::Little, MICROSECONDS, 1, &[(1_700_000_000, 0, &frame, frame.len() as u32)]);
        let damaged = bytes.len();
        bytes.extend(&lies[24..]);
        bytes[damaged + 8..damaged + 12].fill(0xf0);
        let records: Vec<Written<'_>> = packets.iter().map(|packet| (1_700_000_001, 0, &packet[..], 9000)).collect();
        bytes.extend(&classic(Order::Little, MICROSECONDS, 1, &records)[24..]);
        let (frames, fault) = read(&bytes);
        assert_eq!(frames.len(), 1, "frames that were never captured: {fault:?}");
        assert!(fault.expect("damage").to_string().contains("damaged from there on"));
    }
}

#[test]
fn frames_behind_lost_descriptions_are_not_given_to_others() {
    let begin = Pcapng::new(Order::Little).interface(1, 0, &[]);
    let damage = begin.bytes.len();
    let file = begin.interface(113, 0, &[]);
    let late = (0..4000).fold(file, |file, ticks| file.enhanced(0, ticks, b"frame", 5)).interface(101, 0, &[]);
    let mut file = late.enhanced(2, 9, b"frame", 5).bytes;
    file[damage + 4] = 0xfe;
    let (frames, fault) = read(&file);
    assert_eq!(frames.len(), 4000);
    assert!(frames.iter().all(|frame| frame.link == LinkType(1)));
    let said = fault.expect("damage").to_string();
    assert!(said.contains("an interface is described behind damage"), "{said}");
}

#[test]
fn every_few_records_one_may_be_damaged_that_says_where_it_ends() {
    for (name, file) in files() {
        for apart in [6, 20, 97] {
            let (mut damaged, mut count) = (file.bytes.clone(), 0);
            for &record in file.records[..FRAMES as usize - 5].iter().skip(2).step_by(apart) {
                // The length on the wire, or that at the end of the block, is as it was.
                let length = if name.starts_with("pcapng") { 4..8 } else { 8..12 };
                damaged[record..][length].copy_from_slice(&[0xfe; 4]);
                count += 1;
            }
            let (lost, said) = missing(&name, &file.bytes, &damaged);
            assert_eq!(lost, count, "{name}, one of {apart}: {said}");
        }
    }
}

#[test]
fn between_records_that_are_damaged_whole_nothing_is_believed() {
    let file = classic_file(Order::Little, MICROSECONDS);
    let mut damaged = file.bytes.clone();
    for record in file.records.iter().skip(10).step_by(20) {
        damaged[record + 8..record + 16].copy_from_slice(&[0xfe; 8]);
    }
    // Only the chain behind the last of them can be: it ends with the file.
    let (lost, said) = missing("again", &file.bytes, &damaged);
    assert!(lost > FRAMES as usize - 40, "{said}");
    assert!(said.contains("behind frame 10"), "{said}");
}

#[test]
fn what_is_damaged_too_often_is_gone_on_with_so_often() {
    let written: Vec<Written<'_>> = (0..12_000).map(|second| (second, 0, &[0x80; 60][..], 60)).collect();
    let mut file = classic(Order::Little, MICROSECONDS, 1, &written);
    for record in (24..file.len() - 6 * 76).step_by(6 * 76) {
        file[record + 8..record + 12].copy_from_slice(&[0xfe; 4]);
    }
    let (frames, fault) = read(&file);
    // A thousand times, and then at the chain that ends with the file.
    assert_eq!(frames.len(), 1000 * 5 + 11);
    assert!(fault.is_some());
}
