//! Whether the packet had already been routed when it was refused.

use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Reading, Signal, hops, initial_ttl};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "forwarding",
    group: Group::Forwarding,
    question: "How do the hops of the quoted packet and of the message compare?",
    why: "A router takes one from the TTL before its forwarding rules and before it fails to resolve the next hop, but not before it fails to find a route. The quote shows which: its TTL has lost as many hops as the message, or one more.",
    silent: "The very packet was not found (but for what Linux says of hosts, to senders whose TTL tells where it started), the paths there and back differ in length, or both may have been captured at different points.",
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
            name: "after-routing-unseen",
            meaning: "By the TTL that hosts start from, the refused packet, which was not captured, had lost one hop more than the message about the host: a forwarding rule, or a next hop that did not answer; or the capture was taken a hop away from the sender.",
            weights: [-1, -1, 2, -1, 2, -1, 0, 0],
        },
        Reading {
            name: "before-routing-unseen",
            meaning: "By the TTL that hosts start from, the refused packet, which was not captured, had lost as many hops as the message about the host: a route that leads nowhere, or a rule before routing.",
            weights: [0, 0, 0, 2, -3, 0, 1, 0],
        },
        Reading {
            name: "translated",
            meaning: "The message bears the target's address, but the refused packet had lost one hop more: a forwarding rule behind an address translation, or a next hop there that did not answer.",
            weights: [-10, -8, 9, 0, 6, -4, 0, 1],
        },
        Reading {
            name: "a-hop-further",
            meaning: "The message bears the target's address, of which no other distance is known, but the refused packet had lost one hop more, as all that it refuses: the way back is shorter by one, as ways often differ, or a translator has that address, and passed the packet on.",
            weights: [-1, -1, 3, 0, 4, -1, 0, 0],
        },
        Reading {
            name: "at-target",
            meaning: "The refused packet had lost as many hops as the message that bears the target's address.",
            weights: [0, 0, 0, 0, 0, 0, 0, -1],
        },
    ],
    references: "Measured on Linux 6.18 for every mechanism (REJECT in FORWARD, prohibit and unreachable routes, ARP failure); Paxson, \"End-to-End Routing Behavior in the Internet\" (1997): ways there and back differ; Malone and Luckie, \"Analysis of ICMP Quotations\" (PAM 2007): makes differ in the TTL that they quote",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let Some(further) = case.further_hops() else { return unseen(case) };
    match (case.speaker(), further) {
        (Speaker::Target, 0) => Some("at-target"),
        (Speaker::Target, 1) if case.is_behind_translation() && are_of_one_point(case) => {
            let is_known = case.target_ttl().is_some() || case.went_further_than_others();
            Some(if is_known { "translated" } else { "a-hop-further" })
        }
        (Speaker::Other, 0) if !case.looks_like_linux() => Some("before-routing-of-other-make"),
        (Speaker::Other, 0) => Some("before-routing"),
        // Linux says so as well where a tunnel has no peer for a packet (drivers/net/wireguard/device.c), or no way to it.
        (Speaker::Other, 1) if case.refusal() == Refusal::Host => Some("after-routing-to-host"),
        (Speaker::Other, 1) => Some("after-routing"),
        _ => None,
    }
}

/// Whether message and packet were captured at one point, as far as is known. Where some packets were captured at several, and the
/// target's own were not, they may be of two, as on a bridge that hands packets to the filters of a router (`br_netfilter`): then a hop
/// lies between these.
fn are_of_one_point(case: &Case<'_>) -> bool {
    case.target_ttl().is_some() || case.seen.flows_passed == 0
}

/// What the quote alone tells where its packet was not captured. Seen from a hop away, what is refused before it is routed looks as what
/// is refused behind that does where it is sent: so this is asked only of what is told about hosts, which is seldom said before.
fn unseen(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    let is_asked = case.speaker() == Speaker::Other && case.refusal() == Refusal::Host && case.looks_like_linux();
    let is_unseen = facts.exact == 0 && facts.flow_only == 0;
    // Below, it was chosen by a trace; and whoever else gets it may stand behind a translator.
    let is_telling = facts.quoted_ttls.iter().all(|(ttl, _)| initial_ttl(ttl) > LOWEST)
        && facts.senders.iter().all(|sender| facts.recipients.contains(sender));
    if !(is_asked && is_unseen && is_telling) {
        return None;
    }
    match hops(facts.quoted_ttls.usual()?).checked_sub(case.reporter_hops())? {
        0 => Some("before-routing-unseen"),
        1 => Some("after-routing-unseen"),
        _ => None,
    }
}

/// No system starts from that in common use.
const LOWEST: u8 = 32;
