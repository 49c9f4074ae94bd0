//! Marks of a router in the message.

use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Reading, Signal, initial_ttl};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "router-quote",
    group: Group::Quote,
    question: "Does the message look like one of a router?",
    why: "Extensions with MPLS labels or interface names are added by routers. Many routers send with initial TTL 255 and quote eight bytes of the transport header, as few hosts do together.",
    silent: "The message has neither mark, or comes from the target.",
    readings: &[
        Reading {
            name: "extensions",
            meaning: "It carries extensions (MPLS labels, interface information).",
            weights: [-8, -8, 5, 5, 4, -3, 3, 0],
        },
        Reading {
            name: "own-port",
            meaning: "It looks like one of a router (initial TTL 255, eight bytes quoted), but says port unreachable: routers of that look refuse by rule with other codes, and with this one for their own ports, be it from another address than was asked.",
            weights: [9, 0, -5, 0, 0, 0, 0, 0],
        },
        Reading {
            name: "short-quote-ttl-255",
            meaning: "It was sent with TTL 255 and quotes no more than eight bytes behind the IP header.",
            weights: [-4, -5, 4, 4, 3, -2, 1, 0],
        },
    ],
    references: "RFC 1812 sections 4.3.2.4 and 5.2.7.1; RFC 4884; RFC 4950; RFC 5837; nmap-os-db test U1: Cisco IOS 126 of 128, JUNOS",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    if case.speaker() != Speaker::Other {
        return None;
    }
    if facts.extended {
        return Some("extensions");
    }
    let shortest = if facts.key.code.version == 4 { 28 } else { 48 };
    let is_short = facts.quoted_length_max <= shortest;
    if !is_short || initial_ttl(facts.key.signature.ttl) != 255 {
        return None;
    }
    Some(if case.refusal() == Refusal::Port { "own-port" } else { "short-quote-ttl-255" })
}
