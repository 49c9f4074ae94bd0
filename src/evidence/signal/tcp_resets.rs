//! Whether the target refuses TCP by resets.

use super::super::prior::Refusal;
use super::super::{Case, Group, Reading, Signal};
use crate::flow::Host;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "tcp-resets",
    group: Group::Behaviour,
    question: "Does the target answer closed TCP ports by resets of its own?",
    why: "A host that resets connections to closed ports has no filter that refuses everything. So a refusal of another TCP port by ICMP was made by a rule, and one of a UDP port more likely by the host itself.",
    silent: "The target reset no connection, or resets may have come from another distance than its other packets.",
    readings: &[
        Reading {
            name: "of-tcp",
            meaning: "The target resets other TCP connections, but this one was refused by ICMP: a rule.",
            weights: [-8, 5, 4, -2, -4, 0, 0, 0],
        },
        Reading {
            name: "of-udp",
            meaning: "The target resets TCP connections to closed ports itself: it does not refuse everything by policy.",
            weights: [1, -1, 0, -2, -4, 0, 0, 0],
        },
    ],
    references: "RFC 9293 section 3.10.7.1; measured: policies that reset imitate this",
    read,
};

/// Whether its resets may come from nearer or from farther away than its other packets.
fn may_be_of_another(target: &Host) -> bool {
    target.points_differ || !target.resets_as_usual()
}

fn read(case: &Case<'_>) -> Option<&'static str> {
    let target = case.target()?;
    if target.resets == 0 || !case.facts.is_from_target() || may_be_of_another(target) {
        return None;
    }
    match case.refusal() {
        Refusal::PortOfTcp => Some("of-tcp"),
        Refusal::Port => Some("of-udp"),
        _ => None,
    }
}
