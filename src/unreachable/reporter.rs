//! What the messages of one address look like together: a profile kept apart from the host's own packets.

use smallvec::SmallVec;

use super::Message;
use crate::flow::{Distinct, Signature};
use crate::frame::Timestamp;

/// Signatures kept for a reporter.
const SIGNATURES: usize = 6;

/// The profile of a reporter.
#[derive(Clone, Debug, Default)]
pub struct Reporter {
    /// Messages.
    pub messages: u64,
    /// Targets other than itself.
    pub other_targets: Distinct,
    /// Signatures of its messages with how many had them, in the order they came.
    pub signatures: SmallVec<[(Signature, u32); 2]>,
    /// Longest quote, bytes.
    pub quoted_length_max: u16,
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
        }
        self.messages += 1;
        self.last_seen = self.last_seen.max(message.timestamp);
        self.quoted_length_max = self.quoted_length_max.max(message.quoted_length);
        if let Some(target) = message.target.filter(|&target| target != message.reporter) {
            self.other_targets.add(target, 0);
        }
        self.observe_signature(message.outer.signature);
    }

    fn observe_signature(&mut self, signature: Signature) {
        if let Some((_, count)) = self.signatures.iter_mut().find(|(known, _)| *known == signature) {
            *count = count.saturating_add(1);
        } else if self.signatures.len() < SIGNATURES {
            self.signatures.push((signature, 1));
        }
    }
}
