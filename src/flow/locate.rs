//! Where a flow is looked for: its key in numbers, with its hash, made once for a packet.

use std::hash::{BuildHasher, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;

use super::key::ports;
use super::words::{Address, address};
use super::{Direction, FlowKey};
use crate::decode::{Addresses, Ip, Plain, Ports, Transport, protocol};

/// A flow's key with its hash.
#[derive(Clone, Copy, Debug)]
pub struct Located {
    pub(super) key: Key,
    pub(super) tag: u32,
}

impl Located {
    /// The key.
    pub fn key(&self) -> FlowKey {
        self.key.into()
    }

    /// Address and port that a packet going this way comes from; made of the numbers themselves, as a [`FlowKey`] that was just
    /// put together is read back in other pieces than it was written in, which stalls.
    #[inline]
    pub(super) fn source(&self, direction: Direction) -> (IpAddr, u16) {
        let Ports { source, .. } = self.ports(direction);
        match direction {
            Direction::Up => (self.key.address(self.key.low), source),
            Direction::Down => (self.key.address(self.key.high), source),
        }
    }

    /// The address that a packet going this way comes from, in numbers.
    #[inline]
    pub(super) fn from(&self, direction: Direction) -> Address {
        let Key { low, high, .. } = self.key;
        address(
            self.key.is_v6(),
            match direction {
                Direction::Up => low,
                Direction::Down => high,
            },
        )
    }

    /// The protocol of its flow.
    pub(super) fn protocol(&self) -> u8 {
        self.key.rest as u8
    }

    /// Whether its flow is of a transport protocol, and not of echo requests and replies.
    pub(super) fn is_transport(&self) -> bool {
        !matches!(self.protocol(), protocol::ICMP | protocol::ICMPV6)
    }

    /// The ports of a packet going this way.
    pub fn ports(&self, direction: Direction) -> Ports {
        let (low, high) = self.key.ports();
        match direction {
            Direction::Up => Ports { source: low, destination: high },
            Direction::Down => Ports { source: high, destination: low },
        }
    }
}

/// A flow's key in numbers, the same for both address families: of two shapes, each packet would be copied in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The lower end's address; of IPv4 in the second number.
    pub(super) low: [u64; 2],
    pub(super) high: [u64; 2],
    /// The rest in one number: see [`Key::rest`].
    pub(super) rest: u64,
}

impl Key {
    /// Set in the rest of a key of IPv6.
    const V6: u64 = 1 << 40;

    fn rest(low_port: u16, high_port: u16, protocol: u8) -> u64 {
        u64::from(low_port) << 24 | u64::from(high_port) << 8 | u64::from(protocol)
    }

    /// Those of the lower and of the higher end.
    fn ports(&self) -> (u16, u16) {
        ((self.rest >> 24) as u16, (self.rest >> 8) as u16)
    }

    /// One of its numbers as an address.
    #[inline]
    fn address(&self, number: [u64; 2]) -> IpAddr {
        if self.is_v6() {
            Ipv6Addr::from_bits(joined(number)).into()
        } else {
            Ipv4Addr::from_bits(number[1] as u32).into()
        }
    }

    #[inline]
    pub(super) fn is_v6(&self) -> bool {
        self.rest & Self::V6 != 0
    }

    /// Both addresses of IPv4.
    #[inline]
    pub(super) fn pair(&self) -> u64 {
        self.low[1] << 32 | self.high[1]
    }
}

/// Makes keys for one flow table, which they hold a random seed of: keys come from the network, and nobody who sends
/// packets may know which of them meet in the table.
#[derive(Clone, Debug, Default)]
pub struct Locator {
    seed: RandomState,
}

impl Locator {
    /// The key of a packet, and the way the packet goes; `None` as in [`FlowKey::of`].
    #[inline]
    pub fn locate(&self, ip: &Ip<'_>, transport: &Transport) -> Option<(Located, Direction)> {
        Some(self.locate_ends(ip.addresses()?, ports(transport)?, ip.protocol))
    }

