//! Captures that belong together: whichever way they are named, they make one timeline, with every packet's message.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::binary;
use super::folder::testdata;
use super::truth::{Row, agrees, read, rows};

/// Columns of the truth that the output must agree with.
const COLUMNS: [&str; 5] = ["sender_port", "match", "original_file", "original_frame", "timestamp"];

/// Truth rows by folder.
fn truths() -> BTreeMap<String, Vec<Row>> {
    let mut folders: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in read(&testdata("timelines/truth.csv")) {
        folders.entry(row.get("folder").to_owned()).or_default().push(row);
    }
    folders
}

/// Files of a folder that the truth names, which is each that has a message, and those that have packets only.
fn sources(folder: &str) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![testdata("timelines").join(folder)]);
    while let Some(next) = open.pop() {
        for entry in next.read_dir().expect("a folder of a timeline") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Messages of these inputs, by file below the folder and frame.
fn messages(folder: &str, inputs: &[PathBuf]) -> BTreeMap<(String, u64), Row> {
    let more: Vec<&str> = inputs[1..].iter().map(|path| path.to_str().expect("a name in UTF-8")).collect();
    let arguments: Vec<&str> = ["--table", "messages", "--format", "csv"].into_iter().chain(more).collect();
    let (output, status, complaint) = binary::read(&arguments, &inputs[0]);
    assert_eq!(status, Some(0), "{folder}: {complaint}");
    let (found, mut messages) = (rows(&output), BTreeMap::new());
    let times: Vec<&str> = found.iter().map(|row| row.get("timestamp")).collect();
    assert!(times.is_sorted(), "{folder}: {times:?}");
    for row in &found {
        let earlier = messages.insert((below(folder, row.get("file")), row.frame()), row.clone());
        assert!(earlier.is_none(), "{folder}: a message with two rows");
    }
    messages
}

/// A file's name below the folder.
fn below(folder: &str, file: &str) -> String {
    let root = testdata("timelines").join(folder);
    file.strip_prefix(&format!("{}/", root.display())).unwrap_or(file).to_owned()
}

/// What is wrong with a message's row.
fn differences(truth: &Row, said: &Row) -> Vec<String> {
    let folder = truth.get("folder");
    let shown = |column: &str| match column {
        "original_file" => below(folder, said.get(column)),
        column => said.get(column).to_owned(),
    };
    let wrong = COLUMNS.iter().filter(|column| !agrees(truth.get(column), &shown(column)));
    let mut wrong: Vec<String> =
        wrong.map(|column| format!("{column} is {:?}, not {:?}", shown(column), truth.get(column))).collect();
    let is_copy = said.get("labels").split(';').any(|label| label == "duplicate");
    if is_copy != (truth.get("duplicate") == "yes") {
        wrong.push(format!("as a copy it is labelled: {is_copy}"));
    }
    wrong
}

#[test]
fn messages_find_their_packets_in_other_files() {
    let mut faults = Vec::new();
    for (folder, truths) in truths() {
        let files = sources(&folder);
        let backwards = files.iter().rev().cloned().collect();
        for inputs in [vec![testdata("timelines").join(&folder)], files, backwards] {
            let said = messages(&folder, &inputs);
            assert_eq!(said.len(), truths.len(), "{folder}: messages");
            for truth in &truths {
                let place = (truth.get("file").to_owned(), truth.frame());
                let wrong =
                    said.get(&place).map_or_else(|| vec!["not reported".to_owned()], |said| differences(truth, said));
                faults.extend(wrong.into_iter().map(|wrong| format!("{folder}: {place:?}: {wrong}")));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_folder_has_its_truth() {
    let entries = testdata("timelines").read_dir().expect("testdata/timelines").map(|entry| entry.expect("an entry"));
    let folders: BTreeSet<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, truths().into_keys().collect());
}
