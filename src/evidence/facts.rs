//! The facts of a case: messages that can only be judged together, added up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use smallvec::SmallVec;

use super::behind::Behind;
use super::context::is_prompt;
use super::oddities::Oddities;
use super::{Standing, initial_ttl};
use crate::decode::Mac;
use crate::flow::{Direction, Distinct, FewAddresses, FlowId, FlowKey, Observations, Signature, TtlTally, prefetch};
use crate::frame::{InputId, Timestamp};
use crate::unreachable::{Code, FrameRef, Match, Message};

/// What sets cases apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseKey {
    /// Where the refused packets were going.
    pub target: Option<IpAddr>,
    /// Their port.
    pub target_port: Option<u16>,
    /// IP protocol number of the quotes.
    pub protocol: Option<u8>,
    /// Source of the messages.
    pub reporter: IpAddr,
    /// Type and code.
    pub code: Code,
    /// What their outer headers show, TTL included: two signatures under one address are two devices, or a forger.
    pub signature: Signature,
    /// How the messages stand to what they quote.
    pub standing: Standing,
    /// Whether the reporters are the targets themselves.
    pub is_from_target: bool,
    /// Whether it stands for many targets and reporters, which there was no room to tell apart: then the target is
    /// empty, the reporter unspecified (unless it is the sender), and the TTL that of the start.
    pub is_collective: bool,
}

impl CaseKey {
    /// The case that a message belongs to.
    pub fn of(message: &Message) -> Self {
        Self {
            target: message.target,
            target_port: message.target_port,
            protocol: message.protocol,
            reporter: message.reporter,
            code: message.code,
            signature: message.outer.signature,
            standing: Standing::of(message),
            is_from_target: message.target == Some(message.reporter),
            is_collective: false,
        }
    }

    /// The case that a message belongs to where there is no room to tell its target and reporter from others.
    #[must_use]
    pub fn collective(self, message: &Message) -> Self {
        let reporter = collective_reporter(message);
        let signature = Signature { ttl: initial_ttl(self.signature.ttl), ..self.signature };
        Self { target: None, target_port: None, reporter, signature, is_collective: true, ..self }
    }
}

/// Stands for the reporters of a message's collective case: the sender where it reports itself, or else nobody.
fn collective_reporter(message: &Message) -> IpAddr {
    if message.sender == Some(message.reporter) {
        message.reporter
    } else if message.code.version == 4 {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
    } else {
        IpAddr::V6(Ipv6Addr::UNSPECIFIED)
    }
}

/// How many of each kind of detail are kept for a case.
const KEPT: usize = 48;

/// How many frames of its messages are named.
pub const FRAMES: usize = 16;

/// Details of a case; the first few take no allocation, as most cases have no more.
type Kept<T, const N: usize> = SmallVec<[T; N]>;

/// Keeps one more detail, of at most so many. Where there is no room for it, that grows to three times what it was, not twice: each
/// time, what is there moves to another place.
#[inline]
fn keep<T, const N: usize>(kept: &mut Kept<T, N>, detail: T, most: usize)
where
    [T; N]: smallvec::Array<Item = T>,
{
    if kept.len() == kept.capacity() {
        kept.reserve_exact((2 * kept.len()).min(most.saturating_sub(kept.len())).max(1));
    }
    kept.push(detail);
}

/// The bits that stand for a message's sender, and for its flow, where distinct ones are counted; worked out where it is read, on
/// whichever thread that is. Nothing counts them of a message that names no sender.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    sender: u8,
    flow: u8,
}

impl Counted {
    /// Those of a sender with these [bits](crate::flow::address_bits), and its port.
    #[inline]
    pub fn of(sender: u128, port: Option<u16>) -> Self {
        Self { sender: Distinct::bit(sender, 0), flow: Distinct::bit(sender, port.unwrap_or(0)) }
    }
}

