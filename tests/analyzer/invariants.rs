//! What the rows of a run's findings have to do with each other.

use std::collections::{BTreeSet, HashMap, HashSet};

use unreach::evidence::SIGNALS;
use unreach::frame::InputId;
use unreach::incident::{Findings, Incident, Label};
use unreach::unreachable::{FrameRef, Match};

use crate::corpus::{self, Captured};

/// Checks the findings of every capture, and of all of the lab as one timeline.
fn everywhere(check: impl Fn(&[Captured], &Findings)) {
    for (_, frames) in ["lab", "namespaces", "crafted"].into_iter().flat_map(corpus::all) {
        check(&frames, &corpus::findings(&frames));
    }
    let frames = corpus::frames(&corpus::captures("lab"));
    check(&frames, &corpus::findings(&frames));
}

/// Checks every incident of them.
fn every_incident(check: impl Fn(&Incident)) {
    everywhere(|_, findings| findings.incidents.iter().for_each(&check));
}

#[test]
fn incidents_count_each_message_once() {
    everywhere(|_, findings| {
        let mut counts = vec![0; findings.incidents.len()];
        for message in findings.messages.iter().filter(|message| !message.labels.contains(Label::Duplicate)) {
            counts[message.incident] += 1;
        }
        let said: Vec<u64> = findings.incidents.iter().map(|incident| incident.messages).collect();
        assert_eq!(said, counts);
        assert!(said.iter().all(|count| *count > 0), "an incident without messages");
    });
}

#[test]
fn messages_tell_the_story_of_their_incident() {
    everywhere(|_, findings| {
        for judged in findings.judged() {
            let (message, incident) = (judged.message, judged.incident);
            assert_eq!((message.reporter, message.target), (incident.reporter, incident.target));
            assert_eq!((message.code, message.protocol), (incident.code, incident.protocol));
            let is_named = message.target_port.is_none_or(|port| incident.target_ports.contains(&port));
            assert!(is_named, "port {:?} of {:?}", message.target_port, incident.target_ports);
            let is_copy = judged.labels.contains(Label::Duplicate);
            let is_within = (incident.first_seen..=incident.last_seen).contains(&message.timestamp);
            assert!(is_copy || is_within, "{:?} is outside of {incident:?}", message.timestamp);
        }
    });
}

#[test]
fn probabilities_make_sense() {
    every_incident(|incident| {
        let verdict = &incident.verdict;
        let total: f64 = verdict.candidates.iter().map(|(_, probability)| probability).sum();
        assert!((total - 1.0).abs() < 1e-6, "{verdict:?}");
        assert!(verdict.candidates.iter().all(|(_, probability)| (0.0..=1.0).contains(probability)), "{verdict:?}");
        assert!(verdict.candidates.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{verdict:?}");
        assert!((0.0..=1.0).contains(&verdict.confidence), "{verdict:?}");
        assert!(verdict.attribution_confidence >= verdict.confidence - 1e-9, "{verdict:?}");
        assert!(verdict.attribution_confidence <= 1.0 + 1e-9, "{verdict:?}");
    });
}

#[test]
fn incidents_are_told_apart_by_their_ids() {
    everywhere(|_, findings| {
        let ids: HashSet<&str> = findings.incidents.iter().map(|incident| incident.id.as_str()).collect();
        assert_eq!(ids.len(), findings.incidents.len());
        assert!(ids.iter().all(|id| !id.is_empty() && id.chars().all(|letter| letter.is_ascii_lowercase())));
    });
}

#[test]
fn evidence_is_known_and_strongest_first() {
    let known: BTreeSet<(&str, &str)> =
        SIGNALS.iter().flat_map(|signal| signal.readings.iter().map(|reading| (signal.id, reading.name))).collect();
    every_incident(|incident| {
        let evidence = &incident.evidence;
        assert!(evidence.iter().all(|finding| known.contains(&(finding.signal, finding.reading))), "{evidence:?}");
        assert!(evidence.windows(2).all(|pair| pair[0].strength >= pair[1].strength), "{evidence:?}");
        let signals: HashSet<&str> = evidence.iter().map(|finding| finding.signal).collect();
        assert_eq!(signals.len(), evidence.len(), "a signal speaks once");
    });
}

#[test]
fn lists_are_sorted_and_without_repetition() {
    every_incident(|incident| {
        assert!(incident.target_ports.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", incident.target_ports);
        // Frames stand in the order of time, inputs in that of the command line.
        assert_eq!(
            incident.frames.iter().collect::<HashSet<_>>().len(),
            incident.frames.len(),
            "{:?}",
            incident.frames
        );
        assert!(incident.inputs.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", incident.inputs);
        assert!(!incident.frames.is_empty() && incident.frames.len() as u64 <= incident.messages);
        assert!(incident.first_seen <= incident.last_seen);
    });
}

#[test]
fn one_sender_is_named() {
    every_incident(|incident| {
        assert_eq!(incident.sender.is_some(), incident.senders == 1, "{incident:?}");
        assert!(incident.flows >= u64::from(incident.senders > 0), "{incident:?}");
    });
}

#[test]
fn incidents_come_in_order() {
    everywhere(|_, findings| {
        assert!(findings.incidents.windows(2).all(|pair| pair[0].first_seen <= pair[1].first_seen));
    });
}

#[test]
fn frames_are_frames_of_the_input() {
    everywhere(|frames, findings| {
        let times: HashMap<(InputId, u64), i64> =
            frames.iter().map(|frame| ((frame.input, frame.number), frame.timestamp.0)).collect();
        let time = |frame: FrameRef| times.get(&(frame.input, frame.number)).copied();
        for message in findings.messages.iter().map(|attributed| attributed.message) {
            assert_eq!(time(message.frame), Some(message.timestamp.0));
            let original = message.correlation.original.map(|original| time(original).expect("a frame of the input"));
            let delay = original.map(|original| message.timestamp.0 - original);
            assert!(message.correlation.delay.is_none() || message.correlation.delay == delay, "{message:?}");
        }
        let named = findings.incidents.iter().flat_map(|incident| incident.frames.iter().copied());
        assert!(named.clone().all(|frame| time(frame).is_some()), "{:?}", named.collect::<Vec<_>>());
    });
}

#[test]
fn what_was_found_has_its_frame() {
    everywhere(|_, findings| {
        for message in findings.messages.iter().map(|attributed| attributed.message) {
            match message.correlation.matched {
                Match::Exact | Match::Fragment | Match::Nat => {
                    assert!(
                        message.correlation.original.is_some() && message.correlation.delay.is_some(),
                        "{message:?}"
                    );
                }
                Match::Flow => assert!(message.correlation.delay.is_none(), "{message:?}"),
                Match::None => assert!(
                    message.correlation.original.is_none() && message.correlation.delay.is_none(),
                    "{message:?}"
                ),
            }
        }
    });
}
