//! Where a flow is looked for: its key as the table stores it, with its hash, made once for a packet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;

use super::half::{Key, KeyV4, KeyV6};
use super::key::ports;
use super::{Direction, FlowKey};
use crate::decode::{Addresses, Ip, Plain, Ports, Transport};

/// A flow's key as the table stores it, with its hash.
#[derive(Clone, Copy, Debug)]
pub struct Located {
    pub(super) stored: Stored,
    pub(super) tag: u32,
}

impl Located {
    /// The key.
    pub fn key(&self) -> FlowKey {
        self.stored.into()
    }
}

/// Makes keys for one flow table, which they hold a random seed of: keys come from the network, and nobody who sends
/// packets may know which of them meet in the table.
#[derive(Clone, Debug, Default)]
pub struct Locator {
    pub(super) seed: RandomState,
}

impl Locator {
    /// The key of a packet, and the way the packet goes; `None` as in [`FlowKey::of`].
    pub fn locate(&self, ip: &Ip<'_>, transport: &Transport) -> Option<(Located, Direction)> {
        let (stored, direction) = Stored::of(ip, transport)?;
        Some((self.located(stored), direction))
    }

    /// The same for a plain packet.
    #[inline]
    pub fn locate_plain(&self, plain: &Plain) -> (Located, Direction) {
        self.locate_ends(plain.addresses, plain.ports, plain.protocol)
    }

    /// The same from the numbers of a header.
    #[inline]
    pub fn locate_ends(&self, addresses: Addresses, ports: Ports, protocol: u8) -> (Located, Direction) {
        let (stored, direction) = Stored::between(addresses, ports, protocol);
        (self.located(stored), direction)
    }

    /// The same from a key.
    pub(super) fn locate_key(&self, key: &FlowKey) -> Located {
        self.located(Stored::from(key))
    }

    #[inline]
    fn located(&self, stored: Stored) -> Located {
        let hash = match &stored {
            Stored::V4(key) => key.hash(&self.seed),
            Stored::V6(key) => key.hash(&self.seed),
        };
        Located { stored, tag: hash as u32 }
    }
}

/// Which half a key belongs to; both addresses of a packet are of one version.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stored {
    V4(KeyV4),
    V6(KeyV6),
}

impl Stored {
    fn of(ip: &Ip<'_>, transport: &Transport) -> Option<(Self, Direction)> {
        let ports = ports(transport)?;
        let addresses = ip.addresses_v4().map(Addresses::V4).or_else(|| ip.addresses_v6().map(Addresses::V6))?;
        Some(Self::between(addresses, ports, ip.protocol))
    }

    /// Straight from the header's numbers: the way over [`FlowKey`] costs twenty nanoseconds a packet (measured), as
    /// its addresses have odd sizes that are copied around in parts.
    #[inline]
    fn between(addresses: Addresses, Ports { source, destination }: Ports, protocol: u8) -> (Self, Direction) {
        match addresses {
            Addresses::V4([from, to]) => {
                let (low, high, direction) = ordered((from, source), (to, destination));
                let key = KeyV4 { low: low.0, high: high.0, low_port: low.1, high_port: high.1, protocol };
                (Self::V4(key), direction)
            }
            Addresses::V6([from, to]) => {
                let (low, high, direction) = ordered((from, source), (to, destination));
                let key = KeyV6 { low: low.0, high: high.0, low_port: low.1, high_port: high.1, protocol };
                (Self::V6(key), direction)
            }
        }
    }
}

/// The lower end first, in the order of [`FlowKey`].
fn ordered<E: Ord>(source: E, destination: E) -> (E, E, Direction) {
    if source <= destination { (source, destination, Direction::Up) } else { (destination, source, Direction::Down) }
}

impl From<&FlowKey> for Stored {
    fn from(key: &FlowKey) -> Self {
        let (low_port, high_port, protocol) = (key.low_port, key.high_port, key.protocol);
        match (key.low, key.high) {
            (IpAddr::V4(low), IpAddr::V4(high)) => {
                Self::V4(KeyV4 { low: low.to_bits(), high: high.to_bits(), low_port, high_port, protocol })
            }
            (low, high) => Self::V6(KeyV6 { low: halves(low), high: halves(high), low_port, high_port, protocol }),
        }
    }
}

impl From<Stored> for FlowKey {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::V4(key) => {
                let (low, high) = (IpAddr::V4(Ipv4Addr::from_bits(key.low)), IpAddr::V4(Ipv4Addr::from_bits(key.high)));
                let KeyV4 { low_port, high_port, protocol, .. } = key;
                Self { low, low_port, high, high_port, protocol }
            }
            Stored::V6(key) => {
                let KeyV6 { low_port, high_port, protocol, .. } = key;
                Self { low: joined(key.low), low_port, high: joined(key.high), high_port, protocol }
            }
        }
    }
}

fn joined([high, low]: [u64; 2]) -> IpAddr {
    IpAddr::V6(Ipv6Addr::from_bits(u128::from(high) << 64 | u128::from(low)))
}

fn halves(address: IpAddr) -> [u64; 2] {
    let bits = match address {
        IpAddr::V4(address) => Ipv4Addr::to_ipv6_mapped(&address),
        IpAddr::V6(address) => address,
    };
    let bits = Ipv6Addr::to_bits(bits);
    [(bits >> 64) as u64, bits as u64]
}
