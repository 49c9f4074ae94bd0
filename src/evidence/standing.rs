//! How a message stands to what it quotes: whether it refuses a question, or an answer.

use crate::unreachable::Message;

/// How a message stands to the flow it quotes, as far as it can be told when it is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// It refuses a packet that asks, or nothing is known to the contrary.
    Asked,
    /// It refuses an answer: the quote's destination spoke first.
    Answered,
    /// It quotes a packet that the flow's captured packets say was never sent.
    Contradicted,
    /// It is about a packet that no message may be sent about.
    Illegal,
}

impl Standing {
    /// How a message stands to what it quotes.
    pub fn of(message: &Message) -> Self {
        if message.correlation.is_contradicted {
            return Self::Contradicted;
        }
        if message.quoted.is_some_and(|quoted| quoted.is_illegal) {
            return Self::Illegal;
        }
        if is_answer(message) { Self::Answered } else { Self::Asked }
    }
}

/// Whether the quoted packet answers one that its destination sent before. Where the capture began amid the flow the
/// first captured packet may itself be an answer: then the ports say who serves.
fn is_answer(message: &Message) -> bool {
    let serves = |port: Option<u16>| match port {
        Some(1..1024) => 2,
        Some(1024..32768) => 1,
        _ => 0,
    };
    let found = &message.correlation;
    let may_answer = found.opened_by_target && found.backward > 0;
    found.asked_elsewhere || (may_answer && serves(message.target_port) <= serves(message.sender_port))
}
