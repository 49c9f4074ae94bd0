//! Signals: questions put to the capture about a case, one a file, and the ordered table of them.

mod behind;
mod case;
mod context;
mod facts;
mod oddities;
pub mod prior;
mod signal;
mod standing;
mod vantage;

use crate::verdict::Weight;
pub use behind::Behind;
pub use case::Case;
pub use context::{Context, Gaps, Kind, Refusals};
pub use facts::{CaseFacts, CaseKey, Counted, FRAMES, delay_median};
pub use oddities::Oddities;
pub use standing::Standing;
pub use vantage::Vantage;

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
