//! Copies of one message, captured on several interfaces, or before and after it was forwarded.

use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use crate::evidence::CaseKey;
use crate::flow::{Bounded, Identity, address_bits};
use crate::frame::Timestamp;
use crate::unreachable::{Code, FrameRef, Message};

/// What copies of a message share; TTL and link layer change on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CopyKey {
    reporter: IpAddr,
    recipient: IpAddr,
    code: Code,
    identification: u16,
    ports: (Option<u16>, Option<u16>),
    quote: Option<Identity>,
}

impl Hash for CopyKey {
    /// What hardly ever differs between keys that agree in all of this is left out.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let quoted = self.quote.map_or((0, 0), |quote| (quote.identification, quote.fingerprint.unwrap_or_default()));
        let ports = (self.ports.0.unwrap_or_default(), self.ports.1.unwrap_or_default());
        state.write_u128(address_bits(self.reporter));
        state.write_u128(address_bits(self.recipient));
        state.write_u64(u64::from(quoted.0) << 32 | u64::from(quoted.1));
        state.write_u64(u64::from(self.identification) << 32 | u64::from(ports.0) << 16 | u64::from(ports.1));
    }
}

/// Nanoseconds between copies, at most, where the identification tells messages apart: a queue on a router may delay one.
const NUMBERED_WINDOW: i64 = 100_000_000;
/// The same without an identification: equal packets may be refused by equal messages, but hardly that soon.
const UNNUMBERED_WINDOW: i64 = 2_000_000;
/// Messages that are compared with later ones.
const REMEMBERED: usize = 8192;

/// The messages that copies may still follow, with the case each belongs to.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    recent: Bounded<CopyKey, Copied>,
}

/// A message that copies may follow.
#[derive(Clone, Copy, Debug)]
struct Copied {
    timestamp: Timestamp,
    original: Option<FrameRef>,
    case: (u32, CaseKey),
}

impl Copies {
    pub(super) fn new() -> Self {
        Self { recent: Bounded::new(REMEMBERED) }
    }

    /// The case of the message that this is a copy of, if it is one: equal messages about different packets are none.
    pub(super) fn case_of(&self, message: &Message) -> Option<(u32, CaseKey)> {
        let earlier = self.recent.get(&key(message))?;
        let window = if message.outer.signature.unnumbered || message.code.version == 6 {
            UNNUMBERED_WINDOW
        } else {
            NUMBERED_WINDOW
        };
        let about_another =
            message.original.zip(earlier.original).is_some_and(|(own, known)| own.input == known.input && own != known);
        let is_soon = message.timestamp.since(earlier.timestamp).abs() <= window;
        (is_soon && !about_another).then_some(earlier.case)
    }

    /// Remembers a message and its case.
    pub(super) fn remember(&mut self, message: &Message, case: (u32, CaseKey)) {
        let copied = Copied { timestamp: message.timestamp, original: message.original, case };
        *self.recent.entry(key(message), || copied) = copied;
    }
}

fn key(message: &Message) -> CopyKey {
    CopyKey {
        reporter: message.reporter,
        recipient: message.recipient,
        code: message.code,
        identification: message.outer.identification,
        ports: (message.sender_port, message.target_port),
        quote: message.quoted.map(|quoted| quoted.identity),
    }
}
