//! A map that forgets what has not been used for longest, in two generations.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// Keeps between half of `limit` and `limit` of the most recently used entries.
///
/// Keys come from the network, so they are hashed with a random seed. Entries that were not used while half of
/// `limit` others were, are dropped together when the older generation is replaced; how many is counted.
#[derive(Clone, Debug)]
pub struct Generations<K, V> {
    young: HashMap<K, V, RandomState>,
    old: HashMap<K, V, RandomState>,
    limit: usize,
    forgotten: u64,
}

impl<K: Hash + Eq + Copy, V> Generations<K, V> {
    /// An empty map of at most `limit` entries.
    pub fn new(limit: usize) -> Self {
        let hasher = RandomState::default();
        let (young, old) = (HashMap::with_hasher(hasher.clone()), HashMap::with_hasher(hasher));
        Self { young, old, limit: limit.max(2), forgotten: 0 }
    }

    /// The entry of `key`, without marking it as used.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// The entry of `key` where there is one, marked as used.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        if let Some(value) = self.old.remove(key) {
            self.make_room();
            self.young.insert(*key, value);
        }
        self.young.get_mut(key)
    }

    /// The entry of `key`, made by `fresh` where there is none, marked as used.
    pub fn entry(&mut self, key: K, fresh: impl FnOnce() -> V) -> &mut V {
        let mut earlier = None;
        if !self.young.contains_key(&key) {
            earlier = self.old.remove(&key);
            self.make_room();
        }
        self.young.entry(key).or_insert_with(|| earlier.unwrap_or_else(fresh))
    }

    fn make_room(&mut self) {
        if self.young.len() >= self.limit / 2 {
            self.forgotten += self.old.len() as u64;
            self.old = std::mem::replace(&mut self.young, HashMap::with_hasher(self.old.hasher().clone()));
        }
    }

    /// All entries, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.young.iter().chain(&self.old)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
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
