//! A map that forgets what has not been used for longest.

use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::fragment::FragmentKey;
use super::index::Index;
use super::segments::Segments;
use super::service::ServiceKey;

/// Keeps the most recently used entries: `limit` of them, of which the latest half is certain to be there.
///
/// Keys come from the network, so they are hashed with a random seed. Time is counted in rounds: a round ends when half
/// of `limit` entries were used in it, and what was used neither in this nor in the last round may be forgotten. When the
/// map is full there is always such an entry, and a hand that goes round finds each of them once a round.
#[derive(Clone, Debug)]
pub struct Bounded<K, V> {
    index: Index,
    entries: Segments<Entry<K, V>, 512>,
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

/// What entries are found by. A derived hash takes an address in six parts.
pub trait Key: Eq + Copy {
    /// Hands it to the hasher, in as few numbers as there are.
    fn feed(&self, hasher: &mut impl Hasher);
}

impl Key for IpAddr {
    #[inline]
    fn feed(&self, hasher: &mut impl Hasher) {
        match self {
            Self::V4(address) => hasher.write_u32(address.to_bits()),
            Self::V6(address) => hasher.write_u128(address.to_bits()),
        }
    }
}

impl Key for (IpAddr, IpAddr) {
    #[inline]
    fn feed(&self, hasher: &mut impl Hasher) {
        match self {
            (IpAddr::V4(one), IpAddr::V4(other)) => {
                hasher.write_u64(u64::from(one.to_bits()) << 32 | u64::from(other.to_bits()));
            }
            (one, other) => {
                one.feed(hasher);
                other.feed(hasher);
            }
        }
    }
}

impl Key for ServiceKey {
    fn feed(&self, hasher: &mut impl Hasher) {
        self.address.feed(hasher);
        hasher.write_u32(u32::from(self.port) << 8 | u32::from(self.protocol));
    }
}

impl Key for FragmentKey {
    fn feed(&self, hasher: &mut impl Hasher) {
        self.ends().feed(hasher);
        hasher.write_u64(self.number());
    }
}

impl Key for u64 {
    fn feed(&self, hasher: &mut impl Hasher) {
        hasher.write_u64(*self);
    }
}

/// Entries ahead at which one is brought into the cache that will be forgotten.
const KEYS_AHEAD: usize = 6;

#[derive(Clone, Debug)]
struct Entry<K, V> {
    /// The latest round it was used in; 0 where it was taken out.
    round: u32,
    key: K,
    value: V,
}

impl<K: Key, V> Bounded<K, V> {
    /// An empty map of at most `limit` entries.
    pub fn new(limit: usize) -> Self {
        Self {
            index: Index::new(),
            entries: Segments::new(),
            free: Vec::new(),
            seed: RandomState::default(),
            limit: limit.clamp(2, u32::MAX as usize),
            round: 2,
            used: 0,
            hand: 0,
            forgotten: 0,
        }
    }

    #[inline]
    fn tag(&self, key: &K) -> u32 {
        let mut hasher = self.seed.build_hasher();
        key.feed(&mut hasher);
        hasher.finish() as u32
    }

    #[inline]
    fn find(&self, key: &K, tag: u32) -> Option<usize> {
        self.index.find(tag, |place| self.entries.get(place).key == *key)
    }

    /// Brings the slot where the search for `key` starts into the cache.
    pub(super) fn prefetch_slot(&self, key: &K) {
        self.index.prefetch(self.tag(key));
    }

    /// Brings the entry that a first look at the slots finds into the cache.
    pub(super) fn prefetch_entry(&self, key: &K) {
        if let Some(place) = self.index.probable(self.tag(key)) {
            self.entries.prefetch(place);
        }
    }

    /// The entry of `key`, without marking it as used.
    #[inline]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key, self.tag(key)).map(|place| &self.entries.get(place).value)
    }

    /// The entry of `key` where there is one, marked as used.
    #[inline]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key, self.tag(key)).map(|place| self.mark(place))
    }

    /// The entry of `key`, made by `fresh` where there is none, marked as used.
    #[inline]
    pub fn entry(&mut self, key: K, fresh: impl FnOnce() -> V) -> &mut V {
        let tag = self.tag(&key);
        let place = match self.find(&key, tag) {
            Some(place) => place,
            None => self.insert(key, tag, fresh()),
        };
        self.mark(place)
    }

    #[inline]
    fn mark(&mut self, place: usize) -> &mut V {
        let entry = self.entries.get_mut(place);
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
    fn insert(&mut self, key: K, tag: u32, value: V) -> usize {
        if self.len() >= self.limit {
            self.forget();
        }
        // One that is about to be marked: until then it belongs to the round before.
        let entry = Entry { round: self.round - 1, key, value };
        let place = match self.free.pop() {
            Some(place) => {
                *self.entries.get_mut(place as usize) = entry;
                place as usize
            }
            None => self.entries.push(entry),
        };
        self.index.insert(tag, place);
        place
    }

    /// Forgets an entry that was not used in this round, nor in the last.
    fn forget(&mut self) {
        for _ in 0..=self.entries.len() {
            self.hand = if self.hand + 1 >= self.entries.len() { 0 } else { self.hand + 1 };
            let entry = self.entries.get(self.hand);
            if entry.round != 0 && entry.round + 1 < self.round {
                self.forgotten += 1;
                return self.take_out(self.hand);
            }
        }
    }

    fn take_out(&mut self, place: usize) {
        let entry = self.entries.get_mut(place);
        entry.round = 0;
        let key = entry.key;
        self.index.remove(self.tag(&key), place);
        self.free.push(place as u32);
        // Probably the next to go: until then its slot, which is anywhere, will have come into the cache. The key that leads
        // there was asked for some entries earlier, or the wait for it would cost as much.
        if place + 1 < self.entries.len() {
            self.entries.prefetch(place + KEYS_AHEAD);
            self.prefetch_slot(&self.entries.get(place + 1).key);
        }
    }

    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().filter(|entry| entry.round != 0).map(|entry| (&entry.key, &entry.value))
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
