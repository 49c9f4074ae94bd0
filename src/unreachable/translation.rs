//! Quotes that an address translation did not turn back: their packet is found by what a translation leaves as it was.

use std::net::IpAddr;

use super::correlate::Compared;
use super::credit::Credit;
use crate::decode::{Ports, protocol};
use crate::flow::{Identity, Observations, Record};
use crate::frame::Timestamp;

/// Nanoseconds from a packet to the message about it, at most: longer than a path takes, shorter than identifications
/// take to come round at the pace of a busy host.
const WINDOW: i64 = 5_000_000_000;
/// The search for translated packets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Translations {
    credit: Credit,
}

impl Translations {
    /// The latest packet that the quote may be of, with one of its ends translated. Asked only where the quote's own flow
    /// is unknown.
    pub(super) fn find<'a>(
        &mut self,
        quote: &Compared<'_>,
        ports: Ports,
        seen: &'a Observations,
    ) -> Option<&'a Record> {
        let (from, to) = ((*quote.source, ports.source), (*quote.destination, ports.destination));
        let is_it = |record: &Record| {
            is_same_packet(quote.identity, &record.identity(), quote.protocol)
                && seen.flows.key(record.flow()).is_some_and(|key| {
                    let way = record.direction();
                    let (source, destination) = (key.source(way), key.source(way.reversed()));
                    key.protocol == quote.protocol
                        && (is_only_translated(source, from, destination, to)
                            || is_only_translated(destination, to, source, from))
                })
        };
        let oldest = Timestamp(quote.stamp.timestamp.0.saturating_sub(WINDOW));
        self.credit.find(seen, oldest, is_it)
    }
}

/// Whether one end has another address, and the other end is as it was.
fn is_only_translated(one: (IpAddr, u16), quoted: (IpAddr, u16), other: (IpAddr, u16), same: (IpAddr, u16)) -> bool {
    one.0 != quoted.0 && other == same
}

/// Whether the quote agrees with a captured packet in all that a translation does not touch: identification, length, and
/// of the transport header the TCP sequence number or the UDP length. The UDP checksum covers the addresses.
fn is_same_packet(quoted: &Identity, captured: &Identity, protocol_number: u8) -> bool {
    let (Some(quote), Some(packet)) = (quoted.fingerprint, captured.fingerprint) else { return false };
    let untouched = match protocol_number {
        protocol::UDP | protocol::UDP_LITE => quote >> 16 == packet >> 16,
        _ => quote == packet,
    };
    // Without an identification, a TCP sequence number is as good; so is a checksum that was left neutral (RFC 6296
    // section 2.6).
    let is_numbered = quoted.identification as u16 != 0;
    let is_told_apart = is_numbered || (quote == packet && packet > u32::from(u16::MAX));
    is_told_apart
        && untouched
        && quoted.identification as u16 == captured.identification as u16
        && quoted.total_length == captured.total_length
        && quoted.ttl <= captured.ttl
}
