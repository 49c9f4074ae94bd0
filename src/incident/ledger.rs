//! Messages that wait for their judgement, in the order they came: packed, and where there are many, put away.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::{fmt, io};

use foldhash::fast::RandomState;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Attributed, Labels};
use crate::unreachable::Message;

/// A place outside memory for bytes, such as a temporary file. Positions count from 0.
pub trait Store: Send + Sync {
    /// Adds bytes at the end: all of them, or, with an error, none.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Reads as many bytes as there is room for, from a position on; fewer are an error.
    fn read(&self, position: u64, bytes: &mut [u8]) -> io::Result<()>;
}

/// Bytes that wait in memory before they are put away together.
const CHUNK: usize = 1 << 20;
/// Bytes of the length before each entry.
const LENGTH: usize = size_of::<u16>();
/// Bytes of an entry with a number, at most: those of its type, and half as much again for numbers of variable length.
const LONGEST: usize = size_of::<(u64, Entry)>() * 3 / 2;

/// A message with its own labels, and the serial number of its case.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) message: Message,
    pub(super) labels: Labels,
    pub(super) case: u32,
}

/// Where entries stand that were put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Chunk {
    position: u64,
    length: usize,
    entries: usize,
}

/// Chunks that could not be read back, and why the first of them could not.
#[derive(Debug, Default)]
struct Unread {
    chunks: HashSet<Chunk>,
    reason: String,
}

/// Messages in the order they came. Without a [`Store`] all of them are held in memory.
#[derive(Default)]
pub struct Ledger {
    /// The latest entries, each behind its length.
    latest: Vec<u8>,
    store: Option<Box<dyn Store>>,
    /// What was put away.
    chunks: Vec<Chunk>,
    /// Where the store ends.
    end: u64,
    /// Why the store refused bytes: then what follows is held in memory.
    refusal: Option<String>,
    /// Messages that found no room after that.
    refused: u64,
    unread: Mutex<Unread>,
    count: usize,
    /// Messages of these that are held in memory.
    held: usize,
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
        self.held < limit || (self.store.is_some() && self.refusal.is_none())
    }

    /// Counts a message that found no room because the store took no more; says whether that is the reason.
    pub(super) fn refuse(&mut self) -> bool {
        self.refused += u64::from(self.refusal.is_some());
        self.refusal.is_some()
    }

    /// What the store failed to do, and which messages have no row for it, in sentences. What it fails to give back is known
    /// once that was asked for.
    pub fn losses(&self) -> Vec<String> {
        let mut told = Vec::new();
        if let (Some(reason), 1..) = (&self.refusal, self.refused) {
            told.push(format!(
                "{} messages have no row: there are too many for memory, and the temporary file takes no more: {reason}",
                self.refused
            ));
        }
        let unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        let rows: usize = unread.chunks.iter().map(|chunk| chunk.entries).sum();
        if rows > 0 {
            told.push(format!(
                "{rows} messages have no row: they could not be read back from the temporary file: {}",
                unread.reason
            ));
        }
        told
    }

    /// Adds a message.
    pub(super) fn add(&mut self, entry: &Entry) {
        pack(entry, &mut self.latest);
        self.count += 1;
        self.held += 1;
        if self.latest.len() >= CHUNK && self.refusal.is_none() {
            self.put_away();
        }
    }

    fn put_away(&mut self) {
        let Some(store) = &mut self.store else { return };
        match store.append(&self.latest) {
            Ok(()) => {
                self.chunks.push(Chunk { position: self.end, length: self.latest.len(), entries: self.held });
                self.end += self.latest.len() as u64;
                self.latest.clear();
                self.held = 0;
            }
            Err(error) => self.refusal = Some(error.to_string()),
        }
    }

    /// Says which incident each case belongs to.
    pub(super) fn judge(&mut self, incident_of: HashMap<u32, u32, RandomState>) {
        self.incident_of = incident_of;
    }

    /// Takes out everything.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = Entry> + use<> {
        let mut taken = std::mem::take(&mut self.chunks).into_iter().map(|chunk| self.chunk(chunk)).collect::<Vec<_>>();
        taken.push(std::mem::take(&mut self.latest));
        (self.count, self.held) = (0, 0);
        taken.into_iter().flat_map(unpack)
    }

    /// The messages with their incidents, in the order they came; those of cases without an incident are left out.
    pub fn iter(&self) -> impl Iterator<Item = Attributed> + use<'_> {
        let chunks = self.chunks.iter().map(|&chunk| Cow::Owned(self.chunk(chunk)));
        let latest = std::iter::once(Cow::Borrowed(self.latest.as_slice()));
        chunks.chain(latest).flat_map(unpack).filter_map(|entry| self.attributed(&entry))
    }

    /// Changes every message.
    pub fn change(&mut self, mut change: impl FnMut(&mut Message)) {
        let latest = std::mem::take(&mut self.latest);
        (self.count, self.held) = (0, 0);
        for chunk in std::mem::take(&mut self.chunks) {
            let bytes = self.chunk(chunk);
            self.add_changed(bytes, &mut change);
        }
        self.add_changed(latest, &mut change);
    }

    fn add_changed(&mut self, bytes: Vec<u8>, change: &mut impl FnMut(&mut Message)) {
        for mut entry in unpack::<Entry>(bytes) {
            change(&mut entry.message);
            self.add(&entry);
        }
    }

    /// The bytes of a chunk; none, and a note, where it cannot be read back.
    fn chunk(&self, chunk: Chunk) -> Vec<u8> {
        let mut bytes = vec![0; chunk.length];
        let Some(store) = &self.store else { return Vec::new() };
        if let Err(error) = store.read(chunk.position, &mut bytes) {
            let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
            if unread.chunks.insert(chunk) && unread.reason.is_empty() {
                unread.reason = error.to_string();
            }
            return Vec::new();
        }
        bytes
    }

    fn attributed(&self, entry: &Entry) -> Option<Attributed> {
        let incident = *self.incident_of.get(&entry.case)?;
        Some(Attributed { message: entry.message, labels: entry.labels, incident: incident as usize })
    }
}

/// Adds a value behind its length.
pub(super) fn pack<T: Serialize>(value: &T, bytes: &mut Vec<u8>) {
    let mut packed = [0; LONGEST];
    // It is a few numbers and addresses, for which there is room.
    let Ok(packed) = postcard::to_slice(value, &mut packed) else { return };
    bytes.extend_from_slice(&(packed.len() as u16).to_le_bytes());
    bytes.extend_from_slice(packed);
}

/// The values in packed bytes.
pub(super) fn unpack<'a, T: DeserializeOwned>(bytes: impl Into<Cow<'a, [u8]>>) -> impl Iterator<Item = T> {
    let (bytes, mut position) = (bytes.into(), 0);
    std::iter::from_fn(move || {
        let (length, rest) = bytes.get(position..)?.split_first_chunk::<LENGTH>()?;
        let length = usize::from(u16::from_le_bytes(*length));
        position += LENGTH + length;
        postcard::from_bytes(rest.get(..length)?).ok()
    })
}

impl FromIterator<Attributed> for Ledger {
    fn from_iter<T: IntoIterator<Item = Attributed>>(messages: T) -> Self {
        let mut ledger = Self::default();
        let mut incident_of = HashMap::default();
        for attributed in messages {
            // Its incident takes the place of its case.
            let case = attributed.incident as u32;
            ledger.add(&Entry { message: attributed.message, labels: attributed.labels, case });
            incident_of.insert(case, case);
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
