//! Which reporters are one device under several addresses.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::evidence::Context;
use crate::flow::Signature;
use crate::frame::Timestamp;
use crate::unreachable::Reporter;

/// Address and distance of a reporter.
pub(super) type Place = (IpAddr, Option<u8>);

/// Reporters of one look and distance that are compared with each other, at most.
const COMPARED: usize = 256;

/// The first place of the device that each of the places belongs to.
pub(super) fn aliases(places: &[Place], context: &Context) -> BTreeMap<Place, Place> {
    let mut owner: BTreeMap<Place, Place> = places.iter().map(|&place| (place, place)).collect();
    let mut alike: BTreeMap<Option<u8>, Vec<(Place, &Reporter)>> = BTreeMap::new();
    for &place in places {
        let bucket = alike.entry(place.1).or_default();
        if let Some(profile) = context.reporters.get(&place.0).filter(|_| bucket.len() < COMPARED) {
            bucket.push((place, profile));
        }
    }
    for (hops, bucket) in alike {
        for (position, (later, profile)) in bucket.iter().enumerate() {
            let earlier = bucket.iter().take(position);
            let same = earlier.into_iter().find(|(_, other)| is_one_device(profile, other, hops));
            if let Some((first, _)) = same {
                let first = owner.get(first).copied().unwrap_or(*first);
                owner.insert(*later, first);
            }
        }
    }
    owner
}

/// Two addresses that speak from one hardware address of the captured link itself, or number their messages by one counter.
fn is_one_device(one: &Reporter, other: &Reporter, hops: Option<u8>) -> bool {
    let share_interface = hops == Some(0) && one.mac.is_some() && one.mac == other.mac;
    share_interface || (look(one) == look(other) && share_counter(&one.numbers, &other.numbers))
}

/// What does not depend on the version of IP.
fn look(profile: &Reporter) -> Option<Signature> {
    profile.looks.first().map(|look| look.signature)
}

/// Whether the identifications of both, taken together, rise in the order of time, in small steps, and both take turns (Spring,
/// Mahajan and Wetherall, "Measuring ISP Topologies with Rocketfuel", SIGCOMM 2002: the Ally test). By chance, a step of random
/// numbers is this small once in a hundred times.
fn share_counter(one: &[(Timestamp, u16)], other: &[(Timestamp, u16)]) -> bool {
    /// Steps, at most: what a busy device sends between two of its messages.
    const STEP: u16 = 600;
    /// Turns, at least.
    const TURNS: usize = 3;
    let from = |whose: bool, numbers: &[(Timestamp, u16)]| {
        numbers.iter().map(move |&(at, number)| (at, number, whose)).collect::<Vec<_>>()
    };
    let mut all = [from(false, one), from(true, other)].concat();
    all.sort_unstable();
    let pairs = || all.iter().zip(all.iter().skip(1));
    let turns = pairs().filter(|(earlier, later)| earlier.2 != later.2).count();
    let rises = pairs().all(|(earlier, later)| (1..=STEP).contains(&later.1.wrapping_sub(earlier.1)));
    turns >= TURNS && rises
}
