//! How far away the reporter is, compared with the target.

use std::cmp::Ordering;

use super::super::case::LONGEST_PATH;
use super::super::prior::Speaker;
use super::super::{Case, Group, Reading, Signal, Standing, hops, initial_ttl};

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "distance",
    group: Group::Distance,
    question: "Did the message travel as far as the target's own packets do?",
    why: "Each router takes one from the TTL. A message in the target's name that passed fewer routers than the target's packets was made in front of it; one from another address that passed as many comes from the same place.",
    silent: "Nothing but ICMP errors was seen of the target and of the addresses next to it, its packets were captured at several points of their way or from ever other distances, or both are further away than TTLs let tell.",
    readings: &[
        Reading {
            name: "as-target",
            meaning: "It came from as far away as the target's own packets, or a good part of them.",
            weights: [1, 1, -2, -6, -6, 1, 0, -3],
        },
        Reading {
            name: "as-target-from-255",
            meaning: "It came from as far away as the target's own packets, but was sent with initial TTL 255, as some systems send ICMP messages only.",
            weights: [1, 1, -1, -4, -4, 1, 0, -1],
        },
        Reading {
            name: "nearer",
            meaning: "It bears the target's address, but came from nearer than the target's own packets.",
            weights: [-14, -10, 10, 3, 3, -6, 0, 8],
        },
        Reading {
            name: "nearer-by-owner",
            meaning: "It bears the target's address and came from nearer than the target's other packets, but looks as Linux builds it where the address is its own: what answers there is right behind it, as a container whose ports are published, or farther, where echo replies or a flow of the address came from where the message does.",
            weights: [0, 0, 0, 0, 0, 0, 0, 5],
        },
        Reading {
            name: "nearer-as-owner",
            meaning: "It bears the target's address and came from several hops nearer than the target's packets, but looks as Linux builds it where the address is its own: a redirection on the way, or the owner of an address whose ports others serve from behind it.",
            weights: [-6, -4, 6, 1, 1, -3, 0, 5],
        },
        Reading {
            name: "nearer-than-neighbours",
            meaning: "Nothing was captured of the target itself, but hosts at the addresses next to it are all as far away as one another, and the message came from nearer: by several hops, or by one and without the identification and precedence of most systems, as filters build it; a gateway's own address is nearer by one.",
            weights: [-9, -6, 9, 0, 0, -3, 0, 4],
        },
        Reading {
            name: "nearer-than-asker",
            meaning: "The refused packet was an answer, and the message bears the asker's address, but came from nearer than the asker's questions: a translator that no longer has the mapping.",
            weights: [0, -6, 4, 0, 0, -6, 0, 0],
        },
        Reading {
            name: "farther",
            meaning: "It bears the target's address, but came from farther away: an address translation lies between.",
            weights: [0, 0, -1, -3, -3, 0, 0, 5],
        },
        Reading {
            name: "other-initial-ttl",
            meaning: "It bears the target's address, but was sent with another initial TTL than the target's own packets.",
            weights: [-4, -1, 5, 0, 0, -2, 0, 4],
        },
        Reading {
            name: "beside-target",
            meaning: "It comes from another address, as far away as the target.",
            weights: [2, 3, 0, -5, -5, 2, -3, 0],
        },
        Reading {
            name: "before-target",
            meaning: "It comes from another address, nearer than the target.",
            weights: [-6, -9, 3, 3, 3, -5, 3, 0],
        },
        Reading {
            name: "behind-target",
            meaning: "It comes from another address, farther away than the target.",
            weights: [0, 1, 0, 0, 0, 0, 0, 3],
        },
    ],
    references: "Measured on Linux 6.18: no exception on symmetric paths; RFC 1812 section 5.3.1; nmap-os-db test U1: OpenBSD, Solaris and AIX send ICMP from 255, and TCP from 64",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let reporter_ttl = case.facts.key.signature.ttl;
    let Some(target_ttl) = case.target_ttl() else { return against_neighbours(case) };
    let (reporter, target) = (hops(reporter_ttl), hops(target_ttl));
    if reporter > LONGEST_PATH || target > LONGEST_PATH || case.speaker() == Speaker::Sender {
        return None;
    }
    let same_class = initial_ttl(reporter_ttl) == initial_ttl(target_ttl);
    if case.speaker() == Speaker::Target && case.target()?.is_usual(reporter_ttl) {
        return Some("as-target");
    }
    if case.is_of_publisher() {
        return Some("nearer-by-owner");
    }
    Some(match (case.speaker(), reporter.cmp(&target)) {
        (Speaker::Target, Ordering::Equal) if same_class => "as-target",
        (Speaker::Target, Ordering::Equal) if initial_ttl(reporter_ttl) == 255 => "as-target-from-255",
        (Speaker::Target, _) if !same_class => "other-initial-ttl",
        (Speaker::Target, Ordering::Less) if case.facts.key.standing == Standing::Answered => "nearer-than-asker",
        (Speaker::Target, Ordering::Less) if case.may_be_of_owner() => "nearer-as-owner",
        (Speaker::Target, Ordering::Less) => "nearer",
        (Speaker::Target, _) => "farther",
        (_, Ordering::Equal) => "beside-target",
        (_, Ordering::Less) => "before-target",
        (_, Ordering::Greater) => "behind-target",
    })
}

/// Networks are on one link, and so as far away as one another, but for the router that leads there.
fn against_neighbours(case: &Case<'_>) -> Option<&'static str> {
    case.is_before_neighbours().then_some("nearer-than-neighbours")
}
