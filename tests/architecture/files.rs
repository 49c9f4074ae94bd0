//! Names, captions and sizes of files.

use super::source::{Source, refuse, sources};

/// Lines of code in a file, at most.
const LONGEST: usize = 300;

/// Names that say nothing.
const EMPTY_NAMES: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "types", "misc", "shared"];

fn faults(check: impl Fn(&Source) -> Option<String>) -> Vec<String> {
    let found = |source: &Source| check(source).map(|fault| format!("src/{}: {fault}", source.path));
    sources().iter().filter_map(found).collect()
}

#[test]
fn every_file_opens_with_a_caption() {
    refuse(&faults(|source| {
        let caption = source.opening().strip_prefix("//! ").unwrap_or_default();
        let is_sentence = caption.len() > 10 && caption.ends_with(['.', '?', ':', ',', ';']);
        let goes_on = source.lines().nth(1).is_some_and(|(_, line)| line.starts_with("//!"));
        (!(is_sentence || caption.len() > 10 && goes_on)).then(|| "does not open with a sentence".to_owned())
    }));
}

#[test]
fn no_file_is_longer_than_a_reader_holds() {
    refuse(&faults(|source| {
        let lines = source.code().count();
        (lines > LONGEST).then(|| format!("{lines} lines of code"))
    }));
}

#[test]
fn every_name_says_something() {
    refuse(&faults(|source| {
        let mut parts = source.path.split('/').map(|part| part.trim_end_matches(".rs"));
        parts.find(|part| EMPTY_NAMES.contains(part)).map(|part| format!("is named {part}"))
    }));
}
