//! Flows of one address family: compact entries in segments, found through an index of hashes.

use std::hash::BuildHasher;

use serde::{Deserialize, Serialize};

use foldhash::fast::RandomState;

use super::Direction;
use super::index::Index;
use super::recent::number_before;
use super::segments::Segments;
use super::ticks::Ticks;
use crate::frame::{InputId, Stamp};

/// One direction of a flow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Side {
    /// Packets captured; saturates.
    pub packets: u32,
    /// Position of the latest in [`Recent`](super::Recent); 0 for none.
    pub tail: u32,
    /// Low half of the latest one's frame number.
    pub frame: u32,
    /// The input that the latest came from.
    pub input: InputId,
    /// TTL of the latest.
    pub ttl: u8,
}

impl Side {
    /// Frame number of the latest packet, given a later frame.
    pub fn frame_before(&self, later: &Stamp) -> u64 {
        number_before(self.input, self.frame, later)
    }
}

/// What is remembered of a flow, whatever its address family.
#[derive(Clone, Copy, Debug, Default)]
pub struct FlowState {
    /// Both directions, by [`Direction`](super::Direction).
    pub sides: [Side; 2],
    /// When its last packet came, by [`tick`](super::ticks::tick).
    pub(super) last: u32,
    /// Microseconds from its last packet before the first answer to that answer; 0 while there is none.
    pub round_trip: u32,
    /// Open cases that hold it as evidence; saturates.
    pub(super) holders: u16,
    /// Bits of [`flags`].
    pub flags: u8,
}

impl FlowState {
    /// The direction of the first captured packet.
    pub fn opened(&self) -> Direction {
        if self.flags & flags::OPENED_DOWN == 0 { Direction::Up } else { Direction::Down }
    }
}

/// A flow: 64 bytes in IPv4, so that one cache line holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow<K: Key> {
    key: K,
    pub(super) state: FlowState,
    live: bool,
    /// How many flows have had this place; wraps.
    pub(super) generation: u16,
    /// Nothing but the alignment of its type.
    _line: [K::Line; 0],
}

/// Aligns what it stands in to a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct WholeLine;

/// Bits of [`FlowState::flags`].
pub(super) mod flags {
    /// The first captured packet went [`Direction::Down`](super::Direction::Down).
    pub(in crate::flow) const OPENED_DOWN: u8 = 1;
    /// An unreachable message refused a packet to a port of this flow: its next answer is noted. Those after it would teach
    /// nothing until the next refusal, and a busy flow has millions.
    pub(in crate::flow) const WATCHED: u8 = 2;
    /// A message about it was counted among those that are judged together.
    pub(in crate::flow) const COUNTED: u8 = 4;
}

/// A key as the table stores it.
pub(super) trait Key: Copy + Eq {
    /// What a flow with this key is aligned as.
    type Line: Copy + std::fmt::Debug;

    fn hash(&self, seed: &RandomState) -> u64;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyV4 {
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) low_port: u16,
    pub(super) high_port: u16,
    pub(super) protocol: u8,
}

impl Key for KeyV4 {
    type Line = WholeLine;

    fn hash(&self, seed: &RandomState) -> u64 {
        let addresses = u128::from(self.low) << 32 | u128::from(self.high);
        let rest = u128::from(self.low_port) << 24 | u128::from(self.high_port) << 8 | u128::from(self.protocol);
        seed.hash_one(addresses | rest << 64)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyV6 {
    pub(super) low: [u64; 2],
    pub(super) high: [u64; 2],
    pub(super) low_port: u16,
    pub(super) high_port: u16,
    pub(super) protocol: u8,
}

impl Key for KeyV6 {
    /// A whole line more would waste a third.
    type Line = u64;

    fn hash(&self, seed: &RandomState) -> u64 {
        let rest = u64::from(self.low_port) << 24 | u64::from(self.high_port) << 8 | u64::from(self.protocol);
        seed.hash_one((self.low, self.high, rest))
    }
}

/// A flow's place in the table; a flow that was forgotten leaves its place to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FlowId {
    pub(super) place: u32,
    pub(super) generation: u16,
}

pub(super) const V6: u32 = 1 << 31;
/// Flows in a segment.
const SEGMENT: usize = 1 << 13;
/// Flows looked at to find one to forget when the table is full.
pub(super) const EVICTION_SAMPLE: usize = 32;

#[derive(Clone, Debug)]
pub(super) struct Half<K: Key> {
    index: Index,
    flows: Segments<Flow<K>, SEGMENT>,
    free: Vec<u32>,
    pub(super) live: usize,
    hand: usize,
}

impl<K: Key> Half<K> {
    pub(super) fn new() -> Self {
        Self { index: Index::new(), flows: Segments::new(), free: Vec::new(), live: 0, hand: 0 }
    }

