//! Everything a packet teaches about flows, hosts, services, neighbours and paths.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::RwLockWriteGuard;

use super::enter::Ahead;
use super::fragment::{Datagram, Fragment};
use super::heard::Heard;
use super::lesson::Lesson;
use super::reply::Reply;
use super::side::flags;
use super::step::Steps;
use super::sweep::Sweep;
use super::{
    Bounded, Contents, Direction, FlowId, FlowKey, FlowTable, FragmentKey, Fragments, Groundwork, Hint, Neighbour,
    Path, Profiles, Recent, Record, Service, ServiceKey, Signature, address_bits,
};
use crate::decode::{Arp, Extent, Icmp, Packet, Transport, ip, protocol};
use crate::frame::{Frame, Span, Timestamp};
use crate::handover::Handover;

/// How much is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Flows.
    pub flows: usize,
    /// Nanoseconds without a packet after which a flow is forgotten.
    pub flow_timeout: i64,
    /// Packets that quotes are compared with.
    pub recent: u32,
    /// Hosts, services, neighbours, routers and paths, each; an eighth as many fragmented datagrams, half as many answering flows.
    pub others: usize,
}

impl Default for Bounds {
    /// Four million flows, each forgotten after five minutes; 131,072 packets; 16,384 of most other things, some two
    /// megabytes a kind.
    fn default() -> Self {
        Self { flows: 1 << 22, flow_timeout: 300_000_000_000, recent: 1 << 17, others: 1 << 14 }
    }
}

/// Learns what packets teach about hosts, on another thread than that which enters them.
pub type Helper = Handover<Profiles>;

/// Lessons that are handed over together: enough that it costs next to nothing.
const LESSONS: usize = 256;

/// What the capture has shown so far.
#[derive(Debug)]
pub struct Observations {
    /// Flows.
    pub flows: FlowTable,
    /// The latest packets of all flows.
    pub recent: Recent,
    /// Ports that answered, or were refused; complete once [`learned`](Self::learned) was called.
    pub services: Bounded<ServiceKey, Service>,
    /// Addresses that were asked for on a local link.
    pub neighbours: Bounded<IpAddr, Neighbour>,
    /// Where packets died of their TTL, by sender and target.
    pub paths: Bounded<(IpAddr, IpAddr), Path>,
    /// Routers that said so: how often.
    pub routers: Bounded<IpAddr, u32>,
    /// Datagrams captured in fragments.
    pub fragments: Fragments,
    /// Flows that were opened within the capture, or before it.
    pub flows_opened: u64,
    /// Flows of which packets were captured in both directions.
    pub flows_both_ways: u64,
    /// Flows of which a packet to a port was refused; such a flow that was answered meanwhile counts again.
    pub flows_refused: u64,
    /// Directions of flows of which a packet was captured at several points of its way.
    pub flows_passed: u64,
    /// What it holds of that which capture filters often leave out.
    pub contents: Contents,
    /// Who sent packets.
    pub(super) heard: Heard,
    /// The flow in which each host answered last, half as many as there are hosts; complete as services are.
    pub answering: Bounded<IpAddr, FlowId>,
    /// Answers that are still to be noted of their ports and hosts.
    pub(super) replies: Vec<Reply>,
    /// What is still to be handed over.
    lessons: Vec<Lesson>,
    profiles: Helper,
    pub(super) sweep: Sweep,
    pub(super) ahead: Ahead,
    /// Room for a packet that comes alone.
    alone: Steps,
}

impl Observations {
    /// Nothing yet, to be kept within `bounds`.
    pub fn new(bounds: &Bounds) -> Self {
        Self {
            flows: FlowTable::new(bounds.flows, bounds.flow_timeout),
            recent: Recent::new(bounds.recent),
            services: Bounded::new(bounds.others),
            neighbours: Bounded::new(bounds.others),
            paths: Bounded::new(bounds.others),
            routers: Bounded::new(bounds.others),
            fragments: Bounded::new(bounds.others / 8),
            flows_opened: 0,
            flows_both_ways: 0,
            flows_refused: 0,
            flows_passed: 0,
            contents: Contents::default(),
            heard: Heard::default(),
            answering: Bounded::new(bounds.others / 2),
            replies: Vec::new(),
            lessons: Vec::with_capacity(LESSONS),
            profiles: Handover::new(Profiles::new(bounds.others)),
            sweep: Sweep::default(),
            ahead: Ahead::default(),
            alone: Steps::default(),
        }
    }

