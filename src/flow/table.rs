//! The flow table: both address families, within one bound; idle flows are forgotten.

use super::FlowKey;
use super::groundwork::Groundwork;
use super::half::{EVICTION_SAMPLE, FlowId, Half, V6};
use super::index::Index;
use super::locate::{Located, Locator, Wide};
use super::state::{FlowState, FlowStateMut};
use super::step::Step;
use super::ticks::{Ticks, tick};
use crate::frame::Span;

/// All flows that are remembered.
#[derive(Clone, Debug)]
pub struct FlowTable {
    /// Places of both halves: one look finds either, before it is known which.
    index: Index,
    /// Those of IPv4, and those of IPv6.
    halves: [Half; 2],
    locator: Locator,
    groundwork: Groundwork,
    limit: usize,
    /// Nanoseconds.
    timeout: i64,
    forgotten_idle: u64,
    forgotten_full: u64,
    /// Hashes and places of idle flows on their way out of the index.
    leaving: Vec<(u32, usize)>,
}

/// Where a flow was seen, some packets before it is entered; it may be gone by then, or another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hint(u32);

impl Hint {
    /// Nowhere.
    pub(super) const NONE: Self = Self(u32::MAX);
}

impl Default for Hint {
    fn default() -> Self {
        Self::NONE
    }
}

/// Flows that a table has room for at least: those among which it looks for one to forget.
pub const LEAST_FLOWS: usize = EVICTION_SAMPLE;

/// Nanoseconds after which a flow is idle, at most: a hundred days before and after fit into the times that flows keep.
pub const LONGEST_TIMEOUT: i64 = 100 * 86_400 * 1_000_000_000;

impl FlowTable {
    /// A table of at most `limit` flows ([`LEAST_FLOWS`] where that is more), which forgets those that were idle for `timeout`
    /// nanoseconds, at most [`LONGEST_TIMEOUT`].
    pub fn new(limit: usize, timeout: i64) -> Self {
        let limit = limit.clamp(LEAST_FLOWS, V6 as usize - 1);
        Self {
            index: Index::of_at_most(limit),
            halves: [0, V6].map(|bit| Half::new(bit, limit)),
            locator: Locator::default(),
            groundwork: Groundwork::default(),
            limit,
            timeout: timeout.clamp(0, LONGEST_TIMEOUT),
            forgotten_idle: 0,
            forgotten_full: 0,
            leaving: Vec::new(),
        }
    }

    /// What makes keys for this table.
    pub fn locator(&self) -> &Locator {
        &self.locator
    }

    /// Where the flow of `key` is, if it is remembered.
    pub fn find(&self, key: &FlowKey) -> Option<FlowId> {
        self.look_up(&self.locator.locate_key(key), Hint::NONE).map(|(id, _)| id)
    }

    /// The flow that is remembered for what this table's [`locator`](Self::locator) made, and which was seen at `hint`; and
    /// where it is.
    #[expect(clippy::inline_always, reason = "it was seen already, and that takes a comparison: less than a call")]
    #[inline(always)]
    pub(crate) fn look_up(&self, located: &Located, hint: Hint) -> Option<(FlowId, FlowState<'_>)> {
        let hinted = hint.0 as usize;
        self.half(hinted).look_if(bare(hinted), &located.key).or_else(|| self.search(located))
    }

    #[inline(never)]
    fn search(&self, located: &Located) -> Option<(FlowId, FlowState<'_>)> {
        let place = self.index.find(located.tag, |place| self.half(place).is_at(bare(place), &located.key))?;
        Some(self.look_at(place))
    }

    #[inline]
    fn look_at(&self, place: usize) -> (FlowId, FlowState<'_>) {
        self.half(place).look_at(bare(place))
    }

    /// The half that a place is in.
    #[inline]
    fn half(&self, place: usize) -> &Half {
        &self.halves[usize::from(is_v6(place))]
    }

    #[inline]
    fn half_mut(&mut self, place: usize) -> &mut Half {
        &mut self.halves[usize::from(is_v6(place))]
    }

    /// Brings the slot where the search for a flow with this tag starts into the cache.
    #[inline]
    pub(crate) fn prefetch_slot(&self, tag: u32) {
        self.index.prefetch(tag);
    }

    /// Brings the flow that a first look at the slots finds into the cache, and says where it is.
    #[inline]
    pub(crate) fn prefetch_flow(&self, located: &Located) -> Hint {
        self.prefetch_by(located, Half::prefetch)
    }

    /// The same with its answers.
    #[inline]
    pub(super) fn prefetch_flow_and_answers(&self, located: &Located) -> Hint {
        self.prefetch_by(located, Half::prefetch_with_answers)
    }

