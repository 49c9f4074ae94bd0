//! Credit: how many remembered packets may be looked at for a quote, so that no flood of quotes makes a capture take
//! longer than its packets.

use crate::flow::{Observations, Record};
use crate::frame::Timestamp;

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
    /// Looks through the latest packets, as many as the credit allows, for one that `is_it` says yes to; none is looked at
    /// that was captured before `oldest`, nor what came before that one. Each costs a comparison.
    pub(super) fn find<'a>(
        &mut self,
        seen: &'a Observations,
        oldest: Timestamp,
        is_it: impl Fn(&Record) -> bool,
    ) -> Option<&'a Record> {
        self.earn(seen.recent.position());
        let mut looked_at = 0;
        let ends = |record: &&Record| {
            looked_at += 1;
            record.timestamp() < oldest || is_it(record)
        };
        let end = seen.recent.latest(self.left.min(REACH)).find(ends);
        self.left = self.left.saturating_sub(looked_at);
        end.filter(|record| record.timestamp() >= oldest)
    }

    fn earn(&mut self, position: u32) {
        let packets = position.wrapping_sub(self.settled);
        self.left = self.left.saturating_add(packets.saturating_mul(COMPARISONS_PER_PACKET)).min(REACH * 16);
        self.settled = position;
    }
}
