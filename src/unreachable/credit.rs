//! Credit: how many remembered packets may be looked at for a quote, so that no flood of quotes makes a capture take
//! longer than its packets.

use crate::flow::{Observations, Record};

/// Packets that one quote is compared with, at most.
const REACH: u32 = 4096;
/// Comparisons that each captured packet allows.
const COMPARISONS_PER_PACKET: u32 = 4;

/// What captured packets have earned, and quotes not yet spent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Credit {
    left: u32,
    settled: u32,
}

impl Credit {
    /// The latest packets, as many as the credit allows, each of which costs a comparison.
    pub(super) fn latest<'a>(&mut self, seen: &'a Observations) -> impl Iterator<Item = &'a Record> + use<'a, '_> {
        self.earn(seen.recent.position());
        let allowed = self.left.min(REACH) as usize;
        seen.recent.latest().take(allowed).inspect(|_| self.left = self.left.saturating_sub(1))
    }

    fn earn(&mut self, position: u32) {
        let packets = position.wrapping_sub(self.settled);
        self.left = self.left.saturating_add(packets.saturating_mul(COMPARISONS_PER_PACKET)).min(REACH * 16);
        self.settled = position;
    }
}
