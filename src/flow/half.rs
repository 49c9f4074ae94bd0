//! Flows of one address family: compact entries, one behind the other.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::ample::Ample;
use super::apart::Apart;
use super::compact::Flow;
use super::locate::{Key, Wide};
use super::prefetch::prefetch;
use super::recent::is_before;
use super::side::flags;
use super::state::{FlowState, FlowStateMut};
use super::ticks::{Ticks, elapsed};
use super::{Direction, FlowKey};

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
/// New flows ahead at which the place of one is brought into the cache. (Not asked for, it was waited for: a scan of two million
/// flows took one in twenty longer.)
const AHEAD: usize = 8;
/// Flows looked at to find one to forget when the table is full.
pub(super) const EVICTION_SAMPLE: usize = 32;

#[derive(Clone, Debug)]
pub(super) struct Half {
    flows: Ample<Flow>,
    apart: Apart,
    /// Of IPv6, the addresses of each flow: what their hash in its key stands for.
    wide: Ample<Wide>,
    free: Vec<u32>,
    /// Flows remembered now: asked for each one that is opened, and some ten instructions to be worked out.
    len: usize,
    hand: usize,
    /// The bit that sets places of this half apart from those of the other.
    bit: u32,
}

impl Half {
    /// No flow yet, and at most so many; `bit` sets places of this half apart from those of the other.
    pub(super) fn new(bit: u32, most: usize) -> Self {
        let (flows, apart, wide) = (Ample::new(most), Apart::default(), Ample::new(most));
        Self { flows, apart, wide, free: Vec::new(), len: 0, hand: 0, bit }
    }

    /// The flow that `id` was given to, if it is still there.
    pub(super) fn held(&self, id: FlowId) -> Option<FlowState<'_>> {
        let place = (id.place & !V6) as usize;
        let flow = &self.flows[place];
        (flow.generation() == id.generation && !flow.is_forgotten()).then(|| self.state(place, flow))
    }

    /// The key of the flow that `id` was given to, if it is still there.
    pub(super) fn key(&self, id: FlowId) -> Option<FlowKey> {
        let FlowState { place, flow, .. } = self.held(id)?;
        Some(flow.key().whole(|| self.wide[place]))
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
        prefetch(&self.flows, place);
    }

    /// The same with its answers, if it may have some.
    #[inline]
    pub(super) fn prefetch_with_answers(&self, place: usize) {
        self.prefetch(place);
        self.apart.prefetch(place);
    }

    /// Whether there is a flow at a place that has this key.
    #[inline]
    pub(super) fn is_at(&self, place: usize, key: &Key) -> bool {
        self.flows.get(place).is_some_and(|flow| flow.is_of(key))
    }

    /// The flow at a place, and its id, if there is one that has this key.
    #[expect(clippy::inline_always, reason = "it takes less than a call")]
    #[inline(always)]
    pub(super) fn look_if(&self, place: usize, key: &Key) -> Option<(FlowId, FlowState<'_>)> {
        let flow = self.flows.get(place).filter(|flow| flow.is_of(key))?;
        Some((id(place, self.bit, flow), self.state(place, flow)))
    }

    /// The flow at a place, and its id.
    #[inline]
    pub(super) fn look_at(&self, place: usize) -> (FlowId, FlowState<'_>) {
        let flow = &self.flows[place];
        (id(place, self.bit, flow), self.state(place, flow))
    }

    /// The flow at a place, to be changed.
    #[inline]
    pub(super) fn use_place(&mut self, place: usize) -> FlowStateMut<'_> {
        let (flow, apart) = (&mut self.flows[place], &mut self.apart);
        FlowStateMut { id: id(place, self.bit, flow), place, flow, apart }
    }

    /// The flow at a place, to be changed, if there is one that has this key.
    #[inline]
    pub(super) fn use_if(&mut self, place: usize, key: &Key) -> Option<FlowStateMut<'_>> {
        let flow = self.flows.get_mut(place).filter(|flow| flow.is_of(key))?;
        Some(FlowStateMut { id: id(place, self.bit, flow), place, flow, apart: &mut self.apart })
    }

    #[inline]
    fn state<'a>(&'a self, place: usize, flow: &'a Flow) -> FlowState<'a> {
        FlowState { place, flow, apart: &self.apart }
    }

    /// Adds a flow that was opened in this direction, and returns its place.
    #[inline]
    pub(super) fn insert(&mut self, key: Key, wide: Wide, opened: Direction) -> usize {
        self.len += 1;
        let freed = self.free.pop();
        match self.free.len().checked_sub(AHEAD).and_then(|soon| self.free.get(soon)) {
            Some(&place) => prefetch(&self.flows, place as usize),
            None => prefetch(&self.flows, self.flows.len() + AHEAD),
        }
        if key.is_v6() {
            match freed {
                Some(place) => self.wide[place as usize] = wide,
                None => _ = self.wide.push(wide),
            }
        }
        let place = freed.map_or_else(|| self.flows.push(Flow::NOBODYS), |place| place as usize);
        self.flows[place].begin(key, opened);
        place
    }

    /// Forgets the flow at `place`, and returns its key.
    fn remove(&mut self, place: usize) -> Option<Key> {
        let flow = &mut self.flows[place];
        if flow.is_forgotten() {
            return None;
        }
        let key = flow.key();
        flow.forget();
        if flow.is(flags::RARE) {
            self.apart.forget_rare(place);
        }
        self.free.push(place as u32);
        self.len -= 1;
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
    /// case holds. Tells the place and the key of each to `forgotten`; the keys of those that seem to come next, to `soon`.
    pub(super) fn sweep(
        &mut self,
        count: usize,
        current: Ticks,
        mut forgotten: impl FnMut(usize, Key),
        soon: impl FnMut(Key),
    ) {
        for _ in 0..count.min(self.flows.len()) {
            let Some(place) = self.advance_hand() else { return };
            if !current.contains(self.flows[place].last())
                && !self.look_at(place).1.is_held()
                && let Some(key) = self.remove(place)
            {
                forgotten(place | self.bit as usize, key);
            }
        }
        let next = self.flows.get(self.hand + 1..).unwrap_or_default().iter().take(count);
        let is_idle = |flow: &&Flow| !current.contains(flow.last()) && !flow.is_forgotten();
        next.filter(is_idle).map(Flow::key).for_each(soon);
    }

    /// Forgets the longest idle of the next few flows, and returns its place and its key.
    pub(super) fn evict(&mut self, now: u32) -> Option<(usize, Key)> {
        let mut oldest: Option<usize> = None;
        for _ in 0..EVICTION_SAMPLE {
            let place = self.advance_hand()?;
            let is_older = || oldest.is_none_or(|oldest| self.is_older(place, oldest, now));
            if !self.flows[place].is_forgotten() && is_older() {
                oldest = Some(place);
            }
        }
        let place = oldest?;
        Some((place | self.bit as usize, self.remove(place)?))
    }

    /// Whether the flow at a place has been idle for longer than that at another; of those of one tick, whether its last packet came
    /// first.
    fn is_older(&self, place: usize, other: usize, now: u32) -> bool {
        let [idle, idle_other] = [place, other].map(|place| elapsed(self.flows[place].last(), now));
        let latest = |place| self.look_at(place).1.latest();
        idle > idle_other || (idle == idle_other && is_before(latest(place), latest(other)))
    }
}

/// What a flow is known by at a place of the half with this bit.
#[inline]
fn id(place: usize, bit: u32, flow: &Flow) -> FlowId {
    FlowId { place: place as u32 | bit, generation: flow.generation() }
}
