//! Cases that are open, found by what sets them apart.

use crate::evidence::{CaseFacts, Standing};
use crate::flow::{Index, prefetch_item};

/// A case and its serial number; apart from the table that finds it, as it is large.
pub(super) type Numbered = Box<(u32, CaseFacts)>;

/// Names a case, as long as it is open; another may have the same key once it has closed. Two numbers, which are handed on in
/// registers: with a flag of its own it would be copied byte by byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct CaseId {
    /// Its serial number.
    pub(super) serial: u32,
    /// Its place, and [`COLLECTIVE`].
    place: u32,
}

/// Set in the places of collective cases.
const COLLECTIVE: u32 = 1 << 31;

impl CaseId {
    pub(super) fn is_collective(self) -> bool {
        self.place & COLLECTIVE != 0
    }

    fn place(self) -> usize {
        (self.place & !COLLECTIVE) as usize
    }
}

/// Open cases, by hashes that a [`Marker`](super::Marker) made.
#[derive(Debug)]
pub(super) struct Cases {
    /// By the low half of the hash.
    index: Index,
    /// Each with what it is known by, as its key is as long as a cache line and a half, and nowhere near.
    places: Vec<Option<(u64, Numbered)>>,
    free: Vec<u32>,
}

impl Default for Cases {
    fn default() -> Self {
        Self { index: Index::new(), places: Vec::new(), free: Vec::new() }
    }
}

impl Cases {
    /// Brings into the cache where the search for a case starts.
    #[inline]
    pub(super) fn prefetch(&self, hash: u64) {
        self.index.prefetch(hash as u32);
    }

    /// Brings the case that a first look finds into the cache; says whether there is one.
    #[inline]
    pub(super) fn prefetch_facts(&self, hash: u64) -> bool {
        let Some(place) = self.index.probable(hash as u32) else { return false };
        if let Some(Some((_, numbered))) = self.places.get(place) {
            prefetch_item(&**numbered);
        }
        true
    }

    /// The case of messages with this hash that stand so to what they quote. Keys are not compared: they share their hash with
    /// nothing else.
    #[inline]
    pub(super) fn find(&mut self, hash: u64, standing: Standing) -> Option<(CaseId, &mut CaseFacts)> {
        let sought = whole(hash, standing);
        let is_here =
            |place: usize| self.places.get(place).and_then(Option::as_ref).is_some_and(|(known, _)| *known == sought);
        let place = self.index.find(hash as u32, is_here)?;
        let (_, numbered) = self.places.get_mut(place)?.as_mut()?;
        Some(named(place, numbered))
    }

    /// Adds a case that [`find`](Self::find) did not find.
    pub(super) fn insert(&mut self, hash: u64, serial: u32, facts: CaseFacts) -> (CaseId, &mut CaseFacts) {
        let place = self.free.pop().map_or(self.places.len(), |free| free as usize);
        self.index.insert(hash as u32, place);
        if place == self.places.len() {
            self.places.push(None);
        }
        let known_by = whole(hash, facts.key.standing);
        let (_, numbered) = self.places[place].insert((known_by, Box::new((serial, facts))));
        named(place, numbered)
    }

    /// A case by its name, if it is still open.
    pub(super) fn get_mut(&mut self, id: CaseId) -> Option<&mut CaseFacts> {
        let (_, numbered) = self.places.get_mut(id.place())?.as_mut()?;
        (numbered.0 == id.serial).then_some(&mut numbered.1)
    }

    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Numbered> {
        self.places.iter().flatten().map(|(_, numbered)| numbered)
    }

    /// Takes out those that `closes` says yes to.
    pub(super) fn take_where(&mut self, closes: impl Fn(&CaseFacts) -> bool) -> Vec<Numbered> {
        let Self { index, places, free } = self;
        let mut taken = Vec::new();
        for (place, held) in places.iter_mut().enumerate() {
            if let Some((hash, numbered)) = held.take_if(|(_, numbered)| closes(&numbered.1)) {
                index.remove(hash as u32, place);
                free.push(place as u32);
                taken.push(numbered);
            }
        }
        taken
    }

    /// Takes out all.
    pub(super) fn take_all(&mut self) -> Vec<Numbered> {
        std::mem::take(self).places.into_iter().flatten().map(|(_, numbered)| numbered).collect()
    }
}

/// What a case is known by: its hash, with how its messages stand to what they quote in the half that it is not found by.
fn whole(hash: u64, standing: Standing) -> u64 {
    hash ^ (standing as u64) << 62
}

fn named(place: usize, numbered: &mut Numbered) -> (CaseId, &mut CaseFacts) {
    let (serial, facts) = &mut **numbered;
    (CaseId { serial: *serial, place: place as u32 | (u32::from(facts.key.is_collective) * COLLECTIVE) }, facts)
}
