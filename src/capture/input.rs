//! One input of a timeline: closed until its time comes, open while it is read, closed again at its end.

use std::mem;

use super::blocks::Blocks;
use super::compressed::{Layers, Reading};
use super::format::{Format, Kind};
use super::problem::Fault;
use super::savefile::Savefile;
use super::source::Place;
use crate::frame::{Frame, InputId, LinkType, Timestamp};

/// What is known of one input, grows while it is read.
#[derive(Clone, Debug)]
pub struct InputSummary {
    /// Its name as given; of a file in a directory, the path under it.
    pub name: String,
    /// What kind of file it is.
    pub format: Kind,
    /// Frames read, those that a filter left out included.
    pub frames: u64,
    /// Bytes of the file read: of a compressed one the compressed bytes, as many as the decompressor took, which is up
    /// to 1 MiB of decompressed bytes ahead.
    pub bytes_read: u64,
    /// Bytes of the file when it was opened, compressed or not, where that is known: what `bytes_read` leads to.
    pub bytes_total: Option<u64>,
    /// Link types seen, in order of appearance.
    pub links: Vec<LinkType>,
    /// The earliest time of a frame.
    pub first: Option<Timestamp>,
    /// The latest time of a frame.
    pub last: Option<Timestamp>,
    /// Packets that the capturing host says it dropped, where the file says so.
    pub drops: Option<u64>,
}

/// One input and its reader, if open.
pub(super) struct Input {
    id: InputId,
    place: Place,
    summary: InputSummary,
    reader: Option<Reader>,
    /// Time of the frame that is next, as the look ahead or the last advance found it.
    next: Option<Timestamp>,
    /// Times of the earliest and of the latest frame; the wrong way round before the first.
    span: (Timestamp, Timestamp),
    /// Link type of the last frame.
    link: Option<LinkType>,
    faults: Vec<Fault>,
}

/// No time at all.
const NEVER: (Timestamp, Timestamp) = (Timestamp(i64::MAX), Timestamp(i64::MIN));

/// The two readers of saved captures.
enum Reader {
    Blocks(Blocks),
    Savefile(Savefile),
}

impl Reader {
    fn open(place: &Place, reading: Reading) -> Result<Self, Fault> {
        let stream = place.open().map_err(Fault::Open)?;
        let refused = match Blocks::for_reading(stream, InputId(0), reading) {
            Ok(blocks) => return Ok(Self::Blocks(blocks)),
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

    #[inline]
    fn advance(&mut self) -> Result<bool, Fault> {
        match self {
            Self::Blocks(blocks) => blocks.advance(),
            Self::Savefile(savefile) => savefile.advance(),
        }
    }

    #[inline]
    fn frame(&self) -> Frame<'_> {
        match self {
            Self::Blocks(blocks) => blocks.frame(),
            Self::Savefile(savefile) => savefile.frame(),
        }
    }

    #[inline]
    fn time_and_link(&self) -> (Timestamp, LinkType) {
        match self {
            Self::Blocks(blocks) => blocks.time_and_link(),
            Self::Savefile(savefile) => savefile.time_and_link(),
        }
    }

    fn number(&self) -> u64 {
        self.frame().number
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Blocks(blocks) => blocks.kind(),
            Self::Savefile(_) => Kind { format: Format::Unknown, layers: Layers::default() },
        }
    }

    fn take_fault(&mut self) -> Option<Fault> {
        match self {
            Self::Blocks(blocks) => blocks.take_fault(),
            Self::Savefile(_) => None,
        }
    }
}

impl Input {
    /// Looks into the input: recognizes it and learns when its first frame was captured. What can be read twice is then
    /// closed until it is needed.
    pub(super) fn peek(name: String, place: Place) -> Result<Self, Fault> {
        let again = place.regular_file().is_some();
        let reading = if again { Reading::Glance } else { Reading::Whole };
        let mut reader = Reader::open(&place, reading).map_err(|fault| named(fault, &name))?;
        let outcome = reader.advance();
        let summary = InputSummary {
            name,
            format: reader.kind(),
            frames: 0,
            bytes_read: 0,
            bytes_total: place.size(),
            links: Vec::new(),
            first: None,
            last: None,
            drops: None,
        };
        let mut input = Self {
            id: InputId(0),
            place,
            summary,
            reader: Some(reader),
            next: None,
            span: NEVER,
            link: None,
            faults: Vec::new(),
        };
        match outcome {
            Ok(true) => input.peeked(again),
            Ok(false) => input.close(),
            Err(fault) => {
                input.faults.push(fault);
                input.close();
            }
        }
        Ok(input)
    }

