//! Finding the quoted packet: addresses and ports first, then what sets packets of one flow apart.
//!
//! Identification, length, sequence number and checksum are evidence only: real stacks zero, swap or shorten each of
//! them in their quotes (of 5,440 fingerprints of nmap's U1 test some 110 have the length wrong, 200 the
//! identification, 845 the checksum).

use serde::{Deserialize, Serialize};

use super::{FrameRef, Match, Quote, Translations};
use crate::decode::protocol;
use crate::flow::{Datagram, Direction, FlowId, FlowKey, FlowState, FragmentKey, Identity, Observations, Record};
use crate::frame::Frame;

/// How a field of the quote compares with that of a captured packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Agreement {
    /// Not there on either side, or without information.
    #[default]
    Unknown,
    /// The same.
    Equal,
    /// Different in a way that real stacks are known for: zeroed, byte-swapped, short by the header.
    Altered,
    /// Different.
    Different,
}

/// What was found of the quoted packet.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Correlation {
    /// How it was found.
    pub matched: Match,
    /// The packet, or the nearest earlier one of its flow in the quote's direction.
    pub original: Option<FrameRef>,
    /// Nanoseconds from it to the message; not known where only the flow was found.
    pub delay: Option<i64>,
    /// TTL of the very packet as captured.
    pub original_ttl: Option<u8>,
    /// The flow, where the capture holds it.
    pub flow: Option<FlowId>,
    /// The quote's direction in the flow.
    pub direction: Option<Direction>,
    /// Packets of the flow in the quote's direction, until now.
    pub forward: u32,
    /// Packets of the flow against the quote's direction, until now.
    pub backward: u32,
    /// Whether the first captured packet of the flow came from the quote's destination.
    pub opened_by_target: bool,
    /// Whether packets of the flow are remembered, all of them, and the quote is of none.
    pub is_contradicted: bool,
    /// Nanoseconds from the flow's latest packet against the quote's direction to the message.
    pub since_answer: Option<i64>,
}

/// Packets of a flow that a quote is compared with, at most.
const CANDIDATES: usize = 1024;

/// Looks for the quoted packet among those observed before `frame`.
pub fn find(quote: &Quote<'_>, frame: &Frame<'_>, seen: &Observations, translations: &mut Translations) -> Correlation {
    let datagram = (quote.ip.is_fragment()).then(|| seen.fragments.get(&FragmentKey::of(&quote.ip))).flatten();
    let in_datagram = datagram.and_then(|datagram| datagram.flow);
    let Some((key, direction)) = FlowKey::of(&quote.ip, &quote.transport).or(in_datagram) else {
        return datagram.map_or_else(Correlation::default, |datagram| fragment(datagram, quote, frame, None));
    };
    let Some(flow) = seen.flows.find(&key) else {
        let found = translations.find(quote, frame, seen);
        return found.map_or_else(Correlation::default, |record| translated(record, frame, seen));
    };
    let found = in_flow(quote, frame, seen, flow, direction);
    match datagram {
        Some(datagram) if quote.ip.fragment_offset != 0 => fragment(datagram, quote, frame, Some(found)),
        _ => found,
    }
}

/// A quoted later fragment: the captured one with the same offset, or else the first.
fn fragment(datagram: &Datagram, quote: &Quote<'_>, frame: &Frame<'_>, flow: Option<Correlation>) -> Correlation {
    let flow = flow.unwrap_or_default();
    let Some(original) = datagram.at(quote.ip.fragment_offset).or(datagram.fragments.first()) else { return flow };
    Correlation {
        matched: Match::Fragment,
        original: Some(FrameRef { input: original.input, number: original.frame }),
        delay: Some(frame.timestamp.since(original.timestamp)),
        original_ttl: Some(original.ttl),
        is_contradicted: false,
        ..flow
    }
}

/// A packet that was captured on the other side of a translation, and its flow there.
fn translated(record: &Record, frame: &Frame<'_>, seen: &Observations) -> Correlation {
    let flow = seen.flows.get(record.flow).map(|view| of_flow(view, record.flow, record.direction(), frame, seen));
    the_packet(record, Match::Nat, frame, flow.unwrap_or_default())
}

