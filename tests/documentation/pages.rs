//! The README and the pages beside it, and their renewal: with `UNREACH_BLESS=1`, what is stale is rewritten in place of
//! failing.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

/// What a newcomer reads first.
pub(super) const README: &str = "README.md";
/// Signals, labels and calibration.
pub(super) const JUDGEMENT: &str = "docs/judgement.md";

/// Tests run side by side: each renews its part of a page alone.
static RENEWAL: Mutex<()> = Mutex::new(());

fn path(page: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), page].iter().collect()
}

/// Every page, by its path from the root.
pub(super) fn all() -> Vec<String> {
    let entries = fs::read_dir(path("docs")).expect("docs can be listed").map(|entry| entry.expect("an entry of docs"));
    let docs = entries.map(|entry| format!("docs/{}", entry.file_name().to_string_lossy()));
    docs.chain([README.to_owned()]).collect()
}

/// The text of a page.
pub(super) fn text(page: &str) -> String {
    fs::read_to_string(path(page)).unwrap_or_else(|error| panic!("{page} cannot be read: {error}"))
}

/// The text between two marks, the first of their kind.
pub(super) fn between(page: &str, begin: &str, end: &str) -> String {
    let text = text(page);
    let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{page} has no {begin:?}"));
    let (section, _) = rest.split_once(end).unwrap_or_else(|| panic!("{page} has no {end:?} behind {begin:?}"));
    section.to_owned()
}

/// Holds the text between two marks to what it should be, or rewrites it where asked to.
pub(super) fn hold(page: &str, begin: &str, end: &str, wanted: &str) {
    let _alone = RENEWAL.lock();
    let section = between(page, begin, end);
    if section == wanted {
        return;
    }
    assert!(
        std::env::var_os("UNREACH_BLESS").is_some(),
        "{page} is stale behind {begin:?}; renew it by `UNREACH_BLESS=1 cargo test documentation`. It should say:\n{wanted}"
    );
    let renewed = text(page).replacen(&format!("{begin}{section}{end}"), &format!("{begin}{wanted}{end}"), 1);
    fs::write(path(page), renewed).unwrap_or_else(|error| panic!("{page} cannot be written: {error}"));
}
