//! Frames on their way to an analyzer: packets and messages as what was read of them, the others whole.
//!
//! Frames are taken in batches, so that what the flow table will need is brought into the cache some packets ahead; and
//! a batch can be filled on another thread.

use std::ops::Range;

use super::aside::Aside;
use super::notices::{Notice, Notices};
use crate::decode::{self, Content, Packet, Transport, Tunnels, plain};
use crate::flow::{Direction, Located, Locator, Steps};
use crate::frame::{Frame, InputId, LinkType, Span, Timestamp};
use crate::incident::{Mark, Marker, Packed};
use crate::unreachable::Unreachable;

/// Bytes of whole frames in a batch, roughly.
const BYTES: usize = 1 << 20;

/// Bytes of a frame that are kept, at most: no packet is longer, but for jumbograms, and what is carried in one is. Files may announce
/// frames of megabytes, of which each batch would hold one.
const LONGEST: usize = 256 << 10;

/// What sifting frames for an analyzer takes: its tunnels, and the seeds of its flow table and of its tracker.
#[derive(Clone, Debug, Default)]
pub(super) struct Sieve {
    pub(super) tunnels: Tunnels,
    pub(super) locator: Locator,
    pub(super) marker: Marker,
}

/// A number of frames, in their order, for the analyzer that made the batch.
#[derive(Clone, Debug)]
pub struct Batch {
    sieve: Sieve,
    aside: Aside,
    limit: usize,
    pub(super) sifted: Sifted,
}

/// Frames, sifted.
#[derive(Clone, Debug, Default)]
pub(super) struct Sifted {
    /// Packets that only go into their flows.
    pub(super) steps: Steps,
    /// Unreachable messages.
    pub(super) notices: Notices,
    /// Their marks, apart: they are looked at before the messages have come into this core's cache.
    pub(super) marks: Vec<Mark>,
    /// How many messages back each of them may have a copy; of as many as were told until now.
    pub(super) back: Vec<u32>,
    /// Messages that are in tunnels, of which the frames are whole.
    inside: usize,
    /// What will be kept of them for their rows, as far as they were read.
    pub(super) packed: Packed,
    pub(super) others: Others,
    /// Captured bytes of all frames.
    captured: u64,
    /// Time of the first frame, where that is no step.
    start: Timestamp,
    /// Times of all frames but the steps, which the flow table looks at anyway.
    span: Span,
}

/// All other frames, and when the messages come.
#[derive(Clone, Debug, Default)]
pub(super) struct Others {
    /// In their order. Few bytes, as each crosses from one core to the other.
    places: Vec<Place>,
    frames: Vec<Whole>,
    bytes: Vec<u8>,
}

/// Where a frame that is no step stands among the steps.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// How many steps come before it.
    steps: u32,
    /// Whether its bytes are held: it is the next of the whole frames then, or else the next of the notices.
    is_whole: bool,
}

/// What was counted of frames.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) packets: u64,
    pub(super) bytes: u64,
    /// Time of the first frame.
    pub(super) start: Timestamp,
    /// Their times, those of steps left out.
    pub(super) span: Span,
}

/// A frame whose bytes are held.
#[derive(Clone, Debug)]
struct Whole {
    input: InputId,
    number: u64,
    timestamp: Timestamp,
    link: LinkType,
    wire_length: u32,
    place: Range<usize>,
}

/// What comes between steps.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn<'a> {
    /// Its position among the notices.
    Notice(usize),
    Frame(Frame<'a>),
}

impl Batch {
    pub(super) fn new(sieve: Sieve, aside: Aside, limit: usize) -> Self {
        Self { sieve, aside, limit, sifted: Sifted::default() }
    }

    /// An empty one for the same analyzer.
    pub(super) fn like(&self, limit: usize) -> Self {
        Self::new(self.sieve.clone(), self.aside.clone(), limit)
    }

    /// Adds a frame.
    #[expect(clippy::inline_always, reason = "the frame stays in registers: a tenth fewer instructions a packet")]
    #[inline(always)]
    pub fn add(&mut self, frame: &Frame<'_>) {
        let sifted = &mut self.sifted;
        sifted.captured += frame.bytes.len() as u64;
        if let Some(plain) = plain(frame, &self.sieve.tunnels) {
            sifted.steps.push_plain(&frame.stamp(), &plain, &self.sieve.locator);
        } else {
            // In pieces that fit registers, or it would be written to memory for all the frames that don't come here.
            let Frame { input, number, timestamp, link, bytes, wire_length } = *frame;
            sifted.sift(&self.sieve, bytes, number, timestamp, (wire_length, input, link));
        }
    }

