//! One input of a timeline: closed until its time comes, open while it is read, closed again at its end.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::{iter, mem};

use super::beginning::Identity;
use super::compressed::{Layers, Reading};
use super::filter::Filter;
use super::format::{Format, Kind};
use super::helped::Help;
use super::patience::{Pipe, Waiting};
use super::problem::Fault;
use super::reader::Reader;
use super::record::{Ahead, Frames, Record};
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
    /// Bytes of the file read: of a compressed one the compressed bytes, as many as the decompressor took for what was read,
    /// by blocks of up to 256 KiB of decompressed bytes.
    pub bytes_read: u64,
    /// Bytes of the file when it was opened, compressed or not, where that is known: what `bytes_read` leads to.
    pub bytes_total: Option<u64>,
    /// Link types seen, in order of appearance.
    pub links: Vec<LinkType>,
    /// The earliest time of a frame.
    pub first: Option<Timestamp>,
    /// The latest time of a frame.
    pub last: Option<Timestamp>,
    /// Nanoseconds that a frame is earlier than the one before it, at most; 0 where they are in the order of time.
    pub setback: i64,
    /// Packets that the capturing host says it dropped, where the file says so.
    pub drops: Option<u64>,
}

/// One input and its reader, if open.
pub(super) struct Input {
    id: InputId,
    place: Place,
    waiting: Waiting,
    /// Where it is one: a pipe can be opened but once.
    pipe: Option<Pipe>,
    /// Who helps to read it.
    help: Help,
    summary: InputSummary,
    reader: Option<Reader>,
    /// How many of the frames whose records were read ahead were handed out.
    given: usize,
    /// While closed: the time that it begins with, as the look ahead found it.
    begins: Option<Timestamp>,
    /// Link type of the last frame.
    link: Option<LinkType>,
    /// Whether it was followed, and only what is in memory is still read of it.
    is_ending: bool,
    faults: VecDeque<Fault>,
}

impl Input {
    /// Looks into the input: recognizes it and learns when its first frame was captured. What can be read twice is then
    /// closed until it is needed.
    pub(super) fn peek(name: String, place: Place, waiting: Waiting) -> Result<Self, Fault> {
        let again = place.regular_file().is_some();
        let reading = if again { Reading::Glance } else { Reading::Whole };
        let summary = InputSummary {
            bytes_total: place.size(),
            name,
            format: Kind { format: Format::Unknown, layers: Layers::default() },
            frames: 0,
            bytes_read: 0,
            links: Vec::new(),
            first: None,
            last: None,
            setback: 0,
            drops: None,
        };
        let mut input = Self {
            id: InputId(0),
            place,
            waiting,
            pipe: None,
            help: Help::default(),
            summary,
            reader: None,
            given: 0,
            begins: None,
            link: None,
            is_ending: false,
            faults: VecDeque::new(),
        };
        match Reader::open(&input.place, reading, &input.waiting, &mut input.pipe, &input.help) {
            Ok(reader) => input.look_into(reader, again),
            Err(Fault::NothingYet { .. }) if input.waiting.is_followed() => {}
            Err(fault) => return Err(named(fault, &input.summary.name)),
        }
        Ok(input)
    }

    /// Reads the first frame, if there is one.
    fn look_into(&mut self, mut reader: Reader, again: bool) {
        let outcome = reader.advance(Ahead::Next);
        self.summary.format = reader.kind();
        self.reader = Some(reader);
        match outcome {
            Ok(true) => self.peeked(),
            Ok(false) => self.close(None),
            Err(fault) => self.stopped(fault),
        }
        if again {
            self.reader = None;
        }
    }

    /// Keeps what the first frame tells.
    fn peeked(&mut self) {
        let Some(first) = self.reader.as_ref().and_then(|reader| reader.records().first()).copied() else { return };
        self.begins = Some(first.timestamp);
        self.summary.links.push(first.link);
    }

