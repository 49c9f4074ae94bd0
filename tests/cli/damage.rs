//! Damage in the middle of a capture: what lies behind it is analyzed, and what was passed over is told.

use std::fs;
use std::process::Command;

use super::captures::{refused, refused_after, refused_by_many};
use super::lines::run;

#[test]
fn what_lies_behind_damage_is_analyzed() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused();
    // A record whose length lies, then five times the two packets.
    let mut capture = [&refused[..], &refused[24..].repeat(5)].concat();
    capture[24 + 8..24 + 12].fill(0xfe);
    fs::write(folder.path().join("damaged.pcap"), capture).unwrap();
    let told = run(folder.path(), &["read", "damaged.pcap", "-F", "csv"]);
    assert_eq!((told.out.lines().count(), told.status), (2, 3), "{}", told.err);
    let warning = "damaged.pcap: damaged before the first frame: 44 bytes were passed over (byte offsets 24 to 68)";
    assert!(told.complaints().iter().any(|line| line.contains(warning)), "{}", told.err);
    assert!(told.err.contains("damaged.pcap: 11 packets"), "{}", told.err);
}

/// More damage than a way back is sought in, behind what one thread reads alone: how much of it is in memory differs.
#[test]
fn threads_go_on_behind_the_same_damage() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused();
    let packets = |bytes: usize| refused[24..].repeat(bytes / (refused.len() - 24));
    let capture = [&refused[..], &packets(1_200_000), &vec![0xfe; 1_100_000], &packets(400_000)].concat();
    fs::write(folder.path().join("damaged.pcap"), capture).unwrap();
    let told =
        ["1", "2"].map(|threads| run(folder.path(), &["read", "damaged.pcap", "-F", "json", "--threads", threads]));
    assert_eq!(told[0].out, told[1].out);
    assert_eq!(told[0].status, 3, "{}", told[0].err);
}

/// Zeros that end around where the buffers of either do, each of which holds another part of them.
#[test]
fn whoever_reads_passes_over_the_same_zeros() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused();
    let packets = refused[24..].repeat(2000);
    let counted = |arguments: &str| {
        let command = format!("cat zeros.pcap | \"$0\" read {arguments}");
        let program = assert_cmd::cargo::cargo_bin("unreach");
        let told = Command::new("sh").args(["-c", &command]).arg(program).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&told.stderr).into_owned();
        let summary = said.lines().last().unwrap_or_default();
        summary.split_once(": ").and_then(|(_, said)| said.split_once(" packets")).map(|(count, _)| count.to_owned())
    };
    for end in [1_310_720, 2 << 20, 4 << 20].into_iter().flat_map(|end| [0, 3, 7, 16, 23].map(|over| end + over)) {
        let zeros = vec![0; end - 24 - packets.len()];
        fs::write(folder.path().join("zeros.pcap"), [&refused[..24], &packets, &zeros, &packets].concat()).unwrap();
        let counts = ["--threads 1 zeros.pcap", "--threads 2 zeros.pcap", "-"].map(counted);
        assert_eq!(counts, [(); 3].map(|()| Some("8000".to_owned())), "{end}");
    }
}

/// Frames that are out of order are told where they may be why messages have no packets, and there only.
#[test]
fn what_stands_before_its_time_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (refused, later) = (refused(), refused_after(60));
    let (header, records) = refused.split_at(24);
    // A record is its head, and what that says to be captured.
    let (packet, message) = records.split_at(16 + usize::from(records[8]));
    let told = |name: &str, parts: &[&[u8]]| {
        fs::write(folder.path().join(name), parts.concat()).unwrap();
        let run = run(folder.path(), &["read", name, "-F", "csv"]);
        assert_eq!(run.status, 0, "{}", run.err);
        run.err.contains(&format!("{name}: some frames are up to 0.001500 s earlier than the one before them"))
    };
    assert!(told("turned.pcap", &[header, message, packet]));
    assert!(!told("ordered.pcap", &[&refused]));
    assert!(!told("alone.pcap", &[header, message]));
    assert!(!told("harmless.pcap", &[&later, packet, message]));
}

/// A record at this microsecond of the second.
fn at(record: &[u8], microseconds: u32) -> Vec<u8> {
    [&record[..4], &microseconds.to_le_bytes(), &record[8..]].concat()
}

