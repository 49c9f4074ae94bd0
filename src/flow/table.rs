//! The flow table: both address families, within one bound; idle flows are forgotten.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;

use super::half::{EVICTION_SAMPLE, FlowId, FlowState, Half, Key, KeyV4, KeyV6, V6};
use super::key::ports;
use super::{Direction, FlowKey};
use crate::decode::{Addresses, Ip, Plain, Ports, Transport};
use crate::frame::Timestamp;

/// All flows that are remembered.
#[derive(Clone, Debug)]
pub struct FlowTable {
    v4: Half<KeyV4>,
    v6: Half<KeyV6>,
    seed: RandomState,
    limit: usize,
    timeout: u32,
    epoch: Option<i64>,
    forgotten_idle: u64,
    forgotten_full: u64,
}

/// Nanoseconds in a tick: about four milliseconds, so that 32 bits last half a year.
const TICK: i64 = 1 << 22;

/// A flow's key as the table stores it, with its hash: made once for a packet.
#[derive(Clone, Copy, Debug)]
pub struct Located {
    stored: Stored,
    tag: u32,
}

impl Located {
    /// The key.
    pub fn key(&self) -> FlowKey {
        self.stored.into()
    }
}

impl FlowTable {
    /// A table of at most `limit` flows, which forgets those that were idle for `timeout` nanoseconds.
    pub fn new(limit: usize, timeout: i64) -> Self {
        Self {
            v4: Half::new(),
            v6: Half::new(),
            seed: RandomState::default(),
            limit: limit.clamp(EVICTION_SAMPLE, V6 as usize - 1),
            timeout: (timeout / TICK).clamp(1, i64::from(u32::MAX)) as u32,
            epoch: None,
            forgotten_idle: 0,
            forgotten_full: 0,
        }
    }

    fn tick(&mut self, now: Timestamp) -> u32 {
        let epoch = *self.epoch.get_or_insert(now.0);
        (now.0.saturating_sub(epoch) / TICK).clamp(0, i64::from(u32::MAX)) as u32
    }

    /// The key of a packet as the table stores it, and the way the packet goes; `None` as in [`FlowKey::of`].
    pub fn locate(&self, ip: &Ip<'_>, transport: &Transport) -> Option<(Located, Direction)> {
        let (stored, direction) = Stored::of(ip, transport)?;
        Some((self.located(stored), direction))
    }

    /// The same for a plain packet.
    #[inline]
    pub(super) fn locate_plain(&self, plain: &Plain) -> (Located, Direction) {
        let (stored, direction) = Stored::between(plain.addresses, plain.ports, plain.protocol);
        (self.located(stored), direction)
    }

    #[inline]
    fn located(&self, stored: Stored) -> Located {
        let hash = match &stored {
            Stored::V4(key) => key.hash(&self.seed),
            Stored::V6(key) => key.hash(&self.seed),
        };
        Located { stored, tag: hash as u32 }
    }

    /// Where the flow of `key` is, if it is remembered.
    pub fn find(&self, key: &FlowKey) -> Option<FlowId> {
        let Located { stored, tag } = self.located(Stored::from(key));
        match stored {
            Stored::V4(key) => self.v4.find(&key, tag).map(|place| self.v4.id(place, 0)),
            Stored::V6(key) => self.v6.find(&key, tag).map(|place| self.v6.id(place, V6)),
        }
    }

    /// Reads the slot where the search for a flow starts, which brings it into the cache.
    #[inline]
    pub(super) fn touch_slot(&self, located: &Located) -> u64 {
        match located.stored {
            Stored::V4(_) => self.v4.touch_slot(located.tag),
            Stored::V6(_) => self.v6.touch_slot(located.tag),
        }
    }

    /// Place of the flow, as long as a first look finds it; reading it brings it into the cache.
    #[inline]
    pub(super) fn probable(&self, located: &Located) -> Option<u32> {
        match &located.stored {
            Stored::V4(key) => self.v4.probable(key, located.tag),
            Stored::V6(key) => self.v6.probable(key, located.tag),
        }
    }

