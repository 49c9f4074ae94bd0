//! A map that forgets what has not been used for longest.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use super::index::{Index, Vacancy};
use super::prefetch::{prefetch, prefetch_whole};
use super::words::Key;

/// Keeps the most recently used entries: `limit` of them, of which the latest half is certain to be there.
///
/// Keys come from the network, so they are hashed with a random seed. Time is counted in rounds: a round ends when half
/// of `limit` entries were used in it, and what was used neither in this nor in the last round may be forgotten. When the
/// map is full there is always such an entry, and a hand that goes round finds each of them once a round.
#[derive(Clone, Debug)]
pub struct Bounded<K: Key, V> {
    index: Index,
    entries: Vec<Entry<K::Words, V>>,
    /// Places that were taken out.
    free: Vec<u32>,
    seed: RandomState,
    limit: usize,
    /// This round; the first is 2, so that there are earlier ones.
    round: u32,
    /// Entries that were used in this round.
    used: usize,
    hand: usize,
    forgotten: u64,
}

/// Entries that room is made for at once: at first, so that a capture of few hosts takes no large pages for each map, and then. Up to
/// that many nothing is moved again, and the system gives memory only to what is written.
const ROOM: (usize, usize) = (1 << 9, 1 << 14);

/// Entries ahead at which the slot of one is brought into the cache that will be forgotten. (One ahead, a scan of two million flows
/// waited for it for a fiftieth of its time.)
const SLOTS_AHEAD: usize = 4;
/// The same of the entry itself, which leads to the slot.
const KEYS_AHEAD: usize = 10;

/// In this order: what finds an entry, and lets it go, is in the line that it begins in.
#[derive(Clone, Debug)]
#[repr(C)]
struct Entry<W, V> {
    /// The latest round it was used in; 0 where it was taken out.
    round: u32,
    /// The key's hash, for taking it out: the key itself would have to be hashed again.
    tag: u32,
    key: W,
    value: V,
}

impl<K: Key, V> Bounded<K, V> {
    /// An empty map of at most `limit` entries.
    pub fn new(limit: usize) -> Self {
        Self {
            index: Index::of_at_most(limit),
            entries: Vec::new(),
            free: Vec::new(),
            seed: RandomState::default(),
            limit: limit.clamp(2, u32::MAX as usize),
            round: 2,
            used: 0,
            hand: 0,
            forgotten: 0,
        }
    }

    /// What a key is found by, for who looks for it several times.
    #[inline]
    pub(super) fn tag(&self, key: &K::Words) -> u32 {
        let mut hasher = self.seed.build_hasher();
        for pair in key.as_ref().chunks(2) {
            let [high, low] = [pair.first(), pair.get(1)].map(|word| u128::from(word.copied().unwrap_or_default()));
            hasher.write_u128(high << 64 | low);
        }
        hasher.finish() as u32
    }

    #[inline]
    fn find(&self, key: &K::Words, tag: u32) -> Option<usize> {
        self.index.find(tag, |place| is_equal(&self.entries[place].key, key))
    }

    /// Brings the slot where the search for a key with this tag starts into the cache.
    #[inline]
    pub(super) fn prefetch_slot(&self, tag: u32) {
        self.index.prefetch(tag);
    }

    /// Brings the entry that a first look at the slots finds into the cache.
    #[inline]
    pub(super) fn prefetch_entry(&self, tag: u32) {
        if let Some(place) = self.index.probable(tag) {
            prefetch_whole(&self.entries, place);
        }
    }

    /// Brings the slot where the search for a key starts into the cache.
    #[inline]
    pub(crate) fn prefetch_slot_of(&self, key: &K) {
        self.prefetch_slot(self.tag(&key.words()));
    }

    /// Brings the entry of a key into the cache that a first look at the slots finds.
    #[inline]
    pub(crate) fn prefetch(&self, key: &K) {
        self.prefetch_entry(self.tag(&key.words()));
    }

    /// The entry of `key`, without marking it as used.
    #[inline]
    pub fn get(&self, key: &K) -> Option<&V> {
        let key = key.words();
        self.find(&key, self.tag(&key)).map(|place| &self.entries[place].value)
    }

