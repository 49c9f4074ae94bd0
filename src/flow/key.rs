//! Which packets belong together: the two ends of a flow and its protocol, whichever way a packet goes.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::decode::{Ip, Ports, Transport};

/// Which way a packet goes in its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// From the lower end to the higher.
    Up = 0,
    /// From the higher end to the lower.
    Down = 1,
}

impl Direction {
    /// The other way.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// Both ends of a flow, lower one first, and its protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FlowKey {
    /// The lower address.
    pub low: IpAddr,
    /// Its port.
    pub low_port: u16,
    /// The higher address.
    pub high: IpAddr,
    /// Its port.
    pub high_port: u16,
    /// IP protocol number.
    pub protocol: u8,
}

impl FlowKey {
    /// The key of a packet from `source` to `destination`, and the way it goes.
    pub fn new(source: (IpAddr, u16), destination: (IpAddr, u16), protocol: u8) -> (Self, Direction) {
        let ((low, low_port), (high, high_port), direction) = if source <= destination {
            (source, destination, Direction::Up)
        } else {
            (destination, source, Direction::Down)
        };
        (Self { low, low_port, high, high_port, protocol }, direction)
    }

    /// The key of a captured or quoted packet; `None` for later fragments, ICMP errors and transport headers that are
    /// not there.
    ///
    /// Protocols without ports have flows by address; echo requests and replies by their identifier.
    pub fn of(ip: &Ip<'_>, transport: &Transport) -> Option<(Self, Direction)> {
        let Ports { source, destination } = ports(transport)?;
        Some(Self::new((ip.source(), source), (ip.destination(), destination), ip.protocol))
    }

    /// Address and port that a packet going this way comes from.
    pub fn source(&self, direction: Direction) -> (IpAddr, u16) {
        match direction {
            Direction::Up => (self.low, self.low_port),
            Direction::Down => (self.high, self.high_port),
        }
    }
}

/// The ports that tell flows apart; those of an echo are its identifier, twice.
pub(super) fn ports(transport: &Transport) -> Option<Ports> {
    match transport {
        Transport::Missing => None,
        Transport::Icmp(icmp) => icmp.echo_identifier().map(|id| Ports { source: id, destination: id }),
        Transport::Portless => Some(Ports { source: 0, destination: 0 }),
        Transport::Udp(_) | Transport::Tcp(_) | Transport::Ported(_) => transport.ports(),
    }
}
