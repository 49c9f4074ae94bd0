//! Signals: questions put to the capture about a case, one a file, and the ordered table of them.

mod case;
mod context;
pub mod prior;
mod signal;
mod vantage;

use std::net::IpAddr;

pub use vantage::Vantage;

use crate::flow::{Direction, FlowId, Host, Observations, Profiles, Record, Service, ServiceKey};
use crate::frame::Timestamp;
use crate::unreachable::Reporter;
use crate::verdict::Weight;
pub use case::{CaseFacts, CaseKey, Counted, Standing};
pub use context::{Context, Gaps, Kind, Refusals};
use prior::{Refusal, Speaker};

/// Signals of one group measure the same thing; only the strongest of a group counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Group {
    /// What the codes say, of this and of other ports.
    Code,
    /// Who the reporter is.
    Emitter,
    /// How far away it is.
    Distance,
    /// Whether the packet had been routed when it was refused.
    Forwarding,
    /// How the quote and the outer header look.
    Quote,
    /// When the message came.
    Time,
    /// How many of the refused packets got a message.
    Pace,
    /// What the host and the port did otherwise.
    Behaviour,
    /// Whether the message is real.
    Validity,
}

impl Group {
    /// Whether it is about the messages themselves: only that can be asked about many targets and reporters together.
    pub fn is_of_messages(self) -> bool {
        matches!(self, Self::Quote | Self::Validity)
    }

    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Emitter => "emitter",
            Self::Distance => "distance",
            Self::Forwarding => "forwarding",
            Self::Quote => "quote",
            Self::Time => "time",
            Self::Pace => "pace",
            Self::Behaviour => "behaviour",
            Self::Validity => "validity",
        }
    }
}

/// One answer that a signal may give.
#[derive(Debug)]
pub struct Reading {
    /// Its keyword in the `evidence` column.
    pub name: &'static str,
    /// What it says, in a sentence.
    pub meaning: &'static str,
    /// Log-likelihood ratio for each cause in decibans, in the order of [`Cause::ALL`](crate::verdict::Cause::ALL):
    /// closed port, host firewall, network filter, no route, host unreachable, protocol unreachable, packet too big,
    /// forged.
    pub weights: [i8; 8],
}

/// A question put to the capture, with its answers, their weights and its documentation.
#[derive(Debug)]
pub struct Signal {
    /// Its keyword in the `evidence` column.
    pub id: &'static str,
    /// What it measures.
    pub group: Group,
    /// The question.
    pub question: &'static str,
    /// Why the answer tells the causes apart.
    pub why: &'static str,
    /// When it gives no answer.
    pub silent: &'static str,
    /// Its possible answers.
    pub readings: &'static [Reading],
    /// Where the reason is laid down, or was measured.
    pub references: &'static str,
    /// The name of the reading that a case gives, if any.
    read: fn(&Case<'_>) -> Option<&'static str>,
}

impl Signal {
    /// The answer that the case gives, if any.
    pub fn read(&self, case: &Case<'_>) -> Option<&'static Reading> {
        let name = (self.read)(case)?;
        let reading = self.readings.iter().find(|reading| reading.name == name);
        debug_assert!(reading.is_some(), "{} has no reading {name}", self.id);
        reading
    }
}

/// Every signal, in the order they are asked.
pub static SIGNALS: &[&Signal] = &[
    &signal::speaker::SIGNAL,
    &signal::reporter_role::SIGNAL,
    &signal::distance::SIGNAL,
    &signal::forwarding::SIGNAL,
    &signal::own_icmp::SIGNAL,
    &signal::own_address::SIGNAL,
    &signal::odd_packet::SIGNAL,
    &signal::router_quote::SIGNAL,
    &signal::hardware_address::SIGNAL,
    &signal::delay::SIGNAL,
    &signal::neighbour::SIGNAL,
    &signal::pace::SIGNAL,
    &signal::port_history::SIGNAL,
    &signal::target_alive::SIGNAL,
    &signal::tcp_resets::SIGNAL,
    &signal::other_codes::SIGNAL,
    &signal::original::SIGNAL,
    &signal::answered_too::SIGNAL,
];

/// A case and everything beside it that signals may ask about.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Its messages, added up.
    pub facts: &'a CaseFacts,
    /// What the capture has shown of flows and services.
    pub seen: &'a Observations,
    /// The same of hosts.
    pub profiles: &'a Profiles,
    /// What its reporter and target have to do with other messages.
    pub context: &'a Context,
}

impl<'a> Case<'a> {
    /// What is refused, and how.
    pub fn refusal(&self) -> Refusal {
        Refusal::of(self.facts)
    }

    /// Who speaks.
    pub fn speaker(&self) -> Speaker {
        Speaker::of(self.facts)
    }

    /// The profile of an address, by its own packets.
    pub fn host(&self, address: IpAddr) -> Option<&'a Host> {
        self.profiles.hosts.get(&address)
    }

