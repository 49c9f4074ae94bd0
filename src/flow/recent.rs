//! The most recent packets, in a ring: what a quote is compared with to find the very packet it quotes.

use serde::{Deserialize, Serialize};

use super::pages::make_room;
use super::prefetch::prefetch;
use super::step::Step;
use super::{Direction, FlowId};
use crate::decode::{Ip, Transport};
use crate::frame::{InputId, Stamp, Timestamp};

/// What sets a packet apart from others of its flow, as far as a quote of eight transport bytes shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// IPv4 identification or that of an IPv6 fragment header; 0 where there is none.
    pub identification: u32,
    /// Length of the packet as its IP header says; saturates.
    pub total_length: u16,
    /// UDP: length and checksum; TCP: sequence number; ICMP echo: sequence number. `None` where it was cut off.
    pub fingerprint: Option<u32>,
    /// TTL or hop limit.
    pub ttl: u8,
    /// Type of service or traffic class.
    pub tos: u8,
    /// Whether it is a part of a datagram only.
    pub is_fragment: bool,
}

impl Identity {
    /// Reads it from the headers of a captured or quoted packet.
    #[inline]
    pub fn of(ip: &Ip<'_>, transport: &Transport) -> Self {
        let fingerprint = match transport {
            Transport::Udp(udp) => {
                udp.length.zip(udp.checksum).map(|(length, checksum)| u32::from(length) << 16 | u32::from(checksum))
            }
            Transport::Tcp(tcp) => tcp.sequence,
            Transport::Icmp(icmp) => icmp.rest.map(|rest| rest & 0xffff),
            Transport::Ported(_) | Transport::Portless | Transport::Missing => None,
        };
        Self {
            identification: ip.identification,
            total_length: ip.total_length.min(u32::from(u16::MAX)) as u16,
            fingerprint,
            ttl: ip.ttl,
            tos: ip.tos,
            is_fragment: ip.is_fragment(),
        }
    }
}

/// What is remembered of a packet, whatever its flow: twenty-four bytes that are copied as they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Captured {
    pub(super) timestamp: Timestamp,
    /// Low half of its frame number.
    pub(super) frame: u32,
    fingerprint: u32,
    identification: u16,
    total_length: u16,
    pub(super) input: InputId,
    pub(super) ttl: u8,
    tos: u8,
}

/// One remembered packet; forty bytes, as millions are kept.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    captured: Captured,
    /// Position of the previous packet of the same flow in the same direction; 0 for none.
    previous: u32,
    /// The flow.
    flow: FlowId,
    /// The port it came from: to look for it in all flows would cost a load from memory for each packet.
    source_port: u16,
    /// Bits of [`bits`].
    bits: u8,
}

/// Packets ahead at which the place of one is brought into the cache: the ring is larger than the cache, and to write to
/// memory that is not there stalls as reading it does (a third of the time of entering a packet, measured).
const WRITTEN_AHEAD: usize = 16;

/// Packets of a flow that may be on their way from one point to another at once, as far as they are looked through.
const PASSING: usize = 8;
/// Nanoseconds that takes, at most.
const LONGEST_WAY: i64 = 1_000_000_000;

/// What is told of a packet by one bit.
pub(super) mod bits {
    /// Its fingerprint was not cut off.
    pub(in crate::flow) const HAS_FINGERPRINT: u8 = 1;
    /// It is a part of a datagram only.
    pub(in crate::flow) const IS_FRAGMENT: u8 = 2;
    /// It goes [`Direction::Down`](super::Direction::Down).
    pub(in crate::flow) const GOES_DOWN: u8 = 4;
}

impl Captured {
    #[inline]
    pub(super) fn new(stamp: &Stamp, identity: &Identity) -> Self {
        Self {
            timestamp: stamp.timestamp,
            frame: stamp.number as u32,
            fingerprint: identity.fingerprint.unwrap_or(0),
            identification: identity.identification as u16,
            total_length: identity.total_length,
            input: stamp.input,
            ttl: identity.ttl,
            tos: identity.tos,
        }
    }
}