    /// The entry of `key` where there is one, marked as used.
    #[inline]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let key = key.words();
        self.get_mut_tagged(&key, self.tag(&key))
    }

    /// The same for a key in numbers, whose [`tag`](Self::tag) is known.
    #[inline]
    pub(super) fn get_mut_tagged(&mut self, key: &K::Words, tag: u32) -> Option<&mut V> {
        self.find(key, tag).map(|place| self.mark(place))
    }

    /// The entry of `key`, made by `fresh` where there is none, marked as used.
    #[inline]
    pub fn entry(&mut self, key: &K, fresh: impl FnOnce() -> V) -> &mut V {
        let key = key.words();
        let tag = self.tag(&key);
        self.entry_tagged(key, tag, fresh)
    }

    /// The same for a key in numbers, whose [`tag`](Self::tag) is known.
    #[inline]
    pub(super) fn entry_tagged(&mut self, key: K::Words, tag: u32, fresh: impl FnOnce() -> V) -> &mut V {
        let place = match self.index.find_or_vacancy(tag, |place| is_equal(&self.entries[place].key, &key)) {
            Ok(place) => place,
            Err(vacancy) => self.insert(key, vacancy, tag, fresh),
        };
        self.mark(place)
    }

    #[inline]
    fn mark(&mut self, place: usize) -> &mut V {
        let entry = &mut self.entries[place];
        if entry.round != self.round {
            entry.round = self.round;
            self.used += 1;
            if self.used >= self.limit / 2 {
                (self.round, self.used) = (self.round + 1, 0);
            }
        }
        &mut entry.value
    }

    /// Adds an entry that counts as never used yet, and returns its place.
    fn insert(&mut self, key: K::Words, vacancy: Vacancy, tag: u32, fresh: impl FnOnce() -> V) -> usize {
        // One that is about to be marked: until then it belongs to the round before.
        let round = self.round - 1;
        let place = if let Some(place) = self.free.pop() {
            let entry = &mut self.entries[place as usize];
            // Field by field: put together elsewhere, it would be copied.
            (entry.round, entry.tag, entry.key) = (round, tag, key);
            entry.value = fresh();
            place as usize
        } else {
            if self.entries.len() == self.entries.capacity() {
                self.make_room();
            }
            self.entries.push(Entry { round, tag, key, value: fresh() });
            self.entries.len() - 1
        };
        self.index.fill(vacancy, place);
        // After it, or what is taken out could change where it belongs.
        if self.len() > self.limit {
            self.forget();
        }
        place
    }

    #[cold]
    fn make_room(&mut self) {
        let most = if self.entries.is_empty() { ROOM.0 } else { ROOM.1 };
        let more = self.limit.saturating_sub(self.entries.len()).clamp(1, most);
        // One more than there may be, which comes before another goes.
        self.entries.reserve_exact(more + 1);
    }

    /// Forgets an entry that was not used in this round, nor in the last.
    fn forget(&mut self) {
        for _ in 0..=self.entries.len() {
            self.hand = if self.hand + 1 >= self.entries.len() { 0 } else { self.hand + 1 };
            let entry = &self.entries[self.hand];
            if entry.round != 0 && entry.round + 1 < self.round {
                self.forgotten += 1;
                return self.take_out(self.hand);
            }
        }
    }

    fn take_out(&mut self, place: usize) {
        let entry = &mut self.entries[place];
        entry.round = 0;
        let tag = entry.tag;
        self.index.remove(tag, place);
        self.free.push(place as u32);
        // Probably soon to go: until then its slot, which is anywhere, will have come into the cache. The entry that leads
        // there was asked for some entries earlier, or the wait for it would cost as much.
        if let Some(later) = self.entries.get(place + SLOTS_AHEAD) {
            prefetch(&self.entries, place + KEYS_AHEAD);
            self.index.prefetch_to_remove(later.tag);
        }
    }

    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.entries.iter().filter(|entry| entry.round != 0).map(|entry| (K::of(&entry.key), &entry.value))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many entries were dropped to keep the bound.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

/// Whether two keys are equal. Word by word in registers: compared as a whole, a key that was just put together would be read
/// back from memory, which stalls.
#[inline]
fn is_equal<W: AsRef<[u64]>>(one: &W, other: &W) -> bool {
    one.as_ref().iter().zip(other.as_ref()).fold(0, |differing, (one, other)| differing | (one ^ other)) == 0
}
