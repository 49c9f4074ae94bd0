//! Traffic made up for measurements: the same frames for the same arguments, in every run, on every machine.
//!
//! Nothing here is a claim about what `unreach` should answer: for that there are the captures in `testdata`.

mod file;
mod flow;
mod packet;
mod random;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};

pub(crate) use file::{Form, write};
use flow::{Flow, Refused, gateway};
use packet::{Body, Packet, Refusal, arp_request};
use random::Random;

/// Nanoseconds of the first frame: 2026-01-01T00:00:00Z.
const START: u64 = 1_767_225_600_000_000_000;

/// Nanoseconds between frames, on average: 100,000 packets a second.
const GAP: u64 = 10_000;

/// Nanoseconds after which an answer comes, many enough that others come in between.
const ROUND_TRIP: u64 = 2_000_000;

/// Packets to a flow, on average; flows differ widely.
const PACKETS_PER_FLOW: u64 = 50;

/// Flows of which half of the packets are: traffic comes in bursts.
const ACTIVE: usize = 64;

/// Bytes that a reporter quotes: much of a packet of 576 (RFC 1812, section 4.3.2.3), and the least there is (RFC 792).
const LONG_QUOTE: usize = 528;
const SHORT_QUOTE: usize = 28;

/// The kinds of traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mix {
    /// Thousands of hosts at work: frames of 64, 576 and 1500 bytes in the proportions 7 to 4 to 1, in flows of TCP and
    /// UDP, IPv4 and IPv6, some in VLANs; now and then a ping, a fragment, an ARP request; a few frames in a thousand
    /// are unreachable messages.
    Typical,
    /// A scan of thousands of hosts that has most of its probes refused, by hosts and by routers, and forged messages of
    /// as many addresses among the true ones.
    Hostile,
    /// A stream, of which each packet is refused by a message that quotes another which was never sent.
    Mismatched,
}

/// A frame on Ethernet, and when it was captured.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    /// Nanoseconds since 1970.
    pub(crate) nanoseconds: u64,
    /// All its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// Frames in the order of their times, without an end.
#[derive(Debug)]
pub(crate) struct Traffic {
    mix: Mix,
    random: Random,
    clock: u64,
    /// Answers on their way.
    answers: VecDeque<Captured>,
    /// Packets of each flow, by direction.
    sent: Vec<[u32; 2]>,
    active: [u64; ACTIVE],
}

impl Traffic {
    /// Traffic of which about so many frames will be taken: there are more flows where there are more frames.
    pub(crate) fn new(mix: Mix, frames: u64) -> Self {
        let flows = (frames / PACKETS_PER_FLOW).max(ACTIVE as u64);
        Self {
            mix,
            random: Random::new(1),
            clock: START,
            answers: VecDeque::new(),
            sent: vec![[0; 2]; flows as usize],
            active: [0; ACTIVE],
        }
    }

    fn answer(&mut self, packet: &Packet, vlan: Option<u16>) {
        let nanoseconds = self.clock + ROUND_TRIP;
        self.answers.push_back(Captured { nanoseconds, bytes: packet.frame(vlan) });
    }

    /// Half of the flows are picked among those that were lately; of the others, few are picked often.
    fn pick(&mut self) -> u64 {
        let place = self.random.below(ACTIVE as u64) as usize;
        if self.random.per_mille(500) {
            return self.active[place];
        }
        // From behind: the popular flows are no special ones.
        let number = self.sent.len() as u64 - 1 - self.random.small_below(self.sent.len() as u64);
        self.active[place] = number;
        number
    }

    fn typical(&mut self) -> Vec<u8> {
        let number = self.pick();
        let flow = Flow::of(number);
        match self.random.below(1000) {
            0..2 => flow.client_v4().map(arp_request),
            2..5 => Some(self.ping(&flow)),
            _ => None,
        }
        .unwrap_or_else(|| self.exchange(number, &flow))
    }

    fn ping(&mut self, flow: &Flow) -> Vec<u8> {
        let sequence = self.random.below(1 << 16) as u16;
        self.answer(&flow.echo(true, sequence), flow.vlan);
        flow.echo(false, sequence).frame(flow.vlan)
    }

