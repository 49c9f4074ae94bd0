//! What the refused port did before, between and after.

use super::super::{Case, Group, Reading, Signal, Standing};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "port-history",
    group: Group::Behaviour,
    question: "Did the port answer anybody?",
    why: "A port that answers one asker while another is refused is open: a filter chooses. So is one whose answers and refusals alternate. One that answered only before was probably stopped.",
    silent: "The port has not answered, or its answers alternate with what a router says of routes or hosts.",
    readings: &[
        Reading {
            name: "serves-others",
            meaning: "The port answered others while these were refused: a filter by source, or a service bound to one peer; seldom one of several servers behind a balancer that lacks the service.",
            weights: [-4, 6, 5, -4, -6, -4, 0, 5],
        },
        Reading {
            name: "alternates",
            meaning: "Answers and refusals of the port alternate quickly: a filter by rate or state; seldom a service that keeps restarting, or one of several servers behind a balancer that lacks it.",
            weights: [-6, 4, 6, -3, -4, -4, 0, 7],
        },
        Reading {
            name: "comes-and-goes",
            meaning: "The port answered and refused the same senders by turns, each for longer than half a second: a service that keeps restarting, one of several servers behind a balancer that lacks it, or a limit of so many a minute.",
            weights: [-4, 0, 1, -2, -3, -4, 0, 2],
        },
        Reading {
            name: "answered-before",
            meaning: "The port answered before the refusals, and not during them.",
            weights: [1, 0, 0, -1, 0, -4, 0, 0],
        },
        Reading {
            name: "answered-others-before",
            meaning: "The port answered others before the refusals, and these senders never.",
            weights: [-2, 3, 2, -1, -2, -4, 0, 1],
        },
        Reading {
            name: "answered-after",
            meaning: "The port answered after the refusals.",
            weights: [1, 0, 0, -1, 0, -4, 0, 0],
        },
    ],
    references: "Measured on Linux 6.18: a rule added amid a flow and a service that stops look alike; a connected UDP socket refuses strangers",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let (service, facts) = (case.service()?, case.facts);
    let (first, last) = service.answered()?;
    if facts.key.standing == Standing::Answered {
        return None;
    }
    let overlaps = first <= facts.last_seen && last >= facts.first_seen;
    // Where it answered these, too, since it first refused, that it answers others tells of a choice only while it refuses.
    let answered_since = || facts.senders.iter().any(|sender| service.askers_since.may_include(sender));
    if overlaps
        && service.askers.has_others_than(facts.senders.iter())
        && (service.quick_returns > 0 || !answered_since())
    {
        return Some("serves-others");
    }
    // Peers that use the port at both ends ask from it, too: what looks like an answer may be a question.
    let is_symmetric = facts.sender_port.is_some() && facts.sender_port == facts.key.target_port;
    if service.turns >= 3 && overlaps && !is_symmetric {
        // What goes one way and is lost on another says more of the ways than of the port.
        let reading = if service.quick_returns > 0 { "alternates" } else { "comes-and-goes" };
        return (!case.is_of_way()).then_some(reading);
    }
    if first < facts.first_seen {
        let answered_these = facts.senders.iter().any(|sender| service.askers.may_include(sender));
        return Some(if answered_these { "answered-before" } else { "answered-others-before" });
    }
    (last > facts.last_seen).then_some("answered-after")
}
