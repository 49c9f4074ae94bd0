//! Messages that wait for their judgement, in the order they came: packed, and where there are many, put away.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::{fmt, io};

use foldhash::fast::RandomState;

use super::packed::{LONGEST, Loose, unpack, unpack_to};
use super::shelf::{Done, Parcel, Place, Shelf, Store};
use super::{Attributed, Labels};
use crate::lock::locked;
use crate::unreachable::Message;

/// Bytes of messages that are held, put away and read back together, as far as these were read: a piece, of half as many again once
/// it is whole. As rows they are five times as many, which still fit the caches of one core, and a thread that makes rows of a piece
/// is done soon enough for others to share the work.
const PIECE: usize = 3 << 16;

/// Bits of a place that say where in its piece an entry begins.
const OFFSET: u32 = 32;

/// A message with its own labels, and the serial number of its case.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) message: Message,
    pub(super) labels: Labels,
    pub(super) case: u32,
}

/// Messages that came one after the other, packed.
struct Piece {
    entries: usize,
    bytes: Bytes,
}

enum Bytes {
    Held(Vec<u8>),
    /// On the shelf, and not known yet to have been put away.
    Waiting,
    PutAway(Place),
}

/// What could not be read back, and why the first of it could not.
#[derive(Debug, Default)]
struct Unread {
    /// Where pieces stand of which nothing could, with how many entries they have.
    pieces: HashMap<Place, usize>,
    /// Single entries, by the place of their piece and their offset in it: their piece may be among the others.
    entries: HashSet<(Place, usize)>,
    reason: String,
}

/// Messages in the order they came. Without a [`Store`] all of them are held in memory.
#[derive(Default)]
pub struct Ledger {
    /// The latest messages, which make no piece yet.
    latest: Loose,
    shelf: Shelf,
    /// Whether there is a store behind the shelf.
    has_store: bool,
    /// What came before.
    pieces: Vec<Piece>,
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

impl Unread {
    /// Entries, each counted once, whether it could not be read alone, with its piece, or either way.
    fn rows(&self) -> usize {
        let alone = self.entries.iter().filter(|(piece, _)| !self.pieces.contains_key(piece));
        self.pieces.values().sum::<usize>() + alone.count()
    }

    fn note_reason(&mut self, error: &io::Error) {
        if self.reason.is_empty() {
            self.reason = error.to_string();
        }
    }
}

impl Ledger {
    /// Messages are put away there once they make a piece, of some three hundred kilobytes.
    pub fn put_away_to(&mut self, store: Box<dyn Store>) {
        self.shelf.finish().begin(store);
        self.has_store = true;
    }

    /// Where pieces wait to be put away, which another thread can do.
    pub(super) fn shelf(&self) -> &Shelf {
        &self.shelf
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
        self.held < limit || (self.has_store && self.refusal.is_none())
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
        let unread = locked(&self.unread);
        let rows = unread.rows();
        if rows > 0 {
            told.push(format!(
                "{rows} messages have no row: they could not be read back from the temporary file: {}",
                unread.reason
            ));
        }
        told
    }

    /// Adds a message of a case, with its own labels; `read` is what was packed of it when it was read, empty where that was not done.
    pub(super) fn add(&mut self, message: &Message, read: &[u8], labels: Labels, case: u32) {
        self.latest.add(message, read, labels, case);
        self.count += 1;
        self.held += 1;
        if self.latest.size() >= PIECE {
            self.complete();
        }
    }

    /// Makes a piece of the latest messages, which is put away if it can be. Packing them is left to who puts them away: where
    /// there are many, the thread that holds the flows has more to do than the other. (With a row for each message of a scan, a run on
    /// two threads took a twentieth less.)
    fn complete(&mut self) {
        if !self.has_store || self.refusal.is_some() {
            return self.hold();
        }
        let mut parcel = Parcel { number: self.pieces.len(), messages: std::mem::take(&mut self.latest) };
        self.pieces.push(Piece { entries: parcel.messages.len(), bytes: Bytes::Waiting });
        self.shelf.put(&mut parcel);
        self.latest = parcel.messages;
        let done = self.shelf.idle().map(|mut keeper| keeper.take_done());
        self.note(done.unwrap_or_default());
    }

    /// Makes a piece of the latest messages, which is held in memory.
    fn hold(&mut self) {
        let (entries, mut bytes) = (self.latest.len(), Vec::new());
        self.latest.pack(&mut bytes);
        self.pieces.push(Piece { entries, bytes: Bytes::Held(bytes) });
    }

    /// Notes what became of pieces on the shelf.
    fn note(&mut self, done: Vec<Done>) {
        for Done { number, outcome } in done {
            let Some(piece) = self.pieces.get_mut(number) else { continue };
            piece.bytes = match outcome {
                Ok(place) => {
                    self.held -= piece.entries;
                    Bytes::PutAway(place)
                }
                Err((bytes, error)) => {
                    self.refusal.get_or_insert_with(|| error.to_string());
                    Bytes::Held(bytes)
                }
            };
        }
    }

    /// Waits until no piece is on its way any more; the latest messages make one, too.
    fn settle(&mut self) {
        if self.latest.len() > 0 {
            self.hold();
        }
        let done = self.shelf.finish().take_done();
        self.note(done);
    }

    /// Says which incident each case belongs to.
    pub(super) fn judge(&mut self, incident_of: HashMap<u32, u32, RandomState>) {
        self.settle();
        self.incident_of = incident_of;
    }

    /// Takes out everything.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = Entry> + use<> {
        let taken: Vec<Vec<u8>> = self.take_pieces().map(|piece| self.bytes(piece)).collect();
        taken.into_iter().flat_map(unpacked).map(|(_, entry)| entry)
    }

