//! A message in few bytes while it waits: what most messages share costs a bit, and a number as many bytes as it needs.
//!
//! An entry is its length, its bits (flags, and what is missing), how long its numbers are, and then everything else in the
//! order of [`pack`], which is that of [`unpack`]. Of a flood of refusals an entry has 85 bytes, and takes 1,100
//! instructions to pack and 900 to unpack; by serde these were 148, 2,500 and 2,700.
#![deny(clippy::indexing_slicing, clippy::unwrap_used)]

mod pieces;

use std::net::IpAddr;

use super::Labels;
use super::ledger::Entry;
use crate::decode::{Encapsulation, Layer};
use crate::flow::{Direction, FlowId, Identity, Signature};
use crate::frame::{InputId, Timestamp};
use crate::unreachable::{Code, Correlation, FrameRef, Match, Message, Outer, Quoted};
use pieces::{Reader, Writer};

/// Adds a message with its own labels and the serial number of its case.
pub(super) fn pack(message: &Message, labels: Labels, case: u32, out: &mut Vec<u8>) {
    let mut writer = Writer::new();
    writer.number(case.into());
    writer.optional((labels != Labels::default()).then_some(labels.0), |writer, labels| {
        writer.bytes(labels.to_le_bytes());
    });
    put_outside(&mut writer, message);
    put_quote(&mut writer, message);
    put_quoted(&mut writer, message);
    put_correlation(&mut writer, message);
    writer.finish(out);
}

/// Takes the first entry off packed bytes; nothing where they end, or are not what [`pack`] made.
pub(super) fn unpack(bytes: &mut &[u8]) -> Option<Entry> {
    let mut reader = Reader::begin(bytes)?;
    let case = reader.number() as u32;
    let labels = Labels(reader.optional(|reader| u16::from_le_bytes(reader.bytes())).unwrap_or_default());
    let message = message(&mut reader);
    reader.is_whole().then_some(Entry { message, labels, case })
}

/// The message itself: what [`pack`] put behind labels and case.
fn message(reader: &mut Reader<'_>) -> Message {
    let outside = outside(reader);
    let Outside { frame, code, reporter, reporter_ttl, .. } = outside;
    let quote = quote(reader, reporter);
    let quoted = reader.optional(|reader| quoted(reader, quote.ttl));
    let correlation = correlation(reader, frame);
    Message {
        frame,
        timestamp: outside.timestamp,
        encapsulation: outside.encapsulation,
        code,
        reporter,
        recipient: quote.recipient,
        reporter_ttl,
        protocol: quote.protocol,
        sender: quote.sender,
        sender_port: quote.sender_port,
        target: quote.target,
        target_port: quote.target_port,
        quoted_icmp: quote.icmp,
        quoted_ttl: quote.ttl,
        quoted_length: quote.length,
        next_hop_mtu: quote.next_hop_mtu,
        outer: outside.outer,
        quoted,
        has_extensions: outside.has_extensions,
        checksum_is_valid: outside.checksum_is_valid,
        correlation,
    }
}

/// What the frame and the outer headers say.
struct Outside {
    frame: FrameRef,
    timestamp: Timestamp,
    encapsulation: Encapsulation,
    code: Code,
    reporter: IpAddr,
    reporter_ttl: u8,
    outer: Outer,
    has_extensions: bool,
    checksum_is_valid: Option<bool>,
}

fn put_outside(writer: &mut Writer, message: &Message) {
    let Message { frame, timestamp, encapsulation, code, reporter, reporter_ttl, outer, .. } = *message;
    let signature = outer.signature;
    writer.bytes(frame.input.0.to_le_bytes());
    writer.number(frame.number);
    writer.bytes(timestamp.0.to_le_bytes());
    writer.optional((!encapsulation.is_empty()).then_some(encapsulation), |writer, layers| {
        writer.bytes([layers.layers().count() as u8]);
        for (layer, number) in layers.layers() {
            writer.bytes([layer as u8]);
            writer.bytes(number.to_le_bytes());
        }
    });
    writer.bytes([code.version, code.icmp_type, code.icmp_code, reporter_ttl, signature.precedence]);
    writer.address(reporter);
    let is_same = signature.version == code.version && signature.ttl == reporter_ttl;
    writer.optional((!is_same).then_some([signature.version, signature.ttl]), Writer::bytes);
    writer.bit(signature.dont_fragment);
    writer.bit(signature.unnumbered);
    writer.bytes(outer.identification.to_le_bytes());
    writer.bit(outer.has_options);
    writer.optional(outer.mac, Writer::bytes);
    writer.bit(message.has_extensions);
    writer.optional(message.checksum_is_valid, Writer::bit);
}

