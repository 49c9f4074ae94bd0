//! Questions that were answered from another address than they were put to: by broadcast or multicast, or to a host
//! that has several addresses. The refused answer opens a flow of its own, and is an answer all the same.

use super::correlate::Compared;
use super::credit::Credit;
use crate::decode::{Ports, protocol};
use crate::flow::{Direction, Located, Observations, Record};
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
    /// address. `packets` are those of the quote's own flow: in its direction, and against it. Of who seems never to have sent
    /// anything nothing is looked through: a scan's targets mostly are silent.
    #[expect(clippy::inline_always, reason = "it is called once, for each message")]
    #[inline(always)]
    pub(super) fn asked_elsewhere(
        &mut self,
        quote: &Compared<'_>,
        located: &Located,
        direction: Direction,
        packets: [u32; 2],
        seen: &Observations,
    ) -> bool {
        let ports = located.ports(direction);
        hardly_answers(quote.protocol, ports, packets) == 0 && self.was_asked_elsewhere(quote, ports, seen)
    }

    /// The same of a packet that may be such an answer.
    #[inline(never)]
    fn was_asked_elsewhere(&mut self, quote: &Compared<'_>, ports: Ports, seen: &Observations) -> bool {
        if !seen.may_have_sent(*quote.destination) {
            return false;
        }
        let Ports { source, destination } = ports;
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

/// 0 where a packet may be the answer to a question that was put elsewhere: of UDP, one of a few, not answered itself, and from
/// the port that is more likely to be that of a service. In numbers, as nobody can predict any of it: one branch for all.
#[inline]
fn hardly_answers(protocol: u8, Ports { source, destination }: Ports, [own, opposite]: [u32; 2]) -> u32 {
    /// Where systems begin to choose ports for clients: Linux at 32768, others at 49152 (RFC 6335 section 6).
    const EPHEMERAL: u16 = 32768;
    const LAST_WELL_KNOWN: u16 = 1023;
    let is_of_client = (source / EPHEMERAL) | source.saturating_sub(destination.max(LAST_WELL_KNOWN));
    u32::from(protocol ^ protocol::UDP) | own.saturating_sub(FEW) | opposite | u32::from(is_of_client)
}

/// Whether this is the same port of another address.
fn is_elsewhere(asked: (std::net::IpAddr, u16), answered: (std::net::IpAddr, u16)) -> bool {
    asked.1 == answered.1 && asked.0 != answered.0
}
