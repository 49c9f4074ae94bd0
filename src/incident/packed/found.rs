//! The second part of an entry: what was found of a message, its own labels, and its case.

use super::pieces::{Reader, Writer, append};
use crate::flow::{Direction, FlowId};
use crate::frame::InputId;
use crate::incident::Labels;
use crate::unreachable::{Correlation, FrameRef, Match, Message};

/// What was found of a message, its own labels, and the serial number of its case, before it is packed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    frame: FrameRef,
    correlation: Correlation,
    labels: Labels,
    case: u32,
}

impl Found {
    #[inline]
    pub(super) fn of(message: &Message, labels: Labels, case: u32) -> Self {
        Self { frame: message.frame, correlation: message.correlation, labels, case }
    }

    /// Appends it, packed.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        append(out, |writer| {
            writer.number(self.case.into());
            writer.optional((self.labels != Labels::default()).then_some(self.labels.0), |writer, labels| {
                writer.bytes(labels.to_le_bytes());
            });
            put_correlation(writer, &self.correlation, self.frame);
        });
    }
}

/// Takes what was found to its place in the message; returns its labels and its case.
pub(super) fn take_found(reader: &mut Reader<'_>, message: &mut Message) -> (Labels, u32) {
    let case = reader.number() as u32;
    let labels = Labels(reader.optional(|reader| u16::from_le_bytes(reader.bytes())).unwrap_or_default());
    take_correlation(reader, message);
    (labels, case)
}

fn put_correlation(writer: &mut Writer<'_>, found: &Correlation, message: FrameRef) {
    writer.bytes([found.matched as u8]);
    put_frame(writer, found.original, message);
    writer.optional(found.delay, Writer::signed);
    writer.optional(found.original_ttl.map(|ttl| [ttl]), Writer::bytes);
    writer.optional(found.original_tos.map(|tos| [tos]), Writer::bytes);
    writer.optional(found.flow.map(FlowId::parts), |writer, (place, generation)| {
        writer.bytes(place.to_le_bytes());
        writer.number(generation.into());
    });
    writer.optional(found.direction.map(|direction| direction == Direction::Down), Writer::bit);
    writer.number(found.forward.into());
    writer.number(found.backward.into());
    writer.optional(found.since_answer, Writer::signed);
    writer.optional(found.longest_delay, Writer::signed);
    writer.bit(found.is_repeated);
    writer.bit(found.repeats_unknown);
    writer.bit(found.opened_by_target);
    writer.bit(found.asked_elsewhere);
    writer.bit(found.is_contradicted);
}

fn take_correlation(reader: &mut Reader<'_>, message: &mut Message) {
    let found = &mut message.correlation;
    found.matched = matched(reader.byte());
    found.original = frame_ref(reader, message.frame);
    found.delay = reader.optional(Reader::signed);
    found.original_ttl = reader.optional(Reader::byte);
    found.original_tos = reader.optional(Reader::byte);
    found.flow = reader.optional(|reader| FlowId::of_parts(u32::from_le_bytes(reader.bytes()), reader.number() as u16));
    found.direction = reader.optional(|reader| if reader.bit() { Direction::Down } else { Direction::Up });
    found.forward = reader.number() as u32;
    found.backward = reader.number() as u32;
    found.since_answer = reader.optional(Reader::signed);
    found.longest_delay = reader.optional(Reader::signed);
    found.is_repeated = reader.bit();
    found.repeats_unknown = reader.bit();
    found.opened_by_target = reader.bit();
    found.asked_elsewhere = reader.bit();
    found.is_contradicted = reader.bit();
}

fn matched(number: u8) -> Match {
    const ALL: [Match; 5] = [Match::Exact, Match::Flow, Match::Fragment, Match::Nat, Match::None];
    ALL.get(usize::from(number)).copied().unwrap_or_default()
}

/// A frame, by how far it is from the message's: nearly always it is of the same input, and a little earlier.
fn put_frame(writer: &mut Writer<'_>, frame: Option<FrameRef>, message: FrameRef) {
    writer.optional(frame, |writer, frame| {
        let other_input = (frame.input != message.input).then_some(frame.input.0);
        writer.optional(other_input.map(u16::to_le_bytes), Writer::bytes);
        writer.signed(message.number.wrapping_sub(frame.number).cast_signed());
    });
}

fn frame_ref(reader: &mut Reader<'_>, message: FrameRef) -> Option<FrameRef> {
    reader.optional(|reader| {
        let input = reader.optional(|reader| InputId(u16::from_le_bytes(reader.bytes()))).unwrap_or(message.input);
        FrameRef { input, number: message.number.wrapping_sub(reader.signed().cast_unsigned()) }
    })
}
