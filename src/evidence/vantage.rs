//! Where the capture was taken, and what it could not see from there.

use std::net::IpAddr;

use super::initial_ttl;
use crate::flow::{Observations, Profiles, address_bits};

/// The capture's point of view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vantage {
    /// Hosts whose packets had passed no router, ascending: the capture was taken on them, or on a link of theirs.
    pub beside: Vec<IpAddr>,
    /// Sentences about what it could not see.
    pub blind_spots: Vec<String>,
}

/// Flows from which on it means something that none was answered.
const ENOUGH_FLOWS: u64 = 5;

impl Vantage {
    /// The point of view that the observations show; `matched` of the `messages` quote packets of captured flows. Hosts are told of
    /// where there are `profiles` of them.
    pub fn of(seen: &Observations, profiles: Option<&Profiles>, messages: u64, matched: u64) -> Self {
        Self { beside: profiles.map(beside).unwrap_or_default(), blind_spots: blind_spots(seen, messages, matched) }
    }
}

fn beside(profiles: &Profiles) -> Vec<IpAddr> {
    let is_beside = |ttl: u8| initial_ttl(ttl) == ttl && ttl != 32;
    let mut beside: Vec<IpAddr> = profiles
        .hosts
        .iter()
        .filter(|(_, host)| host.dominant_ttl().is_some_and(is_beside))
        .map(|(address, _)| address)
        // Who has no address yet sends from this one (RFC 1122, 3.2.1.3), and so do many at once.
        .filter(|address| !address.is_unspecified())
        .collect();
    // In the order of addresses; by numbers, as those of thousands take a millisecond less.
    beside.sort_unstable_by_key(|&address| (address.is_ipv6(), address_bits(address)));
    beside
}

/// What hides refusals, or what they are about; of a capture without any, nothing.
fn blind_spots(seen: &Observations, messages: u64, matched: u64) -> Vec<String> {
    let mut spots = Vec::new();
    if messages == 0 {
        return spots;
    }
    spots.extend(unmatched(messages, messages - matched));
    if seen.flows_passed > 0 {
        spots.push(
            "packets were captured at several points of their way, or went round a loop: how far away their hosts are, \
             and by which hardware address, says nothing then; a capture from one point alone may tell more"
                .to_owned(),
        );
    }
    // A flow that was refused has no other answer.
    let unanswered = seen.flows_opened.saturating_sub(seen.flows_refused);
    if unanswered >= ENOUGH_FLOWS && seen.flows_both_ways == 0 {
        spots.push(format!(
            "none of {unanswered} flows was seen in both directions: what answered cannot be told from what did not"
        ));
    }
    spots
}

/// Of how many of the messages the capture does not hold the packets.
fn unmatched(messages: u64, unmatched: u64) -> Option<String> {
    let which = match (unmatched, messages) {
        (0, _) => return None,
        (1, 1) => "the unreachable is about a packet".to_owned(),
        (1, _) => format!("1 of {messages} unreachables is about a packet"),
        _ if unmatched == messages => format!("all {messages} unreachables are about packets"),
        _ => format!("{unmatched} of {messages} unreachables are about packets"),
    };
    let why = match unmatched {
        1 => "it began later, does not see its path, a filter kept it out, or nobody sent it",
        _ => "it began later, does not see their path, a filter kept them out, or nobody sent them",
    };
    Some(format!("{which} that the capture does not hold: {why}"))
}