    /// All pieces, of which none is left.
    fn take_pieces(&mut self) -> impl Iterator<Item = Piece> + use<> {
        self.settle();
        (self.count, self.held) = (0, 0);
        std::mem::take(&mut self.pieces).into_iter()
    }

    /// The messages with their incidents, in the order they came; those of cases without an incident are left out.
    pub fn iter(&self) -> impl Iterator<Item = Attributed> + use<'_> {
        self.placed().map(|(_, attributed)| attributed)
    }

    /// The same with their places, which ascend, and by which each is [found](Self::at) again.
    pub fn placed(&self) -> impl Iterator<Item = (u64, Attributed)> + use<'_> {
        let piece = |piece: usize| {
            let mut room = Vec::new();
            let bytes = self.packed(piece, &mut room).to_vec();
            unpacked(bytes).map(move |(offset, entry)| ((piece as u64) << OFFSET | offset as u64, entry))
        };
        (0..self.pieces()).flat_map(piece).filter_map(|(place, entry)| Some((place, self.attributed(&entry)?)))
    }

    /// The message at a place; nothing where there is none, or it cannot be read back. No more than its own bytes are read.
    pub fn at(&self, place: u64) -> Option<Attributed> {
        let (piece, offset) = (usize::try_from(place >> OFFSET).ok()?, (place & ((1 << OFFSET) - 1)) as usize);
        let mut room = [0; LONGEST];
        let mut bytes = match &self.pieces.get(piece)?.bytes {
            Bytes::Held(bytes) => bytes.get(offset..)?,
            Bytes::Waiting => return None,
            &Bytes::PutAway(whole) => self.read_part(whole, offset, &mut room)?,
        };
        self.attributed(&unpack(&mut bytes)?)
    }

    /// How many pieces the messages come in.
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// The messages of one piece with their incidents, as [`iter`](Self::iter) gives those of all; several pieces can be
    /// gone through at once, on several threads. What has to be read back is read into `room`.
    pub fn entries<'a>(&'a self, piece: usize, room: &'a mut Vec<u8>) -> Entries<'a> {
        Entries { bytes: self.packed(piece, room), incident_of: &self.incident_of }
    }

    /// Changes every message.
    pub fn change(&mut self, mut change: impl FnMut(&mut Message)) {
        for piece in self.take_pieces() {
            let bytes = self.bytes(piece);
            for (_, mut entry) in unpacked(bytes) {
                change(&mut entry.message);
                self.add(&entry.message, &[], entry.labels, entry.case);
            }
        }
        self.settle();
    }

    /// The bytes of a piece; none, and a note, where it cannot be read back.
    fn packed<'a>(&'a self, piece: usize, room: &'a mut Vec<u8>) -> &'a [u8] {
        let Some(Piece { entries, bytes }) = self.pieces.get(piece) else { return &[] };
        match bytes {
            Bytes::Held(bytes) => bytes,
            Bytes::Waiting => &[],
            &Bytes::PutAway(place) => {
                self.read(place, *entries, room);
                room
            }
        }
    }

    /// The same of a piece that was taken out.
    fn bytes(&self, piece: Piece) -> Vec<u8> {
        match piece.bytes {
            Bytes::Held(bytes) => bytes,
            Bytes::Waiting => Vec::new(),
            Bytes::PutAway(place) => {
                let mut room = Vec::new();
                self.read(place, piece.entries, &mut room);
                room
            }
        }
    }

    fn read(&self, place: Place, entries: usize, room: &mut Vec<u8>) {
        if let Err(error) = self.shelf.look().read(place, room) {
            room.clear();
            let mut unread = locked(&self.unread);
            unread.pieces.insert(place, entries);
            unread.note_reason(&error);
        }
    }

    /// Reads what begins with an entry, at an offset in a piece.
    fn read_part<'a>(&self, piece: Place, offset: usize, room: &'a mut [u8]) -> Option<&'a [u8]> {
        let part = piece.part(offset, room.len())?;
        match self.shelf.look().read_part(part, room) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                let mut unread = locked(&self.unread);
                unread.entries.insert((piece, offset));
                unread.note_reason(&error);
                None
            }
        }
    }

    fn attributed(&self, entry: &Entry) -> Option<Attributed> {
        let incident = *self.incident_of.get(&entry.case)?;
        Some(Attributed { message: entry.message, labels: entry.labels, incident: incident as usize })
    }
}

/// The messages of a piece, one after the other.
pub struct Entries<'a> {
    bytes: &'a [u8],
    incident_of: &'a HashMap<u32, u32, RandomState>,
}

impl Entries<'_> {
    /// Takes the next message to a place for it; returns its own labels, and the position of its incident.
    pub fn next_to(&mut self, message: &mut Message) -> Option<(Labels, usize)> {
        loop {
            let (labels, case) = unpack_to(message, &mut self.bytes)?;
            if let Some(&incident) = self.incident_of.get(&case) {
                return Some((labels, incident as usize));
            }
        }
    }
}

/// The entries in packed bytes, each with the position of its first.
fn unpacked(bytes: Vec<u8>) -> impl Iterator<Item = (usize, Entry)> {
    let mut position = 0;
    std::iter::from_fn(move || {
        let mut rest = bytes.get(position..)?;
        let entry = unpack(&mut rest)?;
        let begin = std::mem::replace(&mut position, bytes.len() - rest.len());
        Some((begin, entry))
    })
}

impl FromIterator<Attributed> for Ledger {
    fn from_iter<T: IntoIterator<Item = Attributed>>(messages: T) -> Self {
        let mut ledger = Self::default();
        let mut incident_of = HashMap::default();
        for attributed in messages {
            // Its incident takes the place of its case.
            let case = attributed.incident as u32;
            ledger.add(&attributed.message, &[], attributed.labels, case);
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
