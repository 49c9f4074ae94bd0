//! Whether the quoted packet was ever sent.

use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Reading, Signal, Standing};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "original",
    group: Group::Validity,
    question: "Is the quoted packet among the captured ones?",
    why: "A message that quotes a captured packet in every field was made by somebody who saw that packet. One that quotes a packet which the capture should hold and does not, or one that no message may be sent about, was made up.",
    silent: "The capture may have missed the packet: it began later, sees one direction only, or forgot the flow.",
    readings: &[
        Reading { name: "found", meaning: "The very packet was found.", weights: [0, 0, 0, 0, 0, 0, 0, -8] },
        Reading {
            name: "contradicted",
            meaning: "All packets of the flow were captured, and the quote is of none of them: identification, length, sequence number or checksum differ.",
            weights: [-4, -4, -4, -4, -4, -4, -4, 18],
        },
        Reading {
            name: "never-sent",
            meaning: "The sender's other packets to the target were captured, but no packet of the quoted flow.",
            weights: [-4, -4, -4, -4, -4, -4, -4, 15],
        },
        Reading {
            name: "illegal",
            meaning: "No message may be sent about such a packet: an ICMP error, or a packet to many.",
            weights: [-3, -3, -3, -3, -3, -3, -3, 6],
        },
    ],
    references: "RFC 1122 section 3.2.2; RFC 4443 section 2.4; RFC 5927 section 4",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    match facts.key.standing {
        Standing::Contradicted => return Some("contradicted"),
        Standing::Illegal => return Some("illegal"),
        Standing::Asked | Standing::Answered => {}
    }
    if facts.exact > 0 {
        return Some("found");
    }
    (facts.unmatched > 0 && facts.flow_only == 0 && should_be_held(case)).then_some("never-sent")
}

/// Whether the capture ran long enough before the message, and holds other packets of the same pair both ways.
fn should_be_held(case: &Case<'_>) -> bool {
    let facts = case.facts;
    let Some((sender, target)) = case.ends() else { return false };
    let pair = case.seen.pairs.get(&(sender, target));
    let sees_both = pair.is_some_and(|pair| pair.opened > 0 && pair.answered > 0);
    let forgot = case.seen.flows.forgotten_full() > 0;
    let has_ports = facts.key.target_port.is_some();
    has_ports && sees_both && !forgot && facts.first_seen.since(case.context.start) > hindsight(case)
}

/// Nanoseconds that the capture has to have run to hold the original: a few round trips, or what neighbour resolution takes.
fn hindsight(case: &Case<'_>) -> i64 {
    const NEIGHBOUR_RESOLUTION: i64 = 5_000_000_000;
    const AT_LEAST: i64 = 50_000_000;
    if case.refusal() == Refusal::Host && case.speaker() != Speaker::Target {
        return NEIGHBOUR_RESOLUTION;
    }
    let round_trip = case.target().and_then(|target| target.round_trip);
    round_trip.map_or(NEIGHBOUR_RESOLUTION, |microseconds| (i64::from(microseconds) * 3000).max(AT_LEAST))
}
