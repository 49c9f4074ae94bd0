//! Whether the target refuses other ports by other codes.

use super::super::{Case, Group, Kind, Reading, Signal};
use crate::decode::protocol;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "other-codes",
    group: Group::Code,
    question: "Are other ports of the target refused differently from the same address?",
    why: "A host that refuses some ports by an administrative code and others by port unreachable has rules for the first, and no need of them for the others.",
    silent: "The reporter is not the target, or all its refusals are alike.",
    readings: &[
        Reading {
            name: "others-prohibited",
            meaning: "Other ports are refused as prohibited: this one is not covered by that rule.",
            weights: [3, -1, 0, 0, 0, 0, 0, 0],
        },
        Reading {
            name: "others-unreachable",
            meaning: "Other ports are refused as closed ones are: this refusal is by a rule.",
            weights: [-6, 4, 2, 0, 0, 0, 0, 0],
        },
    ],
    references: "Linux and BSD filters choose the code by rule",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let key = &case.facts.key;
    if !case.facts.is_from_target() || !case.facts.quotes(protocol::UDP) {
        return None;
    }
    let kinds = &case.context.targets.get(&key.target?)?.kinds;
    let differs =
        |kind: &&Kind| kind.reporter == key.reporter && kind.protocol == key.protocol && kind.code != key.code;
    let other = kinds.iter().find(differs)?;
    if key.code.is_port_unreachable() {
        return Some("others-prohibited");
    }
    other.code.is_port_unreachable().then_some("others-unreachable")
}