    /// The profile of the target.
    pub fn target(&self) -> Option<&'a Host> {
        self.host(self.facts.key.target?)
    }

    /// The profile of the refused port.
    pub fn service(&self) -> Option<&'a Service> {
        let key = &self.facts.key;
        self.seen.services.get(&ServiceKey::of(key.target, key.protocol, key.target_port)?)
    }

    /// The first sender, and the target.
    pub fn ends(&self) -> Option<(IpAddr, IpAddr)> {
        self.facts.senders.iter().next().zip(self.facts.key.target)
    }

    /// Packets of the quoted flows: in the quotes' direction, and against it. `None` where a flow was forgotten.
    pub fn flow_packets(&self) -> Option<(u64, u64)> {
        let (mut sent, mut answered) = (0, 0);
        for &(flow, direction, _) in &self.facts.flows {
            let packets = self.seen.flows.get(flow)?.packets(direction).map(u64::from);
            sent += packets[0];
            answered += packets[1];
        }
        Some((sent, answered))
    }

    /// When the latest packet of a quoted flow was captured, where it is still remembered.
    pub fn last_packet(&self, flow: FlowId, direction: Direction) -> Option<Timestamp> {
        let [tail, _] = self.seen.flows.get(flow)?.tails(direction);
        self.seen.recent.get(tail).map(Record::timestamp)
    }

    /// The profile of the reporter's messages.
    pub fn reporter(&self) -> Option<&'a Reporter> {
        self.context.reporters.get(&self.facts.key.reporter)
    }

    /// Routers that the packet had passed when it was quoted: its TTL as captured, less that in the quote.
    pub fn quoted_hops(&self) -> Option<u8> {
        self.facts.quoted_hops.usual()
    }

    /// Hops from the vantage to the reporter, from the TTL of its messages.
    pub fn reporter_hops(&self) -> u8 {
        hops(self.facts.key.signature.ttl)
    }

    /// Whether the message looks as Linux itself builds one: precedence 6, or in IPv6 a flow label, which its filters that answer in
    /// the name of others leave out.
    pub fn is_built_by_linux(&self) -> bool {
        let look = self.facts.key.signature;
        initial_ttl(look.ttl) == 64 && if look.version == 4 { look.precedence == 0xc0 } else { !look.unnumbered }
    }

    /// Hops that the refused packet had lost beyond those of the message.
    pub fn further_hops(&self) -> Option<u8> {
        self.quoted_hops()?.checked_sub(self.reporter_hops())
    }

    /// Whether the message bears the target's address, but the refused packet had gone a hop further: behind that address, which a
    /// translator has, is another host, or several.
    pub fn is_behind_translation(&self) -> bool {
        let is_as_target = self.target_ttl() == Some(self.facts.key.signature.ttl);
        self.speaker() == Speaker::Target && self.further_hops() == Some(1) && !is_as_target
    }

    /// Hops from who sent the message on to where the target's own packets come from; negative where these come from before it.
    pub fn hops_to_target(&self) -> Option<i16> {
        self.target_ttl().map(|ttl| i16::from(hops(ttl)) - i16::from(self.reporter_hops()))
    }

    /// Whether it looks as if the owner of the target's address refused for itself, and others answered at that address a hop behind
    /// it: it publishes ports of theirs, as a host of containers does.
    pub fn is_of_publisher(&self) -> bool {
        let is_asked = self.facts.key.standing != Standing::Answered && !self.facts.key.is_collective;
        is_asked && self.speaker() == Speaker::Target && self.is_built_by_linux() && self.hops_to_target() == Some(1)
    }

    /// TTL of most of the target's own packets, where all were captured at one point.
    pub fn target_ttl(&self) -> Option<u8> {
        self.target()?.dominant_ttl()
    }
}

/// The TTL that a packet was probably sent with: the next of the values that systems start from.
pub fn initial_ttl(ttl: u8) -> u8 {
    match ttl {
        0..=32 => 32,
        33..=64 => 64,
        65..=128 => 128,
        129.. => 255,
    }
}

/// Hops that a packet has passed, from its TTL.
pub fn hops(ttl: u8) -> u8 {
    initial_ttl(ttl) - ttl
}

/// A signal's answer about a case.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The signal.
    pub signal: &'static Signal,
    /// Its reading.
    pub reading: &'static Reading,
}

impl Answer {
    /// Its weight for the verdict.
    pub fn weight(&self) -> Weight {
        Weight { group: self.signal.group as u8, decibans: self.reading.weights }
    }
}

/// Puts every question to the case.
pub fn collect(case: &Case<'_>) -> Vec<Answer> {
    let is_asked = |signal: &&&Signal| !case.facts.key.is_collective || signal.group.is_of_messages();
    let answer = |signal: &&'static Signal| signal.read(case).map(|reading| Answer { signal, reading });
    // Room for all: what grows is copied.
    let mut answers = Vec::with_capacity(SIGNALS.len());
    answers.extend(SIGNALS.iter().filter(is_asked).filter_map(answer));
    answers
}
