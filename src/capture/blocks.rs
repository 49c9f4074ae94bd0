//! Reads classic captures and pcapng from any stream of bytes, block by block.

use std::ops::Range;

use super::classic::Classic;
use super::format::{Format, LOOK};
use super::pcapng::Pcapng;
use super::problem::Fault;
use super::window::{BUFFER, Stream, Window};
use crate::frame::{Frame, InputId, LinkType, Timestamp};

/// Captured bytes that a frame has at most where the file does not announce longer ones:
/// the largest snap length of tcpdump and Wireshark.
const FRAME_LIMIT: u32 = 262_144;

/// Bytes that a block which is kept in memory has at most: what claims more is damaged.
pub(super) const BLOCK_LIMIT: u32 = 64 << 20;

/// Where a frame lies and what its record says of it.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) timestamp: Timestamp,
    pub(super) link: LinkType,
    pub(super) wire_length: u32,
    /// Place of its bytes in the window.
    pub(super) place: Range<usize>,
}

impl Record {
    /// Before the first frame.
    pub(super) const NONE: Self = Self { timestamp: Timestamp(0), link: LinkType::NULL, wire_length: 0, place: 0..0 };
}

/// The frames of one saved capture, in the order of the file.
pub struct Blocks {
    input: InputId,
    format: Format,
    form: Form,
}

/// The two shapes of capture files.
enum Form {
    Classic(Box<Classic>),
    Pcapng(Box<Pcapng>),
}

impl Blocks {
    /// Recognizes the stream by its first bytes and reads its header. Frames will say that they are of `input`.
    pub fn open(stream: Stream, input: InputId) -> Result<Self, Fault> {
        Self::with_buffer(stream, input, BUFFER)
    }

    /// The same, with a buffer of `capacity` bytes to start with.
    pub(super) fn with_buffer(stream: Stream, input: InputId, capacity: usize) -> Result<Self, Fault> {
        let mut window = Window::new(stream, capacity);
        window.ensure(LOOK).map_err(|source| Fault::Read { after: 0, offset: 0, source })?;
        if window.bytes().is_empty() {
            return Err(Fault::Empty);
        }
        let first = window.bytes().get(..LOOK).unwrap_or(window.bytes());
        let format = Format::of(first);
        let form = match format {
            Format::Pcapng => Form::Pcapng(Box::new(Pcapng::open(window)?)),
            _ if format.is_readable() => Form::Classic(Box::new(Classic::open(window)?)),
            _ => return Err(Fault::NotACapture { format, reason: None }),
        };
        Ok(Self { input, format, form })
    }

    /// Goes to the next frame; false at the end. After an error the rest cannot be read.
    #[inline]
    pub fn advance(&mut self) -> Result<bool, Fault> {
        match &mut self.form {
            Form::Classic(classic) => classic.advance(),
            Form::Pcapng(pcapng) => pcapng.advance(),
        }
    }

    /// The frame last advanced to.
    #[inline]
    pub fn frame(&self) -> Frame<'_> {
        let ((record, bytes), number) = match &self.form {
            Form::Classic(classic) => (classic.record(), classic.number()),
            Form::Pcapng(pcapng) => (pcapng.record(), pcapng.number()),
        };
        Frame {
            input: self.input,
            number,
            timestamp: record.timestamp,
            link: record.link,
            bytes,
            wire_length: record.wire_length,
        }
    }

    /// What kind of file it is.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Bytes of the stream that were read so far.
    pub fn position(&self) -> u64 {
        match &self.form {
            Form::Classic(classic) => classic.position(),
            Form::Pcapng(pcapng) => pcapng.position(),
        }
    }

    /// Packets that the capturing host says it dropped; `None` where it does not say.
    pub fn drops(&self) -> Option<u64> {
        match &self.form {
            Form::Classic(_) => None,
            Form::Pcapng(pcapng) => pcapng.drops(),
        }
    }

    /// What was found wrong without an end to reading; each is given once.
    pub fn take_fault(&mut self) -> Option<Fault> {
        match &mut self.form {
            Form::Classic(_) => None,
            Form::Pcapng(pcapng) => pcapng.take_fault(),
        }
    }
}

/// The most bytes a frame can have in a file that announces `snap_length`. Longer frames than 256 KiB are believed only
/// where they are announced: a length that lies would otherwise swallow what follows it.
pub(super) fn frame_limit(snap_length: u32) -> u32 {
    if snap_length > BLOCK_LIMIT { FRAME_LIMIT } else { snap_length.max(FRAME_LIMIT) }
}