    pub(super) fn id(&self, place: usize, half: u32) -> FlowId {
        FlowId { place: place as u32 | half, generation: self.flows.get(place).generation }
    }

    /// The flow that `id` was given to, if it is still there.
    pub(super) fn held(&self, id: FlowId) -> Option<&FlowState> {
        let flow = self.flows.get((id.place & !V6) as usize);
        (flow.live && flow.generation == id.generation).then_some(&flow.state)
    }

    /// The key of the flow that `id` was given to, if it is still there.
    pub(super) fn key(&self, id: FlowId) -> Option<K> {
        self.held(id).map(|_| self.flows.get((id.place & !V6) as usize).key)
    }

    pub(super) fn flow_mut(&mut self, place: usize) -> &mut Flow<K> {
        self.flows.get_mut(place)
    }

    /// Brings the slot where the search for a key with this hash starts into the cache.
    #[inline]
    pub(super) fn prefetch_slot(&self, tag: u32) {
        self.index.prefetch(tag);
    }

    /// Brings the flow that a first look finds into the cache.
    #[inline]
    pub(super) fn prefetch_flow(&self, tag: u32) {
        if let Some(place) = self.index.probable(tag) {
            self.flows.prefetch(place);
        }
    }

    /// The flow at a place, to be changed, and its id.
    #[inline]
    pub(super) fn use_place(&mut self, place: usize, half: u32) -> (FlowId, &mut FlowState) {
        let flow = self.flow_mut(place);
        (FlowId { place: place as u32 | half, generation: flow.generation }, &mut flow.state)
    }

    #[inline]
    pub(super) fn find(&self, key: &K, tag: u32) -> Option<usize> {
        self.index.find(tag, |place| self.flows.get(place).key == *key)
    }

    pub(super) fn insert(&mut self, key: K, tag: u32) -> usize {
        let flow = Flow { key, state: FlowState::default(), live: true, generation: 0, _line: [] };
        let place = self.place(flow);
        self.index.insert(tag, place);
        self.live += 1;
        place
    }

    fn place(&mut self, flow: Flow<K>) -> usize {
        let Some(place) = self.free.pop() else { return self.flows.push(flow) };
        let freed = self.flow_mut(place as usize);
        *freed = Flow { generation: freed.generation.wrapping_add(1), ..flow };
        place as usize
    }

    /// Forgets the flow at `place`.
    fn remove(&mut self, place: usize, tag: u32) {
        self.index.remove(tag, place);
        self.flow_mut(place).live = false;
        self.free.push(place as u32);
        self.live -= 1;
    }

    fn advance_hand(&mut self) -> Option<usize> {
        let places = self.flows.len();
        if places == 0 {
            return None;
        }
        self.hand = if self.hand + 1 >= places { 0 } else { self.hand + 1 };
        Some(self.hand)
    }

    /// Looks at the next `count` flows, and forgets those whose last packet was not in `current`, but for those that an open
    /// case holds. Returns how many those were.
    pub(super) fn sweep(&mut self, count: usize, current: Ticks, seed: &RandomState) -> u64 {
        let places = self.flows.len();
        let mut forgotten = 0;
        for _ in 0..count.min(places) {
            self.hand = if self.hand + 1 >= places { 0 } else { self.hand + 1 };
            let flow = self.flows.get(self.hand);
            if flow.live && flow.state.holders == 0 && !current.contains(flow.state.last) {
                let tag = flow.key.hash(seed) as u32;
                self.remove(self.hand, tag);
                forgotten += 1;
            }
        }
        forgotten
    }

    /// Forgets the longest idle of the next few flows.
    pub(super) fn evict(&mut self, now: u32, seed: &RandomState) {
        let idle = |state: &FlowState| now.wrapping_sub(state.last).cast_signed();
        let mut oldest: Option<usize> = None;
        for _ in 0..EVICTION_SAMPLE {
            let Some(place) = self.advance_hand() else { return };
            let flow = self.flows.get(place);
            if flow.live && oldest.is_none_or(|best| idle(&flow.state) > idle(&self.flows.get(best).state)) {
                oldest = Some(place);
            }
        }
        if let Some(place) = oldest {
            let tag = self.flows.get(place).key.hash(seed) as u32;
            self.remove(place, tag);
        }
    }
}
