//! Whether the target was asked for on its link, and did not answer.

use super::super::{Case, Group, Reading, Signal};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "neighbour",
    group: Group::Time,
    question: "Was the target sought by ARP or neighbour discovery without an answer?",
    why: "A last router that gets no answer to its requests says that the host is unreachable.",
    silent: "The capture was not taken on the target's link, or the target answered.",
    readings: &[Reading {
        name: "unanswered",
        meaning: "Requests for the target went unanswered before the message.",
        weights: [-8, -8, -6, -6, 16, -6, 0, 0],
    }],
    references: "RFC 826; RFC 4861 section 7.2.2; RFC 1812 section 3.3.2",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let neighbour = case.seen.neighbours.get(&case.facts.key.target?)?;
    let asked_before = neighbour.asked_since.is_some_and(|asked| asked <= case.facts.last_seen);
    (asked_before && neighbour.unanswered >= 2).then_some("unanswered")
}
