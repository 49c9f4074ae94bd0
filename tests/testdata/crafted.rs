//! Crafted captures: every field of every message is what the recipe put in.

use std::collections::BTreeMap;
use std::path::Path;

use super::binary;
use super::folder::{file_name, files, testdata};
use super::truth::{Row, agrees, by_frame, read};

/// Columns of the truth that the output must agree with.
const COLUMNS: [&str; 18] = [
    "ip_version",
    "icmp_type",
    "icmp_code",
    "reporter",
    "recipient",
    "reporter_ttl",
    "protocol",
    "sender",
    "sender_port",
    "target",
    "target_port",
    "quoted_ttl",
    "quoted_length",
    "next_hop_mtu",
    "match",
    "original_frame",
    "encapsulation",
    "timestamp",
];

/// Suffixes of captures, as they are or compressed.
const SUFFIXES: [&str; 5] = ["pcap", "pcapng", "gz", "zst", "lz4"];

/// What the reader is told of ports where it can't know: the tunnels of [`ELSEWHERE`], in the order of its recipe.
const ELSEWHERE: &str = "tunnel_elsewhere.pcap";
const TUNNELS_ELSEWHERE: [&str; 7] = ["vxlan", "vxlan-gpe", "geneve", "gtp", "gtp", "teredo", "l2tp"];

/// The capture's options.
fn options(name: &str) -> Vec<String> {
    let tunnels = TUNNELS_ELSEWHERE.iter().zip(5001..).filter(|_| name == ELSEWHERE);
    tunnels.map(|(tunnel, port)| format!("--decode-as=udp:{port}={tunnel}")).collect()
}

/// Truth rows by file and frame.
fn truths() -> BTreeMap<String, BTreeMap<u64, Row>> {
    let mut files: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in read(&testdata("crafted/truth.csv")) {
        files.entry(row.get("file").to_owned()).or_default().push(row);
    }
    files.into_iter().map(|(file, rows)| (file, by_frame(rows))).collect()
}

/// How a row differs from its truth, one sentence a cell.
fn differences(truth: &Row, said: &Row) -> Vec<String> {
    let wrong = COLUMNS.iter().filter(|column| !agrees(truth.get(column), said.get(column)));
    let mut wrong: Vec<String> =
        wrong.map(|column| format!("{column} is {:?}, not {:?}", said.get(column), truth.get(column))).collect();
    let is_copy = said.get("labels").split(';').any(|label| label == "duplicate");
    if !agrees(truth.get("duplicate"), if is_copy { "yes" } else { "" }) {
        wrong.push(format!("as a copy it is labelled: {is_copy}"));
    }
    wrong
}

/// What is wrong with the messages of one capture.
fn faults(capture: &Path, truth: &BTreeMap<u64, Row>) -> Vec<String> {
    let name = file_name(capture);
    let run = binary::messages(capture, &options(&name));
    let mut faults = Vec::new();
    if run.status != Some(0) {
        faults.push(format!("{name}: exit status {:?}: {}", run.status, run.complaint.trim()));
    }
    let said = by_frame(run.messages);
    let stray = said.keys().filter(|frame| !truth.contains_key(frame));
    faults.extend(stray.map(|frame| format!("{name} frame {frame}: no such message")));
    for (frame, wanted) in truth {
        match said.get(frame).map(|row| differences(wanted, row)) {
            None => faults.push(format!("{name} frame {frame}: not reported")),
            Some(wrong) if wrong.is_empty() => {}
            Some(wrong) => faults.push(format!("{name} frame {frame}: {}", wrong.join(", "))),
        }
    }
    faults
}

#[test]
fn every_message_is_reported_as_it_was_made() {
    let (truths, none) = (truths(), BTreeMap::new());
    let captures = files("crafted", &SUFFIXES);
    let faults: Vec<String> =
        captures.iter().flat_map(|capture| faults(capture, truths.get(&file_name(capture)).unwrap_or(&none))).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_truth_has_its_capture() {
    for file in truths().keys() {
        assert!(testdata("crafted").join(file).is_file(), "{file} is missing");
    }
}
