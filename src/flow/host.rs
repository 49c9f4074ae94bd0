//! What an address has shown of itself by its own packets; never what ICMP errors say of it, or a forger could teach it.

use std::num::NonZero;

use serde::{Deserialize, Serialize};

use super::distinct::Tally;
use crate::decode::{Ip, Mac};
use crate::frame::Timestamp;

/// How often each TTL was seen, of the most frequent few; twelve bytes, as every host has some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TtlTally {
    counts: [u16; PLACES],
    total: u16,
    ttls: [u8; PLACES],
}

const PLACES: usize = 3;

impl TtlTally {
    /// Counts one more packet with this TTL; where all places are taken, the rarest gives way (Misra and Gries 1982).
    pub fn add(&mut self, ttl: u8) {
        self.total = self.total.saturating_add(1);
        // Nearly always it is the one that came first, or this is the first: the first place is filled first, and no count falls.
        if self.ttls[0] == ttl || self.counts[0] == 0 {
            (self.ttls[0], self.counts[0]) = (ttl, self.counts[0].saturating_add(1));
            return;
        }
        let known = (0..PLACES).find(|&place| self.ttls[place] == ttl && self.counts[place] > 0);
        let rarest = (0..PLACES).min_by_key(|&place| self.counts[place]).unwrap_or(0);
        let place = known.unwrap_or(rarest);
        let before = if known.is_some() { self.counts[place] } else { 0 };
        (self.ttls[place], self.counts[place]) = (ttl, before.saturating_add(1));
    }

    /// The most frequent TTL; of equally frequent ones the highest.
    pub fn usual(&self) -> Option<u8> {
        self.iter().max_by_key(|&(ttl, count)| (count, ttl)).map(|(ttl, _)| ttl)
    }

    /// The TTL that most of the packets had; `None` where they vary, as those of a scanner or a trace do.
    pub fn dominant(&self) -> Option<u8> {
        let (ttl, count) = self.iter().max_by_key(|&(_, count)| count)?;
        (u32::from(count) * 2 > u32::from(self.total)).then_some(ttl)
    }

    /// Whether a quarter of the packets, or more, had this TTL.
    pub fn is_frequent(&self, ttl: u8) -> bool {
        let total: u64 = self.iter().map(|(_, count)| u64::from(count)).sum();
        let of_it = self.iter().find(|(known, _)| *known == ttl).map_or(0, |(_, count)| u64::from(count));
        of_it * 4 >= total.max(1)
    }

    /// The TTLs with their counts, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (u8, u16)> {
        self.ttls.into_iter().zip(self.counts).filter(|&(_, count)| count > 0)
    }
}

/// What the outer header of an ICMP message shows of the stack that built it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Signature {
    /// IP version.
    pub version: u8,
    /// TTL or hop limit as received.
    pub ttl: u8,
    /// Precedence bits of the type of service: 0xc0 from Linux and most routers (RFC 1812 section 4.3.2.5); 0 in IPv6.
    pub precedence: u8,
    /// IPv4 don't fragment; false in IPv6.
    pub dont_fragment: bool,
    /// IPv4 identification 0, or IPv6 flow label 0.
    pub unnumbered: bool,
}

impl Signature {
    /// Reads it from the outer header.
    #[inline]
    pub fn of(ip: &Ip<'_>) -> Self {
        let is_v4 = ip.is_ipv4();
        Self {
            version: ip.version(),
            ttl: ip.ttl,
            precedence: if is_v4 { ip.tos & 0xe0 } else { 0 },
            dont_fragment: is_v4 && ip.dont_fragment,
            unnumbered: if is_v4 { ip.identification == 0 } else { ip.flow_label == 0 },
        }
    }
}

/// The profile of an address.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// TTLs of its packets other than ICMP, one count for each flow and each change within a flow.
    pub ttls: TtlTally,
    /// TTL of its latest TCP reset that answered a packet; 0 for none.
    pub reset_ttl: u8,
    /// Hardware address its packets came from, where it was always the same.
    pub mac: Option<Mac>,
    /// Whether its packets came from several hardware addresses.
    pub macs_differ: bool,
    /// Whether some of its packets were captured at several points of their way: their TTLs say then where they were captured.
    pub points_differ: bool,
    /// Shortest time from a packet to it, which was sent once, to its answer, microseconds.
    pub round_trip: Option<NonZero<u32>>,
    /// The same of TCP connections that it accepted or refused, which systems do at once: the answers of programs take as long as
    /// these please.
    pub handshake: Option<NonZero<u32>>,
    /// Flows of UDP that it answered; saturates, as all these counts do.
    pub udp_answers: u16,
    /// TCP connections that it accepted.
    pub accepts: u16,
    /// TCP connections that it refused with a reset.
    pub resets: u16,
    /// Whether it answered any flow.
    answered_any: bool,
    /// When it last did so for the first time in a flow.
    last_answer: Timestamp,
    /// Flows that it opened.
    pub opened: u16,
    /// Flows of these that were answered by other than a reset.
    pub served: u16,
    /// When it opened the first and the latest of them.
    pub tried: (Timestamp, Timestamp),
    /// Distinct ports that it opened flows to, roughly.
    pub tried_ports: Tally,
    /// Distinct addresses that it opened flows to, roughly.
    pub tried_targets: Tally,
    /// Signatures of its echo replies, up to two.
    pub echoes: [Option<Signature>; 2],
}