/// What a flow tells about a quote in this direction of it.
fn of_flow(
    view: &FlowState,
    flow: FlowId,
    direction: Direction,
    frame: &Frame<'_>,
    seen: &Observations,
) -> Correlation {
    let (side, opposite) = (&view.sides[direction as usize], &view.sides[direction.reversed() as usize]);
    let answer = seen.recent.get(opposite.tail).map(|record| frame.timestamp.since(record.timestamp));
    Correlation {
        matched: Match::Flow,
        flow: Some(flow),
        direction: Some(direction),
        forward: side.packets,
        backward: opposite.packets,
        opened_by_target: view.opened() != direction,
        since_answer: answer,
        ..Correlation::default()
    }
}

/// The very packet was found.
fn the_packet(record: &Record, matched: Match, frame: &Frame<'_>, flow: Correlation) -> Correlation {
    Correlation {
        matched,
        original: Some(frame_of(record, frame)),
        delay: Some(frame.timestamp.since(record.timestamp)),
        original_ttl: Some(record.ttl),
        ..flow
    }
}

fn in_flow(
    quote: &Quote<'_>,
    frame: &Frame<'_>,
    seen: &Observations,
    flow: FlowId,
    direction: Direction,
) -> Correlation {
    let Some(view) = seen.flows.get(flow) else { return Correlation::default() };
    let found = of_flow(view, flow, direction, frame, seen);
    let side = &view.sides[direction as usize];
    if side.packets == 0 {
        return found;
    }
    among(quote, frame, seen, side.tail, found).unwrap_or_else(|| Correlation {
        // The ring has moved on: the flow still knows the frame of its latest packet.
        original: Some(FrameRef { input: side.input, number: side.frame_before(&frame.stamp()) }),
        ..found
    })
}

/// Compares the quote with each remembered packet of the flow's side; `None` where none is remembered.
fn among(
    quote: &Quote<'_>,
    frame: &Frame<'_>,
    seen: &Observations,
    tail: u32,
    found: Correlation,
) -> Option<Correlation> {
    let quoted = Identity::of(&quote.ip, &quote.transport);
    let mut nearest = None;
    let mut best: Option<(Comparison, &Record)> = None;
    let mut compared = 0;
    let mut sequences = Sequences::default();
    for record in seen.recent.chain(tail).take(CANDIDATES) {
        nearest = nearest.or(Some(record));
        compared += 1;
        sequences.add(record.identity().fingerprint);
        let comparison = Comparison::of(&quoted, &record.identity(), quote.ip.protocol);
        if best.as_ref().is_none_or(|(known, _)| comparison.points() > known.points()) {
            best = Some((comparison, record));
            if comparison.is_perfect() {
                break;
            }
        }
    }
    let (comparison, record) = best?;
    if comparison.is_the_packet() {
        let is_fragment = record.identity().is_fragment || quoted.is_fragment;
        let matched = if is_fragment { Match::Fragment } else { Match::Exact };
        return Some(the_packet(record, matched, frame, found));
    }
    Some(Correlation {
        original: nearest.map(|record| frame_of(record, frame)),
        is_contradicted: compared == found.forward
            && match quote.ip.protocol {
                protocol::TCP => quoted.fingerprint.is_some_and(|sequence| !sequences.may_include(sequence)),
                _ => comparison.is_of_another(),
            },
        ..found
    })
}

/// The range of sequence numbers that one side of a TCP connection has sent.
#[derive(Clone, Copy, Debug, Default)]
struct Sequences {
    latest: Option<u32>,
    behind: u32,
    ahead: u32,
}

impl Sequences {
    fn add(&mut self, sequence: Option<u32>) {
        let Some(sequence) = sequence else { return };
        let latest = *self.latest.get_or_insert(sequence);
        let distance = sequence.wrapping_sub(latest);
        if distance < 1 << 31 {
            self.ahead = self.ahead.max(distance);
        } else {
            self.behind = self.behind.max(distance.wrapping_neg());
        }
    }

    /// Whether a packet with this number may have been sent among those: a large segment is captured whole where its
    /// sender leaves cutting it to the network card, so that the quote starts within it (64 KiB at most).
    fn may_include(self, sequence: u32) -> bool {
        let Some(latest) = self.latest else { return true };
        let distance = sequence.wrapping_sub(latest);
        distance <= self.ahead.saturating_add(1 << 16) || distance.wrapping_neg() <= self.behind
    }
}

