//! Which ids incidents have: none has one that another was given.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::{Incident, letters};

/// Ids that are remembered. Incidents only share one where they began at the same time, and are alike in all that tells: a flood
/// under a coarse clock, of which some cases are judged before the others.
const MOST: usize = 1 << 16;

/// Ids that were given.
#[derive(Debug, Default)]
pub(super) struct Ids {
    given: HashSet<String, RandomState>,
}

impl Ids {
    /// Gives an incident another id where its own was given before: the same in every run, as its own is.
    pub(super) fn settle(&mut self, incident: &mut Incident) {
        if self.given.len() >= MOST {
            self.given.clear();
        }
        while !self.given.insert(incident.id.clone()) {
            incident.id = letters(u128::from(hash(incident.id.bytes()) >> 24), incident.id.len());
        }
    }
}

/// FNV-1a (Fowler, Noll and Vo).
pub(super) fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
