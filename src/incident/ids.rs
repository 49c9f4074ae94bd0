//! Which ids incidents have: none has one that another was given, of those that are remembered.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Incident, letters};

/// Ids that are remembered. Incidents only share one where they began at the same time, and are alike in all that tells: a flood
/// under a coarse clock, of which some cases are judged before the others.
const MOST: usize = 1 << 16;

/// How often ids were given, by their hashes.
#[derive(Debug, Default)]
pub(super) struct Ids {
    given: HashMap<u64, u32, RandomState>,
}

impl Ids {
    /// Gives an incident another id where its own was given before: the same in every run, as its own is.
    pub(super) fn settle(&mut self, incident: &mut Incident) {
        if self.given.len() >= MOST {
            self.given.clear();
        }
        let times = self.given.entry(hash(incident.id.bytes())).or_default();
        if *times > 0 {
            incident.id = made_of(incident.id.bytes().chain(times.to_le_bytes()));
        }
        *times += 1;
    }
}

/// The id that stands for some bytes: the same in every run, unlike what the hashes of maps would give.
pub(super) fn made_of(bytes: impl IntoIterator<Item = u8>) -> String {
    letters(u128::from(hash(bytes) >> 24), 10)
}

/// FNV-1a (Fowler, Noll and Vo).
fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