fn frame_of(record: &Record, later: &Frame<'_>) -> FrameRef {
    FrameRef { input: record.input, number: record.frame_before(&later.stamp()) }
}

/// A quote beside a captured packet of the same ports.
#[derive(Clone, Copy, Debug)]
struct Comparison {
    identification: Agreement,
    length: Agreement,
    fingerprint: Agreement,
    ttl_is_possible: bool,
}

impl Comparison {
    fn of(quoted: &Identity, captured: &Identity, protocol_number: u8) -> Self {
        let is_reassembled = captured.is_fragment && !quoted.is_fragment;
        Self {
            identification: identification(quoted.identification, captured.identification),
            length: if is_reassembled {
                Agreement::Unknown
            } else {
                length(quoted.total_length, captured.total_length)
            },
            fingerprint: fingerprint(quoted.fingerprint, captured.fingerprint, protocol_number),
            ttl_is_possible: quoted.ttl <= captured.ttl,
        }
    }

    /// For choosing the best among several packets.
    fn points(self) -> i32 {
        let of = |agreement, equal, altered, different| match agreement {
            Agreement::Unknown => 0,
            Agreement::Equal => equal,
            Agreement::Altered => altered,
            Agreement::Different => different,
        };
        of(self.identification, 8, 3, -6)
            + of(self.fingerprint, 7, 0, -4)
            + of(self.length, 2, 1, -3)
            + if self.ttl_is_possible { 0 } else { -5 }
    }

    /// Whether no other packet could agree better: of equal ones the nearest is taken.
    fn is_perfect(self) -> bool {
        let fields = [self.identification, self.length, self.fingerprint];
        fields.iter().all(|&field| field == Agreement::Equal) && self.ttl_is_possible
    }

    /// Whether this is the quoted packet and no other of its flow.
    fn is_the_packet(self) -> bool {
        use Agreement::{Altered, Different, Equal, Unknown};
        match (self.identification, self.fingerprint) {
            (Equal, _) => self.fingerprint != Different || self.length != Different,
            (Altered | Unknown, Equal) => true,
            // Neither field is there to tell, or both are known to be damaged by some stacks: the length has to agree.
            (Altered | Unknown, Altered | Unknown) => matches!(self.length, Equal | Altered),
            _ => false,
        }
    }

    /// Whether at least two fields say that it is not, and none that it is.
    fn is_of_another(self) -> bool {
        let fields = [self.identification, self.length, self.fingerprint];
        let count = |wanted| fields.iter().filter(|&&field| field == wanted).count();
        count(Agreement::Equal) == 0 && count(Agreement::Different) >= 2
    }
}

fn identification(quoted: u32, captured: u32) -> Agreement {
    // IPv6 identifications are remembered to their low half.
    let (quoted, captured) = (quoted as u16, captured as u16);
    match (quoted, captured) {
        (0, 0) => Agreement::Unknown,
        _ if quoted == captured => Agreement::Equal,
        (0, _) => Agreement::Altered,
        _ if quoted == captured.swap_bytes() => Agreement::Altered,
        _ => Agreement::Different,
    }
}

fn length(quoted: u16, captured: u16) -> Agreement {
    match (quoted, captured) {
        // Segmentation offload leaves 0 in the captured packet.
        (_, 0) => Agreement::Unknown,
        _ if quoted == captured => Agreement::Equal,
        // Zeroed, byte-swapped, or with the header's length added or taken off (nmap's RIPL).
        _ if quoted == 0 || quoted == captured.swap_bytes() || quoted.abs_diff(captured) == 20 => Agreement::Altered,
        _ => Agreement::Different,
    }
}

fn fingerprint(quoted: Option<u32>, captured: Option<u32>, protocol_number: u8) -> Agreement {
    let (Some(quoted), Some(captured)) = (quoted, captured) else { return Agreement::Unknown };
    if quoted == captured {
        return Agreement::Equal;
    }
    // Some stacks zero the UDP checksum of what they quote. Another checksum at the same length is another packet, or the
    // same behind a translation or checksum offload: the other fields decide.
    let is_udp = matches!(protocol_number, protocol::UDP | protocol::UDP_LITE);
    if is_udp && quoted as u16 == 0 && quoted >> 16 == captured >> 16 {
        Agreement::Altered
    } else {
        Agreement::Different
    }
}
