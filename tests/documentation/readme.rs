//! The README, and its renewal: with `UNREACH_BLESS=1`, what is stale is rewritten in place of failing.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

/// Tests run side by side: each renews its part of the file alone.
static RENEWAL: Mutex<()> = Mutex::new(());

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "README.md"].iter().collect()
}

/// The text of the README.
pub(super) fn text() -> String {
    fs::read_to_string(path()).expect("README.md can be read")
}

/// The text between two marks, the first of their kind.
pub(super) fn between(begin: &str, end: &str) -> String {
    let text = text();
    let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("README.md has no {begin:?}"));
    let (section, _) = rest.split_once(end).unwrap_or_else(|| panic!("README.md has no {end:?} behind {begin:?}"));
    section.to_owned()
}

/// Holds the text between two marks to what it should be, or rewrites it where asked to.
pub(super) fn hold(begin: &str, end: &str, wanted: &str) {
    let _alone = RENEWAL.lock();
    let section = between(begin, end);
    if section == wanted {
        return;
    }
    assert!(
        std::env::var_os("UNREACH_BLESS").is_some(),
        "README.md is stale behind {begin:?}; renew it by `UNREACH_BLESS=1 cargo test documentation`. It should say:\n{wanted}"
    );
    let renewed = text().replacen(&format!("{begin}{section}{end}"), &format!("{begin}{wanted}{end}"), 1);
    fs::write(path(), renewed).expect("README.md can be written");
}