    /// Keeps what the first frame tells, and closes the input where it can be opened again.
    fn peeked(&mut self, again: bool) {
        let Some(frame) = self.frame() else { return };
        let (time, link) = (frame.timestamp, frame.link);
        self.next = Some(time);
        self.summary.links.push(link);
        if again {
            self.reader = None;
        }
    }

    /// Gives the input its place among the inputs of the run.
    pub(super) fn number(&mut self, id: InputId) {
        self.id = id;
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.summary.name
    }

    /// What is known of it by now.
    pub(super) fn summary(&self) -> InputSummary {
        let mut summary = self.summary.clone();
        if self.span.0 <= self.span.1 {
            (summary.first, summary.last) = (Some(self.span.0), Some(self.span.1));
        }
        let Some(reader) = &self.reader else { return summary };
        // The look ahead counts nothing yet.
        summary.frames = if self.link.is_some() { reader.number() } else { 0 };
        if let Reader::Blocks(blocks) = reader {
            summary.bytes_read = blocks.position();
            summary.drops = blocks.drops();
        }
        summary
    }

    /// Link types seen so far.
    pub(super) fn links(&self) -> &[LinkType] {
        &self.summary.links
    }

    /// Time of the frame it stands before, while closed, or at, while open; `None` where no frame is left.
    #[inline]
    pub(super) fn time(&self) -> Option<Timestamp> {
        self.next
    }

    /// Opens it, if it is closed, and goes to its first frame, whose time it gives.
    pub(super) fn open(&mut self) -> Option<Timestamp> {
        if self.reader.is_some() {
            return self.note();
        }
        match Reader::open(&self.place, Reading::Whole) {
            Ok(reader) => self.reader = Some(reader),
            Err(fault) => self.faults.push(fault),
        }
        self.advance()
    }

    /// Goes to the next frame and gives its time; at the end, or at a fault, the input is closed.
    #[inline]
    pub(super) fn advance(&mut self) -> Option<Timestamp> {
        let outcome = self.reader.as_mut().map_or(Ok(false), Reader::advance);
        match outcome {
            Ok(true) => return self.note(),
            Ok(false) => {}
            Err(fault) => self.faults.push(fault),
        }
        self.close();
        None
    }

    /// The frame it stands at.
    #[inline]
    pub(super) fn frame(&self) -> Option<Frame<'_>> {
        let frame = self.reader.as_ref()?.frame();
        Some(Frame { input: self.id, ..frame })
    }

    /// What was found wrong since the last call.
    pub(super) fn take_faults(&mut self) -> Vec<Fault> {
        mem::take(&mut self.faults)
    }

    /// Writes down what the current frame says of the input, and gives its time.
    #[inline]
    fn note(&mut self) -> Option<Timestamp> {
        let (time, link) = self.reader.as_ref()?.time_and_link();
        self.next = Some(time);
        self.span = (self.span.0.min(time), self.span.1.max(time));
        if self.link != Some(link) {
            self.note_link(link);
        }
        self.next
    }

    #[cold]
    fn note_link(&mut self, link: LinkType) {
        self.link = Some(link);
        if !self.summary.links.contains(&link) {
            self.summary.links.push(link);
        }
    }

    /// Closes the input for good.
    #[cold]
    fn close(&mut self) {
        self.summary = self.summary();
        self.faults.extend(self.reader.take().and_then(|mut reader| reader.take_fault()));
        self.next = None;
    }
}

/// A refusal that knows the input's name, for the command it proposes.
fn named(fault: Fault, name: &str) -> Fault {
    match fault {
        Fault::NotACapture { format, reason: None }
            if format.decompressor().is_some() || format.is_foreign_capture() =>
        {
            Fault::Refused { format, name: name.to_owned() }
        }
        other => other,
    }
}
