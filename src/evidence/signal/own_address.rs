//! Whether the message was built by who has the address that it bears.

use super::super::prior::Speaker;
use super::super::{Case, Group, Reading, Signal};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "own-address",
    group: Group::Quote,
    question: "Does the message look like one that only the owner of its address builds?",
    why: "Linux sends a message from the address that the refused packet was going to only where that address is its own; from any other packet's refusal its own address shows. What filters build in the name of others, on a bridge or at ingress, has neither precedence 6 nor an IPv6 flow label.",
    silent: "The message does not come from the target, looks otherwise, or has passed a translator, which puts its address on all messages from behind it.",
    readings: &[Reading {
        name: "owner",
        meaning: "It looks as Linux builds it, from an address of its own: the host itself speaks.",
        weights: [0, 0, -6, -3, -3, 0, 0, 0],
    }],
    references: "Linux net/ipv4/icmp.c and net/ipv6/icmp.c; RFC 1812 section 4.3.2.5; measured on Linux 6.18: of 1,900 such messages none but those from behind a translator were a filter's on the path",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let is_owner = case.speaker() == Speaker::Target && case.is_built_by_linux() && !case.is_behind_translation();
    is_owner.then_some("owner")
}
