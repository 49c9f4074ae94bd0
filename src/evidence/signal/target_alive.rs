//! Whether the target was reached by other packets.

use super::super::prior::Refusal;
use super::super::{Case, Group, Reading, Signal};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "target-alive",
    group: Group::Behaviour,
    question: "Did the target answer anything after the first refusal?",
    why: "A host that answers is neither down nor without a route: then only some of its traffic is refused.",
    silent: "The code is not about routes or hosts, the target did not answer, or the address is that of a translator, which has several hosts behind it.",
    readings: &[Reading {
        name: "answers",
        meaning: "The target answered other packets: the way to it is there.",
        weights: [2, 5, 6, -9, -11, 0, 0, 6],
    }],
    references: "RFC 1122 section 3.2.2.1: these codes are hints about the path, not about the port",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let about_path = matches!(
        case.refusal(),
        Refusal::Route | Refusal::Host | Refusal::RejectRoute | Refusal::Prohibited | Refusal::SourcePolicy
    );
    let heard = case.target()?.last_answer.filter(|_| !case.is_behind_translation())?;
    (about_path && heard >= case.facts.first_seen).then_some("answers")
}
