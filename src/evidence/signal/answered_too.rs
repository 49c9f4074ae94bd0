//! Whether the refused packets were answered all the same.

use super::super::{Case, Group, Reading, Signal, Standing};
use crate::decode::protocol;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "answered-too",
    group: Group::Behaviour,
    question: "Did the target answer the very packets that the messages refuse?",
    why: "A packet is either refused or delivered. Where both happened, somebody on the path who saw the packet made up the refusal.",
    silent: "Packets of the flow were left without an answer, or the flow is TCP, or forgotten.",
    readings: &[Reading {
        name: "yes",
        meaning: "The target answered as many packets of the flow as were sent, though some were refused.",
        weights: [-12, -6, 2, -6, -8, -6, 0, 12],
    }],
    references: "RFC 1122 section 3.2.2.1: a refused packet was not delivered",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    if !facts.quotes(protocol::UDP) || facts.key.standing == Standing::Answered || facts.exact == 0 {
        return None;
    }
    let (mut sent, mut answered) = (0_u64, 0_u64);
    for &(flow, direction, _) in &facts.flows {
        let sides = case.seen.flows.get(flow)?.sides;
        sent += u64::from(sides[direction as usize].packets);
        answered += u64::from(sides[direction.reversed() as usize].packets);
    }
    (answered >= sent && sent > 0).then_some("yes")
}
