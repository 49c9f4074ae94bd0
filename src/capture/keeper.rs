//! Which packets were evidence: every message, the packets it is about, and enough of the hosts around it to judge it alike.
//!
//! What is evidence is known only once the message comes. So every frame is held for a while, and when its time is over,
//! it is kept where by then a message was about its hosts.

use std::collections::{HashSet, VecDeque};
use std::hash::BuildHasher;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::held::Held;
use crate::decode::{self, Content, Extent, Ip, Packet, Transport, Tunnels, protocol};
use crate::flow::Bounded;
use crate::frame::{Frame, Timestamp};
use crate::unreachable::Unreachable;

/// Nanoseconds that a frame is held: messages come within the seconds that a router waits for a neighbour (RFC 4861
/// section 10: 3 s), or late answers within the half minute that most askers wait at most.
const HOLD: i64 = 30_000_000_000;

/// Packets kept of one flow, beside those that are quoted: its beginning shows who answers, and how.
const OF_A_FLOW: u32 = 32;

/// Hosts, and flows, that are remembered: those that were spoken of last. A host that is forgotten is one that no message was
/// about for longest; the count of a flow that is forgotten begins anew.
const REMEMBERED: usize = 1 << 16;

/// Quoted packets that are looked for in a period of [`HOLD`], some eight megabytes of them: nine thousand messages a second.
const QUOTED: usize = 1 << 18;

/// Frames that may not have been kept although they were evidence, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unkept {
    /// Frames decided about before their time, because there were too many: a message about them may have come later.
    pub early: u64,
    /// Quotes whose packet was not looked for, because there were too many.
    pub quotes: u64,
    /// Hosts forgotten, because there were too many.
    pub hosts: u64,
}

/// Holds frames, and hands out those that were evidence.
#[derive(Debug)]
pub struct Keeper {
    frames: Held,
    facts: VecDeque<Facts>,
    room: usize,
    tunnels: Tunnels,
    hashes: RandomState,
    /// Targets and reporters of messages.
    hosts: Bounded<IpAddr, ()>,
    /// Quoted packets: of this period of [`HOLD`], and of the one before.
    quoted: [HashSet<u64, RandomState>; 2],
    turned: Timestamp,
    /// Packets kept of each flow.
    flows: Bounded<u64, u32>,
    unkept: Unkept,
}

/// What decides about a frame.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    /// Addresses in it: of its network headers, of a quote, of a neighbour that is asked for.
    hosts: [Option<IpAddr>; 4],
    /// What a quote of it would show, whatever translations lie between.
    print: u64,
    flow: u64,
    is_message: bool,
}

impl Keeper {
    /// A keeper that holds frames of so many bytes at most, and looks into these tunnels.
    pub fn new(room: usize, tunnels: Tunnels) -> Self {
        let hashes = RandomState::default();
        Self {
            frames: Held::default(),
            facts: VecDeque::new(),
            room,
            tunnels,
            hosts: Bounded::new(REMEMBERED),
            quoted: [HashSet::with_hasher(hashes.clone()), HashSet::with_hasher(hashes.clone())],
            turned: Timestamp::default(),
            flows: Bounded::new(REMEMBERED),
            unkept: Unkept::default(),
            hashes,
        }
    }

