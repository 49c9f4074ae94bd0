//! The flow table: both address families, within one bound; idle flows are forgotten.

use super::FlowKey;
use super::half::{EVICTION_SAMPLE, FlowId, FlowState, Half, KeyV4, KeyV6, V6};
use super::locate::{Located, Locator, Stored};
use super::ticks::{Ticks, tick};
use crate::frame::Timestamp;

/// All flows that are remembered.
#[derive(Clone, Debug)]
pub struct FlowTable {
    v4: Half<KeyV4>,
    v6: Half<KeyV6>,
    locator: Locator,
    limit: usize,
    /// Nanoseconds.
    timeout: i64,
    forgotten_idle: u64,
    forgotten_full: u64,
}

impl FlowTable {
    /// A table of at most `limit` flows, which forgets those that were idle for `timeout` nanoseconds; none for more than a
    /// hundred days.
    pub fn new(limit: usize, timeout: i64) -> Self {
        Self {
            v4: Half::new(),
            v6: Half::new(),
            locator: Locator::default(),
            limit: limit.clamp(EVICTION_SAMPLE, V6 as usize - 1),
            timeout: timeout.max(0),
            forgotten_idle: 0,
            forgotten_full: 0,
        }
    }

    /// What makes keys for this table.
    pub fn locator(&self) -> &Locator {
        &self.locator
    }

    /// Where the flow of `key` is, if it is remembered.
    pub fn find(&self, key: &FlowKey) -> Option<FlowId> {
        let Located { stored, tag } = self.locator.locate_key(key);
        match stored {
            Stored::V4(key) => self.v4.find(&key, tag).map(|place| self.v4.id(place, 0)),
            Stored::V6(key) => self.v6.find(&key, tag).map(|place| self.v6.id(place, V6)),
        }
    }

    /// Brings the slot where the search for a flow starts into the cache.
    #[inline]
    pub(super) fn prefetch_slot(&self, located: &Located) {
        match located.stored {
            Stored::V4(_) => self.v4.prefetch_slot(located.tag),
            Stored::V6(_) => self.v6.prefetch_slot(located.tag),
        }
    }

    /// Brings the flow that a first look at the slots finds into the cache.
    #[inline]
    pub(super) fn prefetch_flow(&self, located: &Located) {
        match located.stored {
            Stored::V4(_) => self.v4.prefetch_flow(located.tag),
            Stored::V6(_) => self.v6.prefetch_flow(located.tag),
        }
    }

    /// Finds or adds the flow of a packet that came now; says whether it is new.
    #[inline]
    pub(super) fn enter(&mut self, located: &Located, now: Timestamp) -> (FlowId, bool, &mut FlowState) {
        let now = tick(now);
        let place = match &located.stored {
            Stored::V4(key) => self.v4.find(key, located.tag),
            Stored::V6(key) => self.v6.find(key, located.tag),
        };
        let is_new = place.is_none();
        let place = place.unwrap_or_else(|| self.insert(located, now));
        let (id, state) = match located.stored {
            Stored::V4(_) => self.v4.use_place(place, 0),
            Stored::V6(_) => self.v6.use_place(place, V6),
        };
        state.last = now;
        (id, is_new, state)
    }

    /// Adds a flow, and returns its place in its half.
    #[inline(never)]
    fn insert(&mut self, located: &Located, now: u32) -> usize {
        if self.len() >= self.limit {
            self.evict(now);
        }
        match located.stored {
            Stored::V4(key) => self.v4.insert(key, located.tag),
            Stored::V6(key) => self.v6.insert(key, located.tag),
        }
    }

    /// Looks at the next `count` flows, and forgets those that were idle for too long by the times of the latest packets. After
    /// a gap, or where the clock was set back, that is all of those before.
    pub(super) fn forget_idle(&mut self, earliest: Timestamp, latest: Timestamp, count: usize) {
        let Some(current) = Ticks::around(earliest, latest, self.timeout) else { return };
        self.forgotten_idle += self.v4.sweep(count, current, &self.locator.seed);
        self.forgotten_idle += self.v6.sweep(count, current, &self.locator.seed);
    }

    #[cold]
    fn evict(&mut self, now: u32) {
        self.forgotten_full += 1;
        let seed = &self.locator.seed;
        if self.v4.live >= self.v6.live { self.v4.evict(now, seed) } else { self.v6.evict(now, seed) }
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
