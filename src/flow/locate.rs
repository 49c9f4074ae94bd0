//! Where a flow is looked for: its key in numbers, with its hash, made once for a packet.

use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::key::ports;
use super::words::{Address, Key as _, halves, v4};
use super::{Direction, FlowKey, address_bits};
use crate::decode::{Addresses, Ip, Ports, Transport, protocol};

/// A flow's key with its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    pub(super) key: Key,
    pub(super) tag: u32,
}

impl Located {
    /// What it is found by.
    #[inline]
    pub(crate) fn tag(&self) -> u32 {
        self.tag
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
    #[inline]
    pub fn ports(&self, direction: Direction) -> Ports {
        let (low, high) = self.key.ports();
        match direction {
            Direction::Up => Ports { source: low, destination: high },
            Direction::Down => Ports { source: high, destination: low },
        }
    }
}

/// A flow's key in two numbers, the same for both address families, so that no packet needs to be told by its family but where
/// its header is read: which it is nobody can predict.
///
/// Addresses of IPv6 are in it as a hash of 64 bits with a random seed. Two flows with the same ports would have to have the
/// same hash to be taken for one: of two million, that is a chance of one in ten million, and who sends packets does not know
/// the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// IPv4: both addresses, that of the lower end in the high half. IPv6: a hash of both.
    pub(super) ends: u64,
    /// The rest: see [`Key::rest`].
    pub(super) rest: u64,
}

/// The addresses of the lower and of the higher end of a flow in IPv6, each in two numbers.
pub(super) type Wide = [[u64; 2]; 2];

impl Key {
    /// Set in the rest of a key of IPv6.
    const V6: u64 = 1 << 40;
    /// Bits of the rest that are used.
    pub(super) const BITS: u32 = Self::V6.ilog2() + 1;
    /// All of them.
    pub(super) const REST: u64 = (1 << Self::BITS) - 1;
    /// No flow's.
    pub(super) const NOBODY: Self = Self { ends: 0, rest: Self::REST };

    fn rest(low_port: u16, high_port: u16, protocol: u8) -> u64 {
        u64::from(low_port) << 24 | u64::from(high_port) << 8 | u64::from(protocol)
    }

    /// Those of the lower and of the higher end.
    #[inline]
    fn ports(&self) -> (u16, u16) {
        ((self.rest >> 24) as u16, (self.rest >> 8) as u16)
    }

    #[inline]
    pub(super) fn is_v6(&self) -> bool {
        self.rest & Self::V6 != 0
    }

    /// The addresses of the lower and of the higher end; those of IPv6 as they were kept.
    #[inline]
    pub(super) fn addresses(&self, wide: impl FnOnce() -> Wide) -> [Address; 2] {
        if self.is_v6() { wide() } else { [self.ends >> 32, self.ends & 0xffff_ffff].map(v4) }
    }

    /// What users know it by.
    pub(super) fn whole(&self, wide: impl FnOnce() -> Wide) -> FlowKey {
        let ((low_port, high_port), protocol) = (self.ports(), self.rest as u8);
        let [low, high] = self.addresses(wide).map(|address| IpAddr::of(&address));
        FlowKey { low, low_port, high, high_port, protocol }
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

    /// The same for a packet with these ends.
    #[expect(clippy::needless_bitwise_bool, reason = "nobody can predict which end is lower: without a branch")]
    #[inline]
    pub fn locate_ends(&self, addresses: Addresses<'_>, ports: Ports, protocol: u8) -> (Located, Direction) {
        let Ports { source, destination } = ports;
        let (is_up, ends, family) = match addresses {
            Addresses::V4(both) => {
                let both = u64::from_be_bytes(*both);
                let (from, to) = (both >> 32, both & 0xffff_ffff);
                // As halves of wide numbers, which are compared without being put together.
                let end = |address: u64, port: u16| u128::from(address) << 64 | u128::from(port);
                let is_up = end(from, source) <= end(to, destination);
                // Turned, and not chosen: a branch would be wrong for every other packet.
                (is_up, both.rotate_left(u32::from(!is_up) * 32), 0)
            }
            Addresses::V6(both) => {
                let (from, to) = (number(both, 0), number(both, 16));
                let is_up = (from < to) | ((from == to) & (source <= destination));
                // Swapped, and not chosen, for the same reason.
                let swapped = (from ^ to) & u128::from(!is_up).wrapping_neg();
                (is_up, self.fold(from ^ swapped, to ^ swapped), Key::V6)
            }
        };
        let ports = (u32::from(source) << 16 | u32::from(destination)).rotate_left(u32::from(!is_up) * 16);
        let key = Key { ends, rest: u64::from(ports) << 8 | u64::from(protocol) | family };
        (Located { key, tag: self.tag(&key) }, direction(is_up))
    }

    /// The same from a key.
    pub fn locate_key(&self, key: &FlowKey) -> Located {
        let rest = Key::rest(key.low_port, key.high_port, key.protocol);
        let key = match (key.low, key.high) {
            (IpAddr::V4(low), IpAddr::V4(high)) => {
                Key { ends: u64::from(low.to_bits()) << 32 | u64::from(high.to_bits()), rest }
            }
            (low, high) => Key { ends: self.fold(address_bits(low), address_bits(high)), rest: rest | Key::V6 },
        };
        Located { key, tag: self.tag(&key) }
    }

    /// The hash of a key.
    #[inline]
    pub(super) fn tag(&self, key: &Key) -> u32 {
        self.seed.hash_one(u128::from(key.rest) << 64 | u128::from(key.ends)) as u32
    }

    /// Both addresses of IPv6 in one number. The second is hashed with what the first came to: hashes of neighbours differ by
    /// the same numbers, so that the sums of two such pairs meet, whatever the seed (of the 2,016 pairs of 64 neighbours two
    /// did for every fourth seed, measured).
    #[inline]
    fn fold(&self, low: u128, high: u128) -> u64 {
        let mut hasher = self.seed.build_hasher();
        hasher.write_u128(low);
        hasher.write_u128(high);
        hasher.finish()
    }
}

/// Both addresses of a packet in IPv6, which goes this way, as they are kept.
#[inline]
pub(super) fn wide(both: &[u8; 32], direction: Direction) -> Wide {
    let (from, to) = (number(both, 0), number(both, 16));
    // Swapped, and not chosen: a branch would be wrong for every other packet.
    let swapped = (from ^ to) & u128::from(direction == Direction::Down).wrapping_neg();
    [halves(from ^ swapped), halves(to ^ swapped)]
}

fn direction(is_up: bool) -> Direction {
    if is_up { Direction::Up } else { Direction::Down }
}

#[inline]
fn number(bytes: &[u8; 32], offset: usize) -> u128 {
    let octets = bytes.get(offset..).and_then(|rest| rest.first_chunk());
    octets.map_or(0, |octets| u128::from_be_bytes(*octets))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{Locator, halves};
    use crate::decode::protocol;
    use crate::flow::FlowKey;

    #[test]
    fn a_flow_between_mapped_addresses_is_one_of_ipv6() {
        let [low, high] = [1, 2].map(|host| Ipv4Addr::new(192, 0, 2, host).to_ipv6_mapped());
        let ends = [low, high].map(|address| (IpAddr::from(address), 53));
        let (key, _) = FlowKey::new(ends[0], ends[1], protocol::UDP);
        let located = Locator::default().locate_key(&key);
        assert_eq!(located.key.whole(|| [low, high].map(|address| halves(address.to_bits()))), key);
    }
}
