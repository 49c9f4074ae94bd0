//! What the reporter is, from everything else it did.

use super::super::prior::Speaker;
use super::super::{Case, Group, Reading, Signal};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "reporter-role",
    group: Group::Emitter,
    question: "Is the reporter known as a router, or as a host?",
    why: "A device that refuses packets to several targets, or says that packets expired, stands on the path. One that answers for itself may be a host speaking from another of its addresses.",
    silent: "The reporter is the target or the sender, or did nothing else.",
    readings: &[
        Reading {
            name: "many-targets",
            meaning: "It refused packets to at least three other addresses.",
            weights: [-8, -10, 6, 5, 5, -3, 3, 0],
        },
        Reading {
            name: "router",
            meaning: "It also said that packets expired on their way.",
            weights: [-6, -8, 4, 4, 4, -3, 2, 0],
        },
        Reading {
            name: "host",
            meaning: "It also answers for itself, as a host does, and the refused packet had not been routed by it: it may be another address of the target.",
            weights: [7, 10, -7, -3, -3, 2, 0, 0],
        },
    ],
    references: "RFC 1812 section 4.3.2.4; Linux quotes the address of the interface towards the sender (measured)",
    read,
};

/// Targets from which on it is no host with a second address: that many are seldom behind one.
const MANY: u64 = 3;

fn read(case: &Case<'_>) -> Option<&'static str> {
    if case.speaker() != Speaker::Other {
        return None;
    }
    let reporter = case.facts.key.reporter;
    if case.seen.routers.get(&reporter).is_some() {
        return Some("router");
    }
    let serves = case.host(reporter).is_some_and(|host| host.udp_answers > 0 || host.accepts > 0);
    if serves && case.quoted_hops() == Some(case.reporter_hops()) {
        return Some("host");
    }
    case.reporter().is_some_and(|profile| profile.other_targets.estimate() >= MANY).then_some("many-targets")
}
