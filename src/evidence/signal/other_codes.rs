//! Whether the target refuses other ports by other codes.

use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Kind, Reading, Refusals, Signal};
use crate::decode::protocol;
use crate::unreachable::Code;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "other-codes",
    group: Group::Code,
    question: "Are other ports of the target refused differently from the same address?",
    why: "Closed ports are all refused by the same code. A host that uses others as well has rules; a router that uses several for one target has them too, as routes and hosts that are down treat all packets alike.",
    silent: "All refusals of the target from this address are alike, or differ only as an outage does that goes on: first the host does not answer, then its route is gone; or the other code says that a packet is too big.",
    readings: &[
        Reading {
            name: "others-prohibited",
            meaning: "Other ports are refused by codes that only rules use: the host has a filter, which may refuse this one too.",
            weights: [0, 2, 0, 0, 0, 0, 0, 1],
        },
        Reading {
            name: "vary",
            meaning: "Another address refuses packets to the target by several codes: by rule, as routes and hosts that are down treat all packets alike.",
            weights: [-4, 9, 11, -10, -10, -3, 0, 4],
        },
        Reading {
            name: "others-by-rule",
            meaning: "Another address refuses other packets to the target by codes of rules: this may be one of them, or what they let through finds no way.",
            weights: [0, 1, 4, -3, -3, 0, 0, 1],
        },
        Reading {
            name: "others-unreachable",
            meaning: "Other ports are refused as closed ones are: this refusal is by a rule.",
            weights: [-6, 3, 3, 0, 0, 0, 0, 3],
        },
    ],
    references: "Linux and BSD filters choose the code by rule; RFC 1812 section 5.2.7.1: what a router says where it has no route, and where the host does not answer",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    let key = &case.facts.key;
    let refusals = case.refusals()?;
    if key.code.is_packet_too_big() {
        return None;
    }
    match case.speaker() {
        // What a system tells itself is about its own ways and rules, as what a router tells.
        Speaker::Other | Speaker::Sender => of_another(case, refusals),
        Speaker::Target if case.facts.quotes(protocol::UDP) => of_target(case, refusals),
        _ => None,
    }
}

/// Routes and hosts that are down treat all packets alike: two codes about these are rules as well, unless they came one after the
/// other. Beside a rule for other packets, what it lets through may find no way all the same.
fn of_another(case: &Case<'_>, refusals: &Refusals) -> Option<&'static str> {
    let key = &case.facts.key;
    let differs = |kind: &&Kind| {
        let is_another = kind.reporter == key.reporter && kind.code != key.code && !kind.code.is_packet_too_big();
        is_another && !is_phase(case, kind.code, refusals)
    };
    let mut others = refusals.kinds.iter().filter(differs).peekable();
    others.peek()?;
    let is_alike = case.refusal().is_about_path() && !others.any(is_about_path);
    Some(if is_alike { "others-by-rule" } else { "vary" })
}

/// Whether both codes are about routes or hosts, and one came after the other: an outage that goes on, as first the host is sought in
/// vain, and then its route is taken back. Rules for ports that were tried one after the other look so, too: so the same port was
/// refused by both, as far as can be told, or the host was sought in vain indeed.
fn is_phase(case: &Case<'_>, other: Code, refusals: &Refusals) -> bool {
    let key = &case.facts.key;
    let of = |code: Code| refusals.alike(key.reporter, code).filter(|kind| is_about_path(kind));
    let is_before = |one: Code, two: Code| of(one).all(|one| of(two).all(|two| one.last_seen <= two.first_seen));
    let is_same = |one: &Kind, two: &Kind| one.protocol == two.protocol && one.ports.may_share(&two.ports);
    let is_outage =
        || refusals.has_timed_out(key.reporter) || of(key.code).any(|own| of(other).any(|other| is_same(own, other)));
    let are_both = of(key.code).next().is_some() && of(other).next().is_some();
    are_both && (is_before(key.code, other) || is_before(other, key.code)) && is_outage()
}

fn of_target(case: &Case<'_>, refusals: &Refusals) -> Option<&'static str> {
    let key = &case.facts.key;
    // Who publishes ports of others says of these that they are down, or that no way leads there.
    let speaks_of_ways = case.is_of_publisher() || refusals.has_timed_out(key.reporter);
    let is_of_way = |code| speaks_of_ways && Refusal::by(code, key.protocol).is_about_path();
    let differs = |kind: &&Kind| {
        let is_another = kind.reporter == key.reporter && kind.protocol == key.protocol && kind.code != key.code;
        is_another && !kind.code.is_packet_too_big() && !is_of_way(kind.code)
    };
    let other = refusals.kinds.iter().find(differs).filter(|_| !is_of_way(key.code))?;
    if key.code.is_port_unreachable() {
        return Some("others-prohibited");
    }
    other.code.is_port_unreachable().then_some("others-unreachable")
}

fn is_about_path(kind: &Kind) -> bool {
    kind.refusal().is_about_path()
}
