//! Whether the target was reached by other packets.

use super::super::{Case, Group, Reading, Signal};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "target-alive",
    group: Group::Behaviour,
    question: "Did the target answer anything after the first refusal?",
    why: "A host that answers is neither down nor without a route: then only some of its traffic is refused. What it answers after the last refusal shows only that an outage, if it was one, is over.",
    silent: "The code is not about routes or hosts, the target did not answer, or the address is that of a translator, or of who publishes ports of others: several hosts are behind it.",
    readings: &[
        Reading {
            name: "answers",
            meaning: "The target answered other packets between the refusals: the way to it was there.",
            weights: [2, 5, 6, -9, -11, 0, 0, 6],
        },
        Reading {
            name: "answers-after",
            meaning: "The target answered other packets after the refusals: the way to it was there, or came back.",
            weights: [1, 2, 2, -3, -4, 0, 0, 3],
        },
    ],
    references: "RFC 1122 section 3.2.2.1: these codes are hints about the path, not about the port",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let heard = case.target()?.last_answer.filter(|_| !case.is_behind_translation() && !case.is_of_publisher())?;
    if !case.refusal().denies_way() || heard < case.facts.first_seen {
        return None;
    }
    Some(if answered_between(case) { "answers" } else { "answers-after" })
}

/// Whether it answered something after one message like these, and before another.
fn answered_between(case: &Case<'_>) -> bool {
    let key = &case.facts.key;
    let refusals = key.target.and_then(|target| case.context.targets.get(&target));
    let kind = refusals.and_then(|refusals| refusals.kind(key.reporter, key.protocol, key.code));
    kind.is_some_and(|kind| kind.answered_between)
}
