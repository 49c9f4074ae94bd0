//! A message in few bytes while it waits: what most messages share costs a bit, and a number as many bytes as it needs.
//!
//! An entry has two parts: what the message says and quotes, which is packed where the message is read, on whichever thread
//! that is; and what was found of it. A part is its length, its bits (flags, and what is missing), how long its numbers are, and
//! then everything else in the order of packing, which is that of unpacking. Of a flood of refusals an entry has some hundred
//! bytes, and takes 1,100 instructions to pack and 900 to unpack; by serde these were 148, 2,500 and 2,700.
#![deny(clippy::indexing_slicing, clippy::unwrap_used)]

mod found;
mod pieces;

use super::Labels;
use super::ledger::Entry;
use crate::decode::{Encapsulation, Layer};
use crate::flow::{Identity, Signature};
use crate::frame::{InputId, Timestamp};
use crate::unreachable::{Code, FrameRef, Message, Quoted};
use found::{Found, take_found};
use pieces::{Reader, Writer, append};

/// Messages that were packed as far as they were read, in their order.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Packed {
    /// Adds a message.
    pub(super) fn push(&mut self, message: &Message) {
        self.add(message, &[]);
    }

    /// Adds a message; `read` as for [`pack`].
    fn add(&mut self, message: &Message, read: &[u8]) {
        add_read(message, read, &mut self.bytes);
        self.ends.push(self.bytes.len() as u32);
    }

    /// One of them by its position; nothing where there is none.
    pub fn get(&self, position: usize) -> &[u8] {
        let end = |position: usize| self.ends.get(position).map(|&end| end as usize);
        let start = position.checked_sub(1).map_or(Some(0), end);
        let place = start.zip(end(position)).and_then(|(start, end)| self.bytes.get(start..end));
        place.unwrap_or_default()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

/// Messages in their order whose entries are whole once somebody has time to pack the second part of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Loose {
    read: Packed,
    found: Vec<Found>,
}

/// Bytes that an entry has at most: two parts.
pub(super) const LONGEST: usize = 2 * pieces::LONGEST;

/// Bytes that the second part of an entry mostly has, at most.
const USUAL: usize = 64;

impl Loose {
    /// Adds a message; all as for [`pack`].
    #[inline]
    pub(super) fn add(&mut self, message: &Message, read: &[u8], labels: Labels, case: u32) {
        self.read.add(message, read);
        self.found.push(Found::of(message, labels, case));
    }

    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Bytes of the first parts.
    pub(super) fn size(&self) -> usize {
        self.read.bytes.len()
    }

    /// Appends the entries, of which none is left.
    pub(super) fn pack(&mut self, out: &mut Vec<u8>) {
        out.reserve(self.size() + self.len() * USUAL);
        for (position, found) in self.found.drain(..).enumerate() {
            out.extend_from_slice(self.read.get(position));
            found.pack(out);
        }
        self.read.clear();
    }
}

/// Adds a message with its own labels and the serial number of its case. `read` is what was packed of it when it was read;
/// empty where that was not done.
pub(super) fn pack(message: &Message, read: &[u8], labels: Labels, case: u32, out: &mut Vec<u8>) {
    add_read(message, read, out);
    Found::of(message, labels, case).pack(out);
}

/// Adds the first part of an entry; `read` as for [`pack`].
#[inline]
fn add_read(message: &Message, read: &[u8], out: &mut Vec<u8>) {
    if read.is_empty() {
        pack_read(message, out);
    } else {
        out.extend_from_slice(read);
    }
}

/// The part of an entry that is known when the message is read.
fn pack_read(message: &Message, out: &mut Vec<u8>) {
    append(out, |writer| {
        put_outside(writer, message);
        put_quote(writer, message);
        put_quoted(writer, message);
    });
}

/// Takes the first entry off packed bytes; nothing where they end, or are not what [`pack`] made.
pub(super) fn unpack(bytes: &mut &[u8]) -> Option<Entry> {
    let mut message = Message::blank();
    let (labels, case) = unpack_to(&mut message, bytes)?;
    Some(Entry { message, labels, case })
}

/// The same to a place that is written again and again: a message is as long as five cache lines.
pub(super) fn unpack_to(message: &mut Message, bytes: &mut &[u8]) -> Option<(Labels, u32)> {
    let mut read = Reader::begin(bytes)?;
    take_outside(&mut read, message);
    take_quote(&mut read, message);
    take_quoted(&mut read, message);
    let mut found = Reader::begin(bytes)?;
    let of = take_found(&mut found, message);
    (read.is_whole() && found.is_whole()).then_some(of)
}