    /// Gives the input its place among the inputs of the run, and who helps to read these.
    pub(super) fn join(&mut self, id: InputId, help: &Help) {
        (self.id, self.help) = (id, help.clone());
    }

    /// What its file is told apart by, if it is of one that can be read twice.
    pub(super) fn identity(&self) -> Option<Identity> {
        self.place.identity()
    }

    /// What tells its file, where that has got another name, or is gone.
    pub(super) fn moved(&self) -> Option<Identity> {
        self.place.moved()
    }

    /// Its file has got another name.
    pub(super) fn move_to(&mut self, path: PathBuf) {
        self.place.move_to(path);
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.summary.name
    }

    /// What is known of it by now.
    pub(super) fn summary(&self) -> InputSummary {
        let mut summary = self.summary.clone();
        let Some(reader) = &self.reader else { return summary };
        // The look ahead counts nothing yet, nor do frames in memory that nobody took.
        summary.frames = match (self.link, reader.records().get(self.given)) {
            (None, _) => 0,
            (_, Some(next)) => next.number.saturating_sub(1),
            (_, None) => reader.number(),
        };
        if let (Some(_), Some((first, last))) = (self.link, reader.times().span().ends()) {
            (summary.first, summary.last) = (Some(first), Some(last));
            summary.setback = reader.times().setback();
        }
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

    /// The time that it begins with, as the look ahead found it; `None` where it has no frames.
    pub(super) fn begins(&self) -> Option<Timestamp> {
        self.begins
    }

    /// Opens it, if it is closed, reads its first frames, and gives the time of the next.
    pub(super) fn open(&mut self, reading: Reading, mut filter: Option<&mut Filter>) -> Option<Timestamp> {
        if self.reader.is_some() {
            let next = self.take_in(filter.as_deref_mut());
            return next.or_else(|| self.advance(Ahead::All, filter));
        }
        match Reader::open(&self.place, reading, &self.waiting, &mut self.pipe, &self.help) {
            Ok(reader) => {
                self.summary.format = reader.kind();
                self.reader = Some(reader);
                self.advance(Ahead::All, filter)
            }
            Err(fault) => {
                self.stopped(fault);
                None
            }
        }
    }

    /// Whether, and how, it is waited for.
    pub(super) fn waiting(&self) -> &Waiting {
        &self.waiting
    }

    /// Time of the next frame, where more has come since there was none.
    pub(super) fn wake(&mut self, reading: Reading, filter: Option<&mut Filter>) -> Option<Timestamp> {
        if self.reader.is_some() { self.advance(Ahead::All, filter) } else { self.open(reading, filter) }
    }

    /// Time of the next frame, read on for where none is in memory; at the end, or at a fault, the input is closed.
    #[inline]
    pub(super) fn next_time(&mut self, ahead: Ahead, filter: Option<&mut Filter>) -> Option<Timestamp> {
        let next = self.reader.as_ref()?.records().get(self.given).map(|record| record.timestamp);
        next.or_else(|| self.advance(ahead, filter))
    }

    /// Hands out all frames in memory, whether their records were read ahead or not.
    pub(super) fn take_all(&mut self) -> Option<Frames<'_>> {
        let reader = self.reader.as_mut()?;
        let given = mem::replace(&mut self.given, reader.records().len());
        Some(reader.frames(self.id, given))
    }

