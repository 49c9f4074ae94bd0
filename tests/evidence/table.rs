//! Every signal documents itself.

use std::collections::BTreeSet;

use unreach::evidence::{SIGNALS, Signal};

/// Decibans of one reading for one cause, at most: what a single look can say.
const STRONGEST: i8 = 25;

/// Calls `check` with every signal, and fails with all that it complains about.
fn every_signal(check: impl Fn(&Signal) -> Option<String>) {
    let faults: Vec<String> =
        SIGNALS.iter().filter_map(|signal| check(signal).map(|fault| format!("{}: {fault}", signal.id))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether a name is of lower-case letters and digits, joined by single hyphens.
fn is_keyword(name: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('-').all(is_part)
}

/// Whether a text opens with a capital letter and ends as a sentence does.
fn is_sentence(text: &str, end: char) -> bool {
    text.trim() == text && text.len() > 15 && text.starts_with(|c: char| c.is_uppercase()) && text.ends_with(end)
}

#[test]
fn ids_are_unique_keywords() {
    let ids: BTreeSet<&str> = SIGNALS.iter().map(|signal| signal.id).collect();
    assert_eq!(ids.len(), SIGNALS.len());
    every_signal(|signal| (!is_keyword(signal.id)).then(|| "is no keyword".to_owned()));
}

#[test]
fn readings_have_unique_keywords() {
    every_signal(|signal| signal.readings.is_empty().then(|| "has no reading".to_owned()));
    every_signal(|signal| {
        let names: BTreeSet<&str> = signal.readings.iter().map(|reading| reading.name).collect();
        let strange = names.iter().find(|name| !is_keyword(name));
        strange
            .map(|name| format!("{name} is no keyword"))
            .or_else(|| (names.len() != signal.readings.len()).then(|| "has two readings of one name".to_owned()))
    });
}

#[test]
fn questions_are_questions() {
    every_signal(|signal| (!is_sentence(signal.question, '?')).then(|| format!("asks {:?}", signal.question)));
}

#[test]
fn reasons_and_silences_are_sentences() {
    every_signal(|signal| (!is_sentence(signal.why, '.')).then(|| format!("why is {:?}", signal.why)));
    every_signal(|signal| (!is_sentence(signal.silent, '.')).then(|| format!("silent is {:?}", signal.silent)));
}

#[test]
fn meanings_are_sentences() {
    every_signal(|signal| {
        let mut unclear = signal.readings.iter().filter(|reading| !is_sentence(reading.meaning, '.'));
        unclear.next().map(|reading| format!("{} means {:?}", reading.name, reading.meaning))
    });
}

#[test]
fn readings_of_a_signal_mean_different_things() {
    every_signal(|signal| {
        let meanings: BTreeSet<&str> = signal.readings.iter().map(|reading| reading.meaning).collect();
        (meanings.len() != signal.readings.len()).then(|| "has two readings of one meaning".to_owned())
    });
}

#[test]
fn references_are_given() {
    every_signal(|signal| (signal.references.trim().len() < 5).then(|| "has no reference".to_owned()));
}

#[test]
fn groups_have_names() {
    every_signal(|signal| (!is_keyword(signal.group.name())).then(|| format!("is of group {:?}", signal.group.name())));
    let groups: BTreeSet<_> = SIGNALS.iter().map(|signal| signal.group).collect();
    let names: BTreeSet<&str> = groups.iter().map(|group| group.name()).collect();
    assert_eq!(groups.len(), names.len(), "groups share a name");
}

#[test]
fn no_reading_decides_alone() {
    every_signal(|signal| {
        let mut readings = signal.readings.iter();
        let excess = |weight: &i8| weight.unsigned_abs() > STRONGEST.unsigned_abs();
        let strong = readings.find(|reading| reading.weights.iter().any(excess));
        strong.map(|reading| format!("{} weighs {:?}", reading.name, reading.weights))
    });
}

#[test]
fn only_speakers_weigh_nothing() {
    // Who speaks is in the prior. A reading of any other signal that weighs nothing would not be worth its question.
    every_signal(|signal| {
        let idle = signal.readings.iter().find(|reading| reading.weights == [0; 8]);
        idle.filter(|_| signal.id != "speaker").map(|reading| format!("{} weighs nothing", reading.name))
    });
}
