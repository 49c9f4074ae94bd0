//! Packets that stand behind the messages about them: two network cards, or two queues of one, that capture a direction each have their
//! frames stamped and merged apart. Nobody can make up what is sent next: a quote of such a packet is of that packet.

use super::Standing;
use crate::flow::{Direction, FlowId, FlowKey, Identity, Observations, Record};
use crate::frame::Timestamp;
use crate::unreachable::{Message, is_quote_of};

/// Nanoseconds that a packet may be later than a message about it: reordercap(1) puts such captures in order. What is earlier, but
/// stands behind the message, was merged late.
const LATER: i64 = 10_000_000;

/// Packets, of whatever flows, that are looked through behind a message.
const BEHIND: u32 = 1024;

/// Messages of a case whose quotes are kept, where their flow says that the packets were never sent: one that was made up is enough.
const KEPT: usize = 8;

/// What may stand behind the messages of a case.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    /// Position of the packet that was captured after the first message; 0 before that.
    next: u32,
    /// The flow of the messages of which nothing was found, and the way of their quotes in it, where there is one when they are judged.
    flow: Option<(FlowId, Direction)>,
    /// The first messages of which their flow says that the packets were never sent.
    contradictions: Vec<Contradiction>,
}

impl Behind {
    /// Notes one more message, by the position of the packet that is captured next.
    #[inline]
    pub fn note(&mut self, message: &Message, standing: Standing, next: u32) {
        if self.next == 0 {
            self.next = next;
        }
        if standing == Standing::Contradicted && self.contradictions.len() < KEPT {
            self.contradictions.extend(Contradiction::of(message, next));
        }
    }

    /// Looks for the flow of messages of which nothing was found.
    pub(super) fn look_for(&mut self, flow: Option<(FlowKey, Direction)>, seen: &Observations) {
        self.flow = flow.and_then(|(key, direction)| Some((seen.flows.find(&key)?, direction)));
    }

    /// Whether all packets that seem never to have been sent stand behind the messages that quote them.
    pub(super) fn has_contradicted(&self, seen: &Observations) -> bool {
        !self.contradictions.is_empty() && self.contradictions.iter().all(|one| one.is_of_later(seen))
    }

    /// Whether the flow of which nothing was found began right behind the first message, which has this time.
    pub(super) fn has_begun(&self, first: Timestamp, seen: &Observations) -> bool {
        self.flow.is_some_and(|flow| behind((self.next, first), flow, seen).next().is_some())
    }
}

/// A message whose quote is of none of the packets that its flow had by then.
#[derive(Clone, Copy, Debug)]
struct Contradiction {
    flow: FlowId,
    /// The quote's direction in it.
    direction: Direction,
    /// Position of the packet that was captured next.
    next: u32,
    /// What sets the quoted packet apart.
    quoted: Identity,
    protocol: u8,
    /// Time of the message.
    timestamp: Timestamp,
}

impl Contradiction {
    fn of(message: &Message, next: u32) -> Option<Self> {
        let found = message.correlation;
        let (flow, direction) = found.flow.zip(found.direction)?;
        let Message { timestamp, quoted: Some(quoted), protocol: Some(protocol), .. } = *message else { return None };
        Some(Self { flow, direction, next, quoted: quoted.identity, protocol, timestamp })
    }

    /// Whether the packet stands behind the message, as far as the packets there are still remembered.
    fn is_of_later(&self, seen: &Observations) -> bool {
        let mut later = behind((self.next, self.timestamp), (self.flow, self.direction), seen);
        later.any(|packet| is_quote_of(&self.quoted, &packet.identity(), self.protocol))
    }
}

/// Packets of a flow, in this direction, that stand right behind a message with this time, before which that many packets were captured.
fn behind(
    (next, message): (u32, Timestamp),
    (flow, direction): (FlowId, Direction),
    seen: &Observations,
) -> impl Iterator<Item = &Record> {
    let packets = (0..BEHIND).map_while(move |further| seen.recent.get(next.wrapping_add(further)));
    let is_its = move |packet: &&Record| packet.flow() == flow && packet.direction() == direction;
    packets.filter(is_its).filter(move |packet| packet.timestamp().since(message) <= LATER)
}