    /// Finds or adds the flow of a packet that came now; says whether it is new. `probable` saves the search where it
    /// still holds.
    #[inline]
    pub(super) fn enter(
        &mut self,
        located: &Located,
        probable: Option<u32>,
        now: Timestamp,
    ) -> (FlowId, bool, &mut FlowState) {
        let now = self.tick(now);
        let known = match &located.stored {
            Stored::V4(key) => known(&self.v4, key, located.tag, probable),
            Stored::V6(key) => known(&self.v6, key, located.tag, probable),
        };
        if known.is_none() && self.len() >= self.limit {
            self.evict();
        }
        let (id, state) = match located.stored {
            Stored::V4(key) => use_place(&mut self.v4, key, located.tag, known, now),
            Stored::V6(key) => {
                let (id, state) = use_place(&mut self.v6, key, located.tag, known, now);
                (FlowId { place: id.place | V6, ..id }, state)
            }
        };
        (id, known.is_none(), state)
    }

    /// Looks at some flows, and forgets those that were idle for too long: at two for each that was opened since the
    /// last time, so that they cannot come faster than they go, and at one for every eight packets.
    pub fn forget_idle(&mut self, now: Timestamp, packets: usize, opened: usize) {
        let now = self.tick(now);
        let count = packets.div_ceil(8) + 2 * opened;
        self.forgotten_idle += self.v4.sweep(count, now, self.timeout, &self.seed);
        self.forgotten_idle += self.v6.sweep(count, now, self.timeout, &self.seed);
    }

    #[cold]
    fn evict(&mut self) {
        self.forgotten_full += 1;
        if self.v4.live >= self.v6.live { self.v4.evict(&self.seed) } else { self.v6.evict(&self.seed) }
    }

    /// The flow at `id`, unless it was forgotten.
    pub fn get(&self, id: FlowId) -> Option<&FlowState> {
        if id.place & V6 == 0 { self.v4.held(id) } else { self.v6.held(id) }
    }

    /// The key of the flow at `id`, unless it was forgotten.
    pub fn key(&self, id: FlowId) -> Option<FlowKey> {
        let stored = if id.place & V6 == 0 { self.v4.key(id).map(Stored::V4) } else { self.v6.key(id).map(Stored::V6) };
        stored.map(FlowKey::from)
    }

    /// The flow at `id`, which was entered or got just now, to be changed.
    pub fn get_mut(&mut self, id: FlowId) -> &mut FlowState {
        let place = (id.place & !V6) as usize;
        if id.place & V6 == 0 { &mut self.v4.flow_mut(place).state } else { &mut self.v6.flow_mut(place).state }
    }

    /// Flows remembered now.
    pub fn len(&self) -> usize {
        self.v4.live + self.v6.live
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Flows forgotten because the table was full.
    pub fn forgotten_full(&self) -> u64 {
        self.forgotten_full
    }

    /// Flows forgotten because they were idle.
    pub fn forgotten_idle(&self) -> u64 {
        self.forgotten_idle
    }
}

/// The place of the flow with this key; `probable` saves the search where it still holds.
#[inline]
fn known<K: Key>(half: &Half<K>, key: &K, tag: u32, probable: Option<u32>) -> Option<usize> {
    let place = probable.filter(|&place| half.is_at(place, key)).map(|place| place as usize);
    place.or_else(|| half.find(key, tag))
}

/// Marks the flow at a known place, or a new one with this key, as used now. Its place is that in its half.
#[inline]
fn use_place<K: Key>(half: &mut Half<K>, key: K, tag: u32, known: Option<usize>, now: u32) -> (FlowId, &mut FlowState) {
    let place = known.unwrap_or_else(|| half.insert(key, tag));
    let flow = half.flow_mut(place);
    flow.state.last = flow.state.last.max(now);
    (FlowId { place: place as u32, generation: flow.generation }, &mut flow.state)
}

/// Which half a key belongs to; both addresses of a packet are of one version.
#[derive(Clone, Copy, Debug)]
enum Stored {
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