    /// Takes a frame; those whose time is over, and that were evidence, are handed to `keep` in the order they came.
    pub fn push(&mut self, frame: &Frame<'_>, keep: impl FnMut(&Frame<'_>)) {
        // Either way: a clock that was set back would otherwise end the turns.
        if frame.timestamp.since(self.turned).saturating_abs() > HOLD {
            self.quoted.swap(0, 1);
            self.quoted[0].clear();
            self.turned = frame.timestamp;
        }
        let facts = self.describe(frame);
        self.frames.push(frame, 0);
        self.facts.push_back(facts);
        let due = frame.timestamp.0.saturating_sub(HOLD);
        self.let_go(due, self.room, keep);
    }

    /// Hands out what is left. Says what may be missing.
    pub fn finish(mut self, keep: impl FnMut(&Frame<'_>)) -> Unkept {
        self.let_go(i64::MAX, 0, keep);
        Unkept { hosts: self.hosts.forgotten(), ..self.unkept }
    }

    fn let_go(&mut self, due: i64, room: usize, mut keep: impl FnMut(&Frame<'_>)) {
        while let Some((timestamp, _)) = self.frames.times() {
            let size = self.frames.size() + self.facts.len() * size_of::<Facts>();
            if timestamp.0 >= due && size <= room {
                return;
            }
            if let (Some(frame), Some(facts)) = (self.frames.front(), self.facts.pop_front()) {
                if is_evidence(&facts, &self.hosts, &self.quoted, &mut self.flows) {
                    keep(&frame);
                } else {
                    self.unkept.early += u64::from(timestamp.0 >= due);
                }
            }
            self.frames.pop();
        }
    }

    /// Reads a frame, and what its message is about.
    fn describe(&mut self, frame: &Frame<'_>) -> Facts {
        let mut facts = Facts::default();
        if let Ok(content) = decode::frame(frame) {
            self.describe_content(&content, &mut facts);
        }
        facts
    }

    fn describe_content(&mut self, content: &Content<'_>, facts: &mut Facts) {
        let packet = match content {
            Content::Arp(arp) => {
                facts.hosts = [Some(arp.sender.into()), Some(arp.target.into()), None, None];
                facts.flow = self.hashes.hash_one((arp.sender, arp.target));
                return;
            }
            Content::Packet(packet) => packet,
        };
        // Of a packet in a tunnel, the packet inside decides; the tunnel's hosts are known to it.
        if let Some(inside) = self.tunnels.inside(packet) {
            self.describe_content(&inside, facts);
            facts.hosts[2] = facts.hosts[2].or(Some(packet.ip.source()));
            facts.hosts[3] = facts.hosts[3].or(Some(packet.ip.destination()));
            return;
        }
        facts.hosts = [Some(packet.ip.source()), Some(packet.ip.destination()), None, None];
        facts.print = print(&packet.ip, &packet.transport, &self.hashes);
        facts.flow = flow(&packet.ip, &packet.transport, &self.hashes);
        if let Some(message) = Unreachable::parse(packet) {
            facts.is_message = true;
            self.note(packet, &message);
        }
        [facts.hosts[2], facts.hosts[3]] = spoken_of(packet);
    }

    /// From now on, its hosts and the packet it quotes are evidence.
    fn note(&mut self, packet: &Packet<'_>, message: &Unreachable<'_>) {
        let quote = message.quote.as_ref();
        for host in [Some(packet.ip.source()), quote.map(|quote| quote.ip.destination())].into_iter().flatten() {
            self.hosts.entry(&host, || ());
        }
        if let Some(quote) = quote {
            let quoted = &mut self.quoted[0];
            let print = print(&quote.ip, &quote.transport, &self.hashes);
            if quoted.len() < QUOTED {
                quoted.insert(print);
            } else {
                self.unkept.quotes += u64::from(!quoted.contains(&print));
            }
        }
    }
}

/// Whether a frame is to be kept, by what is known when its time is over.
fn is_evidence(
    facts: &Facts,
    hosts: &Bounded<IpAddr, ()>,
    quoted: &[HashSet<u64, RandomState>; 2],
    flows: &mut Bounded<u64, u32>,
) -> bool {
    if facts.is_message || quoted.iter().any(|prints| prints.contains(&facts.print)) {
        return true;
    }
    if !facts.hosts.iter().flatten().any(|host| hosts.get(host).is_some()) {
        return false;
    }
    let kept = flows.entry(&facts.flow, || 0);
    *kept = kept.saturating_add(1);
    *kept <= OF_A_FLOW
}

/// Hosts that an ICMP packet speaks of: those of the packet it quotes, or a neighbour (RFC 4861 sections 4.3 and 4.4).
fn spoken_of(packet: &Packet<'_>) -> [Option<IpAddr>; 2] {
    let Transport::Icmp(icmp) = packet.transport else { return [None, None] };
    let payload = packet.ip.payload;
    if packet.ip.protocol == protocol::ICMPV6 && matches!(icmp.icmp_type, 135 | 136) {
        let target = payload.get(8..).and_then(|rest| rest.first_chunk::<16>());
        return [target.map(|&target| IpAddr::from(target)), None];
    }
    match payload.get(8..).map(|quote| decode::ip(quote, Extent::Available)) {
        Some(Ok(quote)) => [Some(quote.source()), Some(quote.destination())],
        _ => [None, None],
    }
}

/// What a quote shows of a packet although addresses and ports may have been translated: identification, length and
/// sequence number. Where a packet has nothing of that kind, its addresses and ports.
fn print(ip: &Ip<'_>, transport: &Transport, hashes: &RandomState) -> u64 {
    let sequence = if let Transport::Tcp(tcp) = transport { tcp.sequence } else { None };
    let length = match transport {
        Transport::Udp(udp) => udp.length.unwrap_or_default(),
        _ => 0,
    };
    let identification = if ip.is_ipv4() { ip.identification } else { 0 };
    let place = (identification == 0 && sequence.is_none()).then(|| (ip.source(), ip.destination(), ports(transport)));
    hashes.hash_one((ip.protocol, identification, length, sequence, ip.fragment_offset, place))
}

/// The same for both directions.
fn flow(ip: &Ip<'_>, transport: &Transport, hashes: &RandomState) -> u64 {
    let (source, destination) = ports(transport);
    let (one, other) = ((ip.source(), source), (ip.destination(), destination));
    hashes.hash_one((ip.protocol, one.min(other), one.max(other)))
}

fn ports(transport: &Transport) -> (u16, u16) {
    transport.ports().map_or((0, 0), |ports| (ports.source, ports.destination))
}
