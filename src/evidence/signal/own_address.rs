//! Whether the message was built by who has the address that it bears.

use super::super::prior::Speaker;
use super::super::{Case, Group, Reading, Signal};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "own-address",
    group: Group::Quote,
    question: "Does the message look like one that only the owner of its address builds?",
    why: "Linux sends a message from the address that the refused packet was going to only where that address is its own. What its filters build in the name of others, on a bridge or at ingress, has neither precedence 6 nor an IPv6 flow label. A translator puts its address on the messages of others, and a redirection the target's address on its own: these show by their distance.",
    silent: "The message does not come from the target, looks otherwise, came from another distance than the target's packets, or before the addresses next to it (but for who publishes ports of others), was translated, is about routes or hosts without its packet being found as it came, or stands for many.",
    readings: &[Reading {
        name: "owner",
        meaning: "It looks as Linux builds it, from an address of its own: the host itself speaks.",
        weights: [0, 0, -6, 0, 0, 0, 0, 0],
    }],
    references: "Linux net/ipv4/icmp.c and net/ipv6/icmp.c; RFC 1812 section 4.3.2.5; measured on Linux 6.18: of 1,900 such messages none but those from behind a translator were a filter's on the path",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let is_there = case.hops_to_target().is_none_or(|hops| hops == 0) || case.is_of_publisher();
    let is_asked = case.speaker() == Speaker::Target && !case.facts.key.is_collective;
    let is_own = is_asked && is_there && !case.is_behind_translation() && case.is_built_by_linux();
    let is_own = is_own && !case.is_before_neighbours();
    (is_own && (!case.refusal().is_about_path() || was_not_forwarded(case))).then_some("owner")
}

/// Whether the refused packets went no further than the message came from, be it that all of them were found: who has translated the
/// address of a host that is down takes one from their TTL before it says so in the name of that address (RFC 1812 section 5.3.1).
fn was_not_forwarded(case: &Case<'_>) -> bool {
    case.further_hops() == Some(0) && case.facts.exact == case.facts.messages
}