    /// Ends it, when all its frames were added. What each message repeats is told then: batches have to be ended in the order in
    /// which they are pushed, and all of them have to be, with no frames pushed one by one in between, or copies are taken for
    /// messages of their own. A batch that was not ended is as it is pushed.
    pub fn seal(&mut self) {
        self.sifted.seal(&self.sieve);
    }

    /// Whether there is room for more.
    #[inline]
    pub fn has_room(&self) -> bool {
        self.sifted.len() < self.limit && self.sifted.others.bytes.len() < BYTES
    }

    /// How many frames it holds.
    pub fn len(&self) -> usize {
        self.sifted.frames()
    }

    /// Whether it holds no frame.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Empties it, to be filled again.
    pub fn clear(&mut self) {
        self.sifted.clear();
    }

    /// Does what the analyzer has left of earlier batches to whoever fills them.
    pub fn catch_up(&self) {
        self.aside.catch_up();
    }
}

impl Sifted {
    /// Places that are taken.
    #[inline]
    fn len(&self) -> usize {
        self.steps.len() + self.others.places.len()
    }

    /// The same without the messages that are in some of the frames.
    fn frames(&self) -> usize {
        self.len() - self.inside
    }

    /// A frame that is no plain packet, in pieces. It is read here as far as nothing must be known for it, since this may be another
    /// thread than the analyzer's; tunnels, fragments and what speaks of other packets than its own stay whole.
    #[inline(never)]
    fn sift(
        &mut self,
        sieve: &Sieve,
        bytes: &[u8],
        number: u64,
        timestamp: Timestamp,
        (wire_length, input, link): (u32, InputId, LinkType),
    ) {
        let frame = &Frame { input, number, timestamp, link, bytes, wire_length };
        match self.notices.add_plain(frame, sieve) {
            Some(Notice { message, sought, .. }) => {
                sieve.marker.pack(message, &mut self.packed);
                sieve.marker.mark_to(message, sought.tag(), &mut self.marks);
                self.add_place(frame, false);
            }
            // One for it alone, which is in memory: `frame` stays in registers.
            None => self.sift_any(&Frame { input, number, timestamp, link, bytes: kept(bytes), wire_length }, sieve),
        }
    }

    #[inline(never)]
    fn sift_any(&mut self, frame: &Frame<'_>, sieve: &Sieve) {
        let Ok(Content::Packet(packet)) = decode::frame(frame) else {
            return self.keep(frame);
        };
        if let Some(unreachable) = Unreachable::parse(&packet) {
            return self.add_message(frame, &packet, &unreachable, sieve);
        }
        if let Some(located) = sieve.locate(&packet) {
            return self.steps.push(frame, &packet, located);
        }
        self.keep(frame);
        self.add_inside(frame, &packet, sieve);
    }

    fn add_message(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, read: &Unreachable<'_>, sieve: &Sieve) {
        let Notice { message, sought, .. } = self.notices.add(frame, packet, read, sieve);
        sieve.marker.pack(message, &mut self.packed);
        sieve.marker.mark_to(message, sought.tag(), &mut self.marks);
        self.add_place(frame, false);
    }

    /// Adds the message in a tunnel, if there is one: it comes after its frame.
    fn add_inside(&mut self, frame: &Frame<'_>, outer: &Packet<'_>, sieve: &Sieve) {
        let Some(Content::Packet(packet)) = sieve.tunnels.inside(outer) else { return };
        match Unreachable::parse(&packet) {
            Some(unreachable) => {
                self.inside += 1;
                self.add_message(frame, &packet, &unreachable, sieve);
            }
            None => self.add_inside(frame, &packet, sieve),
        }
    }

    pub(super) fn seal(&mut self, sieve: &Sieve) {
        if let Some(marks @ [_, ..]) = self.marks.get(self.back.len()..) {
            sieve.marker.tell_repeats(marks, &mut self.back);
        }
    }

