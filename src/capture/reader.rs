//! The two readers of saved captures as one: the block reader, and libpcap where that alone knows a format.

use super::blocks::Blocks;
use super::compressed::{Layers, Reading};
use super::format::{Format, Kind};
use super::helped::Help;
use super::patience::{Pipe, Waiting};
use super::problem::Fault;
use super::record::{Ahead, Frames, Record};
use super::savefile::Savefile;
use super::source::Place;
use crate::frame::{Course, Frame, InputId};

/// The two readers of saved captures.
pub(super) enum Reader {
    Blocks(Blocks),
    Savefile(Savefile),
}

impl Reader {
    pub(super) fn open(
        place: &Place,
        reading: Reading,
        waiting: &Waiting,
        pipe: &mut Option<Pipe>,
        help: &Help,
    ) -> Result<Self, Fault> {
        if waiting.is_followed() && place.is_compressed() {
            waiting.follow_no_more();
        }
        // Of many inputs at a time each has little memory.
        let help = if reading == Reading::Whole { help } else { &Help::default() };
        let stream = place.open(waiting, pipe, help).map_err(Fault::opening)?;
        // Decompressors can't be asked again: of compressed data more is waited for.
        if waiting.is_followed() && pipe.as_ref().is_some_and(Pipe::is_compressed) {
            waiting.follow_no_more();
        }
        let refused = match Blocks::for_reading(stream, InputId(0), reading) {
            Ok(blocks) => {
                pipe.iter().for_each(Pipe::has_begun);
                return Ok(Self::Blocks(blocks));
            }
            Err(fault) => fault,
        };
        match (refused, place.regular_file()) {
            // Nothing known here; libpcap may know it.
            (Fault::NotACapture { format: Format::Unknown, reason: None }, Some(path)) => {
                Savefile::open(path, InputId(0)).map(Self::Savefile)
            }
            (fault, _) => Err(fault),
        }
    }

    pub(super) fn advance(&mut self, ahead: Ahead) -> Result<bool, Fault> {
        match self {
            Self::Blocks(blocks) => blocks.advance_by(ahead),
            Self::Savefile(savefile) => savefile.advance(),
        }
    }

    /// The frames in memory, but for those `given` before. Frames will say that they are of `input`.
    pub(super) fn frames(&mut self, input: InputId, given: usize) -> Frames<'_> {
        match self {
            Self::Blocks(blocks) => blocks.frames_from(input, given),
            Self::Savefile(savefile) => {
                Frames::new(input, savefile.records().get(given..).unwrap_or_default(), savefile.held())
            }
        }
    }

    /// Times of the frames read until now.
    pub(super) fn times(&self) -> Course {
        match self {
            Self::Blocks(blocks) => blocks.times(),
            Self::Savefile(savefile) => savefile.times(),
        }
    }

    /// The records that were read ahead.
    #[inline]
    pub(super) fn records(&self) -> &[Record] {
        match self {
            Self::Blocks(blocks) => blocks.records(),
            Self::Savefile(savefile) => savefile.records(),
        }
    }

    /// The bytes in memory, in which the frames lie.
    pub(super) fn held(&self) -> &[u8] {
        match self {
            Self::Blocks(blocks) => blocks.held(),
            Self::Savefile(savefile) => savefile.held(),
        }
    }

    /// Leaves out frames in memory.
    pub(super) fn retain(&mut self, keep: impl FnMut(&Frame<'_>) -> bool) {
        match self {
            Self::Blocks(blocks) => blocks.retain(keep),
            Self::Savefile(savefile) => savefile.retain(keep),
        }
    }

    /// Number of the frame that was read last.
    pub(super) fn number(&self) -> u64 {
        match self {
            Self::Blocks(blocks) => blocks.number(),
            Self::Savefile(savefile) => savefile.number(),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Blocks(blocks) => blocks.kind(),
            Self::Savefile(_) => Kind { format: Format::Unknown, layers: Layers::default() },
        }
    }

    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        match self {
            Self::Blocks(blocks) => blocks.take_fault(),
            Self::Savefile(_) => None,
        }
    }
}
