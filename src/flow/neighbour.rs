//! Neighbour resolution as observed: who was asked for by ARP or neighbour discovery, and who answered.

use crate::decode::Mac;
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
    /// The hardware address that it last said to have.
    pub mac: Option<Mac>,
}

impl Neighbour {
    /// Notes a request for the address.
    pub fn note_request(&mut self, now: Timestamp) {
        self.unanswered = self.unanswered.saturating_add(1);
        self.asked_since.get_or_insert(now);
    }

    /// Notes an answer by the address, and the hardware address that it says to have.
    pub fn note_answer(&mut self, mac: Option<Mac>) {
        *self = Self { answered: true, mac, ..Self::default() };
    }
}
