//! The flow table: compact entries in segments, found through an index of hashes; idle flows are forgotten.

use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;

use super::FlowKey;
use crate::frame::Timestamp;

/// One direction of a flow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Side {
    /// Packets captured; saturates.
    pub packets: u32,
    /// Position of the latest in [`Recent`](super::Recent); 0 for none.
    pub tail: u32,
    /// Low half of the latest one's frame number.
    pub frame: u32,
    /// TTL of the latest.
    pub ttl: u8,
}

/// A flow: 64 bytes in IPv4, so that one cache line holds it.
#[derive(Clone, Copy, Debug)]
struct Flow<K> {
    key: K,
    /// Both directions, by [`Direction`].
    pub sides: [Side; 2],
    /// When its last packet came, in ticks of the table.
    last: u32,
    /// Microseconds from its last packet before the first answer to that answer; 0 while there is none.
    pub round_trip: u32,
    /// Bits of [`flags`].
    pub flags: u8,
    live: bool,
    /// How many flows have had this place; wraps.
    generation: u16,
}

/// Bits of [`Flow::flags`].
pub mod flags {
    /// The first captured packet went [`Direction::Down`](super::Direction::Down).
    pub const OPENED_DOWN: u8 = 1;
    /// A service of this flow is named by an unreachable message.
    pub const WATCHED: u8 = 2;
    /// The first captured packet opened it: a TCP SYN, or any first UDP packet.
    pub const ANSWERED: u8 = 4;
}

/// A key as the table stores it.
trait Key: Copy + Eq {
    fn hash(&self, seed: &RandomState) -> u64;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeyV4 {
    low: u32,
    high: u32,
    low_port: u16,
    high_port: u16,
    protocol: u8,
}

impl Key for KeyV4 {
    fn hash(&self, seed: &RandomState) -> u64 {
        let addresses = u128::from(self.low) << 32 | u128::from(self.high);
        let rest = u128::from(self.low_port) << 24 | u128::from(self.high_port) << 8 | u128::from(self.protocol);
        seed.hash_one(addresses | rest << 64)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeyV6 {
    low: [u64; 2],
    high: [u64; 2],
    low_port: u16,
    high_port: u16,
    protocol: u8,
}

impl Key for KeyV6 {
    fn hash(&self, seed: &RandomState) -> u64 {
        let rest = u64::from(self.low_port) << 24 | u64::from(self.high_port) << 8 | u64::from(self.protocol);
        seed.hash_one((self.low, self.high, rest))
    }
}

/// A flow's place in the table; a flow that was forgotten leaves its place to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FlowId {
    place: u32,
    generation: u16,
}

const V6: u32 = 1 << 31;
/// Flows in a segment: growing allocates one, and moves nothing.
const SEGMENT: usize = 1 << 13;
/// Flows looked at to find one to forget when the table is full.
const EVICTION_SAMPLE: usize = 32;

#[derive(Clone, Debug)]
struct Half<K> {
    /// Hash in the high half, place plus one in the low half; 0 is free. Growing never looks at a flow.
    slots: Vec<u64>,
    segments: Vec<Vec<Flow<K>>>,
    free: Vec<u32>,
    live: usize,
    hand: usize,
}

impl<K: Key> Half<K> {
    fn new() -> Self {
        Self { slots: vec![0; 64], segments: Vec::new(), free: Vec::new(), live: 0, hand: 0 }
    }

    fn places(&self) -> usize {
        self.segments.last().map_or(0, |last| (self.segments.len() - 1) * SEGMENT + last.len())
    }

    fn id(&self, place: usize, half: u32) -> FlowId {
        FlowId { place: place as u32 | half, generation: self.flow(place).generation }
    }

    /// The flow that `id` was given to, if it is still there.
    fn held(&self, id: FlowId) -> Option<&Flow<K>> {
        let flow = self.flow((id.place & !V6) as usize);
        (flow.live && flow.generation == id.generation).then_some(flow)
    }

    fn flow(&self, place: usize) -> &Flow<K> {
        &self.segments[place / SEGMENT][place % SEGMENT]
    }

