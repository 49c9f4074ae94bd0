//! Whether the packet had already been routed when it was refused.

use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Reading, Signal};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "forwarding",
    group: Group::Forwarding,
    question: "How do the hops of the quoted packet and of the message compare?",
    why: "A router takes one from the TTL before its forwarding rules and before it fails to resolve the next hop, but not before it fails to find a route. The quote shows which: its TTL has lost as many hops as the message, or one more.",
    silent: "The very packet was not found, or the paths there and back differ in length.",
    readings: &[
        Reading {
            name: "after-routing",
            meaning: "The refused packet had lost one hop more than the message: a forwarding rule, or a next hop that did not answer.",
            weights: [-6, -6, 6, -8, 6, -4, -2, 0],
        },
        Reading {
            name: "after-routing-to-host",
            meaning: "The same of a message about the host: a forwarding rule, a next hop that did not answer, or a tunnel that leads no further.",
            weights: [-6, -6, 6, 0, 6, -4, -2, 0],
        },
        Reading {
            name: "before-routing",
            meaning: "The refused packet had lost as many hops as the message: no route, too big, or a rule before routing.",
            weights: [0, 0, 0, 4, -9, 0, 2, 0],
        },
        Reading {
            name: "before-routing-of-other-make",
            meaning: "The refused packet had lost as many hops as the message, which does not look like one of Linux: other makes quote packets as they came, whatever was wrong.",
            weights: [0, 0, 0, 2, -2, 0, 1, 0],
        },
        Reading {
            name: "translated",
            meaning: "The message bears the target's address, but the refused packet had lost one hop more: a forwarding rule behind an address translation, or a next hop there that did not answer.",
            weights: [-10, -8, 9, 0, 6, -4, 0, 1],
        },
        Reading {
            name: "at-target",
            meaning: "The refused packet had lost as many hops as the message that bears the target's address.",
            weights: [0, 0, 0, 0, 0, 0, 0, -1],
        },
    ],
    references: "Measured on Linux 6.18 for every mechanism (REJECT in FORWARD, prohibit and unreachable routes, ARP failure); Malone and Luckie, \"Analysis of ICMP Quotations\" (PAM 2007): makes differ in the TTL that they quote",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    match (case.speaker(), case.further_hops()?) {
        (Speaker::Target, 0) => Some("at-target"),
        (Speaker::Target, 1) if case.is_behind_translation() => Some("translated"),
        (Speaker::Other, 0) if !case.looks_like_linux() => Some("before-routing-of-other-make"),
        (Speaker::Other, 0) => Some("before-routing"),
        // Linux says so as well where a tunnel has no peer for a packet (drivers/net/wireguard/device.c), or no way to it.
        (Speaker::Other, 1) if case.refusal() == Refusal::Host => Some("after-routing-to-host"),
        (Speaker::Other, 1) => Some("after-routing"),
        _ => None,
    }
}
