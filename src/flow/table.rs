//! The flow table: both address families, within one bound; idle flows are forgotten.

use super::FlowKey;
use super::half::{EVICTION_SAMPLE, FlowId, FlowState, Half, KeyV4, V6};
use super::index::Index;
use super::locate::{Key, Located, Locator};
use super::ticks::{Ticks, tick};
use crate::frame::{Span, Timestamp};

/// All flows that are remembered.
#[derive(Clone, Debug)]
pub struct FlowTable {
    /// Places of both halves: one look finds either, before it is known which.
    index: Index,
    v4: Half<KeyV4>,
    v6: Half<Key>,
    locator: Locator,
    limit: usize,
    /// Nanoseconds.
    timeout: i64,
    forgotten_idle: u64,
    forgotten_full: u64,
}

/// Where a flow was seen, some packets before it is entered; it may be gone by then, or another's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hint(u32);

/// Nanoseconds after which a flow is idle, at most: a hundred days before and after fit into the times that flows keep.
pub const LONGEST_TIMEOUT: i64 = 100 * 86_400 * 1_000_000_000;

impl FlowTable {
    /// A table of at most `limit` flows, which forgets those that were idle for `timeout` nanoseconds, at most
    /// [`LONGEST_TIMEOUT`].
    pub fn new(limit: usize, timeout: i64) -> Self {
        Self {
            index: Index::new(),
            v4: Half::new(),
            v6: Half::new(),
            locator: Locator::default(),
            limit: limit.clamp(EVICTION_SAMPLE, V6 as usize - 1),
            timeout: timeout.clamp(0, LONGEST_TIMEOUT),
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
        self.look_up(&self.locator.locate_key(key)).map(|(id, _)| id)
    }

    /// The flow that is remembered for what this table's [`locator`](Self::locator) made, and where it is.
    #[inline]
    pub(crate) fn look_up(&self, located: &Located) -> Option<(FlowId, &FlowState)> {
        let place = self.index.find(located.tag, |place| self.is_at(place, &located.key))?;
        Some(self.look_at(place))
    }

    #[inline]
    fn look_at(&self, place: usize) -> (FlowId, &FlowState) {
        if is_v6(place) { self.v6.look_at(bare(place)) } else { self.v4.look_at(place) }
    }

    #[expect(clippy::inline_always, reason = "a call for each packet costs as much as what it does")]
    #[inline(always)]
    fn is_at(&self, place: usize, key: &Key) -> bool {
        if is_v6(place) { self.v6.is_at(bare(place), key) } else { self.v4.is_at(place, key) }
    }

    /// Brings the slot where the search for a flow starts into the cache.
    #[inline]
    pub(crate) fn prefetch_slot(&self, located: &Located) {
        self.index.prefetch(located.tag);
    }

    /// Brings the flow that a first look at the slots finds into the cache, and says where it is.
    #[inline]
    pub(crate) fn prefetch_flow(&self, located: &Located) -> Option<Hint> {
        let place = self.index.probable(located.tag)?;
        if is_v6(place) {
            self.v6.prefetch(bare(place));
        } else {
            self.v4.prefetch(place);
        }
        Some(Hint(place as u32))
    }

    /// The flow that a first look at the slots finds; it may be another's.
    #[inline]
    pub(super) fn probable(&self, located: &Located) -> Option<&FlowState> {
        self.index.probable(located.tag).map(|place| self.look_at(place).1)
    }

    /// Finds or adds the flow of a packet that came now, which was seen at `hint`; says whether it is new.
    #[expect(clippy::inline_always, reason = "a call for each packet costs as much as what it does")]
    #[inline(always)]
    pub(super) fn enter(
        &mut self,
        located: &Located,
        hint: Option<Hint>,
        now: Timestamp,
    ) -> (FlowId, bool, &mut FlowState) {
        let now = tick(now);
        let hinted = hint.map(|Hint(place)| place as usize).filter(|&place| self.is_at(place, &located.key));
        let (place, is_new) = hinted.map_or_else(|| self.find_or_insert(located, now), |place| (place, false));
        let (id, state) = if is_v6(place) { self.v6.use_place(bare(place)) } else { self.v4.use_place(place) };
        state.last = now;
        (id, is_new, state)
    }

    /// The place of a flow, and whether it is new.
    #[inline(never)]
    fn find_or_insert(&mut self, located: &Located, now: u32) -> (usize, bool) {
        let Located { key, tag } = located;
        match self.index.find(*tag, |place| self.is_at(place, key)) {
            Some(place) => (place, false),
            None => (self.insert(located, now), true),
        }
    }

    /// Adds a flow, and returns its place.
    fn insert(&mut self, located: &Located, now: u32) -> usize {
        if self.len() >= self.limit {
            self.evict(now);
        }
        let Located { key, tag } = *located;
        let place = if key.is_v6() { self.v6.insert(key) | V6 as usize } else { self.v4.insert(key) };
        self.index.insert(tag, place);
        place
    }

    /// Looks at the next `count` flows, and forgets those that were idle for too long by the times of the `recent` packets.
    /// After a gap, or where the clock was set back, that is all of those before. In a `whole` capture that is no longer than
    /// flows are remembered none can be idle, and none is looked at.
    pub(super) fn forget_idle(&mut self, recent: Span, whole: Span, count: usize) {
        let Some((earliest, latest)) = recent.ends().filter(|_| whole.length() > self.timeout) else { return };
        let Some(current) = Ticks::around(earliest, latest, self.timeout) else { return };
        let Self { index, v4, v6, locator, forgotten_idle, .. } = self;
        let mut forget = |place, key| {
            index.remove(locator.tag(&key), place);
            *forgotten_idle += 1;
        };
        v4.sweep(count, current, &mut forget);
        v6.sweep(count, current, |place, key| forget(place | V6 as usize, key));
    }

    #[cold]
    fn evict(&mut self, now: u32) {
        let evicted = if self.v4.len() >= self.v6.len() {
            self.v4.evict(now)
        } else {
            self.v6.evict(now).map(|(place, key)| (place | V6 as usize, key))
        };
        if let Some((place, key)) = evicted {
            self.forgotten_full += 1;
            self.index.remove(self.locator.tag(&key), place);
        }
    }

    /// Lets go of what finds flows: none is looked for any more, but by its id.
    pub fn close(&mut self) {
        self.index = Index::new();
    }

    /// The flow at `id`, unless it was forgotten.
    pub fn get(&self, id: FlowId) -> Option<&FlowState> {
        if id.place & V6 == 0 { self.v4.held(id) } else { self.v6.held(id) }
    }

    /// The same, to be changed.
    pub(super) fn held_mut(&mut self, id: FlowId) -> Option<&mut FlowState> {
        self.get(id)?;
        Some(self.get_mut(id))
    }

    /// The key of the flow at `id`, unless it was forgotten.
    pub fn key(&self, id: FlowId) -> Option<FlowKey> {
        let key = if id.place & V6 == 0 { self.v4.key(id) } else { self.v6.key(id) };
        key.map(FlowKey::from)
    }

    /// The flow at `id`, which was entered or got just now, to be changed.
    pub fn get_mut(&mut self, id: FlowId) -> &mut FlowState {
        let place = id.place as usize;
        if is_v6(place) { self.v6.use_place(bare(place)).1 } else { self.v4.use_place(place).1 }
    }

    /// Flows remembered now.
    pub fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
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

/// Whether a place is in the half of IPv6.
#[inline]
fn is_v6(place: usize) -> bool {
    place & V6 as usize != 0
}

/// A place in the half of IPv6, without the bit that says so.
#[inline]
fn bare(place: usize) -> usize {
    place & !(V6 as usize)
}
