//! Datagrams captured in fragments: later fragments have no ports, so they are joined to the first by identification.

use std::net::IpAddr;

use super::{Bounded, Direction, FlowKey};
use crate::decode::Ip;
use crate::frame::{InputId, Timestamp};

/// What all fragments of a datagram share (RFC 791 section 3.2, RFC 8200 section 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FragmentKey {
    source: IpAddr,
    destination: IpAddr,
    identification: u32,
    protocol: u8,
}

impl FragmentKey {
    /// The key of a captured or quoted fragment.
    pub fn of(ip: &Ip<'_>) -> Self {
        let Ip { identification, protocol, .. } = *ip;
        Self { source: ip.source(), destination: ip.destination(), identification, protocol }
    }

    pub(super) fn ends(&self) -> (IpAddr, IpAddr) {
        (self.source, self.destination)
    }

    /// From its [ends](Self::ends) and its [number](Self::number).
    pub(super) fn of_parts((source, destination): (IpAddr, IpAddr), number: u64) -> Self {
        Self { source, destination, identification: (number >> 8) as u32, protocol: number as u8 }
    }

    /// What tells datagrams of the same ends apart.
    pub(super) fn number(&self) -> u64 {
        u64::from(self.identification) << 8 | u64::from(self.protocol)
    }
}

/// One fragment as captured.
#[derive(Clone, Copy, Debug)]
pub struct Fragment {
    /// Offset in the datagram, in units of eight bytes.
    pub offset: u16,
    /// The input it came from.
    pub input: InputId,
    /// Its frame number.
    pub frame: u64,
    /// When it was captured.
    pub timestamp: Timestamp,
    /// TTL or hop limit.
    pub ttl: u8,
}

/// Fragments of one datagram that are remembered: enough for 64 KiB over an MTU of 1500 and a few copies.
const FRAGMENTS_KEPT: usize = 48;

/// A datagram captured in fragments.
#[derive(Clone, Debug, Default)]
pub struct Datagram {
    /// Its flow, where the first fragment was captured.
    pub flow: Option<(FlowKey, Direction)>,
    /// Its fragments, in the order they were captured.
    pub fragments: Vec<Fragment>,
}

/// Datagrams captured in fragments, a bounded number.
pub type Fragments = Bounded<FragmentKey, Datagram>;

impl Datagram {
    /// Adds a fragment.
    pub fn note(&mut self, fragment: Fragment, flow: Option<(FlowKey, Direction)>) {
        self.flow = self.flow.or(flow);
        if self.fragments.len() < FRAGMENTS_KEPT {
            self.fragments.push(fragment);
        }
    }

    /// The latest fragment with this offset.
    pub fn at(&self, offset: u16) -> Option<&Fragment> {
        self.fragments.iter().rev().find(|fragment| fragment.offset == offset)
    }
}
