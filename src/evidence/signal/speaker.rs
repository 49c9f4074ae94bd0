//! Who speaks: the target, the sender, or another address.

use super::super::prior::Speaker;
use super::super::{Case, Group, Reading, Signal};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "speaker",
    group: Group::Code,
    question: "Does the message come from the target itself?",
    why: "A closed port is refused by its own host; a host never refuses by codes that only routers and filters use. How much this says depends on code and protocol, so its weight is in the prior, not here.",
    silent: "The message quotes no addresses.",
    readings: &[
        Reading {
            name: "target",
            meaning: "The refused packet was going to the address that the message comes from.",
            weights: [0, 0, 0, 0, 0, 0, 0, 0],
        },
        Reading {
            name: "sender",
            meaning: "The message comes from the sender itself: its own firewall or routing table refused the packet.",
            weights: [0, 0, 0, 0, 0, 0, 0, 0],
        },
        Reading {
            name: "other",
            meaning: "The message comes from an address that is neither the sender nor the target.",
            weights: [0, 0, 0, 0, 0, 0, 0, 0],
        },
    ],
    references: "RFC 1122 section 3.2.2.1; RFC 4443 section 3.1; nmap judges by the same comparison",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    case.facts.key.target?;
    match case.speaker() {
        Speaker::Target => Some("target"),
        Speaker::Sender => Some("sender"),
        Speaker::Other => Some("other"),
        Speaker::Unknown => None,
    }
}
