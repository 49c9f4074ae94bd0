//! Cases that are open, found by what sets them apart.

use hashbrown::HashTable;

use crate::evidence::{CaseFacts, CaseKey};

/// A case and its serial number; apart from the table that finds it, which moves what it holds when it grows.
pub(super) type Numbered = Box<(u32, CaseFacts)>;

/// Names a case, as long as it is open; another may have the same key once it has closed.
#[derive(Clone, Copy, Debug)]
pub(super) struct CaseId {
    /// Its serial number.
    pub(super) serial: u32,
    pub(super) is_collective: bool,
    hash: u64,
}

/// Open cases, by hashes that a [`Marker`](super::Marker) made. They hold their keys themselves, which are as long as a cache
/// line and a half; beside each stands its whole hash, as one look in ten at a key would be at another's, which is nowhere
/// near.
#[derive(Debug, Default)]
pub(super) struct Cases {
    table: HashTable<(u64, Numbered)>,
}

impl Cases {
    /// The case with this hash that `is_it` says yes to.
    pub(super) fn find(&mut self, hash: u64, is_it: impl Fn(&CaseKey) -> bool) -> Option<&mut (u32, CaseFacts)> {
        let found = self.table.find_mut(hash, |(known, numbered)| *known == hash && is_it(&numbered.1.key));
        found.map(|(_, numbered)| numbered.as_mut())
    }

    /// Adds a case that [`find`](Self::find) did not find.
    pub(super) fn insert(&mut self, hash: u64, serial: u32, facts: CaseFacts) -> &mut (u32, CaseFacts) {
        let entry = self.table.insert_unique(hash, (hash, Box::new((serial, facts))), |(hash, _)| *hash);
        &mut entry.into_mut().1
    }

    /// The name of a case that was found by this hash.
    pub(super) fn id(hash: u64, (serial, facts): &(u32, CaseFacts)) -> CaseId {
        CaseId { serial: *serial, is_collective: facts.key.is_collective, hash }
    }

    /// A case by its name, if it is still open.
    pub(super) fn get_mut(&mut self, id: CaseId) -> Option<&mut CaseFacts> {
        let found = self.table.find_mut(id.hash, |(hash, numbered)| *hash == id.hash && numbered.0 == id.serial);
        found.map(|(_, numbered)| &mut numbered.1)
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Numbered> {
        self.table.iter().map(|(_, numbered)| numbered)
    }

    /// Takes out those that `closes` says yes to.
    pub(super) fn take_where(&mut self, mut closes: impl FnMut(&CaseFacts) -> bool) -> Vec<Numbered> {
        self.table.extract_if(|(_, numbered)| closes(&numbered.1)).map(|(_, numbered)| numbered).collect()
    }

    /// Takes out all.
    pub(super) fn take_all(&mut self) -> Vec<Numbered> {
        std::mem::take(&mut self.table).into_iter().map(|(_, numbered)| numbered).collect()
    }
}
