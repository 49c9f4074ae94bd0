//! Flows of one address family: compact entries in segments.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::locate::{Key, Wide};
use super::recent::number_before;
use super::segments::Segments;
use super::ticks::Ticks;
use super::{Direction, FlowKey};
use crate::frame::{InputId, Stamp};

/// One direction of a flow.
#[derive(Clone, Copy, Debug)]
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
#[derive(Clone, Copy, Debug)]
pub struct FlowState {
    /// Both directions, by [`Direction`](super::Direction).
    pub sides: [Side; 2],
    /// When its last packet came, by [`tick`](super::ticks::tick).
    pub(super) last: u32,
    /// Open cases that hold it as evidence; saturates.
    pub(super) holders: u16,
    /// Bits of [`flags`].
    pub flags: u8,
}

impl FlowState {
    /// Nothing yet. A constant: what is put together at run time is written in parts, and read back as a whole.
    const FRESH: Self = {
        let side = Side { packets: 0, tail: 0, frame: 0, input: InputId(0), ttl: 0 };
        Self { sides: [side; 2], last: 0, holders: 0, flags: 0 }
    };

    /// The direction of the first captured packet.
    pub fn opened(&self) -> Direction {
        if self.flags & flags::OPENED_DOWN == 0 { Direction::Up } else { Direction::Down }
    }
}

/// A flow: 64 bytes, so that one cache line holds it.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Flow {
    /// [`Key::NOBODY`] where the flow was forgotten.
    key: Key,
    state: FlowState,
    /// How many flows have had this place; wraps.
    generation: u16,
}

/// Bits of [`FlowState::flags`].
pub(super) mod flags {
    /// The first captured packet went [`Direction::Down`](super::Direction::Down).
    pub(in crate::flow) const OPENED_DOWN: u8 = 1;
    /// An unreachable message refused a packet to a port of this flow: its next answer is noted. Whether a port
    /// or a host answered after a refusal needs no more until the next refusal, and a busy flow has millions.
    pub(in crate::flow) const WATCHED: u8 = 2;
    /// A message about it was counted among those that are judged together.
    pub(in crate::flow) const COUNTED: u8 = 4;
    /// A packet that goes [`Direction::Up`](super::Direction::Up) was captured at two points of its way; for the other direction
    /// it is the next bit.
    pub(in crate::flow) const PASSED: u8 = 8;
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
const SEGMENT: usize = 1 << 19;
/// New flows ahead at which the place of one is brought into the cache. (Not asked for, it was waited for: a scan of two million
/// flows took one in twenty longer.)
const AHEAD: usize = 8;
/// Flows looked at to find one to forget when the table is full.
pub(super) const EVICTION_SAMPLE: usize = 32;

#[derive(Clone, Debug)]
pub(super) struct Half {
    flows: Segments<Flow, SEGMENT>,
    /// Of IPv6, the addresses of each flow: what their hash in its key stands for.
    wide: Segments<Wide, SEGMENT>,
    free: Vec<u32>,
    /// Flows remembered now: asked for each one that is opened, and some ten instructions to be worked out.
    len: usize,
    hand: usize,
    /// The bit that sets places of this half apart from those of the other.
    bit: u32,
}

impl Half {
    pub(super) fn new(bit: u32) -> Self {
        Self { flows: Segments::new(), wide: Segments::new(), free: Vec::new(), len: 0, hand: 0, bit }
    }

    /// The flow that `id` was given to, if it is still there.
    pub(super) fn held(&self, id: FlowId) -> Option<&FlowState> {
        let flow = self.flows.get((id.place & !V6) as usize);
        (flow.generation == id.generation && !flow.is_forgotten()).then_some(&flow.state)
    }

    /// The key of the flow that `id` was given to, if it is still there.
    pub(super) fn key(&self, id: FlowId) -> Option<FlowKey> {
        let place = (id.place & !V6) as usize;
        let flow = self.flows.get(place);
        let is_it = flow.generation == id.generation && !flow.is_forgotten();
        is_it.then(|| flow.key.whole(|| *self.wide.get(place)))
    }

