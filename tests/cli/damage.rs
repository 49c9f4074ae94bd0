//! Damage in the middle of a capture: what lies behind it is analyzed, and what was passed over is told.

use std::fs;

use super::captures::refused;
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
    let warning = "damaged.pcap: damaged behind frame 0: 44 bytes were passed over (byte offsets 24 to 68)";
    assert!(told.complaints().iter().any(|line| line.contains(warning)), "{}", told.err);
    assert!(told.err.contains("damaged.pcap: 11 packets"), "{}", told.err);
}
