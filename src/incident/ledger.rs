//! Messages that wait for their judgement, in the order they came: packed, and where there are many, put away.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};

use super::{Attributed, Labels};
use crate::unreachable::Message;

/// A place outside memory for bytes, such as a temporary file. Positions count from 0.
pub trait Store: Send + Sync {
    /// Adds bytes at the end. Returns whether all of them were taken; none may be taken in part.
    fn append(&mut self, bytes: &[u8]) -> bool;

    /// Reads as many bytes as there is room for, from a position on. Returns whether they were all there.
    fn read(&self, position: u64, bytes: &mut [u8]) -> bool;
}

/// Bytes that wait in memory before they are put away together.
const CHUNK: usize = 1 << 20;
/// Bytes of the length before each entry.
const LENGTH: usize = size_of::<u16>();
/// Bytes of an entry, at most: those of its type, and half as much again for numbers of variable length.
const LONGEST: usize = size_of::<Entry>() * 3 / 2;

/// A message with its own labels, and the serial number of its case.
#[derive(Serialize, Deserialize)]
struct Entry {
    message: Message,
    labels: Labels,
    case: u32,
}

/// Messages in the order they came. Without a [`Store`] all of them are held in memory.
#[derive(Default)]
pub struct Ledger {
    /// The latest entries, each behind its length.
    latest: Vec<u8>,
    store: Option<Box<dyn Store>>,
    /// Where the entries stand that were put away: positions and lengths.
    chunks: Vec<(u64, usize)>,
    /// Where the store ends.
    end: u64,
    /// Whether the store refused bytes: then what follows is held in memory.
    is_full: bool,
    count: usize,
    /// Position of the incident of each case that has one.
    incident_of: HashMap<u32, u32, RandomState>,
}

impl Ledger {
    /// Messages are put away there once they take more than a megabyte.
    pub fn put_away_to(&mut self, store: Box<dyn Store>) {
        self.store = Some(store);
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether another message can be added where no more than `limit` are to be held in memory.
    pub(super) fn has_room(&self, limit: usize) -> bool {
        self.count < limit || (self.store.is_some() && !self.is_full)
    }

    /// Adds a message.
    pub(super) fn add(&mut self, message: &Message, labels: Labels, case: u32) {
        pack(&Entry { message: *message, labels, case }, &mut self.latest);
        self.count += 1;
        if self.latest.len() >= CHUNK && !self.is_full {
            self.put_away();
        }
    }

    fn put_away(&mut self) {
        let Some(store) = &mut self.store else { return };
        if store.append(&self.latest) {
            self.chunks.push((self.end, self.latest.len()));
            self.end += self.latest.len() as u64;
            self.latest.clear();
        } else {
            self.is_full = true;
        }
    }

    /// Says which incident each case belongs to.
    pub(super) fn judge(&mut self, incident_of: HashMap<u32, u32, RandomState>) {
        self.incident_of = incident_of;
    }

    /// Takes out the messages of cases that closed; `place` says of a case its incident, or that it is open; messages of
    /// other cases are dropped. What is put away in a store stays there.
    pub(super) fn take_closed(&mut self, place: impl Fn(u32) -> Option<Option<u32>>) -> Vec<Attributed> {
        let mut taken = Vec::new();
        let latest = std::mem::take(&mut self.latest);
        self.count = 0;
        for entry in (Entries { bytes: Cow::Owned(latest), position: 0 }) {
            match place(entry.case) {
                Some(Some(incident)) => {
                    taken.push(Attributed {
                        message: entry.message,
                        labels: entry.labels,
                        incident: incident as usize,
                    });
                }
                Some(None) => self.add(&entry.message, entry.labels, entry.case),
                None => {}
            }
        }
        taken
    }

    /// The messages with their incidents, in the order they came; those of cases without an incident are left out.
    pub fn iter(&self) -> impl Iterator<Item = Attributed> + use<'_> {
        let chunks = self.chunks.iter().map(|&chunk| Cow::Owned(self.chunk(chunk)));
        let latest = std::iter::once(Cow::Borrowed(self.latest.as_slice()));
        let entries = chunks.chain(latest).flat_map(|bytes| Entries { bytes, position: 0 });
        entries.filter_map(|entry| self.attributed(&entry))
    }

    /// Changes every message.
    pub fn change(&mut self, mut change: impl FnMut(&mut Message)) {
        let latest = std::mem::take(&mut self.latest);
        for chunk in std::mem::take(&mut self.chunks) {
            let bytes = Cow::Owned(self.chunk(chunk));
            self.add_changed(bytes, &mut change);
        }
        self.add_changed(Cow::Owned(latest), &mut change);
    }

    fn add_changed(&mut self, bytes: Cow<'_, [u8]>, change: &mut impl FnMut(&mut Message)) {
        for mut entry in (Entries { bytes, position: 0 }) {
            change(&mut entry.message);
            pack(&entry, &mut self.latest);
        }
        if self.latest.len() >= CHUNK {
            self.put_away();
        }
    }

    fn chunk(&self, (position, length): (u64, usize)) -> Vec<u8> {
        let mut bytes = vec![0; length];
        let is_there = self.store.as_ref().is_some_and(|store| store.read(position, &mut bytes));
        if is_there { bytes } else { Vec::new() }
    }

    fn attributed(&self, entry: &Entry) -> Option<Attributed> {
        let incident = *self.incident_of.get(&entry.case)?;
        Some(Attributed { message: entry.message, labels: entry.labels, incident: incident as usize })
    }
}

fn pack(entry: &Entry, bytes: &mut Vec<u8>) {
    let mut packed = [0; LONGEST];
    // It is a few numbers and addresses, for which there is room.
    let Ok(packed) = postcard::to_slice(entry, &mut packed) else { return };
    bytes.extend_from_slice(&(packed.len() as u16).to_le_bytes());
    bytes.extend_from_slice(packed);
}

/// Unpacks the entries of a chunk.
struct Entries<'a> {
    bytes: Cow<'a, [u8]>,
    position: usize,
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let (length, rest) = self.bytes.get(self.position..)?.split_first_chunk::<LENGTH>()?;
        let length = usize::from(u16::from_le_bytes(*length));
        self.position += LENGTH + length;
        postcard::from_bytes(rest.get(..length)?).ok()
    }
}

impl FromIterator<Attributed> for Ledger {
    fn from_iter<T: IntoIterator<Item = Attributed>>(messages: T) -> Self {
        let mut ledger = Self::default();
        let mut incident_of = HashMap::default();
        for attributed in messages {
            // Its incident takes the place of its case.
            let incident = attributed.incident as u32;
            ledger.add(&attributed.message, attributed.labels, incident);
            incident_of.insert(incident, incident);
        }
        ledger.judge(incident_of);
        ledger
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