fn outside(reader: &mut Reader<'_>) -> Outside {
    let input = InputId(u16::from_le_bytes(reader.bytes()));
    let frame = FrameRef { input, number: reader.number() };
    let timestamp = Timestamp(i64::from_le_bytes(reader.bytes()));
    let encapsulation = reader.optional(encapsulation).unwrap_or_default();
    let [version, icmp_type, icmp_code, reporter_ttl, precedence] = reader.bytes();
    let code = Code { version, icmp_type, icmp_code };
    let reporter = reader.address();
    let [version, ttl] = reader.optional(Reader::bytes).unwrap_or([version, reporter_ttl]);
    let (dont_fragment, unnumbered) = (reader.bit(), reader.bit());
    let signature = Signature { version, ttl, precedence, dont_fragment, unnumbered };
    let identification = u16::from_le_bytes(reader.bytes());
    let outer = Outer { signature, identification, has_options: reader.bit(), mac: reader.optional(Reader::bytes) };
    let (has_extensions, checksum_is_valid) = (reader.bit(), reader.optional(Reader::bit));
    Outside { frame, timestamp, encapsulation, code, reporter, reporter_ttl, outer, has_extensions, checksum_is_valid }
}

fn encapsulation(reader: &mut Reader<'_>) -> Encapsulation {
    let mut encapsulation = Encapsulation::default();
    let [layers] = reader.bytes();
    for _ in 0..layers {
        let [layer] = reader.bytes();
        let number = u32::from_le_bytes(reader.bytes());
        Layer::ALL.get(usize::from(layer)).into_iter().for_each(|&layer| encapsulation.push(layer, number));
    }
    encapsulation
}

/// What the quote says in its row.
struct Quote {
    recipient: IpAddr,
    protocol: Option<u8>,
    sender: Option<IpAddr>,
    sender_port: Option<u16>,
    target: Option<IpAddr>,
    target_port: Option<u16>,
    icmp: Option<(u8, u8)>,
    ttl: Option<u8>,
    length: u16,
    next_hop_mtu: Option<u32>,
}

fn put_quote(writer: &mut Writer, message: &Message) {
    let Message { recipient, protocol, sender, target, quoted_icmp, quoted_ttl, next_hop_mtu, .. } = *message;
    writer.optional(sender, Writer::address);
    // Nearly always whoever sent the packet is told, and often by whom it was sent to.
    writer.optional((sender != Some(recipient)).then_some(recipient), Writer::address);
    writer.bit(target == Some(message.reporter));
    if target != Some(message.reporter) {
        writer.optional(target, Writer::address);
    }
    writer.optional(protocol.map(|protocol| [protocol]), Writer::bytes);
    writer.optional(message.sender_port.map(u16::to_le_bytes), Writer::bytes);
    writer.optional(message.target_port.map(u16::to_le_bytes), Writer::bytes);
    writer.optional(quoted_icmp.map(<[u8; 2]>::from), Writer::bytes);
    writer.optional(quoted_ttl.map(|ttl| [ttl]), Writer::bytes);
    writer.bytes(message.quoted_length.to_le_bytes());
    writer.optional(next_hop_mtu.map(u64::from), Writer::number);
}