    #[inline]
    fn prefetch_by(&self, located: &Located, prefetch: impl Fn(&Half, usize)) -> Hint {
        let Some(place) = self.index.probable(located.tag) else { return Hint::NONE };
        prefetch(self.half(place), bare(place));
        Hint(place as u32)
    }

    /// Brings the flow at `id` into the cache, or whatever is there.
    pub(crate) fn prefetch(&self, id: FlowId) {
        let place = id.place as usize;
        self.half(place).prefetch(bare(place));
    }

    /// The flow at `hint`; it may be another's.
    #[inline]
    pub(super) fn probable(&self, hint: Hint) -> Option<FlowState<'_>> {
        (hint != Hint::NONE).then(|| self.look_at(hint.0 as usize).1)
    }

    /// The flow at `hint`, if it is that of a packet, to be changed.
    #[inline]
    pub(super) fn go_on(&mut self, located: &Located, hint: Hint) -> Option<FlowStateMut<'_>> {
        let place = hint.0 as usize;
        self.half_mut(place).use_if(bare(place), &located.key)
    }

    /// Finds or adds the flow of a packet that came now, to be changed; says whether it is new. `wide` are its addresses, if they
    /// are of IPv6.
    #[inline]
    pub(super) fn open(&mut self, step: &Step, wide: Wide) -> (FlowStateMut<'_>, bool) {
        let (place, is_new) = self.find_or_add(step, wide);
        (self.half_mut(place).use_place(bare(place)), is_new)
    }

    #[inline]
    fn find_or_add(&mut self, step: &Step, wide: Wide) -> (usize, bool) {
        let Located { key, tag } = step.located;
        let Self { index, halves, .. } = self;
        let is_at = |place: usize| halves[usize::from(is_v6(place))].is_at(bare(place), &key);
        let mut vacancy = match index.find_or_vacancy(tag, is_at) {
            Ok(place) => return (place, false),
            Err(vacancy) => vacancy,
        };
        if self.len() >= self.limit {
            self.evict(tick(step.captured.timestamp));
            // What was taken out may have been in its way.
            vacancy = self.index.vacancy(tag);
        }
        let bit = if key.is_v6() { V6 as usize } else { 0 };
        let place = self.half_mut(bit).insert(key, wide, step.direction()) | bit;
        self.index.fill(vacancy, place);
        (place, true)
    }

    /// Looks at the next `count` flows, and forgets those that were idle for too long by the times of the `recent` packets.
    /// After a gap, or where the clock was set back, that is all of those before. In a `whole` capture that is no longer than
    /// flows are remembered none can be idle, and none is looked at.
    pub(super) fn forget_idle(&mut self, recent: Span, whole: Span, count: usize) {
        let Some((earliest, latest)) = recent.ends().filter(|_| whole.length() > self.timeout) else { return };
        let Some(current) = Ticks::around(earliest, latest, self.timeout) else { return };
        let Self { index, halves, locator, leaving, .. } = self;
        for half in halves {
            let forgotten = |place, key| leaving.push((locator.tag(&key), place));
            // Their slots are anywhere in memory: asked for one sweep ahead.
            half.sweep(count, current, forgotten, |key| index.prefetch_to_remove(locator.tag(&key)));
        }
        self.forgotten_idle += leaving.len() as u64;
        leaving.drain(..).for_each(|(tag, place)| index.remove(tag, place));
    }

    #[cold]
    fn evict(&mut self, now: u32) {
        let [v4, v6] = &mut self.halves;
        let fuller = if v4.len() >= v6.len() { v4 } else { v6 };
        if let Some((place, key)) = fuller.evict(now) {
            self.forgotten_full += 1;
            self.index.remove(self.locator.tag(&key), place);
        }
    }

    /// Lets go of what finds flows: none is looked for any more, but by its id.
    pub fn close(&mut self) {
        self.index = Index::new();
    }

    /// The flow at `id`, unless it was forgotten.
    pub fn get(&self, id: FlowId) -> Option<FlowState<'_>> {
        self.half(id.place as usize).held(id)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, id: FlowId) -> Option<FlowStateMut<'_>> {
        self.get(id)?;
        let place = id.place as usize;
        Some(self.half_mut(place).use_place(bare(place)))
    }

    /// The key of the flow at `id`, unless it was forgotten.
    pub fn key(&self, id: FlowId) -> Option<FlowKey> {
        self.half(id.place as usize).key(id)
    }

    /// Makes ready what the table grows into.
    pub(super) fn groundwork(&self) -> &Groundwork {
        &self.groundwork
    }

    /// Announces where the table grows.
    pub(super) fn announce_growth(&self) {
        let [[v4, _], [v6, wide]] = self.halves.each_ref().map(Half::large_rooms);
        self.groundwork.announce([v4, v6, wide]);
    }

    /// Flows remembered now.
    pub fn len(&self) -> usize {
        self.halves.iter().map(Half::len).sum()
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
