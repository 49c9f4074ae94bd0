//! Every reading of every signal is given by a capture of `testdata`.

use std::collections::BTreeSet;

use unreach::evidence::SIGNALS;

use crate::corpus;

/// Readings that no capture shows, each with the reason.
const NOT_SHOWN: [(&str, &str, &str); 0] = [];

/// Signal and reading of all evidence that the captures give, each on its own.
fn shown() -> BTreeSet<(&'static str, &'static str)> {
    let captures = ["lab", "namespaces", "crafted"].into_iter().flat_map(corpus::captures);
    captures
        .flat_map(|path| corpus::analyzed(&path).incidents)
        .flat_map(|incident| incident.evidence)
        .map(|finding| (finding.signal, finding.reading))
        .collect()
}

#[test]
fn every_reading_is_shown_by_a_capture() {
    let shown = shown();
    let known: BTreeSet<(&str, &str)> =
        SIGNALS.iter().flat_map(|signal| signal.readings.iter().map(|reading| (signal.id, reading.name))).collect();
    let excused: BTreeSet<(&str, &str)> = NOT_SHOWN.iter().map(|(signal, reading, _)| (*signal, *reading)).collect();
    let unknown: Vec<_> = shown.union(&excused).filter(|reading| !known.contains(*reading)).collect();
    assert!(unknown.is_empty(), "no signal has these readings: {unknown:?}");
    let missing: Vec<_> =
        known.iter().filter(|reading| !shown.contains(*reading) && !excused.contains(*reading)).collect();
    assert!(missing.is_empty(), "no capture shows {missing:?}");
    let needless: Vec<_> = excused.intersection(&shown).collect();
    assert!(needless.is_empty(), "captures do show {needless:?}");
}
