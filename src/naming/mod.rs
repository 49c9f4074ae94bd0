//! Names of hosts and networks for addresses: from the user's list, from DNS answers of the capture, from databases.
//!
//! Nothing here is asked for over the network. What a capture says of names is what somebody sent: it may lie.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod answers;
mod hosts;
mod latest;
mod learned;
mod networks;

use std::net::IpAddr;

pub use answers::{Origin, answers};
pub use hosts::Hosts;
pub use learned::Learned;
pub use networks::Networks;

use crate::frame::Frame;

/// What is known of addresses, as far as it was asked for.
#[derive(Debug, Default)]
pub struct Naming {
    /// The user's own list, which counts before anything else.
    pub listed: Option<Hosts>,
    /// What DNS answers said.
    pub learned: Option<Learned>,
    /// Databases, of which the first that knows something counts.
    pub networks: Vec<Networks>,
}

impl Naming {
    /// Whether hosts are named.
    pub fn names_hosts(&self) -> bool {
        self.listed.is_some() || self.learned.is_some()
    }

    /// Whether networks are.
    pub fn names_networks(&self) -> bool {
        !self.networks.is_empty()
    }

    /// Learns from a frame, where that was asked for.
    pub fn observe(&mut self, frame: &Frame<'_>) {
        if let Some(learned) = &mut self.learned {
            learned.observe(frame);
        }
    }

    /// Name of a host.
    pub fn host(&self, address: IpAddr) -> Option<&str> {
        let listed = self.listed.as_ref().and_then(|hosts| hosts.name(address));
        listed.or_else(|| self.learned.as_ref()?.name(address))
    }

    /// Number of the autonomous system that announces an address.
    pub fn asn(&self, address: IpAddr) -> Option<u32> {
        self.networks.iter().find_map(|networks| networks.asn(address))
    }

    /// Country of an address, as its ISO 3166-1 code.
    pub fn country(&self, address: IpAddr) -> Option<String> {
        self.networks.iter().find_map(|networks| networks.country(address))
    }
}
