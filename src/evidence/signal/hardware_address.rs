//! Which machine on the link the message came from.

use super::super::{Case, Group, Reading, Signal, hops};
use crate::flow::Host;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "hardware-address",
    group: Group::Emitter,
    question: "Did the message come from the hardware address of the target's own packets?",
    why: "On the last link every machine has a hardware address of its own: a message in the name of the target from another one was not sent by the target.",
    silent: "The link has no such addresses, the reporter is not the target, or the target is not on the link or was seen behind several.",
    readings: &[
        Reading {
            name: "other",
            meaning: "The target's own packets come from another hardware address.",
            weights: [-10, -8, 10, 0, 0, -5, 0, 4],
        },
        Reading {
            name: "other-before",
            meaning: "The target's own packets came from another hardware address, but none since the first refusal: its address may have moved to another machine.",
            weights: [-2, -2, 2, 0, 0, -1, 0, 1],
        },
    ],
    references: "IEEE 802.3 section 3.2.3; RFC 5227 section 2.3: who takes over an address announces it, as others still know it by the hardware address of another host",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    if !case.facts.is_from_target() {
        return None;
    }
    // Behind a router, the address is that of the last one, of which there may be several.
    let is_here = hops(case.target_ttl()?) == 0;
    let (message, target) = (case.facts.mac?, case.target()?.mac?);
    if !is_here || message == target {
        return None;
    }
    Some(if has_spoken_since(case, case.target()?) { "other" } else { "other-before" })
}

/// Whether the target began or answered a flow after the first refusal.
fn has_spoken_since(case: &Case<'_>, target: &Host) -> bool {
    let opened = (target.opened > 0).then_some(target.tried.1);
    opened.max(target.last_answer).is_some_and(|latest| latest >= case.facts.first_seen)
}