    /// The same for a plain packet.
    #[inline]
    pub fn locate_plain(&self, plain: &Plain<'_>) -> (Located, Direction) {
        self.locate_ends(plain.addresses, plain.ports, plain.protocol)
    }

    /// The same for a packet with these ends.
    #[inline]
    pub fn locate_ends(&self, addresses: Addresses<'_>, ports: Ports, protocol: u8) -> (Located, Direction) {
        let Ports { source, destination } = ports;
        match addresses {
            Addresses::V4(both) => {
                let both = u64::from_be_bytes(*both);
                let (from, to) = (both >> 32, both & 0xffff_ffff);
                let is_up = (from << 16 | u64::from(source)) <= (to << 16 | u64::from(destination));
                let (low, high) = if is_up { (from, to) } else { (to, from) };
                let (low_port, high_port) = if is_up { (source, destination) } else { (destination, source) };
                let key = Key { low: [0, low], high: [0, high], rest: Key::rest(low_port, high_port, protocol) };
                (Located { key, tag: self.tag_v4(key.pair(), key.rest) }, direction(is_up))
            }
            Addresses::V6(both) => {
                let (from, to) = (number(both, 0), number(both, 16));
                let is_up = (from, source) <= (to, destination);
                let (low, high) = if is_up { (from, to) } else { (to, from) };
                let (low_port, high_port) = if is_up { (source, destination) } else { (destination, source) };
                let rest = Key::rest(low_port, high_port, protocol) | Key::V6;
                let key = Key { low: halves(low), high: halves(high), rest };
                (Located { key, tag: self.tag_v6(&key) }, direction(is_up))
            }
        }
    }

    /// The same from a key.
    pub fn locate_key(&self, key: &FlowKey) -> Located {
        let key = Key::from(key);
        Located { key, tag: self.tag(&key) }
    }

    /// The hash of a key.
    pub(super) fn tag(&self, key: &Key) -> u32 {
        if key.is_v6() { self.tag_v6(key) } else { self.tag_v4(key.pair(), key.rest) }
    }

    #[inline]
    fn tag_v4(&self, pair: u64, rest: u64) -> u32 {
        self.seed.hash_one(u128::from(rest) << 64 | u128::from(pair)) as u32
    }

    #[inline]
    fn tag_v6(&self, key: &Key) -> u32 {
        let mut hasher = self.seed.build_hasher();
        hasher.write_u128(joined(key.low));
        hasher.write_u128(joined(key.high));
        hasher.write_u64(key.rest);
        hasher.finish() as u32
    }
}

fn direction(is_up: bool) -> Direction {
    if is_up { Direction::Up } else { Direction::Down }
}

#[inline]
fn number(bytes: &[u8; 32], offset: usize) -> u128 {
    let octets = bytes.get(offset..).and_then(|rest| rest.first_chunk());
    octets.map_or(0, |octets| u128::from_be_bytes(*octets))
}

impl From<&FlowKey> for Key {
    fn from(key: &FlowKey) -> Self {
        let rest = Self::rest(key.low_port, key.high_port, key.protocol);
        match (key.low, key.high) {
            (IpAddr::V4(low), IpAddr::V4(high)) => {
                Self { low: [0, low.to_bits().into()], high: [0, high.to_bits().into()], rest }
            }
            (low, high) => Self { low: halves(mapped(low)), high: halves(mapped(high)), rest: rest | Self::V6 },
        }
    }
}

impl From<Key> for FlowKey {
    fn from(key: Key) -> Self {
        let ((low_port, high_port), protocol) = (key.ports(), key.rest as u8);
        Self { low: key.address(key.low), low_port, high: key.address(key.high), high_port, protocol }
    }
}

#[inline]
fn joined([high, low]: [u64; 2]) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

#[inline]
fn halves(number: u128) -> [u64; 2] {
    [(number >> 64) as u64, number as u64]
}

fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}
