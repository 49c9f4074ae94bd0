//! Packets that a closed port answers and a filter does not, or the other way round.

use super::super::{Case, Group, Reading, Signal};
use crate::decode::protocol;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "odd-packet",
    group: Group::Quote,
    question: "Is there something odd about the refused packets on which closed ports and filters part ways?",
    why: "The checks of the UDP layer and of the Linux REJECT target differ: options that the host fills in, trailing bytes, missing checksums and wrong lengths are refused by one and ignored by the other.",
    silent: "The refused packets have nothing odd, or the message is not port unreachable about UDP from the target.",
    readings: &[
        Reading {
            name: "options-filled-in",
            meaning: "IPv4 options of the refused packet were filled in by the host before it refused: filters stay silent then.",
            weights: [8, -6, -5, 0, 0, 0, 0, 0],
        },
        Reading {
            name: "trailing-bytes",
            meaning: "The refused packet had bytes behind its UDP datagram: filters stay silent then.",
            weights: [8, -6, -4, 0, 0, 0, 0, 0],
        },
        Reading {
            name: "no-checksum",
            meaning: "The refused UDP packet came over IPv6 without a checksum: the host drops it silently, filters refuse it.",
            weights: [-12, 7, 7, 0, 0, 0, 0, 0],
        },
        Reading {
            name: "length-overrun",
            meaning: "The UDP length of the refused packet is more than it holds: the host drops it silently, filters refuse it.",
            weights: [-9, 6, 6, 0, 0, 0, 0, 0],
        },
    ],
    references: "Measured on Linux 6.18; RFC 8200 section 8.1; Linux net/ipv4/udp.c and net/ipv4/netfilter/nf_reject_ipv4.c",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    if !facts.is_from_target() || !facts.key.code.is_port_unreachable() || !facts.quotes(protocol::UDP) {
        return None;
    }
    // A message or two may be damaged; the case has to be odd as a whole.
    let (odd, mostly) = (facts.oddities(), |count: u64| count * 2 > facts.messages);
    if mostly(odd.echoed_options) || mostly(odd.altered_options) {
        Some("options-filled-in")
    } else if mostly(odd.without_udp_checksum) {
        Some("no-checksum")
    } else if mostly(odd.udp_overruns) {
        Some("length-overrun")
    } else {
        mostly(odd.udp_trailers).then_some("trailing-bytes")
    }
}
