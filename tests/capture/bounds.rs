//! What grows with the input is bounded, and a word is said where a bound is reached.

use std::process::Command;

use unreach::capture::{Fault, Options, Timeline};

use super::compressed::gzip;
use super::timeline::{Folder, at};
use super::written::{Order, Pcapng, read};

/// Interfaces of a section that are kept.
const INTERFACES: u32 = 65_536;

#[test]
fn interfaces_of_a_section_are_bounded() {
    let section = |file: Pcapng| (0..=INTERFACES).fold(file, |file, _| file.interface(1, 0, &[]));
    let file = section(Pcapng::new(Order::Little)).enhanced(INTERFACES - 1, 0, b"last", 4);
    let file = file.enhanced(INTERFACES, 0, b"one too many", 12).enhanced(0, 0, b"first", 5);
    // The next section begins with none.
    let (frames, fault) = read(&file.section(Order::Big).interface(101, 0, &[]).enhanced(0, 0, b"anew", 4).bytes);
    let numbered: Vec<_> = frames.iter().map(|frame| (frame.number, frame.bytes.as_slice())).collect();
    assert_eq!(numbered, [(1, &b"last"[..]), (3, b"first"), (4, b"anew")]);
    assert!(matches!(fault, Some(Fault::TooManyInterfaces { .. })), "{fault:?}");
    assert!(fault.is_some_and(|fault| fault.to_string().contains("more than 65536 interfaces")));
}

/// Options of four bytes take eight times as much memory, taken apart.
#[test]
fn descriptions_of_more_than_a_mebibyte_are_not_taken_apart() {
    let options: Vec<(u16, Vec<u8>)> = (0..(1 << 18)).map(|_| (1, Vec::new())).collect();
    let good = Pcapng::new(Order::Big).interface(1, 0, &options[..1 << 17]).enhanced(0, 0, b"good", 4);
    for bad in [good.clone().interface(1, 0, &options), good.statistics(0, &options)] {
        let (frames, fault) = read(&bad.bytes);
        assert_eq!(frames.len(), 1);
        let words = fault.map(|fault| fault.to_string()).unwrap_or_default();
        assert!(words.contains("an interface description or statistics of more than 1 MiB after frame 1"), "{words}");
    }
}

/// Times of captures that begin and end together, of which each has two frames.
fn overlapping(count: i64) -> Vec<(u32, u32)> {
    (0..count).map(|n| (n as u32, 5000 + n as u32)).collect()
}

#[test]
fn hundreds_of_captures_of_the_same_time_are_read_with_little_of_each_in_memory() {
    let folder = Folder::new();
    for (n, (first, last)) in overlapping(300).into_iter().enumerate() {
        let bytes = at(&[first, last]);
        folder.file(&format!("{n:03}"), &if n % 2 == 0 { gzip(&bytes) } else { bytes });
    }
    let mut timeline = Timeline::open(&[folder.path("")], &Options::default()).expect("readable");
    let mut times = Vec::new();
    while let Some(frames) = timeline.next_frames() {
        times.extend(frames.map(|frame| frame.timestamp.0));
    }
    assert_eq!(times, (0..300).chain(5000..5300).collect::<Vec<_>>());
    assert!(timeline.problems().is_empty(), "{:?}", timeline.problems());
}

#[test]
fn more_captures_of_the_same_time_than_files_may_be_open_at_first() {
    let folder = Folder::new();
    for (n, (first, last)) in overlapping(100).into_iter().enumerate() {
        folder.file(&format!("{n}.pcap"), &at(&[first, last]));
    }
    let done = Command::new("sh")
        .args(["-c", "ulimit -Sn 50 && exec \"$0\" read -F json \"$1\"", env!("CARGO_BIN_EXE_unreach")])
        .arg(folder.path(""))
        .output()
        .expect("a shell");
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{complaint}");
    assert!(complaint.contains("100 inputs: 200 packets"), "{complaint}");
}