/// The messages of a case, added up.
#[derive(Clone, Debug)]
pub struct CaseFacts {
    /// What sets it apart.
    pub key: CaseKey,
    /// Messages, copies not counted.
    pub messages: u64,
    /// Further copies of them.
    pub copies: u64,
    /// Time of the first.
    pub first_seen: Timestamp,
    /// Time of the latest.
    pub last_seen: Timestamp,
    /// Distinct senders, roughly.
    pub sender_count: Distinct,
    /// The first few senders.
    pub senders: FewAddresses,
    /// The first few recipients.
    pub recipients: FewAddresses,
    /// The port that the refused packets came from, where it was always the same.
    pub sender_port: Option<u16>,
    /// Whether some quote answers a question that was put to another address.
    pub asked_elsewhere: bool,
    /// Distinct quoted flows, roughly.
    pub flow_count: Distinct,
    /// Whether some message came too soon after its packet for neighbour resolution to have failed, as is certain.
    pub prompt: bool,
    /// Quoted flows that no message before was counted for; of collective cases only.
    pub flows_counted: u64,
    /// The first flows that the capture holds, with the quote's direction and its packets then.
    pub flows: Kept<(FlowId, Direction, u32), 1>,
    /// Times of the first messages.
    pub times: Kept<Timestamp, 2>,
    /// Delays of the first messages whose very packet was found, nanoseconds.
    pub delays: Kept<i64, 2>,
    /// Original TTL less quoted TTL, where the very packet was found.
    pub quoted_hops: TtlTally,
    /// TTLs in the quotes.
    pub quoted_ttls: TtlTally,
    /// Messages whose very packet was found.
    pub exact: u64,
    /// Whether some of these may be about an equal packet sent before.
    pub repeated: bool,
    /// Whether some quote is marked as having met congestion, and its packet was sent without the mark.
    pub congested: bool,
    /// Messages of which only the flow was found, be it behind a translation.
    pub flow_only: u64,
    /// Whether the packet of some of these was found on the other side of an address translation.
    pub translated: bool,
    /// Whether nothing was found of some messages.
    pub unmatched: bool,
    /// What may stand behind them.
    pub behind: Behind,
    /// Longest quote, bytes.
    pub quoted_length_max: u16,
    /// Whether some message carries extensions.
    pub extended: bool,
    /// What is odd of them: of hardly any case anything is.
    oddities: Option<Box<Oddities>>,
    /// Quotes that open a TCP connection.
    pub opens_tcp: u64,
    /// Hardware address of the messages, where it was always the same.
    pub mac: Option<Mac>,
    /// Frames of the first messages.
    pub frames: Kept<FrameRef, 2>,
    /// Inputs, ascending.
    pub inputs: Kept<InputId, 2>,
    /// MTU that the latest message named.
    pub next_hop_mtu: Option<u32>,
}

impl CaseFacts {
    /// A case before its first message.
    pub fn empty(key: CaseKey, first: &Message) -> Self {
        Self {
            key,
            messages: 0,
            copies: 0,
            first_seen: first.timestamp,
            last_seen: first.timestamp,
            sender_count: Distinct::default(),
            senders: FewAddresses::default(),
            recipients: FewAddresses::default(),
            sender_port: first.sender_port,
            asked_elsewhere: false,
            flow_count: Distinct::default(),
            prompt: false,
            flows_counted: 0,
            flows: Kept::new(),
            times: Kept::new(),
            delays: Kept::new(),
            quoted_hops: TtlTally::default(),
            quoted_ttls: TtlTally::default(),
            exact: 0,
            repeated: false,
            congested: false,
            flow_only: 0,
            translated: false,
            unmatched: false,
            behind: Behind::default(),
            quoted_length_max: 0,
            extended: false,
            oddities: None,
            opens_tcp: 0,
            mac: first.outer.mac,
            frames: Kept::new(),
            inputs: Kept::new(),
            next_hop_mtu: None,
        }
    }