/// The bits of a packet with this identity that goes this way.
#[inline]
pub(super) fn bits_of(identity: &Identity, direction: Direction) -> u8 {
    (u8::from(identity.fingerprint.is_some()) * bits::HAS_FINGERPRINT)
        | (u8::from(identity.is_fragment) * bits::IS_FRAGMENT)
        | (direction as u8 * bits::GOES_DOWN)
}

/// The way a packet with these bits goes.
#[inline]
pub(super) fn direction_of(packet_bits: u8) -> Direction {
    if packet_bits & bits::GOES_DOWN == 0 { Direction::Up } else { Direction::Down }
}

impl Record {
    /// The packet's identity; IPv6 identifications are kept to their low half.
    pub fn identity(&self) -> Identity {
        let Captured { identification, total_length, ttl, tos, .. } = self.captured;
        Identity {
            identification: u32::from(identification),
            total_length,
            fingerprint: self.fingerprint(),
            ttl,
            tos,
            is_fragment: self.bits & bits::IS_FRAGMENT != 0,
        }
    }

    /// The fingerprint of its identity.
    #[inline]
    pub fn fingerprint(&self) -> Option<u32> {
        (self.bits & bits::HAS_FINGERPRINT != 0).then_some(self.captured.fingerprint)
    }

    /// When it was captured.
    pub fn timestamp(&self) -> Timestamp {
        self.captured.timestamp
    }

    /// The flow it is of.
    pub fn flow(&self) -> FlowId {
        self.flow
    }

    /// The input it came from.
    pub fn input(&self) -> InputId {
        self.captured.input
    }

    /// The port it came from.
    pub fn source_port(&self) -> u16 {
        self.source_port
    }

    /// Which way it went in its flow.
    pub fn direction(&self) -> Direction {
        direction_of(self.bits)
    }

    /// Whether another is the same packet at another point of its way.
    pub fn is_passed(&self, other: &Self) -> bool {
        let (one, other_one) = (&self.captured, &other.captured);
        let is_equal = self.bits == other.bits
            && one.fingerprint == other_one.fingerprint
            && one.identification == other_one.identification
            && one.total_length == other_one.total_length;
        is_equal && self.fingerprint().is_some() && one.ttl != other_one.ttl
    }

    /// Its frame number, given a later frame.
    pub fn frame_before(&self, later: &Stamp) -> u64 {
        number_before(self.captured.input, self.captured.frame, later)
    }
}

/// A frame's number from its low half, given a later frame: in the same input the nearest lower number. Numbers of
/// another input say nothing; no input is longer than the low half reaches, but a live one.
pub(super) fn number_before(input: InputId, low: u32, later: &Stamp) -> u64 {
    if input != later.input {
        return u64::from(low);
    }
    later.number.wrapping_sub(u64::from((later.number as u32).wrapping_sub(low)))
}

/// Whether a position was given to a packet before another. They come round: so they are compared by how far they are apart.
pub(super) fn is_before(position: u32, other: u32) -> bool {
    position.wrapping_sub(other).cast_signed() < 0
}

/// A ring of the last packets, chained by flow and direction.
#[derive(Clone, Debug)]
pub struct Recent {
    records: Vec<Record>,
    capacity: u32,
    /// Position that the next packet gets; positions start at 1, and wrap after four thousand million packets.
    next: u32,
}

impl Recent {
    /// A ring of `capacity` packets, a power of two.
    pub fn new(capacity: u32) -> Self {
        Self { records: Vec::new(), capacity: capacity.next_power_of_two(), next: 1 }
    }

