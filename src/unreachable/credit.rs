//! Credit: how many remembered packets may be looked at for a quote, so that no flood of quotes makes a capture take
//! longer than its packets.

use crate::flow::{Observations, Record};
use crate::frame::Timestamp;

/// Packets that are looked through for one quote, at most.
const REACH: u32 = 4096;
/// Comparisons that can be saved up.
const MOST: u32 = REACH * 16;

/// What captured packets have earned, `PER_PACKET` comparisons each, and quotes not yet spent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Credit<const PER_PACKET: u32 = 4> {
    left: u32,
    settled: u32,
}

impl<const PER_PACKET: u32> Credit<PER_PACKET> {
    /// As much as can be saved up, before anything was earned.
    pub(super) const FULL: Self = Self { left: MOST, settled: 0 };

    /// How many comparisons can be made, given the position that the next packet gets.
    #[inline]
    pub(super) fn at(&mut self, position: u32) -> u32 {
        let packets = position.wrapping_sub(self.settled);
        self.left = self.left.saturating_add(packets.saturating_mul(PER_PACKET)).min(MOST);
        self.settled = position;
        self.left
    }

    /// Takes what comparisons cost.
    #[inline]
    pub(super) fn spend(&mut self, comparisons: u32) {
        self.left = self.left.saturating_sub(comparisons);
    }

    /// Looks through the latest packets, as many as the credit allows, for one that `is_it` says yes to; none is looked at
    /// that was captured before `oldest`, nor what came before that one. Each costs a comparison.
    pub(super) fn find<'a>(
        &mut self,
        seen: &'a Observations,
        oldest: Timestamp,
        is_it: impl Fn(&Record) -> bool,
    ) -> Option<&'a Record> {
        let left = self.at(seen.recent.position());
        let mut looked_at = 0;
        let ends = |record: &&Record| {
            looked_at += 1;
            record.timestamp() < oldest || is_it(record)
        };
        let end = seen.recent.latest(left.min(REACH)).find(ends);
        self.spend(looked_at);
        end.filter(|record| record.timestamp() >= oldest)
    }
}