    /// Keeps a frame whole.
    fn keep(&mut self, frame: &Frame<'_>) {
        self.add_place(frame, true);
        self.others.keep(frame);
    }

    #[inline]
    fn add_place(&mut self, frame: &Frame<'_>, is_whole: bool) {
        if self.len() == 0 {
            self.start = frame.timestamp;
        }
        self.span.add(frame.timestamp);
        self.others.places.push(Place { steps: self.steps.len() as u32, is_whole });
    }

    pub(super) fn clear(&mut self) {
        self.steps.clear();
        self.notices.clear();
        self.marks.clear();
        self.back.clear();
        self.packed.clear();
        self.others.clear();
        (self.captured, self.inside, self.span) = (0, 0, Span::default());
    }

    /// What is to be counted of its frames; of the times those of steps are left to the flow table, which looks at them anyway.
    pub(super) fn tally(&self) -> Tally {
        let begins_with_step = self.others.places.first().is_none_or(|place| place.steps > 0);
        let start = if begins_with_step { self.steps.start().unwrap_or_default() } else { self.start };
        Tally { packets: self.frames() as u64, bytes: self.captured, start, span: self.span }
    }
}

impl Others {
    fn keep(&mut self, frame: &Frame<'_>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(frame.bytes);
        let Frame { input, number, timestamp, link, wire_length, .. } = *frame;
        let place = start..self.bytes.len();
        self.frames.push(Whole { input, number, timestamp, link, wire_length, place });
    }

    fn clear(&mut self) {
        self.places.clear();
        self.frames.clear();
        self.bytes.clear();
    }

    /// Messages and whole frames in their order, each with how many steps come before it.
    pub(super) fn turns(&self) -> impl Iterator<Item = (usize, Turn<'_>)> {
        let (mut notices, mut frames) = (0..self.places.len(), self.frames.iter());
        self.places.iter().filter_map(move |place| {
            let turn =
                if place.is_whole { Turn::Frame(self.frame(frames.next()?)) } else { Turn::Notice(notices.next()?) };
            Some((place.steps as usize, turn))
        })
    }

    fn frame(&self, whole: &Whole) -> Frame<'_> {
        let Whole { input, number, timestamp, link, wire_length, .. } = *whole;
        let bytes = self.bytes.get(whole.place.clone()).unwrap_or_default();
        Frame { input, number, timestamp, link, bytes, wire_length }
    }
}

/// As many bytes of a frame as are kept.
fn kept(bytes: &[u8]) -> &[u8] {
    bytes.get(..LONGEST).unwrap_or(bytes)
}

impl Sieve {
    /// The flow of a packet that only goes into its flow, and the way it goes there.
    fn locate(&self, packet: &Packet<'_>) -> Option<(Located, Direction)> {
        let is_of_flow = matches!(packet.transport, Transport::Udp(_) | Transport::Tcp(_) | Transport::Ported(_));
        if !is_of_flow || packet.ip.is_fragment() || self.tunnels.may_be_in(packet) {
            return None;
        }
        self.locator.locate(&packet.ip, &packet.transport)
    }
}

impl Tally {
    /// Counts everything that another counted after it.
    pub(super) fn add(&mut self, later: &Self) {
        if later.packets == 0 {
            return;
        }
        if self.packets == 0 {
            self.start = later.start;
        }
        self.packets += later.packets;
        self.bytes += later.bytes;
        self.span.join(later.span);
    }
}

#[cfg(test)]
mod tests {
    use super::LONGEST;
    use crate::analyzer::{Analyzer, Config};
    use crate::frame::{Frame, InputId, LinkType, Timestamp};

    #[test]
    fn no_more_is_kept_of_a_frame_than_a_packet_has() {
        let analyzer = Analyzer::new(Config::default());
        let mut batch = analyzer.batch(10);
        let (bytes, length) = (vec![0x45; 8 << 20], 8 << 20);
        for number in 1..=3 {
            let (input, timestamp, link) = (InputId(0), Timestamp(0), LinkType::ETHERNET);
            batch.add(&Frame { input, number, timestamp, link, bytes: &bytes, wire_length: length });
        }
        assert_eq!((batch.len(), batch.sifted.captured), (3, 3 * u64::from(length)));
        assert!((1..=3 * LONGEST).contains(&batch.sifted.others.bytes.len()));
    }
}
