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
    /// The point of view that the observations show; `matched` of the `messages` quote packets of captured flows, and of others, which
    /// are `snapped`, the capture has too little to be matched. Hosts are told of where there are `profiles` of them.
    pub fn of(seen: &Observations, profiles: Option<&Profiles>, messages: u64, matched: u64, snapped: u64) -> Self {
        let mut blind_spots = blind_spots(seen, messages, matched + snapped);
        blind_spots.extend(too_short(messages, snapped));
        Self { beside: profiles.map(beside).unwrap_or_default(), blind_spots }
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

/// What hides refusals, or what they are about; of a capture without any, nothing. Of what is too short to be matched, it is not known
/// whether the capture holds the packet: it is among those `told` of otherwise.
fn blind_spots(seen: &Observations, messages: u64, told: u64) -> Vec<String> {
    let mut spots = Vec::new();
    if messages == 0 {
        return spots;
    }
    spots.extend(unmatched(messages, messages - told));
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
    let which = some_of(messages, unmatched)?;
    Some(match unmatched {
        1 => format!(
            "{which} is about a packet that the capture does not hold: it began later, does not see its path, a filter kept it out, or \
             nobody sent it"
        ),
        _ => format!(
            "{which} are about packets that the capture does not hold: it began later, does not see their path, a filter kept them out, \
             or nobody sent them"
        ),
    })
}

/// Of how many of the messages the capture has too little.
fn too_short(messages: u64, snapped: u64) -> Option<String> {
    let (which, were) = (some_of(messages, snapped)?, if snapped == 1 { "was" } else { "were" });
    Some(format!(
        "{which} {were} captured without the addresses or ports of what was refused: capture 256 bytes of each frame or more (the snap \
         length: `-s 256` of tcpdump), which is enough in tunnels, too"
    ))
}

/// So many of the messages, to begin a sentence with; nothing where there are none.
fn some_of(messages: u64, count: u64) -> Option<String> {
    match (count, messages) {
        (0, _) => None,
        (1, 1) => Some("the unreachable".to_owned()),
        _ if count == messages => Some(format!("all {messages} unreachables")),
        _ => Some(format!("{count} of {messages} unreachables")),
    }
}