    fn flow_mut(&mut self, place: usize) -> &mut Flow<K> {
        &mut self.segments[place / SEGMENT][place % SEGMENT]
    }

    /// The slot that holds `key`, or the free slot where it belongs.
    fn slot(&self, key: &K, tag: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = tag as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 || ((slot >> 32) as u32 == tag && self.flow(slot as u32 as usize - 1).key == *key) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn find(&self, key: &K, tag: u32) -> Option<usize> {
        let slot = self.slots[self.slot(key, tag)];
        (slot != 0).then(|| slot as u32 as usize - 1)
    }

    fn insert(&mut self, key: K, tag: u32) -> usize {
        if (self.live + 1) * 3 > self.slots.len() * 2 {
            self.grow();
        }
        let flow =
            Flow { key, sides: [Side::default(); 2], last: 0, round_trip: 0, flags: 0, live: true, generation: 0 };
        let place = self.place(flow);
        let at = self.slot_for_new(tag);
        self.slots[at] = u64::from(tag) << 32 | (place as u64 + 1);
        self.live += 1;
        place
    }

    fn place(&mut self, flow: Flow<K>) -> usize {
        if let Some(place) = self.free.pop() {
            let freed = self.flow_mut(place as usize);
            *freed = Flow { generation: freed.generation.wrapping_add(1), ..flow };
            return place as usize;
        }
        if self.segments.last().is_none_or(|last| last.len() == SEGMENT) {
            self.segments.push(Vec::with_capacity(SEGMENT));
        }
        let segment = self.segments.len() - 1;
        self.segments[segment].push(flow);
        segment * SEGMENT + self.segments[segment].len() - 1
    }

    fn slot_for_new(&self, tag: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = tag as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let larger = vec![0; self.slots.len() * 2];
        let old = std::mem::replace(&mut self.slots, larger);
        for slot in old.into_iter().filter(|&slot| slot != 0) {
            let at = self.slot_for_new((slot >> 32) as u32);
            self.slots[at] = slot;
        }
    }

    /// Forgets the flow at `place`; later slots of its run move up (Knuth, volume 3, section 6.4, algorithm R).
    fn remove(&mut self, place: usize, tag: u32) {
        let mask = self.slots.len() - 1;
        let mut hole = tag as usize & mask;
        while self.slots[hole] as u32 as usize != place + 1 {
            hole = (hole + 1) & mask;
        }
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot == 0 {
                break;
            }
            let wanted = (slot >> 32) as usize & mask;
            if (at.wrapping_sub(wanted) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = 0;
        self.flow_mut(place).live = false;
        self.free.push(place as u32);
        self.live -= 1;
    }

    fn advance_hand(&mut self) -> Option<usize> {
        let places = self.places();
        if places == 0 {
            return None;
        }
        self.hand = if self.hand + 1 >= places { 0 } else { self.hand + 1 };
        Some(self.hand)
    }

    /// Looks at one flow, and forgets it where it has been idle for longer than `timeout` ticks.
    fn sweep(&mut self, now: u32, timeout: u32, seed: &RandomState) -> bool {
        let Some(place) = self.advance_hand() else { return false };
        let flow = self.flow(place);
        if !flow.live || now.saturating_sub(flow.last) <= timeout {
            return false;
        }
        let tag = flow.key.hash(seed) as u32;
        self.remove(place, tag);
        true
    }

    /// Forgets the longest idle of the next few flows.
    fn evict(&mut self, seed: &RandomState) {
        let mut oldest: Option<usize> = None;
        for _ in 0..EVICTION_SAMPLE {
            let Some(place) = self.advance_hand() else { return };
            let flow = self.flow(place);
            if flow.live && oldest.is_none_or(|best| flow.last < self.flow(best).last) {
                oldest = Some(place);
            }
        }
        if let Some(place) = oldest {
            let tag = self.flow(place).key.hash(seed) as u32;
            self.remove(place, tag);
        }
    }
}

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

/// What the table says about a flow, in the direction that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct FlowView<'a> {
    /// Both directions, by [`Direction`].
    pub sides: &'a [Side; 2],
    /// As in [`Flow`].
    pub round_trip: u32,
    /// As in [`Flow`].
    pub flags: u8,
}

/// The same, to be changed.
#[derive(Debug)]
pub struct FlowViewMut<'a> {
    /// Both directions, by [`Direction`].
    pub sides: &'a mut [Side; 2],
    /// As in [`Flow`].
    pub round_trip: &'a mut u32,
    /// As in [`Flow`].
    pub flags: &'a mut u8,
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

