//! Opens a stream and takes the compressions off it, up to the first bytes of what is inside.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::format::{Format, LOOK};
use super::super::problem::Fault;
use super::super::window::{BUFFER, Rest, Stream, Window};
use super::ahead::Ahead;
use super::members::Members;
use super::{Compression, Layers};

/// Bytes read at once to learn how a capture begins: a ring of thousands of files is looked at before it is read.
/// Decompressors that are looked through have no more to give at a time either.
const GLANCE: usize = 16 * 1024;

/// How a stream is going to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Reading {
    /// Its beginning only, or many at a time: little is read at once, and decompressed where it is needed.
    Glance,
    /// All of it: much is read at once, and decompressed by a thread of its own, where it is much.
    Whole,
}

/// A stream of decompressed bytes.
pub(in super::super) struct Unpacked {
    /// Its window, in which as many bytes as [`LOOK`] are, unless there are fewer.
    pub(in super::super) window: Window,
    /// What was taken off.
    pub(in super::super) layers: Layers,
    /// Compressed bytes read, where there is a compression.
    pub(in super::super) taken: Taken,
}

/// How far the bytes of a compressed file were read.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Taken(Arc<AtomicU64>);

impl Taken {
    pub(in super::super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn note(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

/// Recognizes compressions by their first bytes and takes them off.
pub(in super::super) fn unpack(stream: Stream, reading: Reading) -> Result<Unpacked, Fault> {
    let (mut layers, mut taken) = (Layers::default(), Taken::default());
    let capacity = if reading == Reading::Glance { GLANCE } else { BUFFER };
    let mut window = Window::new(stream, capacity);
    while let Some(compression) = compression(&mut window, layers)? {
        // How far the file was read is known of the outermost compression.
        let counter = if layers.any() { Taken::default() } else { taken.clone() };
        layers = layers.and(compression).ok_or_else(|| inside(Format::Unknown, "more compressed data", layers))?;
        window = Window::new(Stream::Any(Box::new(Members::new(window, compression, counter))), GLANCE);
    }
    if layers.any() && reading == Reading::Whole {
        let told = Taken::default();
        let ahead = Ahead::of(Box::new(Rest(window)), taken, told.clone());
        (window, taken) = (Window::new(Stream::Any(Box::new(ahead)), capacity), told);
        window.look(LOOK);
    }
    Ok(Unpacked { window, layers, taken })
}

/// The compression that the first bytes tell.
fn compression(window: &mut Window, layers: Layers) -> Result<Option<Compression>, Fault> {
    window.look(LOOK);
    match window.ensure(1) {
        Ok(true) => Ok(Format::of(window.bytes()).compression()),
        Ok(false) if layers.any() => Err(inside(Format::Unknown, "nothing", layers)),
        Ok(false) => Err(Fault::Empty),
        Err(source) => Err(Fault::reading(0, 0, source)),
    }
}

/// A refusal of what compressions hold.
pub(in super::super) fn inside(format: Format, what: &str, layers: Layers) -> Fault {
    Fault::NotACapture { format, reason: Some(format!("{what} inside of {layers}")) }
}
