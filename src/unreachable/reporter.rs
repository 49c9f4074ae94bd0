//! What the messages of one address look like together: a profile kept apart from the host's own packets.

use smallvec::SmallVec;

use super::{Match, Message};
use crate::decode::Mac;
use crate::flow::{Distinct, Signature};
use crate::frame::Timestamp;

/// Looks kept for a reporter.
const LOOKS: usize = 6;

/// Messages of one reporter that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// What their outer headers show.
    pub signature: Signature,
    /// Routers that the packets to its own address had passed at least when they were quoted; 255 where none of them was captured.
    pub least_passed: u8,
    /// How many there are.
    pub messages: u32,
    /// How many of these quote packets that were captured: whoever sent them, sees what passes.
    pub exact: u32,
}

/// Identifications kept for a reporter.
const NUMBERS: usize = 16;

/// The profile of a reporter.
#[derive(Clone, Debug, Default)]
pub struct Reporter {
    /// Messages.
    pub messages: u64,
    /// Targets other than itself.
    pub other_targets: Distinct,
    /// The looks of its messages, in the order they came.
    pub looks: SmallVec<[Look; 2]>,
    /// Longest quote, bytes.
    pub quoted_length_max: u16,
    /// Times and IPv4 identifications of the first messages that were numbered.
    pub numbers: Vec<(Timestamp, u16)>,
    /// Hardware address of the messages, where it was always the same.
    pub mac: Option<Mac>,
    /// Time of the first message.
    pub first_seen: Timestamp,
    /// Time of the latest message.
    pub last_seen: Timestamp,
}

impl Reporter {
    /// Learns from one more of its messages.
    pub fn observe(&mut self, message: &Message) {
        if self.messages == 0 {
            self.first_seen = message.timestamp;
            self.mac = message.outer.mac;
        }
        self.messages += 1;
        self.last_seen = self.last_seen.max(message.timestamp);
        self.quoted_length_max = self.quoted_length_max.max(message.quoted_length);
        if let Some(target) = message.target.filter(|&target| target != message.reporter) {
            self.other_targets.add(target, 0);
        }
        if message.outer.mac != self.mac {
            self.mac = None;
        }
        if message.code.version == 4 && message.outer.identification != 0 && self.numbers.len() < NUMBERS {
            self.numbers.push((message.timestamp, message.outer.identification));
        }
        self.observe_look(message);
    }

    fn observe_look(&mut self, message: &Message) {
        let (signature, found) = (message.outer.signature, &message.correlation);
        let is_exact = found.matched == Match::Exact;
        let is_own = is_exact && message.target == Some(message.reporter);
        let passed = found.original_ttl.zip(message.quoted_ttl).filter(|_| is_own);
        let passed = passed.and_then(|(original, quoted)| original.checked_sub(quoted)).unwrap_or(u8::MAX);
        if let Some(look) = self.looks.iter_mut().find(|look| look.signature == signature) {
            look.messages = look.messages.saturating_add(1);
            look.exact = look.exact.saturating_add(u32::from(is_exact));
            look.least_passed = look.least_passed.min(passed);
        } else if self.looks.len() < LOOKS {
            self.looks.push(Look { signature, least_passed: passed, messages: 1, exact: u32::from(is_exact) });
        }
    }
}