fn put_outside(writer: &mut Writer<'_>, message: &Message) {
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
    writer.bytes(message.checksum.to_le_bytes());
    writer.optional(message.checksum_is_valid, Writer::bit);
}

fn take_outside(reader: &mut Reader<'_>, message: &mut Message) {
    let input = InputId(u16::from_le_bytes(reader.bytes()));
    message.frame = FrameRef { input, number: reader.number() };
    message.timestamp = Timestamp(i64::from_le_bytes(reader.bytes()));
    message.encapsulation = reader.optional(encapsulation).unwrap_or_default();
    let [version, icmp_type, icmp_code, reporter_ttl, precedence] = reader.bytes();
    message.code = Code { version, icmp_type, icmp_code };
    message.reporter_ttl = reporter_ttl;
    message.reporter = reader.address();
    let [version, ttl] = reader.optional(Reader::bytes).unwrap_or([version, reporter_ttl]);
    let (dont_fragment, unnumbered) = (reader.bit(), reader.bit());
    message.outer.signature = Signature { version, ttl, precedence, dont_fragment, unnumbered };
    message.outer.identification = u16::from_le_bytes(reader.bytes());
    message.outer.has_options = reader.bit();
    message.outer.mac = reader.optional(Reader::bytes);
    message.has_extensions = reader.bit();
    message.checksum = u16::from_le_bytes(reader.bytes());
    message.checksum_is_valid = reader.optional(Reader::bit);
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

fn put_quote(writer: &mut Writer<'_>, message: &Message) {
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

fn take_quote(reader: &mut Reader<'_>, message: &mut Message) {
    let reporter = message.reporter;
    message.sender = reader.optional(Reader::address);
    message.recipient = reader.optional(Reader::address).or(message.sender).unwrap_or(reporter);
    message.target = if reader.bit() { Some(reporter) } else { reader.optional(Reader::address) };
    message.protocol = reader.optional(Reader::byte);
    message.sender_port = reader.optional(|reader| u16::from_le_bytes(reader.bytes()));
    message.target_port = reader.optional(|reader| u16::from_le_bytes(reader.bytes()));
    message.quoted_icmp = reader.optional(|reader| reader.bytes::<2>().into());
    message.quoted_ttl = reader.optional(Reader::byte);
    message.quoted_length = u16::from_le_bytes(reader.bytes());
    message.next_hop_mtu = reader.optional(|reader| reader.number() as u32);
}

fn put_quoted(writer: &mut Writer<'_>, message: &Message) {
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

fn take_quoted(reader: &mut Reader<'_>, message: &mut Message) {
    let quoted_ttl = message.quoted_ttl;
    message.quoted = reader.optional(|reader| quoted(reader, quoted_ttl));
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

#[cfg(test)]
mod tests {
    use super::{Loose, Packed, pack, unpack};
    use crate::incident::Labels;
    use crate::unreachable::Message;

    #[test]
    fn what_was_packed_ahead_is_the_same_as_what_was_not() {
        let ports = [7, 53, 443];
        let messages = ports.map(|port| Message { target_port: Some(port), ..Message::blank() });
        let mut ahead = Packed::default();
        for message in &messages {
            ahead.push(message);
        }
        for (position, message) in messages.iter().enumerate() {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            pack(message, ahead.get(position), Labels::default(), 9, &mut one);
            pack(message, &[], Labels::default(), 9, &mut other);
            assert_eq!(one, other);
            let entry = unpack(&mut one.as_slice()).expect("an entry");
            assert_eq!((entry.message.target_port, entry.case), (message.target_port, 9));
        }
        assert!(ahead.get(messages.len()).is_empty(), "there is none");
        ahead.clear();
        assert!(ahead.get(0).is_empty(), "there are none");
    }

    #[test]
    fn what_is_packed_later_is_the_same() {
        let messages = [7, 53, 443].map(|port| Message { target_port: Some(port), ..Message::blank() });
        let labels = |case: u32| Labels(case as u16);
        let (mut ahead, mut loose, mut at_once) = (Packed::default(), Loose::default(), Vec::new());
        for (message, case) in messages.iter().zip(0..) {
            ahead.push(message);
            // One of them was not packed when it was read.
            let read = if case == 1 { &[] } else { ahead.get(case as usize) };
            loose.add(message, read, labels(case), case);
            pack(message, &[], labels(case), case, &mut at_once);
        }
        let mut later = Vec::new();
        assert_eq!(loose.len(), messages.len());
        loose.pack(&mut later);
        assert_eq!(later, at_once);
        loose.pack(&mut later);
        assert_eq!((later.len(), loose.len(), loose.size()), (at_once.len(), 0, 0), "none is left");
    }
}