    /// What can learn, on another thread, what is still to be learned about hosts.
    pub fn helper(&self) -> Helper {
        self.profiles.clone()
    }

    /// What makes ready what the flow table grows into.
    pub fn groundwork(&self) -> Groundwork {
        self.flows.groundwork().clone()
    }

    /// What is known of flows and so on, and of hosts, with everything learned that packets have taught until now.
    pub fn learned(&mut self) -> (&Self, RwLockWriteGuard<'_, Profiles>) {
        self.take_replies();
        self.profiles.put(&mut self.lessons);
        let seen = &*self;
        (seen, seen.profiles.finish())
    }

    /// Notes a lesson; many are handed over together.
    #[inline]
    pub(super) fn teach(&mut self, lesson: Lesson) {
        self.lessons.push(lesson);
        if self.lessons.len() >= LESSONS {
            self.profiles.put(&mut self.lessons);
        }
    }

    /// Lets go of what only packets and messages ask for, of which none come any more.
    pub fn end(&mut self) {
        self.take_replies();
        self.flows.close();
        self.heard = Heard::default();
        self.answering = Bounded::new(0);
    }

    /// Lets go of everything but the flows: what only judgements ask for makes room for their words.
    pub fn close(&mut self) {
        let least = Bounds { recent: 0, others: 0, ..Bounds::default() };
        let flows = std::mem::replace(&mut self.flows, FlowTable::new(0, 0));
        // Helpers may still hold it.
        *self.profiles.finish() = Profiles::new(0);
        *self = Self { flows, ..Self::new(&least) };
    }

    /// The times of all packets that went into flows.
    pub fn span(&self) -> Span {
        self.sweep.whole()
    }

    /// Learns from a packet that is not an unreachable message.
    pub fn observe(&mut self, frame: &Frame<'_>, packet: &Packet<'_>) {
        if packet.ip.is_fragment() {
            self.observe_fragment(frame, packet);
        }
        if let Transport::Icmp(icmp) = packet.transport {
            self.observe_icmp(frame, packet, icmp);
        }
        if let Some(located) = self.flows.locator().locate(&packet.ip, &packet.transport) {
            let mut steps = std::mem::take(&mut self.alone);
            steps.clear();
            steps.push(frame, packet, located);
            self.enter(&steps);
            self.alone = steps;
        }
    }

    /// Whether packets may have come from there lately. Never no of one that opened a flow, or answered in one for the first time,
    /// among the latest eight thousand that did; of one that only goes on in an older flow it may be no.
    pub(crate) fn may_have_sent(&self, address: IpAddr) -> bool {
        self.heard.may_include(address_bits(address))
    }

    /// Brings the latest packet into the cache that went this way in the flow at `hint`.
    #[inline]
    pub(crate) fn prefetch_latest(&self, hint: Hint, direction: Direction) {
        if let Some(flow) = self.flows.probable(hint) {
            self.recent.prefetch(flow.tails(direction)[0]);
        }
    }

    /// Notes that an unreachable message refused a packet to this port, in this flow where it is remembered: the next
    /// answers are noted of the flow, and of those in which the port and its host answered last.
    pub fn note_refusal(&mut self, key: ServiceKey, flow: Option<FlowId>, asker: Option<IpAddr>, now: Timestamp) {
        self.take_replies();
        let of_host = self.answering.get(&key.address).copied();
        let service = self.services.entry(&key, Service::default);
        service.note_refusal(asker, now);
        let [latest, earlier] = service.answering().map_or([None; 2], |flows| flows.map(Some));
        // One by one: put together to a list, they would be read back in other pieces, which stalls.
        self.watch(latest);
        self.watch(earlier);
        self.watch(of_host);
        let is_first = self.watch(flow);
        self.flows_refused += u64::from(is_first);
    }

    /// When the latest packet came from a host in the flow in which it answered last, as far as that is remembered.
    pub fn latest_answer(&mut self, address: IpAddr) -> Option<Timestamp> {
        self.take_replies();
        let flow = *self.answering.get(&address)?;
        let key = self.flows.key(flow)?;
        let direction = if key.source(Direction::Up).0 == address { Direction::Up } else { Direction::Down };
        let [tail, _] = self.flows.get(flow)?.tails(direction);
        self.recent.get(tail).map(Record::timestamp)
    }

