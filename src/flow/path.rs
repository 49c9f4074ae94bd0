//! Paths as time-exceeded messages show them: which packets died on the way, and who said so.

use std::net::IpAddr;

use super::FewAddresses;
use super::distinct::Tally;
use super::host::TtlTally;
use crate::frame::Timestamp;

/// Packets from one address to another that died on the way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path {
    /// Time-exceeded messages.
    pub expired: u32,
    /// Who sent them.
    pub routers: FewAddresses,
}

impl Path {
    /// Notes that `router` said a packet of this path had expired.
    pub fn note_expired(&mut self, router: IpAddr) {
        self.expired = self.expired.saturating_add(1);
        self.routers.add(router);
    }
}

/// What one address tried at another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pair {
    /// Distinct ports that it opened flows to.
    ports: Tally,
    /// Flows that it opened; saturates.
    pub opened: u16,
    /// Flows of these that were answered by other than a reset; saturates.
    pub answered: u16,
    /// When the first was opened.
    pub first: Timestamp,
    /// When the latest was opened.
    pub last: Timestamp,
    /// TTLs of the packets that opened them.
    pub ttls: TtlTally,
}

impl Pair {
    /// Notes that a flow was opened to `target`.
    pub fn note_opened(&mut self, port: u16, ttl: u8, now: Timestamp) {
        self.first = if self.opened == 0 { now } else { self.first.min(now) };
        self.last = self.last.max(now);
        self.opened = self.opened.saturating_add(1);
        self.ports.add(port.into());
        self.ttls.add(ttl);
    }

    /// Distinct ports, roughly: exact for a few, saturated from about two hundred on.
    pub fn ports(&self) -> u64 {
        self.ports.estimate()
    }
}
