//! When idle flows are looked for.

use crate::frame::{Course, Span, Timestamp};

/// One look for every eight packets, and two for each flow that was opened, so that they cannot come faster than they go.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sweep {
    /// Flows to be looked at, in eighths.
    owed: u32,
    /// The times since the last look: a single absurd time must not make everything look idle.
    recent: Course,
    /// The times of all packets until the last look.
    whole: Span,
}

impl Sweep {
    /// Flows looked at together, in eighths.
    const DUE: u32 = 32 * 8;

    /// Takes the time of a packet, and whether it opened a flow; says whether flows are to be looked at now.
    #[inline]
    pub(super) fn is_due(&mut self, now: Timestamp, opened: bool) -> bool {
        self.recent.add(now);
        self.owed += 1 + u32::from(opened) * 16;
        self.owed >= Self::DUE
    }

    /// The times to go by, and how many flows to look at.
    pub(super) fn begin(&mut self) -> (Span, usize) {
        let Self { owed, recent, whole } = *self;
        *self = Self { whole, ..Self::default() };
        self.whole.join(recent.span());
        (recent.span(), owed as usize / 8)
    }

    /// The times of all packets.
    pub(super) fn whole(&self) -> Span {
        let mut whole = self.whole;
        whole.join(self.recent.span());
        whole
    }
}
