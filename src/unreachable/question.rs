//! Questions that were answered from another address than they were put to: by broadcast or multicast, or to a host
//! that has several addresses. The refused answer opens a flow of its own, and is an answer all the same.

use super::Quote;
use super::credit::Credit;
use crate::decode::protocol;
use crate::flow::{FlowKey, FlowState, Observations};
use crate::frame::Frame;

/// Nanoseconds from a question to the refusal of its answer, at most: a UDP mapping of a translator lasts as long (RFC 4787
/// section 4.3 demands two minutes and more, Linux takes half a minute for one that was not answered).
const WINDOW: i64 = 30_000_000_000;
/// Packets of a flow that still may be a mere answer: a few that were sent again, or the parts of a long one.
const FEW: u32 = 4;

/// The search for questions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Questions {
    credit: Credit,
}

impl Questions {
    /// Whether the quote's destination, from the port that the quote goes to, asked the port that it comes from, at another
    /// address. `flow` is the quote's own.
    pub(super) fn asked_elsewhere(
        &mut self,
        quote: &Quote<'_>,
        flow: &FlowState,
        frame: &Frame<'_>,
        seen: &Observations,
    ) -> bool {
        let Some((key, direction)) = FlowKey::of(&quote.ip, &quote.transport) else { return false };
        let (from, to) = (key.source(direction), key.source(direction.reversed()));
        let own = &flow.sides[direction as usize];
        let may_be_answer = flow.sides[direction.reversed() as usize].packets == 0 && own.packets <= FEW;
        if key.protocol != protocol::UDP || !may_be_answer || !is_of_service(from.1, to.1) {
            return false;
        }
        for record in self.credit.latest(seen) {
            if frame.timestamp.since(record.timestamp) > WINDOW {
                return false;
            }
            if record.source_port != to.1 {
                continue;
            }
            let Some(asked) = seen.flows.key(record.flow).filter(|asked| asked.protocol == protocol::UDP) else {
                continue;
            };
            let way = record.direction();
            if asked.source(way) == to && is_elsewhere(asked.source(way.reversed()), from) {
                return true;
            }
        }
        false
    }
}

/// Whether the port that the quote comes from is more likely than the other to be that of a service.
fn is_of_service(from: u16, to: u16) -> bool {
    /// Where systems begin to choose ports for clients: Linux at 32768, others at 49152 (RFC 6335 section 6).
    const EPHEMERAL: u16 = 32768;
    from < EPHEMERAL && (from <= to || from < 1024)
}

/// Whether this is the same port of another address.
fn is_elsewhere(asked: (std::net::IpAddr, u16), answered: (std::net::IpAddr, u16)) -> bool {
    asked.1 == answered.1 && asked.0 != answered.0
}
