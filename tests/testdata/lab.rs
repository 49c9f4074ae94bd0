//! Lab captures: every message is found once, and nearly all causes are right.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::binary;
use super::credit::credit;
use super::folder::testdata;
use super::truth::{Row, by_frame, read};

/// The least mean credit over all groups of alike messages.
const LEAST_ACCURACY: f64 = 0.93;

/// Folders of scenarios.
const FOLDERS: [&str; 2] = ["lab", "namespaces"];

/// Captures with labels beside them, as (capture, labels).
fn captures() -> Vec<(PathBuf, PathBuf)> {
    let entries = FOLDERS.map(|name| testdata(name).read_dir().expect("a folder of laboratory captures"));
    let folders = entries.into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> = folders
        .filter(|path| path.is_dir())
        .flat_map(|folder| folder.read_dir().expect("a scenario").map(|entry| entry.expect("an entry").path()))
        .filter(|path| path.extension().is_some_and(|end| end == "pcap"))
        .collect();
    found.sort();
    found.into_iter().map(|path| (path.clone(), path.with_extension("labels.csv"))).collect()
}

/// `scenario/vantage`.
fn name(capture: &Path) -> String {
    let scenario = capture.parent().and_then(Path::file_name).expect("a scenario");
    format!("{}/{}", scenario.to_string_lossy(), capture.file_stem().expect("a vantage").to_string_lossy())
}

/// Labels and answers of one capture, by frame.
fn answers(capture: &Path, labels: &Path) -> (BTreeMap<u64, Row>, BTreeMap<u64, Row>) {
    let run = binary::messages(capture, &[]);
    assert_eq!(run.status, Some(0), "{}: {}", name(capture), run.complaint);
    (by_frame(read(labels)), by_frame(run.messages))
}

/// What makes messages of a capture alike, so that many of them weigh no more than a few.
fn group(capture: &Path, truth: &Row) -> String {
    let columns = ["mechanism_id", "ip_version", "icmp_type", "icmp_code", "q_proto", "circumstance"];
    columns.iter().fold(name(capture), |key, column| key + " " + truth.get(column))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn every_message_is_found_once() {
    let mut faults = Vec::new();
    for (capture, labels) in captures() {
        let (truths, said) = answers(&capture, &labels);
        let missed = truths.keys().filter(|frame| !said.contains_key(frame));
        faults.extend(missed.map(|frame| format!("{} frame {frame}: not reported", name(&capture))));
        let stray = said.keys().filter(|frame| !truths.contains_key(frame));
        faults.extend(stray.map(|frame| format!("{} frame {frame}: no such message", name(&capture))));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn causes_are_right() {
    let mut groups: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (capture, labels) in captures() {
        let (truths, said) = answers(&capture, &labels);
        for (frame, truth) in &truths {
            let earned = said.get(frame).map_or(0.0, |row| credit(truth, row));
            groups.entry(group(&capture, truth)).or_default().push(earned);
        }
    }
    let means: BTreeMap<&str, f64> = groups.iter().map(|(group, earned)| (group.as_str(), mean(earned))).collect();
    let accuracy = mean(&means.values().copied().collect::<Vec<f64>>());
    let short: Vec<String> =
        means.iter().filter(|(_, mean)| **mean < 1.0).map(|(g, mean)| format!("{mean:.2} {g}")).collect();
    assert!(accuracy >= LEAST_ACCURACY, "mean credit {accuracy:.4}; short of full credit:\n{}", short.join("\n"));
}

#[test]
fn every_cause_is_shown_by_a_capture() {
    let truths: Vec<Row> = captures().iter().flat_map(|(_, labels)| read(labels)).collect();
    for cause in unreach::verdict::Cause::ALL {
        let name = match cause.name() {
            "forged" => "spoofed",
            "packet-too-big" => "mtu",
            name => name,
        };
        assert!(truths.iter().any(|truth| truth.get("cause") == name), "no capture shows {name}");
    }
}
