//! Which machine on the link the message came from.

use super::super::{Case, Group, Reading, Signal, hops};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "hardware-address",
    group: Group::Emitter,
    question: "Did the message come from the hardware address of the target's own packets?",
    why: "On the last link every machine has a hardware address of its own: a message in the name of the target from another one was not sent by the target.",
    silent: "The link has no such addresses, the reporter is not the target, or that is not on the link or was seen behind several.",
    readings: &[
        Reading {
            name: "other",
            meaning: "The target's own packets come from another hardware address.",
            weights: [-10, -8, 10, 0, 0, -5, 0, 4],
        },
        Reading {
            name: "other-that-claims-it",
            meaning: "The target's own packets come from another hardware address, but who speaks had told by ARP or neighbour discovery to have the target's address: it has moved, or somebody takes it over.",
            weights: [-3, -2, 3, 0, 0, -2, 0, 2],
        },
    ],
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
    if !is_here || message == target {
        return None;
    }
    let neighbour = case.seen.neighbours.get(&case.facts.key.reporter);
    let has_claimed = neighbour.is_some_and(|neighbour| neighbour.has_claimed(message));
    Some(if has_claimed { "other-that-claims-it" } else { "other" })
}