    /// Where the flow of `key` is, if it is remembered.
    pub fn find(&self, key: &FlowKey) -> Option<FlowId> {
        match Stored::from(key) {
            Stored::V4(key) => self.v4.find(&key, key.hash(&self.seed) as u32).map(|place| self.v4.id(place, 0)),
            Stored::V6(key) => self.v6.find(&key, key.hash(&self.seed) as u32).map(|place| self.v6.id(place, V6)),
        }
    }

    /// Finds or adds the flow of `key`, which has a packet now; says whether it is new.
    pub fn enter(&mut self, key: &FlowKey, now: Timestamp) -> (FlowId, bool) {
        let now = self.tick(now);
        self.forget(now);
        match Stored::from(key) {
            Stored::V4(key) => {
                let (place, is_new) = enter(&mut self.v4, key, now, &self.seed);
                (self.v4.id(place, 0), is_new)
            }
            Stored::V6(key) => {
                let (place, is_new) = enter(&mut self.v6, key, now, &self.seed);
                (self.v6.id(place, V6), is_new)
            }
        }
    }

    fn forget(&mut self, now: u32) {
        let idle4 = self.v4.sweep(now, self.timeout, &self.seed);
        let idle6 = self.v6.sweep(now, self.timeout, &self.seed);
        self.forgotten_idle += u64::from(idle4) + u64::from(idle6);
        if self.v4.live + self.v6.live >= self.limit {
            self.forgotten_full += 1;
            if self.v4.live >= self.v6.live { self.v4.evict(&self.seed) } else { self.v6.evict(&self.seed) }
        }
    }

    /// The flow at `id`, unless it was forgotten.
    pub fn get(&self, id: FlowId) -> Option<FlowView<'_>> {
        let (sides, round_trip, flags) = if id.place & V6 == 0 {
            self.v4.held(id).map(|flow| (&flow.sides, flow.round_trip, flow.flags))?
        } else {
            self.v6.held(id).map(|flow| (&flow.sides, flow.round_trip, flow.flags))?
        };
        Some(FlowView { sides, round_trip, flags })
    }

    /// The flow at `id`, which was entered just now, to be changed.
    pub fn get_mut(&mut self, id: FlowId) -> FlowViewMut<'_> {
        if id.place & V6 == 0 {
            let Flow { sides, round_trip, flags, .. } = self.v4.flow_mut(id.place as usize);
            FlowViewMut { sides, round_trip, flags }
        } else {
            let Flow { sides, round_trip, flags, .. } = self.v6.flow_mut((id.place & !V6) as usize);
            FlowViewMut { sides, round_trip, flags }
        }
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

fn enter<K: Key>(half: &mut Half<K>, key: K, now: u32, seed: &RandomState) -> (usize, bool) {
    let tag = key.hash(seed) as u32;
    let found = half.find(&key, tag);
    let place = found.unwrap_or_else(|| half.insert(key, tag));
    let flow = half.flow_mut(place);
    flow.last = flow.last.max(now);
    (place, found.is_none())
}

/// Which half a key belongs to; both addresses of a packet are of one version.
enum Stored {
    V4(KeyV4),
    V6(KeyV6),
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

fn halves(address: IpAddr) -> [u64; 2] {
    let bits = match address {
        IpAddr::V4(address) => Ipv4Addr::to_ipv6_mapped(&address),
        IpAddr::V6(address) => address,
    };
    let bits = Ipv6Addr::to_bits(bits);
    [(bits >> 64) as u64, bits as u64]
}
