//! Copies of one message, captured on several interfaces, or before and after it was forwarded.

use super::cases::CaseId;
use super::repeats::REMEMBERED;
use crate::flow::Signature;
use crate::frame::{InputId, Timestamp};
use crate::unreachable::{FrameRef, Message};

/// Nanoseconds between copies, at most, where the identification or the TTL tells: a queue on a router may delay one, and what
/// refuses equal packets by equal messages sends them with the same TTL.
const TOLD_WINDOW: i64 = 100_000_000;
/// The same where neither does: equal packets may be refused by equal messages, but hardly that soon.
const UNTOLD_WINDOW: i64 = 2_000_000;

/// The messages that copies may still follow, with the case each belongs to: the latest in a ring, whose slots are only looked at
/// for messages that [repeat](super::repeats) one of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Copies {
    /// Nothing where the message is in no case, nor a copy of one that is.
    ring: Vec<Option<Copied>>,
    /// Where the next message goes.
    next: usize,
}

/// How a message repeats an earlier one: its mark, and how many messages back that one is, or 0.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    pub(super) mark: u64,
    pub(super) back: u32,
}

/// A message that copies may follow: half a line of the cache, as each message writes one, and thousands are kept.
#[derive(Clone, Copy, Debug)]
struct Copied {
    timestamp: Timestamp,
    /// The packet it is about: its input and the low half of its number, which are 0 where it was not found. As an option it would
    /// take more.
    number: u32,
    input: InputId,
    signature: Signature,
    /// The high half of its mark.
    mark: u32,
    case: CaseId,
}

impl Copies {
    /// The case of the message that this is a copy of, if it is one: equal messages about different packets are none.
    pub(super) fn case_of(&self, repeat: Repeat, message: &Message) -> Option<CaseId> {
        let earlier = self.earlier(repeat)?;
        let is_numbered = !message.outer.signature.unnumbered && message.code.version == 4;
        let is_told = is_numbered || message.outer.signature.ttl != earlier.signature.ttl;
        let window = if is_told { TOLD_WINDOW } else { UNTOLD_WINDOW };
        let is_another = |own: FrameRef| own.input == earlier.input && own.number as u32 != earlier.number;
        let about_another = earlier.number != 0 && message.correlation.original.is_some_and(is_another);
        // Equal packets sent one after the other, and refused together once their next hop did not answer.
        let is_next = message.correlation.is_repeated && message.outer.signature == earlier.signature;
        let is_soon = message.timestamp.since(earlier.timestamp).abs() <= window;
        (is_soon && !about_another && !is_next).then_some(earlier.case)
    }

    /// What a message repeats.
    #[inline]
    fn earlier(&self, Repeat { mark, back }: Repeat) -> Option<Copied> {
        if back == 0 || back > REMEMBERED {
            return None;
        }
        let place = self.next.wrapping_sub(back as usize) % REMEMBERED as usize;
        // Told of another order of messages, it would be another.
        self.ring.get(place)?.filter(|copied| copied.mark == high(mark))
    }

    /// Remembers a message and its case.
    pub(super) fn remember(&mut self, repeat: Repeat, message: &Message, case: CaseId) {
        let packet = message.correlation.original.unwrap_or(FrameRef { input: InputId(0), number: 0 });
        self.push(Some(Copied {
            timestamp: message.timestamp,
            number: packet.number as u32,
            input: packet.input,
            signature: message.outer.signature,
            mark: high(repeat.mark),
            case,
        }));
    }

    /// Remembers a copy, or a message that is in no case: what repeats it repeats what it repeats.
    pub(super) fn pass(&mut self, repeat: Repeat) {
        self.push(self.earlier(repeat));
    }

    #[inline]
    fn push(&mut self, copied: Option<Copied>) {
        match self.ring.get_mut(self.next) {
            Some(place) => *place = copied,
            None => self.ring.push(copied),
        }
        self.next = (self.next + 1) % REMEMBERED as usize;
    }
}

/// The half of a mark that tells most beside what it was [found](super::repeats) by.
fn high(mark: u64) -> u32 {
    (mark >> 32) as u32
}

// As small as is said.
const _: () = assert!(size_of::<Option<Copied>>() == 32);