impl Host {
    /// TTL of most of its packets, as [`TtlTally::dominant`] has it; nothing where they were captured at several points.
    pub fn dominant_ttl(&self) -> Option<u8> {
        self.ttls.dominant().filter(|_| !self.points_differ)
    }

    /// Whether a good part of its packets had this TTL: paths change, and may differ from flow to flow. Resets of another distance
    /// may be a filter's.
    pub fn is_usual(&self, ttl: u8) -> bool {
        self.ttls.is_frequent(ttl) && self.is_own(ttl)
    }

    /// Whether it has sent other than resets with this TTL, in a flow at least.
    pub fn has_sent_from(&self, ttl: u8) -> bool {
        self.ttls.iter().any(|(known, _)| known == ttl) && self.is_own(ttl)
    }

    fn is_own(&self, ttl: u8) -> bool {
        self.reset_ttl != ttl || self.resets_as_usual()
    }

    /// Whether its latest reset had the TTL that is usual for its packets.
    pub fn resets_as_usual(&self) -> bool {
        self.ttls.usual() == Some(self.reset_ttl)
    }

    /// Learns the hardware address of one more packet.
    pub fn learn_mac(&mut self, mac: Option<Mac>) {
        match (self.mac, mac) {
            (None, Some(_)) if !self.macs_differ => self.mac = mac,
            (Some(known), Some(other)) if known != other => {
                self.mac = None;
                self.macs_differ = true;
            }
            _ => {}
        }
    }

    /// Learns that it opened a flow to a port of an address with these [bits](super::address_bits).
    pub fn learn_opened(&mut self, target: u128, port: u16, now: Timestamp) {
        let earliest = if self.opened == 0 { now } else { self.tried.0.min(now) };
        self.tried = (earliest, self.tried.1.max(now));
        self.opened = self.opened.saturating_add(1);
        self.tried_ports.add(port.into());
        self.tried_targets.add_address(target);
    }

    /// Learns the time one of its answers took; whether that was the system's own, to open a TCP connection.
    pub fn learn_round_trip(&mut self, microseconds: NonZero<u32>, is_handshake: bool) {
        let shorter = |known: Option<NonZero<u32>>| Some(known.map_or(microseconds, |known| known.min(microseconds)));
        self.round_trip = shorter(self.round_trip);
        if is_handshake {
            self.handshake = shorter(self.handshake);
        }
    }

    /// When it last answered a flow for the first time.
    pub fn last_answer(&self) -> Option<Timestamp> {
        self.answered_any.then_some(self.last_answer)
    }

    /// Learns that it answered a flow for the first time.
    pub fn learn_answer(&mut self, now: Timestamp) {
        self.last_answer = if self.answered_any { self.last_answer.max(now) } else { now };
        self.answered_any = true;
    }

    /// Learns that it refused a packet with a reset of this TTL.
    pub fn learn_reset(&mut self, ttl: u8) {
        self.resets = self.resets.saturating_add(1);
        self.reset_ttl = ttl;
    }

    /// Learns that it served who asked; whether by TCP, and whether for the first time in that flow.
    pub fn learn_served(&mut self, is_tcp: bool, is_first: bool) {
        let count = if is_tcp { &mut self.accepts } else { &mut self.udp_answers };
        *count = count.saturating_add(u16::from(is_first));
    }

    /// Learns the signature of an echo reply.
    pub fn learn_echo(&mut self, signature: Signature) {
        if self.echoes.contains(&Some(signature)) {
            return;
        }
        if let Some(free) = self.echoes.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(signature);
        }
    }

    /// Whether it has answered anything.
    pub fn has_answered(&self) -> bool {
        self.udp_answers > 0 || self.accepts > 0 || self.resets > 0 || self.echoes.iter().any(Option::is_some)
    }
}

#[cfg(test)]
mod tests {
    use super::Host;
    use crate::frame::Timestamp;

    #[test]
    fn the_latest_answer_is_known_whatever_the_clock_says() {
        let mut host = Host::default();
        assert_eq!(host.last_answer(), None);
        for (time, latest) in [(-5, -5), (-7, -5), (3, 3), (0, 3)] {
            host.learn_answer(Timestamp(time));
            assert_eq!(host.last_answer(), Some(Timestamp(latest)));
        }
    }

    /// Thousands are remembered of any larger capture.
    #[test]
    fn a_host_is_small() {
        assert_eq!(size_of::<Host>(), 96);
    }
}