    /// Adds a message; returns its flow, if it is one of the first, which are kept.
    #[expect(
        clippy::inline_always,
        reason = "all of it is put together where messages are taken: a quarter fewer instructions"
    )]
    #[inline(always)]
    pub fn add(&mut self, message: &Message, counted: Counted) -> Option<FlowId> {
        self.messages += 1;
        self.first_seen = self.first_seen.min(message.timestamp);
        self.last_seen = self.last_seen.max(message.timestamp);
        self.next_hop_mtu = message.next_hop_mtu.or(self.next_hop_mtu);
        self.quoted_length_max = self.quoted_length_max.max(message.quoted_length);
        self.recipients.add(message.recipient);
        if self.messages <= KEPT as u64 {
            keep(&mut self.times, message.timestamp, KEPT);
        }
        if self.messages <= FRAMES as u64 {
            keep(&mut self.frames, message.frame, FRAMES);
        }
        if self.inputs.last() != Some(&message.frame.input)
            && let Err(place) = self.inputs.binary_search(&message.frame.input)
        {
            self.inputs.insert(place, message.frame.input);
        }
        if message.outer.mac != self.mac {
            self.mac = None;
        }
        self.add_ends(message, counted);
        self.add_peculiarities(message);
        self.add_match(message)
    }

    #[expect(clippy::inline_always, reason = "see above")]
    #[inline(always)]
    fn add_ends(&mut self, message: &Message, counted: Counted) {
        let Some(sender) = message.sender else { return };
        self.senders.add(sender);
        self.sender_count.add_bit(counted.sender);
        if message.sender_port != self.sender_port {
            self.sender_port = None;
        }
        self.flow_count.add_bit(counted.flow);
    }

    #[expect(clippy::inline_always, reason = "see above")]
    #[inline(always)]
    fn add_match(&mut self, message: &Message) -> Option<FlowId> {
        let found = &message.correlation;
        match found.matched {
            Match::Exact | Match::Fragment => self.exact += 1,
            Match::Flow | Match::Nat => self.flow_only += 1,
            Match::None => self.unmatched = true,
        }
        self.translated |= found.matched == Match::Nat;
        self.repeated |= found.is_repeated;
        self.prompt |= is_prompt(found);
        self.asked_elsewhere |= found.asked_elsewhere;
        let quoted_tos = message.quoted.map(|quoted| quoted.identity.tos);
        self.congested |= is_marked(found.original_tos, quoted_tos);
        if let Some(delay) = found.delay
            && self.delays.len() < KEPT
        {
            self.repeated |= found.repeats_unknown;
            keep(&mut self.delays, delay, KEPT);
        }
        if let Some(quoted) = message.quoted_ttl {
            self.quoted_ttls.add(quoted);
            // Before a translation it had passed fewer routers than where the message was captured, be it but the translator itself.
            if let Some(original) = found.original_ttl.filter(|_| found.matched != Match::Nat) {
                self.quoted_hops.add(original.saturating_sub(quoted));
            }
        }
        if self.flows.len() >= KEPT {
            return None;
        }
        let (flow, direction) = found.flow.zip(found.direction)?;
        if self.flows.iter().any(|&(known, ..)| known == flow) {
            return None;
        }
        keep(&mut self.flows, (flow, direction, found.forward), KEPT);
        Some(flow)
    }

    #[expect(clippy::inline_always, reason = "see above")]
    #[inline(always)]
    fn add_peculiarities(&mut self, message: &Message) {
        self.extended |= message.has_extensions;
        self.opens_tcp += u64::from(message.quoted.as_ref().is_some_and(|quoted| quoted.opens_tcp));
        if let Some(odd) = Oddities::of(message) {
            self.oddities.get_or_insert_default().add(&odd);
        }
    }

    /// What is odd of its messages.
    pub fn oddities(&self) -> Oddities {
        self.oddities.as_deref().copied().unwrap_or_default()
    }

    /// Looks for the flow of messages of which nothing was found, which may have begun since: before flows can no longer be looked for.
    pub fn look_behind(&mut self, seen: &Observations) {
        if self.unmatched && self.exact == 0 && self.flow_only == 0 {
            self.behind.look_for(self.flow_key(), seen);
        }
    }

    fn flow_key(&self) -> Option<(FlowKey, Direction)> {
        let source = (self.senders.iter().next()?, self.sender_port?);
        Some(FlowKey::new(source, (self.key.target?, self.key.target_port?), self.key.protocol?))
    }

    /// Brings what these facts lead to into the cache.
    pub(crate) fn prefetch(&self, seen: &Observations) {
        prefetch(&self.delays, 0);
        prefetch(&self.times, 0);
        self.flows.iter().for_each(|&(flow, ..)| seen.flows.prefetch(flow));
    }

    /// Whether the reporter is the target itself.
    pub fn is_from_target(&self) -> bool {
        self.key.is_from_target
    }

    /// Whether the quotes are of the protocol.
    pub fn quotes(&self, protocol_number: u8) -> bool {
        self.key.protocol == Some(protocol_number)
    }

    /// Median of the delays, nanoseconds.
    pub fn delay_median(&self) -> Option<i64> {
        delay_median([self])
    }
}

/// Median of the delays of several cases, nanoseconds; of an even number of them, the shorter of the two in the middle.
pub fn delay_median<'a>(cases: impl IntoIterator<Item = &'a CaseFacts>) -> Option<i64> {
    let mut delays: Kept<i64, KEPT> = cases.into_iter().flat_map(|facts| facts.delays.iter().copied()).collect();
    let middle = delays.len().checked_sub(1)? / 2;
    Some(*delays.select_nth_unstable(middle).1)
}

/// RFC 3168 section 5: a router that is congested sets both bits of a packet that was sent with one of them.
fn is_marked(sent: Option<u8>, quoted: Option<u8>) -> bool {
    const CONGESTION_EXPERIENCED: u8 = 3;
    sent.is_some_and(|tos| matches!(tos & 3, 1 | 2)) && quoted.is_some_and(|tos| tos & 3 == CONGESTION_EXPERIENCED)
}
