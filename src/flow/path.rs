//! Paths as time-exceeded messages show them: which packets died on the way, and who said so.

use std::net::IpAddr;

use super::Distinct;
use super::host::TtlTally;
use super::service::FewAddresses;
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
    pub ports: Distinct,
    /// Flows that it opened.
    pub opened: u32,
    /// Flows of these that were answered by other than a reset.
    pub answered: u32,
    /// When the first was opened.
    pub first: Timestamp,
    /// When the latest was opened.
    pub last: Timestamp,
    /// TTLs of the packets that opened them.
    pub ttls: TtlTally,
}

impl Pair {
    /// Notes that a flow was opened to `target`.
    pub fn note_opened(&mut self, target: IpAddr, port: u16, ttl: u8, now: Timestamp) {
        if self.opened == 0 {
            self.first = now;
        }
        self.last = self.last.max(now);
        self.opened = self.opened.saturating_add(1);
        self.ports.add(target, port);
        self.ttls.add(ttl);
    }
}
