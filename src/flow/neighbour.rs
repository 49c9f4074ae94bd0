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
    /// The hardware addresses that it said to have, the last two.
    pub macs: [Option<Mac>; 2],
}

impl Neighbour {
    /// Notes a request for the address.
    pub fn note_request(&mut self, now: Timestamp) {
        self.unanswered = self.unanswered.saturating_add(1);
        self.asked_since.get_or_insert(now);
    }

    /// Notes an answer by the address, and the hardware address that it says to have.
    pub fn note_answer(&mut self, mac: Option<Mac>) {
        let [last, _] = self.macs;
        let macs = if mac.is_none() || mac == last { self.macs } else { [mac, last] };
        *self = Self { answered: true, macs, ..Self::default() };
    }

    /// Whether it said to have this hardware address.
    pub fn has_claimed(&self, mac: Mac) -> bool {
        self.macs.contains(&Some(mac))
    }
}
