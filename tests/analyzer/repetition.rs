//! The same frames give the same findings, identifiers included, whatever the random seeds of the maps.

use crate::corpus;

#[test]
fn a_second_run_finds_the_same() {
    for (path, frames) in ["lab", "namespaces", "crafted"].into_iter().flat_map(corpus::all) {
        let (first, second) = (corpus::findings(&frames), corpus::findings(&frames));
        assert_eq!(format!("{first:?}"), format!("{second:?}"), "{}", path.display());
    }
}

#[test]
fn a_second_run_over_many_captures_finds_the_same() {
    let frames = corpus::frames(&corpus::captures("lab"));
    let (first, second) = (corpus::findings(&frames), corpus::findings(&frames));
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
}
