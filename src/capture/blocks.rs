//! Reads classic captures and pcapng from any stream of bytes, plain or compressed, block by block.

use std::io::Read;

use super::classic::Classic;
use super::compressed::{Layers, Reading, Taken, Unpacked, inside, unpack};
use super::format::{Format, Kind, LOOK};
use super::pcapng::Pcapng;
use super::problem::Fault;
use super::record::{Ahead, Frames, Record};
use super::window::{BUFFER, Stream, Window};
use crate::frame::{Course, Frame, InputId};

/// Captured bytes that a frame has at most where the file does not announce longer ones:
/// the largest snap length of tcpdump and Wireshark.
const FRAME_LIMIT: u32 = 262_144;

/// Bytes of frames that are given at once, at most: a block, and what was left of the one before.
const AT_ONCE: usize = 2 * BUFFER;

/// Bytes that a block which is kept in memory has at most: what claims more is damaged.
pub(super) const BLOCK_LIMIT: u32 = 64 << 20;

/// Bytes of the longest magic number.
const MAGIC: usize = 8;

/// Why a file is no capture whose first blocks were never written.
const ZEROS: &str = "it begins with zeros, as a machine that went down may leave them";

/// The frames of one saved capture, in the order of the file.
///
/// Frames longer than the snap length that the file announces are given whole, where libpcap would cut them.
pub struct Blocks {
    input: InputId,
    kind: Kind,
    taken: Taken,
    form: Form,
    records: Vec<Record>,
}

/// The two shapes of capture files.
enum Form {
    Classic(Box<Classic>),
    Pcapng(Box<Pcapng>),
}

impl Blocks {
    /// Recognizes the stream by its first bytes and reads its header. Frames will say that they are of `input`.
    pub fn open(stream: Box<dyn Read + Send>, input: InputId) -> Result<Self, Fault> {
        Self::for_reading(Stream::Any(stream), input, Reading::Whole)
    }

    /// The same, where it is known how much is going to be read.
    pub(super) fn for_reading(stream: Stream, input: InputId, reading: Reading) -> Result<Self, Fault> {
        let Unpacked { window, layers, taken } = unpack(stream, reading)?;
        let format = Format::of(window.bytes().get(..LOOK).unwrap_or(window.bytes()));
        let form = Form::open(window, format).map_err(|fault| unpacked(fault, layers))?;
        Ok(Self { input, kind: Kind { format, layers }, taken, form, records: Vec::new() })
    }

    /// Goes on to the frames that come next; false at the end. After an error the rest cannot be read. The frames before have to
    /// be taken first, all of them: those that were not may be lost, and count as read.
    pub fn advance(&mut self) -> Result<bool, Fault> {
        self.advance_by(Ahead::Next)
    }

    /// The same, with records read as far ahead.
    pub(super) fn advance_by(&mut self, ahead: Ahead) -> Result<bool, Fault> {
        self.records.clear();
        match &mut self.form {
            Form::Classic(classic) => classic.advance(ahead, &mut self.records)?,
            Form::Pcapng(pcapng) => pcapng.advance(&mut self.records)?,
        }
        Ok(!self.records.is_empty())
    }

    /// The frames advanced to, as many as are in memory (of a large memory, 256 KiB of them and the first), to be taken once.
    pub fn frames(&mut self) -> Frames<'_> {
        self.frames_from(self.input, 0)
    }

    /// The same of `input`, but for those `given` before.
    pub(super) fn frames_from(&mut self, input: InputId, given: usize) -> Frames<'_> {
        let records = self.records.get(given..).unwrap_or_default();
        match &mut self.form {
            Form::Classic(classic) => {
                // After a large record much is in memory, which may be of many small ones: no more at once than of any other.
                let (held, unread) = classic.unread(AT_ONCE);
                Frames::new(input, records, held).and(unread)
            }
            Form::Pcapng(pcapng) => Frames::new(input, records, pcapng.held()),
        }
    }

    /// The records that were read ahead.
    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Times of the frames read until now.
    pub(super) fn times(&self) -> Course {
        match &self.form {
            Form::Classic(classic) => classic.times(),
            Form::Pcapng(pcapng) => pcapng.times(),
        }
    }

    /// The bytes in memory, in which the frames lie.
    pub(super) fn held(&self) -> &[u8] {
        self.form.held()
    }

    /// Leaves out frames.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Frame<'_>) -> bool) {
        let held = self.form.held();
        self.records.retain(|record| keep(&record.frame(self.input, held)));
    }

    /// Number of the frame that was read last.
    pub(super) fn number(&self) -> u64 {
        match &self.form {
            Form::Classic(classic) => classic.number(),
            Form::Pcapng(pcapng) => pcapng.number(),
        }
    }

    /// What kind of file it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Bytes of the stream that were read so far; of a compressed one, those that its decompressor took for them, by blocks.
    pub fn position(&self) -> u64 {
        match &self.form {
            _ if self.kind.layers.any() => self.taken.bytes(),
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

    /// Where it waits for more before it is known how damage is passed over, reads nothing more, whether a file grows or a pipe is open
    /// still: what is in memory is all there is. Tells whether it is so.
    pub(super) fn end_if_stuck(&mut self) -> bool {
        match &mut self.form {
            Form::Classic(classic) => classic.end_if_stuck(),
            Form::Pcapng(pcapng) => pcapng.end_if_stuck(),
        }
    }

    /// What was found wrong without an end to reading; each is given once.
    pub fn take_fault(&mut self) -> Option<Fault> {
        match &mut self.form {
            Form::Classic(classic) => classic.take_fault(),
            Form::Pcapng(pcapng) => pcapng.take_fault(),
        }
    }
}

impl Form {
    fn held(&self) -> &[u8] {
        match self {
            Self::Classic(classic) => classic.held(),
            Self::Pcapng(pcapng) => pcapng.held(),
        }
    }

    fn open(mut window: Window, format: Format) -> Result<Self, Fault> {
        match format {
            Format::Pcapng => Ok(Self::Pcapng(Box::new(Pcapng::open(window)?))),
            _ if format.is_readable() => Ok(Self::Classic(Box::new(Classic::open(window)?))),
            _ => {
                // Where reading failed early, that is the reason; but for one that may go on, if its magic number is there.
                match window.ensure(LOOK).map_err(|source| Fault::reading(0, 0, source)) {
                    Err(Fault::NothingYet { .. }) if window.holds(MAGIC) => {}
                    outcome => drop(outcome?),
                }
                let begins_with_zeros = window.bytes().get(..LOOK).is_some_and(|bytes| bytes.iter().all(|&b| b == 0));
                let reason = begins_with_zeros.then(|| ZEROS.to_owned());
                Err(Fault::NotACapture { format, reason })
            }
        }
    }
}

/// A refusal that tells what was found inside of what: the file itself may be fine.
fn unpacked(fault: Fault, layers: Layers) -> Fault {
    match fault {
        Fault::NotACapture { format: Format::Unknown, .. } if layers.any() => {
            inside(Format::Unknown, "something else", layers)
        }
        Fault::NotACapture { format, .. } if layers.any() => inside(format, &format.to_string(), layers),
        other => other,
    }
}

/// The most bytes a frame can have in a file that announces `snap_length`. Longer frames than 256 KiB are believed only
/// where they are announced: a length that lies would otherwise swallow what follows it.
pub(super) fn frame_limit(snap_length: u32) -> u32 {
    if snap_length > BLOCK_LIMIT { FRAME_LIMIT } else { snap_length.max(FRAME_LIMIT) }
}
