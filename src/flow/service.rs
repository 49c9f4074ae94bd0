//! What a port of a host did: when it answered, when it was refused, and whether both alternate.

use std::net::IpAddr;

use super::FlowId;
use super::distinct::{address_bits, spread};
use crate::frame::Timestamp;

/// A port of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceKey {
    /// The host.
    pub address: IpAddr,
    /// IP protocol number.
    pub protocol: u8,
    /// The port.
    pub port: u16,
}

impl ServiceKey {
    /// The port that packets go to; 0 where their protocol has none, or it is cut off. Nothing where no IP header says where to.
    pub fn of(address: Option<IpAddr>, protocol: Option<u8>, port: Option<u16>) -> Option<Self> {
        let (address, protocol) = address.zip(protocol)?;
        Some(Self { address, protocol, port: port.unwrap_or(0) })
    }
}

/// Which addresses were seen, one bit of 64 for each: may say yes of an address that was not, never no of one that was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Askers(u64);

impl Askers {
    /// Adds an address.
    pub fn add(&mut self, address: IpAddr) {
        self.0 |= bit(address);
    }

    /// Whether the address may be among them.
    pub fn may_include(self, address: IpAddr) -> bool {
        self.0 & bit(address) != 0
    }

    /// Whether there are others than these for certain.
    pub fn has_others_than(self, known: impl Iterator<Item = IpAddr>) -> bool {
        self.0 & !known.fold(0, |bits, address| bits | bit(address)) != 0
    }
}

fn bit(address: IpAddr) -> u64 {
    1 << (spread(address_bits(address), 0) % 64)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LastEvent {
    #[default]
    Nothing,
    Answer,
    Refusal,
}

/// Nanoseconds in which a port that was refused answers and is refused again where a rule counts, or chooses, among its packets; what
/// stops and starts again takes longer than that to start, and to stop.
const QUICK: i64 = 500_000_000;

/// The profile of a port. Answers within flows that nothing was refused of are counted once a flow; counts saturate.
#[derive(Clone, Debug, Default)]
pub struct Service {
    first_answer: Timestamp,
    last_answer: Timestamp,
    /// Who was answered.
    pub askers: Askers,
    /// See [`answering`](Self::answering); without a meaning as long as it has not answered.
    answering: [FlowId; 2],
    answers: u32,
    /// TCP resets that it sent to connection attempts.
    pub resets: u16,
    /// Unreachable messages about it.
    pub refusals: u16,
    /// How often a refusal followed an answer, or an answer a refusal.
    pub turns: u16,
    /// How often an answer followed a refusal.
    pub returns: u16,
    /// How often an answer came between two refusals that lay no further apart than half a second.
    pub quick_returns: u16,
    /// Who was refused.
    refused: Askers,
    /// Who was answered after a refusal.
    pub askers_since: Askers,
    last_refusal: Timestamp,
    last: LastEvent,
}

impl Service {
    /// Times of the first and of the latest answer.
    pub fn answered(&self) -> Option<(Timestamp, Timestamp)> {
        (self.answers > 0).then_some((self.first_answer, self.last_answer))
    }

    /// Flows in which it answered: the latest two, or twice the same while that is the only one.
    pub fn answering(&self) -> Option<[FlowId; 2]> {
        (self.answers > 0).then_some(self.answering)
    }

    /// Notes an answer to `asker` in a flow.
    pub fn note_answer(&mut self, now: Timestamp, asker: IpAddr, flow: FlowId) {
        self.first_answer = if self.answers == 0 { now } else { self.first_answer.min(now) };
        self.last_answer = if self.answers == 0 { now } else { self.last_answer.max(now) };
        let [latest, _] = self.answering;
        if self.answers == 0 {
            self.answering = [flow, flow];
        } else if latest != flow {
            self.answering = [flow, latest];
        }
        self.answers = self.answers.saturating_add(1);
        self.askers.add(asker);
        if self.refused.may_include(asker) {
            self.askers_since.add(asker);
        }
        self.turn(LastEvent::Answer);
    }

    /// Notes an unreachable message about it.
    pub fn note_refusal(&mut self, asker: Option<IpAddr>, now: Timestamp) {
        if let Some(asker) = asker {
            self.refused.add(asker);
        }
        let is_quick =
            self.last == LastEvent::Answer && self.refusals > 0 && now.since(self.last_refusal).abs() <= QUICK;
        self.quick_returns = self.quick_returns.saturating_add(u16::from(is_quick));
        self.refusals = self.refusals.saturating_add(1);
        self.last_refusal = now;
        self.turn(LastEvent::Refusal);
    }

    fn turn(&mut self, event: LastEvent) {
        if self.last != LastEvent::Nothing && self.last != event {
            self.turns = self.turns.saturating_add(1);
            self.returns = self.returns.saturating_add(u16::from(event == LastEvent::Answer));
        }
        self.last = event;
    }
}
