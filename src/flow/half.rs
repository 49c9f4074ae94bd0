//! Flows of one address family: compact entries in segments, found through an index of hashes.

use serde::{Deserialize, Serialize};

use super::Direction;
use super::locate::Key;
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
pub(super) struct Flow<K: Stored> {
    key: K,
    pub(super) state: FlowState,
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
    /// An unreachable message refused a packet to a port of this flow: its next answer is noted. Whether a port
    /// or a host answered after a refusal needs no more until the next refusal, and a busy flow has millions.
    pub(in crate::flow) const WATCHED: u8 = 2;
    /// A message about it was counted among those that are judged together.
    pub(in crate::flow) const COUNTED: u8 = 4;
}

/// A key as one half of the table stores it.
pub(super) trait Stored: Copy + From<Key> {
    /// What a flow with this key is aligned as.
    type Line: Copy + std::fmt::Debug;
    /// The bit that sets places of this half apart from those of the other.
    const HALF: u32;

    /// Whether it is this key.
    fn is(&self, key: &Key) -> bool;

    /// The key; `None` where the flow was forgotten.
    fn key(&self) -> Option<Key>;

    /// Makes it nobody's key.
    fn clear(&mut self);
}

/// No key's ports and protocol.
const NOBODY: u64 = u64::MAX;

#[derive(Clone, Copy, Debug)]
pub(super) struct KeyV4 {
    pair: u64,
    rest: u64,
}

impl From<Key> for KeyV4 {
    fn from(key: Key) -> Self {
        Self { pair: key.pair(), rest: key.rest }
    }
}

impl Stored for KeyV4 {
    type Line = WholeLine;
    const HALF: u32 = 0;

    #[inline]
    fn is(&self, key: &Key) -> bool {
        self.rest == key.rest && self.pair == key.pair()
    }

    fn key(&self) -> Option<Key> {
        let (low, high) = ([0, self.pair >> 32], [0, self.pair & 0xffff_ffff]);
        (self.rest != NOBODY).then_some(Key { low, high, rest: self.rest })
    }

    fn clear(&mut self) {
        self.rest = NOBODY;
    }
}

impl Stored for Key {
    /// A whole line more would waste a third.
    type Line = u64;
    const HALF: u32 = V6;

    #[inline]
    fn is(&self, key: &Key) -> bool {
        self == key
    }

    fn key(&self) -> Option<Key> {
        (self.rest != NOBODY).then_some(*self)
    }

    fn clear(&mut self) {
        self.rest = NOBODY;
    }
}

/// A flow's place in the table; a flow that was forgotten leaves its place to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FlowId {
    pub(super) place: u32,
    pub(super) generation: u16,
}

impl FlowId {
    /// Its place, and which flow it is of those that had that place: for putting it away.
    pub(crate) fn parts(self) -> (u32, u16) {
        (self.place, self.generation)
    }

    /// From its parts.
    pub(crate) fn of_parts(place: u32, generation: u16) -> Self {
        Self { place, generation }
    }
}

pub(super) const V6: u32 = 1 << 31;
/// Flows in a segment: enough for some large pages.
const SEGMENT: usize = 1 << 17;
/// Flows looked at to find one to forget when the table is full.
pub(super) const EVICTION_SAMPLE: usize = 32;

#[derive(Clone, Debug)]
pub(super) struct Half<K: Stored> {
    flows: Segments<Flow<K>, SEGMENT>,
    free: Vec<u32>,
    hand: usize,
}

impl<K: Stored> Half<K> {
    pub(super) fn new() -> Self {
        Self { flows: Segments::new(), free: Vec::new(), hand: 0 }
    }

    /// The flow that `id` was given to, if it is still there.
    pub(super) fn held(&self, id: FlowId) -> Option<&FlowState> {
        let flow = self.flows.get((id.place & !V6) as usize);
        (flow.generation == id.generation && flow.key.key().is_some()).then_some(&flow.state)
    }

    /// The key of the flow that `id` was given to, if it is still there.
    pub(super) fn key(&self, id: FlowId) -> Option<Key> {
        let flow = self.flows.get((id.place & !V6) as usize);
        flow.key.key().filter(|_| flow.generation == id.generation)
    }

    /// Flows remembered now.
    pub(super) fn len(&self) -> usize {
        self.flows.len() - self.free.len()
    }

    /// Brings the flow at a place into the cache.
    #[inline]
    pub(super) fn prefetch(&self, place: usize) {
        self.flows.prefetch(place);
    }

    /// Whether the flow at a place has this key.
    #[inline]
    pub(super) fn is_at(&self, place: usize, key: &Key) -> bool {
        self.flows.get(place).key.is(key)
    }

    /// The flow at a place, and its id.
    #[inline]
    pub(super) fn look_at(&self, place: usize) -> (FlowId, &FlowState) {
        let flow = self.flows.get(place);
        (FlowId { place: place as u32 | K::HALF, generation: flow.generation }, &flow.state)
    }

    /// The flow at a place, to be changed, and its id.
    #[inline]
    pub(super) fn use_place(&mut self, place: usize) -> (FlowId, &mut FlowState) {
        let flow = self.flows.get_mut(place);
        (FlowId { place: place as u32 | K::HALF, generation: flow.generation }, &mut flow.state)
    }

    /// Adds a flow, and returns its place.
    #[inline]
    pub(super) fn insert(&mut self, key: Key) -> usize {
        // Written straight to its place each time: put together before, it would be read back in other pieces.
        let fresh = |generation| Flow { key: key.into(), state: FlowState::default(), generation, _line: [] };
        let Some(place) = self.free.pop() else { return self.flows.push(fresh(0)) };
        let freed = self.flows.get_mut(place as usize);
        *freed = fresh(freed.generation.wrapping_add(1));
        place as usize
    }

    /// Forgets the flow at `place`, and returns its key.
    fn remove(&mut self, place: usize) -> Option<Key> {
        let flow = self.flows.get_mut(place);
        let key = flow.key.key()?;
        flow.key.clear();
        self.free.push(place as u32);
        Some(key)
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
    /// case holds. Tells the place and the key of each to `forgotten`.
    pub(super) fn sweep(&mut self, count: usize, current: Ticks, mut forgotten: impl FnMut(usize, Key)) {
        for _ in 0..count.min(self.flows.len()) {
            let Some(place) = self.advance_hand() else { return };
            let state = &self.flows.get(place).state;
            if state.holders == 0
                && !current.contains(state.last)
                && let Some(key) = self.remove(place)
            {
                forgotten(place, key);
            }
        }
    }

    /// Forgets the longest idle of the next few flows, and returns its place and its key.
    pub(super) fn evict(&mut self, now: u32) -> Option<(usize, Key)> {
        let idle = |state: &FlowState| now.wrapping_sub(state.last).cast_signed();
        let mut oldest: Option<usize> = None;
        for _ in 0..EVICTION_SAMPLE {
            let place = self.advance_hand()?;
            let flow = self.flows.get(place);
            let is_older = || oldest.is_none_or(|best| idle(&flow.state) > idle(&self.flows.get(best).state));
            if flow.key.key().is_some() && is_older() {
                oldest = Some(place);
            }
        }
        let place = oldest?;
        Some((place, self.remove(place)?))
    }
}
