//! Frames on their way to an analyzer on another thread: plain packets as what was read of them, the others whole.

use std::ops::Range;

use crate::decode::{Plain, Tunnels, plain};
use crate::frame::{Frame, LinkType, Stamp};

/// Frames in a batch: enough that handing one over costs nothing, few enough that it stays in the cache.
const FRAMES: usize = 2048;
/// Bytes of whole frames in a batch, roughly.
const BYTES: usize = 1 << 20;

/// A number of frames, in their order.
#[derive(Debug, Default)]
pub struct Batch {
    items: Vec<Item>,
    bytes: Vec<u8>,
    tunnels: Tunnels,
}

#[derive(Debug)]
enum Item {
    Plain(Stamp, Plain),
    Whole(Stamp, LinkType, u32, Range<usize>),
}

/// A frame of a batch.
#[derive(Debug)]
pub enum Sifted<'a> {
    /// A plain packet, read.
    Plain(&'a Stamp, &'a Plain),
    /// Any other frame.
    Whole(Frame<'a>),
}

impl Batch {
    /// Adds a frame. Returns whether there is room for more.
    #[inline]
    pub fn add(&mut self, frame: &Frame<'_>) -> bool {
        match plain(frame, &self.tunnels) {
            Some(plain) => self.items.push(Item::Plain(frame.stamp(), plain)),
            None => self.add_whole(frame),
        }
        self.items.len() < FRAMES && self.bytes.len() < BYTES
    }

    fn add_whole(&mut self, frame: &Frame<'_>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(frame.bytes);
        self.items.push(Item::Whole(frame.stamp(), frame.link, frame.wire_length, start..self.bytes.len()));
    }

    /// Whether it holds no frame.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Empties it, to be filled again.
    pub fn clear(&mut self) {
        self.items.clear();
        self.bytes.clear();
    }

    /// The frames, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = Sifted<'_>> {
        self.items.iter().map(|item| match item {
            Item::Plain(stamp, plain) => Sifted::Plain(stamp, plain),
            Item::Whole(stamp, link, wire_length, place) => Sifted::Whole(Frame {
                input: stamp.input,
                number: stamp.number,
                timestamp: stamp.timestamp,
                link: *link,
                bytes: self.bytes.get(place.clone()).unwrap_or_default(),
                wire_length: *wire_length,
            }),
        })
    }
}
