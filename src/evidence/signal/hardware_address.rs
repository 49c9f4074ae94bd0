//! Which machine on the link the message came from.

use super::super::{Case, Group, Reading, Signal, hops};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "hardware-address",
    group: Group::Emitter,
    question: "Did the message come from the hardware address of the target's own packets?",
    why: "On the last link every machine has a hardware address of its own: a message in the name of the target from another one was not sent by the target.",
    silent: "The link has no such addresses, the reporter is not the target, the target is not on the link or was seen behind several, or by ARP or neighbour discovery its address is now that of who speaks: addresses move.",
    readings: &[Reading {
        name: "other",
        meaning: "The target's own packets come from another hardware address.",
        weights: [-10, -8, 10, 0, 0, -5, 0, 4],
    }],
    references: "IEEE 802.3 section 3.2.3; RFC 826; RFC 2131 section 3.1: addresses are lent",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    if !case.facts.is_from_target() {
        return None;
    }
    // Behind a router, the address is that of the last one, of which there may be several.
    let is_here = hops(case.target_ttl()?) == 0;
    let (message, target) = (case.facts.mac?, case.target()?.mac?);
    let has_moved = case.seen.neighbours.get(&case.facts.key.reporter).is_some_and(|known| known.mac == Some(message));
    (is_here && message != target && !has_moved).then_some("other")
}