fn quote(reader: &mut Reader<'_>, reporter: IpAddr) -> Quote {
    let sender = reader.optional(Reader::address);
    let recipient = reader.optional(Reader::address).or(sender).unwrap_or(reporter);
    let target = if reader.bit() { Some(reporter) } else { reader.optional(Reader::address) };
    Quote {
        recipient,
        protocol: reader.optional(Reader::byte),
        sender,
        sender_port: reader.optional(|reader| u16::from_le_bytes(reader.bytes())),
        target,
        target_port: reader.optional(|reader| u16::from_le_bytes(reader.bytes())),
        icmp: reader.optional(|reader| reader.bytes::<2>().into()),
        ttl: reader.optional(Reader::byte),
        length: u16::from_le_bytes(reader.bytes()),
        next_hop_mtu: reader.optional(|reader| reader.number() as u32),
    }
}

fn put_quoted(writer: &mut Writer, message: &Message) {
    let ttl = message.quoted_ttl;
    writer.optional(message.quoted, |writer, quoted| {
        let identity = quoted.identity;
        writer.number(identity.identification.into());
        writer.bytes(identity.total_length.to_le_bytes());
        writer.optional(identity.fingerprint.map(u32::to_le_bytes), Writer::bytes);
        writer.optional((ttl != Some(identity.ttl)).then_some([identity.ttl]), Writer::bytes);
        writer.bytes([identity.tos]);
        writer.bit(identity.is_fragment);
        writer.optional(quoted.header_checksum_is_valid, Writer::bit);
        writer.bit(quoted.has_options);
        writer.bit(quoted.lacks_udp_checksum);
        writer.signed(quoted.udp_surplus.into());
        writer.bit(quoted.opens_tcp);
        writer.bit(quoted.is_illegal);
    });
}

fn quoted(reader: &mut Reader<'_>, quoted_ttl: Option<u8>) -> Quoted {
    let identity = Identity {
        identification: reader.number() as u32,
        total_length: u16::from_le_bytes(reader.bytes()),
        fingerprint: reader.optional(|reader| u32::from_le_bytes(reader.bytes())),
        ttl: reader.optional(Reader::byte).or(quoted_ttl).unwrap_or_default(),
        tos: reader.byte(),
        is_fragment: reader.bit(),
    };
    Quoted {
        identity,
        header_checksum_is_valid: reader.optional(Reader::bit),
        has_options: reader.bit(),
        lacks_udp_checksum: reader.bit(),
        udp_surplus: reader.signed() as i32,
        opens_tcp: reader.bit(),
        is_illegal: reader.bit(),
    }
}

fn put_correlation(writer: &mut Writer, message: &Message) {
    let found = message.correlation;
    writer.bytes([found.matched as u8]);
    put_frame(writer, found.original, message.frame);
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
    writer.bit(found.is_repeated);
    writer.bit(found.opened_by_target);
    writer.bit(found.asked_elsewhere);
    writer.bit(found.is_contradicted);
}

fn correlation(reader: &mut Reader<'_>, frame: FrameRef) -> Correlation {
    Correlation {
        matched: matched(reader.byte()),
        original: frame_ref(reader, frame),
        delay: reader.optional(Reader::signed),
        original_ttl: reader.optional(Reader::byte),
        original_tos: reader.optional(Reader::byte),
        flow: reader.optional(|reader| FlowId::of_parts(u32::from_le_bytes(reader.bytes()), reader.number() as u16)),
        direction: reader.optional(|reader| if reader.bit() { Direction::Down } else { Direction::Up }),
        forward: reader.number() as u32,
        backward: reader.number() as u32,
        since_answer: reader.optional(Reader::signed),
        is_repeated: reader.bit(),
        opened_by_target: reader.bit(),
        asked_elsewhere: reader.bit(),
        is_contradicted: reader.bit(),
    }
}

fn matched(number: u8) -> Match {
    const ALL: [Match; 5] = [Match::Exact, Match::Flow, Match::Fragment, Match::Nat, Match::None];
    ALL.get(usize::from(number)).copied().unwrap_or_default()
}

/// A frame, by how far it is from the message's: nearly always it is of the same input, and a little earlier.
fn put_frame(writer: &mut Writer, frame: Option<FrameRef>, message: FrameRef) {
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
