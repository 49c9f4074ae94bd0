//! Copies of one message, captured on several interfaces, or before and after it was forwarded.

use super::cases::CaseId;
use crate::flow::{Signature, prefetch, prefetch_whole};
use crate::frame::{InputId, Timestamp};
use crate::unreachable::{FrameRef, Message};

/// Nanoseconds between copies, at most, where the identification tells messages apart: a queue on a router may delay one.
const NUMBERED_WINDOW: i64 = 100_000_000;
/// The same without an identification: equal packets may be refused by equal messages, but hardly that soon.
const UNNUMBERED_WINDOW: i64 = 2_000_000;
/// Messages that are compared with later ones; a power of two.
const REMEMBERED: u32 = 8192;
/// Position of the first: 0, which stands for none, is as far from it and from all that follow as what was overwritten.
const FIRST: u32 = REMEMBERED + 1;
/// Chains that they are found by, as many again so that most hold one message.
const CHAINS: usize = 2 * REMEMBERED as usize;

/// The messages that copies may still follow, with the case each belongs to: the latest in a ring, chained by their marks.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    ring: Vec<Copied>,
    /// Position of the latest message of each chain; 0 for none.
    chains: Vec<u32>,
    /// Position of the next message, from [`FIRST`] on.
    next: u32,
}

/// A message that copies may follow.
#[derive(Clone, Copy, Debug)]
struct Copied {
    mark: u64,
    /// Position of the one before it in its chain.
    previous: u32,
    timestamp: Timestamp,
    /// The packet it is about: its input and its number, which are 0 where it was not found.
    input: InputId,
    number: u64,
    signature: Signature,
    case: CaseId,
}

impl Copies {
    pub(super) fn new() -> Self {
        Self { ring: Vec::new(), chains: Vec::new(), next: FIRST }
    }

    /// The case of the message that this is a copy of, if it is one: equal messages about different packets are none.
    pub(super) fn case_of(&self, mark: u64, message: &Message) -> Option<CaseId> {
        let earlier = self.latest(mark)?;
        let window = if message.outer.signature.unnumbered || message.code.version == 6 {
            UNNUMBERED_WINDOW
        } else {
            NUMBERED_WINDOW
        };
        let is_another = |own: FrameRef| own.input == earlier.input && own.number != earlier.number;
        let about_another = earlier.number != 0 && message.correlation.original.is_some_and(is_another);
        // Equal packets sent one after the other, and refused together once their next hop did not answer.
        let is_next = message.correlation.is_repeated && message.outer.signature == earlier.signature;
        let is_soon = message.timestamp.since(earlier.timestamp).abs() <= window;
        (is_soon && !about_another && !is_next).then_some(earlier.case)
    }

    /// Brings the chain of a message into the cache; together the chains are as large as a core's own cache, which all that
    /// packets touch passes through (half of the time that a message took in its tracker, measured).
    #[inline]
    pub(super) fn prefetch_chain(&self, mark: u64) {
        prefetch(&self.chains, chain(mark));
    }

    /// The same for what it is compared with.
    #[inline]
    pub(super) fn prefetch_latest(&self, mark: u64) {
        if let Some(position) = self.chains.get(chain(mark)) {
            prefetch_whole(&self.ring, (position % REMEMBERED) as usize);
        }
    }

    /// The latest message with this mark. Most messages have none: their chain is empty, or of a single other one, and nobody can
    /// predict which; so one branch tells both from what takes a walk along the chain. (Of two conditions the compiler makes two
    /// branches; of numbers it does not.)
    #[inline]
    fn latest(&self, mark: u64) -> Option<&Copied> {
        let position = *self.chains.get(chain(mark))?;
        let first = self.ring.get((position % REMEMBERED) as usize)?;
        let differs = first.mark ^ mark;
        let none = u64::from(self.is_gone(position)) | differs.min(self.is_gone(first.previous).into());
        if none == 0 { self.latest_along(position, mark) } else { None }
    }

    #[inline(never)]
    fn latest_along(&self, position: u32, mark: u64) -> Option<&Copied> {
        std::iter::successors(self.get(position), |copied| self.get(copied.previous)).find(|copied| copied.mark == mark)
    }

    /// The message at a position, if it has not been overwritten.
    fn get(&self, position: u32) -> Option<&Copied> {
        self.ring.get((position % REMEMBERED) as usize).filter(|_| self.is_gone(position) == 0)
    }

    /// 0 where the message at a position has not been overwritten.
    #[inline]
    fn is_gone(&self, position: u32) -> u32 {
        self.next.wrapping_sub(position).wrapping_sub(1) / REMEMBERED
    }

    /// Remembers a message and its case.
    pub(super) fn remember(&mut self, mark: u64, message: &Message, case: CaseId) {
        if self.chains.is_empty() {
            self.chains.resize(CHAINS, 0);
        }
        let (position, slot) = (self.next, (self.next % REMEMBERED) as usize);
        self.next = position.checked_add(1).unwrap_or(FIRST);
        let Some(latest) = self.chains.get_mut(chain(mark)) else { return };
        let previous = std::mem::replace(latest, position);
        let (input, number) = message.correlation.original.map_or((InputId(0), 0), |frame| (frame.input, frame.number));
        let (timestamp, signature) = (message.timestamp, message.outer.signature);
        let copied = Copied { mark, previous, timestamp, input, number, signature, case };
        match self.ring.get_mut(slot) {
            Some(place) => *place = copied,
            None => self.ring.resize(slot + 1, copied),
        }
    }
}

/// The chain that a message with this mark is in.
fn chain(mark: u64) -> usize {
    mark as usize % CHAINS
}
