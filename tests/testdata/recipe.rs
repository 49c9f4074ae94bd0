//! The recipe: run again, it writes the very bytes that are kept in `testdata`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use super::folder::{file_name, testdata};

/// What the recipe writes, by path below the folder: captures and tables.
fn made(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut written = BTreeMap::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        let name = file_name(&path);
        // The recipe itself lies beside what it writes.
        if name == "recipe" {
            continue;
        }
        if path.is_dir() {
            written.extend(made(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else if path.extension().is_none_or(|end| end != "py") {
            written.insert(name, std::fs::read(&path).expect("reading"));
        }
    }
    written
}

#[test]
fn recipe_writes_what_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let done = match Command::new("python3").arg(testdata("crafted/make.py")).arg(folder.path()).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            crate::skipped("no python3 to run the recipe with");
            return;
        }
        done => done.expect("python3 can be run"),
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for name in ["crafted", "damaged", "timelines"] {
        let (kept, again) = (made(&testdata(name)), made(&folder.path().join(name)));
        assert_eq!(kept.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>(), "files of {name}");
        for (file, bytes) in &kept {
            assert!(again[file] == *bytes, "{name}/{file} is not what the recipe writes");
        }
    }
}
