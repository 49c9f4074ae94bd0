//! Pieces of messages on their way out of memory.

use std::{fmt, io};

use super::packed::Loose;
use crate::handover::{Handover, Worker};

/// A place outside memory for bytes, such as a temporary file. Positions count from 0.
pub trait Store: Send + Sync {
    /// Adds bytes at the end: all of them, or, with an error, none.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Reads as many bytes as there is room for, from a position on; fewer are an error.
    fn read(&self, position: u64, bytes: &mut [u8]) -> io::Result<()>;
}

/// Packs pieces and puts them away, on another thread than that which makes them.
pub type Shelf = Handover<Keeper>;

/// Packs pieces, and puts them into a store, one behind the other.
#[derive(Default)]
pub struct Keeper {
    store: Option<Box<dyn Store>>,
    /// Where the store ends.
    end: u64,
    /// Why it took no more: it is asked once.
    refusal: Option<io::ErrorKind>,
    done: Vec<Done>,
    /// Room for the bytes of a piece.
    room: Vec<u8>,
}

/// Messages that make a piece, with its number.
#[derive(Debug, Default)]
pub struct Parcel {
    pub(super) number: usize,
    pub(super) messages: Loose,
}

/// Where a piece stands that was put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    position: u64,
    length: usize,
}

/// What became of a piece.
pub(super) struct Done {
    pub(super) number: usize,
    /// Where it stands now; or its bytes, and why the store took none of them.
    pub(super) outcome: Result<Place, (Vec<u8>, io::Error)>,
}

impl Place {
    /// So many bytes of the piece from an offset on, or as many as there are; nothing where there are none.
    pub(super) fn part(self, offset: usize, most: usize) -> Option<Self> {
        let length = self.length.checked_sub(offset).filter(|&length| length > 0)?;
        Some(Self { position: self.position + offset as u64, length: length.min(most) })
    }
}

impl Keeper {
    /// Puts pieces away there from now on.
    pub(super) fn begin(&mut self, store: Box<dyn Store>) {
        self.store = Some(store);
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<Place> {
        if let Some(refusal) = self.refusal {
            return Err(refusal.into());
        }
        let Some(store) = &mut self.store else { return Err(io::ErrorKind::NotFound.into()) };
        store.append(bytes).inspect_err(|error| self.refusal = Some(error.kind()))?;
        let place = Place { position: self.end, length: bytes.len() };
        self.end += bytes.len() as u64;
        Ok(place)
    }

    /// What became of pieces since the last call.
    pub(super) fn take_done(&mut self) -> Vec<Done> {
        std::mem::take(&mut self.done)
    }

    /// Reads a piece back.
    pub(super) fn read(&self, place: Place, bytes: &mut Vec<u8>) -> io::Result<()> {
        let Some(store) = &self.store else { return Err(io::ErrorKind::NotFound.into()) };
        bytes.resize(place.length, 0);
        store.read(place.position, bytes)
    }

    /// Reads a part of a piece, for which there is room.
    pub(super) fn read_part<'a>(&self, part: Place, room: &'a mut [u8]) -> io::Result<&'a [u8]> {
        let Some(store) = &self.store else { return Err(io::ErrorKind::NotFound.into()) };
        let bytes = room.get_mut(..part.length).ok_or(io::ErrorKind::InvalidInput)?;
        store.read(part.position, bytes)?;
        Ok(bytes)
    }
}

impl Worker for Keeper {
    type Job = Parcel;
    const MOST: usize = 2;

    fn work(&mut self, Parcel { number, mut messages }: Parcel) -> Option<Parcel> {
        let mut bytes = std::mem::take(&mut self.room);
        messages.pack(&mut bytes);
        let outcome = match self.append(&bytes) {
            Ok(place) => {
                bytes.clear();
                self.room = bytes;
                Ok(place)
            }
            Err(error) => Err((bytes, error)),
        };
        self.done.push(Done { number, outcome });
        Some(Parcel { number, messages })
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("end", &self.end).finish_non_exhaustive()
    }
}
