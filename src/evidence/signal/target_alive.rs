//! Whether the target was reached by other packets.

use super::super::prior::Speaker;
use super::super::{Case, Group, Reading, Signal, hops};
use crate::flow::Service;
use crate::unreachable::Reporter;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "target-alive",
    group: Group::Behaviour,
    question: "Did the target answer anything after the first refusal?",
    why: "A host that answers is neither down nor without a route: then only some of its traffic is refused. What it answers after the last refusal shows only that an outage, if it was one, is over. A refusal of its own is an answer as well, if it comes from behind who refuses here.",
    silent: "The code is not about routes or hosts, the target did not answer, or the address is that of a translator, or of who publishes ports of others: several hosts are behind it.",
    readings: &[
        Reading {
            name: "answers",
            meaning: "The target answered other packets between the refusals, or refused them itself: the way to it was there.",
            weights: [2, 5, 6, -9, -11, 0, 0, 6],
        },
        Reading {
            name: "answers-at-port",
            meaning: "The very port answered the same sender between the refusals, as no rule by port or sender lets it: of several ways to the target one leads nowhere, or a route comes and goes.",
            weights: [0, 1, 2, -1, -3, 0, 0, 4],
        },
        Reading {
            name: "answers-after",
            meaning: "The target answered other packets after the refusals, or refused them itself: the way to it was there, or came back.",
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
    let answered = case.target().and_then(|target| target.last_answer);
    let own = refused_from_behind(case);
    let heard = answered.max(own.map(|own| own.last_seen))?;
    if heard < case.facts.first_seen {
        return None;
    }
    if !answered_between(case) && !own.is_some_and(|own| is_between(case, own)) {
        return Some("answers-after");
    }
    Some(if case.is_of_way() && port_answered_between(case) { "answers-at-port" } else { "answers" })
}

/// What the target itself refused, where that came from farther away than who refuses here: what was refused there had passed here, and
/// no device before this one spoke in the target's name.
fn refused_from_behind<'a>(case: &Case<'a>) -> Option<&'a Reporter> {
    let own = case.context.reporters.get(&case.facts.key.target?).filter(|_| case.speaker() == Speaker::Other)?;
    own.looks.iter().all(|look| hops(look.signature.ttl) > case.reporter_hops()).then_some(own)
}

/// Whether a message came after one of these refusals, and before another.
fn is_between(case: &Case<'_>, own: &Reporter) -> bool {
    let is_inside = |time| case.facts.first_seen < time && time < case.facts.last_seen;
    is_inside(own.first_seen) || is_inside(own.last_seen)
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

/// Whether it answered something after one message like these, and before another.
fn answered_between(case: &Case<'_>) -> bool {
    let key = &case.facts.key;
    let refusals = key.target.and_then(|target| case.context.targets.get(&target));
    let kind = refusals.and_then(|refusals| refusals.kind(key.reporter, key.protocol, key.code));
    kind.is_some_and(|kind| kind.answered_between)
}