    /// A packet of a flow, either way; where it is refused, the message follows.
    fn exchange(&mut self, number: u64, flow: &Flow) -> Vec<u8> {
        let sent = &mut self.sent[number as usize];
        let is_answer = flow.refused.is_none() && sent[0] > 0 && self.random.per_mille(450);
        let count = &mut sent[usize::from(is_answer)];
        let before = *count;
        *count += 1;
        let length = match self.random.below(12) {
            0..7 => 10,
            7..11 => 520,
            _ => 1440,
        };
        let mut packet = flow.packet(is_answer, before, length);
        packet.is_first_fragment = packet.source.is_ipv4() && flow.refused.is_none() && self.random.per_mille(3);
        if let Some(refused) = flow.refused {
            self.answer(&refused.message(&packet, LONG_QUOTE), flow.vlan);
        }
        packet.frame(flow.vlan)
    }

    /// A probe, or in one case of twenty a message that nothing provoked.
    fn hostile(&mut self) -> Vec<u8> {
        let target = self.random.below(1 << 16);
        let port = 1 + self.random.below(1024) as u16;
        let probe = probe(target, port, target as u16 ^ port);
        let forger = self.random.below(1 << 16);
        if self.random.per_mille(50) {
            let liar = Refused::new(scanned(forger), hops(forger), Refusal::Port);
            return liar.message(&probe, SHORT_QUOTE).frame(None);
        }
        let router = gateway(probe.destination);
        let refused = match target % 10 {
            0..4 => Some(Refused::new(probe.destination, hops(target), Refusal::Port)),
            4..6 => Some(Refused::new(router, hops(target) - 1, Refusal::Prohibited)),
            6..7 => Some(Refused::new(router, hops(target) - 1, Refusal::Host)),
            _ => None,
        };
        if let Some(refused) = refused {
            self.answer(&refused.message(&probe, SHORT_QUOTE), None);
        }
        probe.frame(None)
    }

    /// A packet of the one stream. What is quoted of it differs in its identification, its length and its checksum.
    fn mismatched(&mut self) -> Vec<u8> {
        let number = &mut self.sent[0][0];
        *number += 1;
        let packet = probe(0, 53, (2 * *number) as u16);
        let mut other = Packet { identification: packet.identification + 1, ..packet.clone() };
        if let Body::Udp { length, .. } = &mut other.body {
            *length += 2;
        }
        let refused = Refused::new(packet.destination, hops(0), Refusal::Port);
        self.answer(&refused.message(&other, SHORT_QUOTE), None);
        packet.frame(None)
    }
}

impl Iterator for Traffic {
    type Item = Captured;

    fn next(&mut self) -> Option<Captured> {
        self.clock += 1 + self.random.below(2 * GAP);
        if self.answers.front().is_some_and(|answer| answer.nanoseconds <= self.clock) {
            let answer = self.answers.pop_front();
            return answer.map(|answer| Captured { nanoseconds: self.clock, ..answer });
        }
        let bytes = match self.mix {
            Mix::Typical => self.typical(),
            Mix::Hostile => self.hostile(),
            Mix::Mismatched => self.mismatched(),
        };
        Some(Captured { nanoseconds: self.clock, bytes })
    }
}

/// A probe of the one host that scans.
fn probe(target: u64, port: u16, identification: u16) -> Packet {
    Packet {
        source: Ipv4Addr::new(10, 9, 9, 9).into(),
        destination: scanned(target),
        ttl: 64,
        identification,
        is_first_fragment: false,
        body: Body::Udp { ports: (40_000 + port % 8, port), length: 18 },
    }
}

/// A host of the network that is scanned.
fn scanned(number: u64) -> IpAddr {
    let [.., c, d] = (number as u16).to_be_bytes();
    Ipv4Addr::new(198, 18, c, d).into()
}

/// Routers up to it.
fn hops(target: u64) -> u8 {
    2 + (target / 256 % 12) as u8
}
