//! The block reader and libpcap give the same frames of whatever both can read.

use std::fs;
use std::path::Path;

use unreach::capture::Fault;
use unreach::capture::savefile::Savefile;
use unreach::frame::{InputId, LinkType};

use super::written::{MICROSECONDS, Order, Pcapng, Seen, classic, collected, one_of_each, read};

/// Captures that libpcap gives up: they have interfaces of several link types or snap lengths, or sections of both byte orders.
const REFUSED: [&str; 7] = [
    "clock_behind.pcapng",
    "clock_behind_a_year.pcapng",
    "pcapng_interfaces.pcapng",
    "pcapng_many_interfaces.pcapng",
    "pcapng_sections_of_two_links.pcapng",
    "pcapng_two_sections.pcapng",
    "taps_of_a_router.pcapng",
];

/// All frames that libpcap gives, and what it said at the end if it was not content.
fn by_library(path: &Path) -> (Vec<Seen>, Option<String>) {
    let mut frames = Vec::new();
    let mut savefile = match Savefile::open(path, InputId(0)) {
        Ok(savefile) => savefile,
        Err(fault) => return (frames, Some(fault.to_string())),
    };
    loop {
        match savefile.advance() {
            Ok(true) => frames.extend(savefile.frames().map(Seen::from)),
            Ok(false) => return (frames, None),
            Err(fault) => return (frames, Some(fault.to_string())),
        }
    }
}

/// Whether it is one of the numbers that files have for raw IP: 101, and those that platforms use for themselves, which
/// libpcap does not tell apart.
fn is_raw(link: LinkType) -> bool {
    matches!(link.0, 12 | 14 | 101)
}

/// NFLOG has numbers in the byte order of the capturing host, which libpcap turns into its own.
fn is_turned(link: LinkType) -> bool {
    link.0 == 239
}

/// Compares the readers on one file. Where libpcap gives up earlier, what it gave before must be the same.
/// Returns whether it read the file to its end.
fn compare(path: &Path) -> bool {
    let bytes = fs::read(path).expect("readable");
    let (ours, fault) = read(&bytes);
    let (mut theirs, complaint) = by_library(path);
    let name = path.display();
    if let Some(Fault::Zeros { .. }) = fault {
        // libpcap takes them for frames.
        let zeros = theirs.split_off(ours.len().min(theirs.len()));
        assert!(zeros.iter().all(|zeros| zeros.bytes.is_empty() && zeros.wire_length == 0), "{name}");
        return ours == theirs && complaint.is_none();
    }
    for (own, their) in ours.iter().zip(&theirs) {
        // libpcap takes the two fields of a time for signed: from 2038 on, and of absurd fractions, it is off by 2^32 units.
        // What no time can be is the nearest one that can.
        let is_beyond = matches!(own.time, i64::MIN | i64::MAX);
        let times_agree = is_beyond || own.time.wrapping_sub(their.time) % (1 << 32) == 0;
        assert!(times_agree, "{name}: {own:?} {their:?}");
        let link = if is_raw(own.link) && their.link == LinkType::RAW { own.link } else { their.link };
        let bytes = if is_turned(link) && own.bytes.len() == their.bytes.len() { &own.bytes } else { &their.bytes };
        assert_eq!(own, &Seen { time: own.time, link, bytes: bytes.clone(), ..their.clone() }, "{name}");
    }
    assert!(ours.len() >= theirs.len(), "{name}: {} frames, libpcap {} ({fault:?})", ours.len(), theirs.len());
    if complaint.is_none() {
        assert_eq!(ours.len(), theirs.len(), "{name}");
        assert!(fault.is_none(), "{name}: {fault:?}");
    }
    if fault.is_some() {
        assert!(complaint.is_some(), "{name}: libpcap reads what we do not: {fault:?}");
    }
    complaint.is_none()
}

#[test]
fn both_readers_agree_on_captures_of_every_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in one_of_each() {
        let path = folder.path().join(&name);
        fs::write(&path, bytes).expect("written");
        assert!(compare(&path), "{name}: libpcap failed");
    }
}

#[test]
fn both_readers_agree_on_collected_captures() {
    let captures = collected();
    let (whole, others): (Vec<_>, Vec<_>) = captures.iter().partition(|path| compare(path));
    // What libpcap does not read to its end: compressed and damaged captures, and those.
    let is_known = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.extension().is_some_and(|end| matches!(end.to_str(), Some("gz" | "zst" | "lz4")))
            || path.parent().is_some_and(|folder| folder.ends_with("damaged"))
            || REFUSED.contains(&&*name)
    };
    let own = |path: &&&std::path::PathBuf| path.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"));
    let unknown: Vec<_> = others.iter().filter(own).filter(|path| !is_known(path)).collect();
    assert!(unknown.is_empty(), "libpcap does not read {unknown:?}");
    let count = whole.iter().filter(own).count();
    assert!(count > 280, "only {count} captures were read whole by both readers");
}

#[test]
fn link_types_are_those_of_files() {
    let folder = tempfile::tempdir().expect("a folder");
    for link in [0, 1, 9, 101, 108, 113, 228, 229, 276] {
        let path = folder.path().join("x");
        fs::write(&path, classic(Order::Big, MICROSECONDS, link, &[(0, 0, b"x", 1)])).expect("written");
        let (frames, complaint) = by_library(&path);
        assert!(complaint.is_none(), "{complaint:?}");
        assert_eq!(frames[0].link, LinkType(link as u16));
        compare(&path);
    }
}

#[test]
fn what_libpcap_refuses_is_read_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mixed.pcapng");
    let file = Pcapng::new(Order::Little)
        .interface(1, 0, &[])
        .interface(113, 0, &[])
        .enhanced(0, 0, b"a", 1)
        .enhanced(1, 0, b"b", 1);
    fs::write(&path, &file.bytes).expect("written");
    assert!(!compare(&path));
    assert_eq!(read(&file.bytes).0.len(), 2);
}