    /// Remembers the next packet, and returns its position. `previous` is the position of the one before it in its flow and
    /// direction.
    #[inline]
    pub(super) fn push(&mut self, step: &Step, flow: FlowId, previous: u32) -> u32 {
        let position = self.next;
        let slot = (position & (self.capacity - 1)) as usize;
        prefetch(&self.records, slot + WRITTEN_AHEAD);
        let Step { captured, located, .. } = *step;
        let bits = step.bits();
        let source_port = located.ports(direction_of(bits)).source;
        match self.records.get_mut(slot) {
            // Each part written straight to its place: put together before, it would be read back in other pieces, which stalls.
            Some(place) => {
                place.captured = captured;
                (place.previous, place.flow, place.source_port, place.bits) = (previous, flow, source_port, bits);
            }
            None => self.fill(slot, Record { captured, previous, flow, source_port, bits }),
        }
        self.next = position.wrapping_add(1).max(1);
        position
    }

    /// The ring fills in order but for slot 0, which position 0 (no packet) would have.
    #[cold]
    fn fill(&mut self, slot: usize, record: Record) {
        if self.records.is_empty() {
            // Three quarters of it of large pages, as quotes lead anywhere in it.
            make_room(&mut self.records, self.capacity as usize, self.capacity as usize / 4);
        }
        self.records.resize(slot, record);
        self.records.push(record);
    }

    /// Brings the packet at `position` into the cache.
    #[inline]
    pub(super) fn prefetch(&self, position: u32) {
        prefetch(&self.records, (position & (self.capacity - 1)) as usize);
    }

    /// The packet at `position`, where it is still remembered.
    pub fn get(&self, position: u32) -> Option<&Record> {
        let age = self.next.wrapping_sub(position);
        if position == 0 || age == 0 || age > self.capacity {
            return None;
        }
        self.records.get((position & (self.capacity - 1)) as usize)
    }

    /// Position that the next packet gets: how many there were, until that wraps.
    pub fn position(&self) -> u32 {
        self.next
    }

    /// The latest packets, at most so many, latest first.
    pub fn latest(&self, most: u32) -> impl Iterator<Item = &Record> {
        let next = (self.next & (self.capacity - 1)) as usize;
        let (before, behind) = self.records.split_at(next.min(self.records.len()));
        // No more than there were: slot 0 holds none before the ring comes round.
        let count = most.min(self.capacity).min(self.next - 1);
        before.iter().rev().chain(behind.iter().rev()).take(count as usize)
    }

    /// Whether the packet at `tail` had been captured before, where its TTL was another: on another link of its way, as captures
    /// from several points have it, and those of all interfaces of a router. What sends a packet again numbers it anew, or
    /// keeps its TTL.
    pub(super) fn has_passed(&self, tail: u32) -> bool {
        let mut packets = self.chain(tail);
        let Some(latest) = packets.next() else { return false };
        let is_soon = |earlier: &&Record| latest.timestamp().since(earlier.timestamp()).abs() <= LONGEST_WAY;
        packets.take(PASSING).take_while(is_soon).any(|earlier| latest.is_passed(earlier))
    }

    /// Whether the packet at `tail` is the one before it in its flow once more, sent again as that was not answered in time, and not
    /// captured again.
    pub(super) fn is_sent_again(&self, tail: u32) -> bool {
        /// Nanoseconds: the least time that Linux waits (`TCP_RTO_MIN`; RFC 6298 section 2 says a second).
        const LEAST_TIMEOUT: i64 = 200_000_000;
        let mut packets = self.chain(tail);
        let (Some(latest), Some(before)) = (packets.next(), packets.next()) else { return false };
        latest.fingerprint() == before.fingerprint() && latest.timestamp().since(before.timestamp()) >= LEAST_TIMEOUT
    }

    /// The packets of one flow and direction, latest first, from the one at `tail` on.
    pub fn chain(&self, tail: u32) -> impl Iterator<Item = &Record> {
        std::iter::successors(self.get(tail), |record| self.get(record.previous))
    }
}