    /// Hands out the next frame, and those in memory after it for as long as their time is `due`.
    #[inline]
    pub(super) fn take_while(&mut self, due: impl Fn(Timestamp) -> bool) -> Option<Frames<'_>> {
        let reader = self.reader.as_ref()?;
        let records = reader.records().get(self.given..)?;
        let is_late = |record: &Record| !due(record.timestamp);
        let count = records.iter().skip(1).position(is_late).map_or(records.len(), |more| more + 1);
        self.given += count;
        Some(Frames::new(self.id, records.get(..count)?, reader.held()))
    }

    /// Reads on until there are frames that pass the filter.
    fn advance(&mut self, ahead: Ahead, mut filter: Option<&mut Filter>) -> Option<Timestamp> {
        loop {
            let outcome = self.reader.as_mut().map_or(Ok(false), |reader| reader.advance(ahead));
            match outcome {
                Ok(true) => {}
                Ok(false) => {
                    self.close(None);
                    return None;
                }
                Err(fault) => {
                    self.stopped(fault);
                    return None;
                }
            }
            if let Some(time) = self.take_in(filter.as_deref_mut()) {
                return Some(time);
            }
            // Where nothing passes the filter, nobody else is asked meanwhile.
            if self.waiting.until.is_over() && !self.is_ending {
                self.close(None);
                return None;
            }
        }
    }

    /// At the end of following: reads on behind damage behind which there was too little to be believed while more might have come.
    /// All that has come is in memory then. Gives the time of the next frame.
    pub(super) fn end_damage(&mut self, filter: Option<&mut Filter>) -> Option<Timestamp> {
        let Some(Reader::Blocks(blocks)) = &mut self.reader else { return None };
        if !blocks.end_if_stuck() {
            return None;
        }
        self.is_ending = true;
        self.waiting.follow_no_more();
        self.advance(Ahead::All, filter)
    }

    /// Nothing can be read, now or any more. That an interrupt ended the wait is no fault of the input.
    fn stopped(&mut self, fault: Fault) {
        match fault {
            Fault::NothingYet { .. } if self.waiting.is_followed() => {}
            Fault::NothingYet { .. } => self.close(None),
            // What is being written is no damage.
            fault if self.is_ending && fault.is_cut() => self.close(None),
            fault => self.close(Some(fault)),
        }
    }

    /// Nothing more is read of it.
    pub(super) fn end(&mut self) {
        if self.reader.is_some() {
            self.close(None);
        }
    }

    /// What was found wrong, each fault once.
    pub(super) fn take_fault(&mut self) -> Option<Fault> {
        self.faults.pop_front()
    }

    /// Writes down what the frames just read say of the input, leaves out those that don't pass the filter, and gives the
    /// time of the next.
    fn take_in(&mut self, filter: Option<&mut Filter>) -> Option<Timestamp> {
        let reader = self.reader.as_mut()?;
        self.given = 0;
        let records = reader.records();
        if records.iter().any(|record| Some(record.link) != self.link) {
            for record in records {
                note_link(&mut self.summary.links, record.link);
            }
            self.link = records.last().map(|record| record.link);
        }
        if let Some(filter) = filter {
            reader.retain(|frame| passes(filter, frame, &mut self.faults));
        }
        reader.records().first().map(|record| record.timestamp)
    }

    /// Closes the input for good. What a filter cannot be applied to was told before: whether some of it is still to be told
    /// depends on how many frames are read at once. Then comes what was passed over, and what ended reading, if anything did.
    #[cold]
    fn close(&mut self, end: Option<Fault>) {
        self.summary = self.summary();
        if let Some(mut reader) = self.reader.take() {
            self.faults.extend(iter::from_fn(|| reader.take_fault()));
        }
        self.faults.extend(end);
        self.begins = None;
        self.pipe = None;
        self.waiting.follow_no_more();
    }
}

#[cold]
fn note_link(links: &mut Vec<LinkType>, link: LinkType) {
    if !links.contains(&link) {
        links.push(link);
    }
}

/// Whether the frame passes the filter, which is prepared for its link type where that is a new one.
fn passes(filter: &mut Filter, frame: &Frame<'_>, faults: &mut VecDeque<Fault>) -> bool {
    match filter.prepare(frame.link) {
        Ok(()) => filter.admits(frame),
        Err(reason) => {
            faults.push_back(Fault::Unfiltered { link: frame.link, reason });
            false
        }
    }
}

/// A refusal that knows the input's name, for the command it proposes.
fn named(fault: Fault, name: &str) -> Fault {
    match fault {
        Fault::NotACapture { format, reason: None } if format.has_advice() => {
            Fault::Refused { format, name: name.to_owned() }
        }
        other => other,
    }
}
