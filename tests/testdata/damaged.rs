//! Damaged captures: what precedes the damage is reported, and the exit status says that there was some.

use std::collections::BTreeSet;

use super::binary;
use super::folder::{file_name, files, testdata};
use super::truth::{Row, by_frame, read};

/// A list of frame numbers joined by semicolons.
fn frames(row: &Row, column: &str) -> BTreeSet<u64> {
    row.get(column).split(';').filter_map(|number| number.parse().ok()).collect()
}

/// What is wrong with the answer about one damaged capture.
fn faults(truth: &Row) -> Vec<String> {
    let name = truth.get("file");
    let run = binary::messages(&testdata("damaged").join(name), &[]);
    let status = run.status.map_or_else(String::new, |status| status.to_string());
    let said: BTreeSet<u64> = by_frame(run.messages).into_keys().collect();
    let before = frames(truth, "messages_before");
    let possible: BTreeSet<u64> = &before | &frames(truth, "messages_after");
    let mut faults = Vec::new();
    if !truth.get("exit").split(';').any(|wanted| wanted == status) {
        faults.push(format!("{name}: exit status {status}, not {}: {}", truth.get("exit"), run.complaint.trim()));
    }
    if !said.is_superset(&before) || !said.is_subset(&possible) {
        faults.push(format!("{name}: messages at {said:?}, not at {before:?}"));
    }
    if status != "0" && run.complaint.is_empty() {
        faults.push(format!("{name}: no word about the damage ({})", truth.get("damage")));
    }
    if !run.complaint.contains(truth.get("named")) {
        faults.push(format!("{name}: {} is not named: {}", truth.get("named"), run.complaint.trim()));
    }
    faults
}

#[test]
fn what_precedes_the_damage_is_reported() {
    let faults: Vec<String> = read(&testdata("damaged/truth.csv")).iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn whole_frames_are_counted() {
    let counted = read(&testdata("damaged/truth.csv"));
    for truth in counted.iter().filter(|truth| truth.get("exit") == "3") {
        let name = truth.get("file");
        let (output, _, _) = binary::read(&["--format", "json"], &testdata("damaged").join(name));
        let document: serde_json::Value =
            serde_json::from_slice(&output).unwrap_or_else(|error| panic!("{name}: {error}"));
        let packets = document["inputs"][0]["packets"].as_u64();
        let least = truth.number("frames_before") as u64;
        assert!(packets.is_some_and(|packets| packets >= least), "{name}: {packets:?} packets of {least}");
    }
}

#[test]
fn every_damaged_capture_has_its_truth() {
    let known: BTreeSet<String> =
        read(&testdata("damaged/truth.csv")).iter().map(|row| row.get("file").to_owned()).collect();
    let present: BTreeSet<String> = files("damaged", &["pcap", "pcapng"]).iter().map(|path| file_name(path)).collect();
    assert_eq!(known, present);
}
