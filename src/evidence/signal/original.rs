//! Whether the quoted packet was ever sent.

use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Reading, Signal, Standing, initial_ttl};
use crate::flow::Pair;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "original",
    group: Group::Validity,
    question: "Is the quoted packet among the captured ones?",
    why: "A message that quotes a captured packet in every field was made by somebody who saw that packet. One that quotes a packet which the capture should hold and does not, or one that no message may be sent about, was made up.",
    silent: "The capture may have missed the packet: it began later, was filtered, sees one direction only, or forgot the flow.",
    readings: &[
        Reading {
            name: "found",
            meaning: "The very packet was found, be it right behind the message, as frames may be out of order.",
            weights: [0, 0, 0, 0, 0, 0, 0, -8],
        },
        Reading {
            name: "contradicted",
            meaning: "All packets of the flow were captured, and the quote is of none of them: identification, length, sequence number or checksum differ.",
            weights: [-4, -4, -4, -4, -4, -4, -4, 18],
        },
        Reading {
            name: "contradicted-or-lost",
            meaning: "The quote is of none of the flow's captured packets; but the capture lost packets, or the reporter does see what passes: it may be of one that was missed.",
            weights: [-1, -1, -1, -1, -1, -1, -1, 6],
        },
        Reading {
            name: "not-sent-here",
            meaning: "The sender's own link was captured, with packets of it to several ports of the target, or of several hosts, but no packet of the quoted flow.",
            weights: [-6, -6, -6, -6, -6, -6, -6, 20],
        },
        Reading {
            name: "never-sent",
            meaning: "The sender's other packets to the target were captured, but no packet of the quoted flow.",
            weights: [-4, -4, -4, -4, -4, -4, -4, 15],
        },
        Reading {
            name: "never-sent-or-lost",
            meaning: "The sender's other packets to the target were captured, but no packet of the quoted flow; the capture lost packets, or holds nothing of its protocol, or of the port of a remote session, as where a filter left that out, or the reporter does see what passes: it may have been missed.",
            weights: [-1, -1, -1, -1, -1, -1, -1, 4],
        },
        Reading {
            name: "illegal",
            meaning: "No such message may be sent about the packet: it is an ICMP error, goes to many, or, said to be too big, fits or may be split.",
            weights: [-3, -3, -3, -3, -3, -3, -3, 6],
        },
    ],
    references: "RFC 1122 section 3.2.2; RFC 1191 section 4; RFC 4443 section 2.4; RFC 5927 sections 4 and 7; Wireshark leaves out the remote session that it runs in by itself (`get_conn_cfilter`)",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    match facts.key.standing {
        Standing::Contradicted if facts.behind.has_contradicted(case.seen) => return Some("found"),
        Standing::Contradicted if may_be_lost(case) => return Some("contradicted-or-lost"),
        Standing::Contradicted => return Some("contradicted"),
        Standing::Illegal if !facts.key.code.is_packet_too_big() => return Some("illegal"),
        Standing::Illegal | Standing::Asked | Standing::Answered => {}
    }
    // Who has seen the packet may be a router that takes it for too big all the same.
    let is_illegal = facts.key.standing == Standing::Illegal;
    if facts.exact > 0 {
        return (!is_illegal).then_some("found");
    }
    not_found(case).or(is_illegal.then_some("illegal"))
}

/// What it says that the packet was not found.
fn not_found(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    if !facts.unmatched || facts.flow_only > 0 || may_have_missed(case) {
        return None;
    }
    let (is_here, knows_pair) = (sends_here(case), sees_both_ways(case));
    match may_be_lost(case) || may_be_left_out(case) {
        true => (is_here || knows_pair).then_some("never-sent-or-lost"),
        false if is_here => Some("not-sent-here"),
        false => knows_pair.then_some("never-sent"),
    }
}

/// Whether the capture need not hold the original, or holds it behind the message: it is filtered, forgot flows, had not run for
/// long enough, or is out of order; or the packet was refused before it left its sender.
fn may_have_missed(case: &Case<'_>) -> bool {
    let facts = case.facts;
    let is_young = facts.first_seen.since(case.context.start) <= hindsight(case);
    let forgot = case.seen.flows.forgotten_full() > 0;
    let has_ports = facts.key.target_port.is_some();
    let has_begun = facts.behind.has_begun(facts.first_seen, case.seen);
    !has_ports || forgot || is_young || has_begun || case.context.gaps.is_filtered || case.speaker() == Speaker::Sender
}

/// Whether a capture filter may have left the original out, which classic captures do not tell: nothing of its protocol is in it
/// (`tcp or icmp`), or nothing of its remote session (`not port 22`).
fn may_be_left_out(case: &Case<'_>) -> bool {
    let facts = case.facts;
    let ports = [facts.key.target_port, facts.sender_port];
    facts.key.protocol.is_some_and(|number| case.seen.contents.lack(number, ports))
}

/// Whether a packet that is missing was rather lost by the capture than never sent: losses are known, or the reporter does see what
/// passes.
fn may_be_lost(case: &Case<'_>) -> bool {
    case.context.gaps.are_wide() || sees_the_path(case)
}

/// Whether at least half of the messages that look the same, of the same reporter, quote packets that were captured: then it
/// does see what passes.
fn sees_the_path(case: &Case<'_>) -> bool {
    let own = case.facts.key.signature;
    case.reporter().is_some_and(|profile| {
        profile.looks.iter().any(|look| look.signature == own && look.exact.saturating_mul(2) >= look.messages)
    })
}

/// Whether it holds other packets of the same pair, both ways.
fn sees_both_ways(case: &Case<'_>) -> bool {
    let pair = case.ends().and_then(|ends| case.profiles.pairs.get(&ends));
    pair.is_some_and(|pair| pair.opened > 0 && pair.answered > 0)
}

/// Whether it was taken on the sender's own link: the sender's packets had passed no router, they went to several ports of
/// the target, or to several ports and hosts, so that no filter chose one of these, and were answered. A sender that opens
/// flows from there sends all of them there.
fn sends_here(case: &Case<'_>) -> bool {
    const SEVERAL: u64 = 3;
    let facts = case.facts;
    let mut senders = facts.senders.iter();
    let (Some(sender), None) = (senders.next(), senders.next()) else { return false };
    let Some(host) = case.host(sender) else { return false };
    let is_beside = host.dominant_ttl().is_some_and(|ttl| initial_ttl(ttl) == ttl);
    let of_target = case.ends().and_then(|ends| case.profiles.pairs.get(&ends)).map_or(0, Pair::ports);
    let of_all = host.tried_ports.estimate().min(host.tried_targets.estimate());
    let is_varied = of_target.max(of_all) >= SEVERAL;
    is_beside && is_varied && host.served > 0 && facts.recipients.contains(sender)
}

/// Nanoseconds that the capture has to have run to hold the original: a few round trips, or what neighbour resolution takes.
fn hindsight(case: &Case<'_>) -> i64 {
    const NEIGHBOUR_RESOLUTION: i64 = 5_000_000_000;
    const AT_LEAST: i64 = 50_000_000;
    if case.refusal() == Refusal::Host && case.speaker() != Speaker::Target {
        return NEIGHBOUR_RESOLUTION;
    }
    let round_trip = case.target().and_then(|target| target.round_trip);
    round_trip.map_or(NEIGHBOUR_RESOLUTION, |microseconds| (i64::from(microseconds.get()) * 3000).max(AT_LEAST))
}