    /// Where flows are added, and their addresses of IPv6.
    pub(super) fn large_rooms(&self) -> [Range<usize>; 2] {
        [self.flows.large_room(), self.wide.large_room()]
    }

    /// Flows remembered now.
    pub(super) fn len(&self) -> usize {
        debug_assert_eq!(self.len, self.flows.len() - self.free.len());
        self.len
    }

    /// Brings the flow at a place into the cache.
    #[inline]
    pub(super) fn prefetch(&self, place: usize) {
        self.flows.prefetch(place);
    }

    /// Whether there is a flow at a place that has this key.
    #[inline]
    pub(super) fn is_at(&self, place: usize, key: &Key) -> bool {
        self.flows.find(place).is_some_and(|flow| flow.key == *key)
    }

    /// The flow at a place, and its id, if there is one that has this key.
    #[expect(clippy::inline_always, reason = "it takes less than a call")]
    #[inline(always)]
    pub(super) fn look_if(&self, place: usize, key: &Key) -> Option<(FlowId, &FlowState)> {
        let flow = self.flows.find(place).filter(|flow| flow.key == *key)?;
        Some((flow.id(place, self.bit), &flow.state))
    }

    /// The flow at a place, and its id.
    #[inline]
    pub(super) fn look_at(&self, place: usize) -> (FlowId, &FlowState) {
        let flow = self.flows.get(place);
        (flow.id(place, self.bit), &flow.state)
    }

    /// The flow at a place, to be changed, and its id.
    #[inline]
    pub(super) fn use_place(&mut self, place: usize) -> (FlowId, &mut FlowState) {
        let flow = self.flows.get_mut(place);
        (flow.id(place, self.bit), &mut flow.state)
    }

    /// The flow at a place, to be changed, and its id, if there is one that has this key.
    #[inline]
    pub(super) fn use_if(&mut self, place: usize, key: &Key) -> Option<(FlowId, &mut FlowState)> {
        let flow = self.flows.find_mut(place).filter(|flow| flow.key == *key)?;
        Some((flow.id(place, self.bit), &mut flow.state))
    }

    /// Adds a flow, and returns its place.
    #[inline]
    pub(super) fn insert(&mut self, key: Key, wide: Wide) -> usize {
        self.len += 1;
        let freed = self.free.pop();
        match self.free.len().checked_sub(AHEAD).and_then(|soon| self.free.get(soon)) {
            Some(&place) => self.flows.prefetch(place as usize),
            None => self.flows.prefetch_beyond(AHEAD),
        }
        if key.is_v6() {
            match freed {
                Some(place) => *self.wide.get_mut(place as usize) = wide,
                None => _ = self.wide.push(wide),
            }
        }
        let place = freed.map_or_else(|| self.flows.push(Flow::NOBODYS), |place| place as usize);
        let flow = self.flows.get_mut(place);
        // Each written straight to its place: put together before, it would be read back in other pieces.
        flow.key = key;
        if freed.is_some() {
            (flow.state, flow.generation) = (FlowState::FRESH, flow.generation.wrapping_add(1));
        }
        place
    }

    /// Forgets the flow at `place`, and returns its key.
    fn remove(&mut self, place: usize) -> Option<Key> {
        let flow = self.flows.get_mut(place);
        if flow.is_forgotten() {
            return None;
        }
        self.free.push(place as u32);
        self.len -= 1;
        Some(std::mem::replace(&mut flow.key, Key::NOBODY))
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
                forgotten(place | self.bit as usize, key);
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
            if !flow.is_forgotten() && is_older() {
                oldest = Some(place);
            }
        }
        let place = oldest?;
        Some((place | self.bit as usize, self.remove(place)?))
    }
}

impl Flow {
    /// A place before a flow has it.
    const NOBODYS: Self = Self { key: Key::NOBODY, state: FlowState::FRESH, generation: 0 };

    /// Its id at a place of the half with this bit.
    #[inline]
    fn id(&self, place: usize, bit: u32) -> FlowId {
        FlowId { place: place as u32 | bit, generation: self.generation }
    }

    fn is_forgotten(&self) -> bool {
        self.key == Key::NOBODY
    }
}