/// Elsewhere it says nothing of why a message has no packet.
#[test]
fn what_stands_before_its_time_is_told_of_packets_of_messages_only() {
    let folder = tempfile::tempdir().unwrap();
    let (refused, many) = (refused(), refused_by_many(1100));
    let (header, records) = refused.split_at(24);
    let (packet, message) = records.split_at(16 + usize::from(records[8]));
    let messages: Vec<&[u8]> = many[24..].chunks(message.len()).collect();
    let write = |name: &str, parts: &[&[u8]]| fs::write(folder.path().join(name), parts.concat()).unwrap();
    write("messages.pcap", &[header, messages[1], messages[0]]);
    write("elsewhere.pcap", &[header, messages[0], &at(packet, 2000), packet]);
    write("message.pcap", &[header, message]);
    write("late.pcap", &[header, &at(messages[0], 2000), packet]);
    // Nobody else's packets stand behind so many messages; each is what its message quotes.
    let quoted = |message: &&[u8]| [&packet[..16], &message[16 + 28..]].concat();
    let packets: Vec<u8> = messages.iter().flat_map(quoted).collect();
    let late: Vec<u8> = messages.iter().flat_map(|message| at(message, 7000)).collect();
    write("many.pcap", &[header, &late, &packets]);
    let nanoseconds = [&[0x4d, 0x3c, 0xb2, 0xa1], &header[4..]].concat();
    write("soon.pcap", &[&nanoseconds, &at(message, 400), packet]);
    let cases: [(&[&str], &str); 7] = [
        (&["messages.pcap"], ""),
        (&["elsewhere.pcap"], ""),
        (&["message.pcap", "elsewhere.pcap"], "elsewhere.pcap: some frames are up to 0.002000 s"),
        (&["message.pcap", "messages.pcap"], ""),
        (&["message.pcap", "late.pcap"], "late.pcap: some frames are up to 0.002000 s"),
        (&["many.pcap"], "many.pcap: some frames are up to 0.007000 s"),
        (&["soon.pcap"], "soon.pcap: some frames are up to 0.000000400 s"),
    ];
    for (names, words) in cases {
        let told = run(folder.path(), &[&["read", "-F", "csv"], names].concat());
        assert_eq!(told.status, 0, "{}", told.err);
        assert!(told.err.contains(words), "{names:?}: {}", told.err);
        let notes = told.err.matches("earlier than the one before").count();
        assert_eq!(notes, usize::from(!words.is_empty()), "{names:?}: {}", told.err);
    }
}

/// What spreadsheets take for a formula is none in JSON.
#[test]
fn warnings_are_as_they_are_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let refused = refused();
    fs::write(folder.path().join("=cut.pcap"), &refused[..refused.len() - 1]).unwrap();
    let told = run(folder.path(), &["read", "=cut.pcap", "-F", "json"]);
    assert!(told.out.contains("\"warnings\":[\"=cut.pcap: cut short"), "{}", told.out);
}

/// Counts of drops that no counter reaches are added up to no more than fits.
#[test]
fn drops_without_end_are_added_up() {
    let folder = tempfile::tempdir().unwrap();
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let section = words(&[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, u32::MAX, u32::MAX, 28]);
    let interface = words(&[1, 20, 101, 0, 20]);
    // Dropped by the interface: isb_ifdrop.
    let statistics = words(&[5, 40, 0, 0, 0, 8 << 16 | 5, u32::MAX, u32::MAX, 0, 40]);
    for name in ["a.pcapng", "b.pcapng"] {
        fs::write(folder.path().join(name), [&section[..], &interface, &statistics].concat()).unwrap();
    }
    let told = run(folder.path(), &["read", "a.pcapng", "b.pcapng"]);
    assert_eq!(told.status, 0, "{}", told.err);
    assert!(told.err.contains("18446744073709551615 dropped"), "{}", told.err);
}

#[test]
fn times_that_cannot_be_told_are_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let capture = |name: &str| format!("{}/testdata/crafted/{name}", env!("CARGO_MANIFEST_DIR"));
    let absurd = run(folder.path(), &[&capture("clock_absurd.pcapng")]);
    let told = "clock_absurd.pcapng: times of some frames lie before 1677 or after 2262, which cannot be told";
    assert!(absurd.status == 0 && absurd.err.contains(told), "{}", absurd.err);
    assert!(absurd.err.contains(" packets, 292 years, ") && !absurd.err.contains("a wrong time"), "{}", absurd.err);
    let jumps = run(folder.path(), &[&capture("clock_jumps.pcap")]).err;
    let told = "clock_jumps.pcap: some frames have a wrong time, as they lie 60 years apart: how long things took may be wrong";
    assert!(
        jumps.contains(told) && jumps.contains(" packets, 60 years, ") && !jumps.contains("cannot be told"),
        "{jumps}"
    );
    assert!(!run(folder.path(), &[&capture("clock_behind_a_year.pcapng")]).err.contains("a wrong time"));
    assert!(run(folder.path(), &[&capture("clock_absurd.pcapng"), "-F", "html"]).out.contains("which cannot be told"));
}
