//! Neighbour resolution as observed: who was asked for by ARP or neighbour discovery, and who answered.

use crate::frame::Timestamp;

/// What was seen of the resolution of one address.
#[derive(Clone, Copy, Debug, Default)]
pub struct Neighbour {
    /// Requests for it since it last answered.
    pub unanswered: u32,
    /// Time of the first of these.
    pub asked_since: Option<Timestamp>,
    /// Whether it ever answered.
    pub answered: bool,
}

impl Neighbour {
    /// Notes a request for the address.
    pub fn note_request(&mut self, now: Timestamp) {
        self.unanswered = self.unanswered.saturating_add(1);
        self.asked_since.get_or_insert(now);
    }

    /// Notes an answer by the address.
    pub fn note_answer(&mut self) {
        *self = Self { answered: true, ..Self::default() };
    }
}
