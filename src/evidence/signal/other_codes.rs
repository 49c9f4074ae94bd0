//! Whether the target refuses other ports by other codes.

use super::super::prior::Speaker;
use super::super::{Case, Group, Kind, Reading, Signal};
use crate::decode::protocol;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "other-codes",
    group: Group::Code,
    question: "Are other ports of the target refused differently from the same address?",
    why: "Closed ports are all refused by the same code. A host that uses others as well has rules; a router that uses several for one target has them too, as routes and hosts that are down treat all packets alike.",
    silent: "All refusals of the target from this address are alike.",
    readings: &[
        Reading {
            name: "others-prohibited",
            meaning: "Other ports are refused by codes that only rules use: the host has a filter, which may refuse this one too.",
            weights: [0, 2, 0, 0, 0, 0, 0, 1],
        },
        Reading {
            name: "vary",
            meaning: "Another address refuses packets to the target by several codes: by rule, as routes and hosts that are down treat all packets alike.",
            weights: [-4, 9, 11, -10, -10, -3, 0, 4],
        },
        Reading {
            name: "others-unreachable",
            meaning: "Other ports are refused as closed ones are: this refusal is by a rule.",
            weights: [-6, 3, 3, 0, 0, 0, 0, 3],
        },
    ],
    references: "Linux and BSD filters choose the code by rule",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let key = &case.facts.key;
    let kinds = &case.context.targets.get(&key.target?)?.kinds;
    if case.speaker() == Speaker::Other {
        let counted = |kind: &&Kind| kind.reporter == key.reporter && !kind.code.is_packet_too_big();
        let mut codes: Vec<_> = kinds.iter().filter(counted).map(|kind| kind.code).collect();
        codes.dedup();
        return (codes.len() >= 2 && !key.code.is_packet_too_big()).then_some("vary");
    }
    if !case.facts.is_from_target() || !case.facts.quotes(protocol::UDP) {
        return None;
    }
    let differs =
        |kind: &&Kind| kind.reporter == key.reporter && kind.protocol == key.protocol && kind.code != key.code;
    let other = kinds.iter().find(differs)?;
    if key.code.is_port_unreachable() {
        return Some("others-prohibited");
    }
    other.code.is_port_unreachable().then_some("others-unreachable")
}
