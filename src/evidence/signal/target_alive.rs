//! Whether the target was reached by other packets.

use super::super::{Case, Group, Kind, Reading, Signal};
use crate::flow::{Host, Service};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "target-alive",
    group: Group::Behaviour,
    question: "Did the target answer anything after the first refusal?",
    why: "A host that answers is neither down nor without a route: then only some of its traffic is refused. What it answers after the last refusal shows only that an outage, if it was one, is over. What is refused from behind who refuses here had passed there as well.",
    silent: "The code is not about routes or hosts, the target did not answer, nor was anything refused behind who speaks, or the address is that of a translator, or of who publishes ports of others: several hosts are behind it.",
    readings: &[
        Reading {
            name: "answers",
            meaning: "The target answered other packets between the refusals, or they were refused from behind who refuses here: the way to it was there.",
            weights: [2, 5, 6, -9, -11, 0, 0, 6],
        },
        Reading {
            name: "answers-at-port",
            meaning: "The very port answered the same sender between the refusals, as no rule by port or sender lets it: of several ways to the target one leads nowhere, or a route comes and goes.",
            weights: [0, 1, 2, -1, -3, 0, 0, 4],
        },
        Reading {
            name: "answers-after",
            meaning: "The target answered other packets after the refusals, or they were refused from behind who refuses here: the way to it was there, or came back.",
            weights: [1, 2, 2, -3, -4, 0, 0, 3],
        },
    ],
    references: "RFC 1122 section 3.2.2.1: these codes are hints about the path, not about the port; RFC 2992: routers choose among equal ways by flow",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    if !case.refusal().denies_way() || case.is_behind_translation() || case.is_of_publisher() {
        return None;
    }
    if alike(case).any(|kind| kind.answered_between) {
        return Some(if case.is_of_way() && port_answered_between(case) { "answers-at-port" } else { "answers" });
    }
    let answered = case.target().and_then(Host::last_answer);
    let passed = alike(case).map(|kind| kind.passed).max().flatten();
    (answered.max(passed)? >= case.facts.first_seen).then_some("answers-after")
}

/// Whether the refused port answered these senders, and no others, after it had been refused: of others it would not be known who was
/// answered then.
fn port_answered_between(case: &Case<'_>) -> bool {
    let senders = || case.facts.senders.iter();
    let are_askers = |service: &Service| {
        senders().all(|sender| service.askers.may_include(sender)) && !service.askers.has_others_than(senders())
    };
    case.service().is_some_and(|service| service.returns > 0 && are_askers(service))
}

/// Ways in which the reporter says the same of the target.
fn alike<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Kind> + use<'a> {
    let (reporter, code) = (case.facts.key.reporter, case.facts.key.code);
    case.refusals().into_iter().flat_map(move |refusals| refusals.alike(reporter, code))
}
