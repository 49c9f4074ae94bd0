//! Messages of cases that close one by one, packed and kept apart by case: a closing costs no more than what closes.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::ledger::{Entry, pack, unpack};

/// Messages by case. Each has a number, so that those of several cases can be told in the order they came.
#[derive(Debug, Default)]
pub(super) struct ByCase {
    packed: HashMap<u32, Vec<u8>, RandomState>,
    /// Number of the next message.
    next: u64,
    count: usize,
}

impl ByCase {
    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Adds a message.
    pub(super) fn add(&mut self, entry: &Entry) {
        pack(&(self.next, entry), self.packed.entry(entry.case).or_default());
        self.next += 1;
        self.count += 1;
    }

    /// Takes out the messages of some cases, in the order they came.
    pub(super) fn take(&mut self, cases: impl IntoIterator<Item = u32>) -> Vec<Entry> {
        let packed = cases.into_iter().filter_map(|case| self.packed.remove(&case));
        let mut taken: Vec<(u64, Entry)> = packed.flat_map(unpack).collect();
        taken.sort_unstable_by_key(|(number, _)| *number);
        self.count -= taken.len();
        taken.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Takes out all of them.
    pub(super) fn take_all(&mut self) -> Vec<Entry> {
        let cases: Vec<u32> = self.packed.keys().copied().collect();
        self.take(cases)
    }
}

impl FromIterator<Entry> for ByCase {
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        let mut all = Self::default();
        entries.into_iter().for_each(|entry| all.add(&entry));
        all
    }
}
