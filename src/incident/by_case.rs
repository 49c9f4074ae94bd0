//! Messages of cases that close one by one, packed and kept apart by case: a closing costs no more than what closes.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Labels;
use super::ledger::Entry;
use super::packed::{pack, unpack};
use crate::unreachable::Message;

/// Messages by case. Each has a number, so that those of several cases can be told in the order they came.
#[derive(Debug, Default)]
pub(super) struct ByCase {
    /// Each behind its number.
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

    /// Adds a message of a case, with its own labels; `read` as for [`pack`].
    pub(super) fn add(&mut self, message: &Message, read: &[u8], labels: Labels, case: u32) {
        let packed = self.packed.entry(case).or_default();
        packed.extend_from_slice(&self.next.to_le_bytes());
        pack(message, read, labels, case, packed);
        self.next += 1;
        self.count += 1;
    }

    /// Takes out the messages of some cases, in the order they came.
    pub(super) fn take(&mut self, cases: impl IntoIterator<Item = u32>) -> Vec<Entry> {
        let packed = cases.into_iter().filter_map(|case| self.packed.remove(&case));
        let mut taken: Vec<(u64, Entry)> = packed.flat_map(numbered).collect();
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

/// The entries in packed bytes, with their numbers.
fn numbered(bytes: Vec<u8>) -> impl Iterator<Item = (u64, Entry)> {
    let mut position = 0;
    std::iter::from_fn(move || {
        let (number, mut rest) = bytes.get(position..)?.split_first_chunk()?;
        let entry = unpack(&mut rest)?;
        position = bytes.len() - rest.len();
        Some((u64::from_le_bytes(*number), entry))
    })
}

impl FromIterator<Entry> for ByCase {
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        let mut all = Self::default();
        entries.into_iter().for_each(|entry| all.add(&entry.message, &[], entry.labels, entry.case));
        all
    }
}
