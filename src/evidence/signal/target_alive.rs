//! Whether the target was reached by other packets.

use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Kind, Reading, Refusals, Signal, hops};
use crate::flow::Service;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "target-alive",
    group: Group::Behaviour,
    question: "Did the target answer anything after the first refusal?",
    why: "A host that answers is neither down nor without a route: then only some of its traffic is refused. What it answers after the last refusal shows only that an outage, if it was one, is over. What is refused from behind who refuses here had passed there as well.",
    silent: "The code is not about routes or hosts, the target did not answer, or the address is that of a translator, or of who publishes ports of others: several hosts are behind it.",
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
    if answered_between(case) || refused_behind(case).any(|kind| is_between(case, kind)) {
        return Some(if case.is_of_way() && port_answered_between(case) { "answers-at-port" } else { "answers" });
    }
    let answered = case.target().and_then(|target| target.last_answer);
    let heard = answered.max(refused_behind(case).map(|kind| kind.last_seen).max())?;
    (heard >= case.facts.first_seen).then_some("answers-after")
}

/// Ways in which the target was refused from farther away than here, by itself or another device, and not for want of a way: what was
/// refused there had passed here.
fn refused_behind<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Kind> + use<'a> {
    let (context, own_hops) = (case.context, case.reporter_hops());
    let is_farther = move |kind: &&Kind| {
        let reporter = context.reporters.get(&kind.reporter);
        reporter.is_some_and(|reporter| reporter.looks.iter().all(|look| hops(look.signature.ttl) > own_hops))
    };
    let of_target = refusals(case).filter(|_| case.speaker() == Speaker::Other);
    let kinds = of_target.into_iter().flat_map(|refusals| &refusals.kinds);
    kinds.filter(|kind| !Refusal::by(kind.code, kind.protocol).denies_way()).filter(is_farther)
}

/// Whether a message came after one of these refusals, and before another.
fn is_between(case: &Case<'_>, kind: &Kind) -> bool {
    let is_inside = |time| case.facts.first_seen < time && time < case.facts.last_seen;
    is_inside(kind.first_seen) || is_inside(kind.last_seen)
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

/// Whether it answered something after one message like these, and before another: of whatever protocol, as ways are the same for all.
fn answered_between(case: &Case<'_>) -> bool {
    let key = &case.facts.key;
    let is_alike = |kind: &&Kind| (kind.reporter, kind.code) == (key.reporter, key.code);
    refusals(case).is_some_and(|refusals| refusals.kinds.iter().filter(is_alike).any(|kind| kind.answered_between))
}

fn refusals<'a>(case: &Case<'a>) -> Option<&'a Refusals> {
    case.context.targets.get(&case.facts.key.target?)
}
