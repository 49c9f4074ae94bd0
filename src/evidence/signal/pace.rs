//! How many of the refused packets got a message.

use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Reading, Signal};
use crate::frame::Timestamp;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "pace",
    group: Group::Pace,
    question: "Do the messages keep the pace of a router's rules, or that of its routes?",
    why: "Linux sends one address six messages at once, then one each second. Of routes that lead nowhere it keeps count twice, so that after two messages none follow as long as packets keep coming; refusals by rule go on.",
    silent: "The message is not an IPv4 one about routes or rules by a device that looks like Linux, or there were too few packets to tell.",
    readings: &[
        Reading {
            name: "fell-silent",
            meaning: "Packets kept coming, but after the first messages none followed: a route that leads nowhere.",
            weights: [0, 0, -4, 6, -2, 0, 0, 0],
        },
        Reading {
            name: "went-on",
            meaning: "Six or more packets were refused within a second: a rule, as routes that lead nowhere fall silent sooner.",
            weights: [0, 0, 2, -5, 0, 0, 0, 0],
        },
    ],
    references: "Measured on Linux 6.18 (60 packets in 9 s: 2 messages for an unreachable route, 15 for a rule); Linux net/ipv4/route.c ip_error and net/ipv4/icmp.c",
    read,
};

const SECOND: i64 = 1_000_000_000;

fn read(case: &Case<'_>) -> Option<&'static str> {
    let facts = case.facts;
    let by_route_or_rule = matches!(case.refusal(), Refusal::Route | Refusal::Host | Refusal::Prohibited);
    if !by_route_or_rule || case.speaker() != Speaker::Other || !is_of_linux_router(case) {
        return None;
    }
    // In the order they came: where the clock was set back, nothing is known of their pace.
    let is_quick = |six: &[Timestamp]| matches!(six, [first, .., last] if (0..SECOND).contains(&last.since(*first)));
    if facts.times.windows(6).any(is_quick) {
        return Some("went-on");
    }
    fell_silent(case).then_some("fell-silent")
}

/// The look of Linux, and more quoted than the eight bytes of most other routers; IPv4, as IPv6 has one limiter for everything.
fn is_of_linux_router(case: &Case<'_>) -> bool {
    let is_long = case.facts.quoted_length_max > 28;
    case.facts.key.signature.version == 4 && case.looks_like_linux() && is_long
}

/// Ten packets or more, a second and a half or longer, and fewer messages than one a second, which is what any limiter in use lets
/// through; nor did the reporter spend them on others.
fn fell_silent(case: &Case<'_>) -> bool {
    const ENOUGH: u64 = 10;
    let facts = case.facts;
    let Some((sent, answered)) = case.flow_packets() else { return false };
    let latest = facts.flows.iter().filter_map(|&(flow, direction, _)| case.last_packet(flow, direction)).max();
    let Some(latest) = latest else { return false };
    let lasted = latest.since(facts.first_seen);
    let others = case.reporter().map_or(0, |profile| profile.messages.saturating_sub(facts.messages));
    let messages = i64::try_from(facts.messages).unwrap_or(i64::MAX);
    let is_few = messages.saturating_mul(SECOND) <= lasted.saturating_add(SECOND / 2);
    sent >= ENOUGH && answered == 0 && lasted >= SECOND * 3 / 2 && is_few && others <= facts.messages
}
