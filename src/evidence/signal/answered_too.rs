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
        meaning: "The target answered as many packets of the flow as were sent, and went on after each refusal.",
        weights: [-12, -10, -10, -10, -10, -10, 0, 14],
    }],
    references: "RFC 1122 section 3.2.2.1: a refused packet was not delivered",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    if !facts.quotes(protocol::UDP) || facts.key.standing == Standing::Answered || facts.exact == 0 {
        return None;
    }
    let (sent, answered) = case.flow_packets()?;
    let returns = u64::from(case.service()?.returns);
    (sent > 0 && answered >= sent && returns * 2 >= facts.messages).then_some("yes")
}
