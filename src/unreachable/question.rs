//! Questions that were answered from another address than they were put to: by broadcast or multicast, or to a host
//! that has several addresses. The refused answer opens a flow of its own, and is an answer all the same.

use super::correlate::Compared;
use super::credit::Credit;
use crate::decode::{Ports, protocol};
use crate::flow::{Direction, FlowState, Located, Observations, Record};
use crate::frame::Timestamp;

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
    /// address. `flow` is the quote's own. Who never sent anything has not asked:
    /// then nothing is looked through, and a scan's targets mostly are silent.
    pub(super) fn asked_elsewhere(
        &mut self,
        quote: &Compared<'_>,
        located: &Located,
        direction: Direction,
        flow: &FlowState,
        seen: &Observations,
    ) -> bool {
        let own = &flow.sides[direction as usize];
        let may_be_answer = flow.sides[direction.reversed() as usize].packets == 0 && own.packets <= FEW;
        if quote.protocol != protocol::UDP || !may_be_answer {
            return false;
        }
        let Ports { source, destination } = located.ports(direction);
        if !is_of_service(source, destination) {
            return false;
        }
        if !seen.has_sent(quote.destination) {
            return false;
        }
        let (from, to) = ((*quote.source, source), (*quote.destination, destination));
        let asks = |record: &Record| {
            record.source_port() == to.1
                && seen.flows.key(record.flow()).is_some_and(|asked| {
                    let way = record.direction();
                    asked.protocol == protocol::UDP
                        && asked.source(way) == to
                        && is_elsewhere(asked.source(way.reversed()), from)
                })
        };
        let oldest = Timestamp(quote.stamp.timestamp.0.saturating_sub(WINDOW));
        self.credit.find(seen, oldest, asks).is_some()
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