    /// Has the next answer in a flow noted; whether it was not yet to be.
    fn watch(&mut self, flow: Option<FlowId>) -> bool {
        let Some(state) = flow.and_then(|flow| self.flows.get_mut(flow)) else { return false };
        let is_first = !state.flow.is(flags::WATCHED);
        state.flow.set(flags::WATCHED);
        is_first
    }

    /// Notes that a case holds the flow as evidence: it is not forgotten for being idle until [`release`](Self::release) was
    /// called as often.
    pub fn hold(&mut self, flow: FlowId) {
        if let Some(mut state) = self.flows.get_mut(flow) {
            state.hold();
        }
    }

    /// Notes that a case which held the flow has closed.
    pub fn release(&mut self, flow: FlowId) {
        if let Some(mut state) = self.flows.get_mut(flow) {
            state.release();
        }
    }

    /// Whether this was called for the flow before.
    pub fn count_flow(&mut self, flow: FlowId) -> bool {
        let Some(state) = self.flows.get_mut(flow) else { return true };
        let was_counted = state.flow.is(flags::COUNTED);
        state.flow.set(flags::COUNTED);
        was_counted
    }

    fn observe_fragment(&mut self, frame: &Frame<'_>, packet: &Packet<'_>) {
        let flow = FlowKey::of(&packet.ip, &packet.transport);
        let fragment = Fragment {
            offset: packet.ip.fragment_offset,
            input: frame.input,
            frame: frame.number,
            timestamp: frame.timestamp,
            ttl: packet.ip.ttl,
        };
        self.fragments.entry(&FragmentKey::of(&packet.ip), Datagram::default).note(fragment, flow);
    }

    fn observe_icmp(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, icmp: Icmp) {
        const TIME_EXCEEDED_V4: u8 = 11;
        const TIME_EXCEEDED_V6: u8 = 3;
        match (packet.ip.protocol, icmp.icmp_type) {
            (protocol::ICMP, 0) | (protocol::ICMPV6, 129) => {
                self.heard.add(address_bits(packet.ip.source()));
                self.teach(Lesson::echo(packet.ip.source(), Signature::of(&packet.ip)));
            }
            (protocol::ICMP, TIME_EXCEEDED_V4) | (protocol::ICMPV6, TIME_EXCEEDED_V6) if icmp.icmp_code == 0 => {
                self.observe_expired(packet);
            }
            (protocol::ICMPV6, 135 | 136) => self.observe_discovery(frame, packet, icmp),
            _ => {}
        }
    }

    fn observe_expired(&mut self, packet: &Packet<'_>) {
        let Some(quote) = packet.ip.payload.get(8..) else { return };
        let Ok(quoted) = ip(quote, Extent::Available) else { return };
        let path = self.paths.entry(&(quoted.source(), quoted.destination()), Path::default);
        path.note_expired(packet.ip.source());
        let expired = self.routers.entry(&packet.ip.source(), || 0);
        *expired = expired.saturating_add(1);
    }

    /// Neighbour solicitation and advertisement: the address in question follows the first eight bytes (RFC 4861 section 4).
    fn observe_discovery(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, icmp: Icmp) {
        let Some(target) = packet.ip.payload.get(8..).and_then(|rest| rest.first_chunk::<16>()) else { return };
        let neighbour = self.neighbours.entry(&IpAddr::V6(Ipv6Addr::from(*target)), Neighbour::default);
        if icmp.icmp_type == 135 {
            neighbour.note_request(frame.timestamp);
        } else {
            neighbour.note_answer(packet.source_mac);
        }
    }

    /// Learns from an ARP packet.
    pub fn observe_arp(&mut self, frame: &Frame<'_>, arp: &Arp) {
        if !arp.sender.is_unspecified() {
            self.neighbours.entry(&IpAddr::V4(arp.sender), Neighbour::default).note_answer(Some(arp.hardware));
        }
        if arp.is_request && arp.sender != arp.target {
            self.neighbours.entry(&IpAddr::V4(arp.target), Neighbour::default).note_request(frame.timestamp);
        }
    }
}
