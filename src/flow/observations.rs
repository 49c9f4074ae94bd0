//! Everything a packet teaches about flows, hosts, services, neighbours and paths.

use std::net::{IpAddr, Ipv6Addr};

use super::fragment::{Datagram, Fragment};
use super::table::{FlowViewMut, flags};
use super::{
    Direction, FlowId, FlowKey, FlowTable, FragmentKey, Fragments, Generations, Host, Identity, Neighbour, Pair, Path,
    Recent, Service, ServiceKey, Side, Signature,
};
use crate::decode::{Arp, Extent, Icmp, Packet, Transport, ip, protocol};
use crate::frame::Frame;

/// How much is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Flows.
    pub flows: usize,
    /// Nanoseconds without a packet after which a flow is forgotten.
    pub flow_timeout: i64,
    /// Packets that quotes are compared with.
    pub recent: u32,
    /// Hosts, services, neighbours, paths and fragmented datagrams, each.
    pub others: usize,
}

impl Default for Bounds {
    /// Four million flows, each forgotten after five minutes; 131,072 packets; 114,688 of everything else: as many as
    /// two hash maps of 65,536 places hold before they grow.
    fn default() -> Self {
        Self { flows: 1 << 22, flow_timeout: 300_000_000_000, recent: 1 << 17, others: 114_688 }
    }
}

/// What the capture has shown so far.
#[derive(Clone, Debug)]
pub struct Observations {
    /// Flows.
    pub flows: FlowTable,
    /// The latest packets of all flows.
    pub recent: Recent,
    /// Hosts by their own packets.
    pub hosts: Generations<IpAddr, Host>,
    /// Ports that answered, or were refused.
    pub services: Generations<ServiceKey, Service>,
    /// Addresses that were asked for on a local link.
    pub neighbours: Generations<IpAddr, Neighbour>,
    /// Where packets died of their TTL, by sender and target.
    pub paths: Generations<(IpAddr, IpAddr), Path>,
    /// What each sender tried at each target.
    pub pairs: Generations<(IpAddr, IpAddr), Pair>,
    /// Routers that said so: how often.
    pub routers: Generations<IpAddr, u32>,
    /// Datagrams captured in fragments.
    pub fragments: Fragments,
}

/// A packet in its flow.
#[derive(Clone, Copy)]
struct Step {
    key: FlowKey,
    direction: Direction,
    id: FlowId,
    is_new: bool,
}

impl Observations {
    /// Nothing yet, to be kept within `bounds`.
    pub fn new(bounds: &Bounds) -> Self {
        Self {
            flows: FlowTable::new(bounds.flows, bounds.flow_timeout),
            recent: Recent::new(bounds.recent),
            hosts: Generations::new(bounds.others),
            services: Generations::new(bounds.others),
            neighbours: Generations::new(bounds.others),
            paths: Generations::new(bounds.others),
            pairs: Generations::new(bounds.others),
            routers: Generations::new(bounds.others),
            fragments: Generations::new(bounds.others / 8),
        }
    }

    /// Learns from a packet that is not an unreachable message.
    pub fn observe(&mut self, frame: &Frame<'_>, packet: &Packet<'_>) {
        let flow = FlowKey::of(&packet.ip, &packet.transport);
        if packet.ip.is_fragment() {
            self.observe_fragment(frame, packet, flow);
        }
        if let Transport::Icmp(icmp) = packet.transport {
            self.observe_icmp(frame, packet, icmp);
        }
        let Some((key, direction)) = flow else { return };
        let (id, is_new) = self.flows.enter(&key, frame.timestamp);
        let step = Step { key, direction, id, is_new };
        self.observe_in_flow(frame, packet, step);
    }

    /// The path of every packet: one look at the flow, and at nothing else unless the packet is a first of its kind.
    fn observe_in_flow(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, step: Step) {
        let identity = Identity::of(&packet.ip, &packet.transport);
        let flow = self.flows.get_mut(step.id);
        let side = &mut flow.sides[step.direction as usize];
        let before = *side;
        let position = self.recent.push(frame, &identity, step.id, before.tail);
        *side = Side {
            packets: before.packets.saturating_add(1),
            tail: position,
            frame: frame.number as u32,
            ttl: packet.ip.ttl,
        };
        if before.packets == 0 {
            self.observe_first(frame, packet, step);
        } else if before.ttl != packet.ip.ttl {
            self.host(packet.ip.source).ttls.add(packet.ip.ttl);
        }
        self.observe_answer(frame, packet, step, before.packets == 0);
    }

    fn host(&mut self, address: IpAddr) -> &mut Host {
        self.hosts.entry(address, Host::default)
    }

    /// The first packet of a direction: who opened the flow, where from, at which distance.
    fn observe_first(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, step: Step) {
        if step.is_new && step.direction == Direction::Down {
            *self.flows.get_mut(step.id).flags |= flags::OPENED_DOWN;
        }
        let is_icmp = matches!(packet.transport, Transport::Icmp(_));
        let host = self.host(packet.ip.source);
        if !is_icmp {
            host.ttls.add(packet.ip.ttl);
        }
        host.learn_mac(packet.source_mac);
        if step.is_new {
            host.opened = host.opened.saturating_add(1);
            let (target, port) = step.key.source(step.direction.reversed());
            let pair = self.pairs.entry((packet.ip.source, target), Pair::default);
            pair.note_opened(port, packet.ip.ttl, frame.timestamp);
        } else {
            self.learn_round_trip(frame, step);
        }
    }

    fn learn_round_trip(&mut self, frame: &Frame<'_>, step: Step) {
        let FlowViewMut { sides, round_trip, .. } = self.flows.get_mut(step.id);
        let asked = sides[step.direction.reversed() as usize].tail;
        let Some(question) = self.recent.get(asked) else { return };
        let microseconds = (frame.timestamp.since(question.timestamp) / 1000).clamp(1, i64::from(u32::MAX)) as u32;
        *round_trip = microseconds;
        let (answerer, _) = step.key.source(step.direction);
        self.host(answerer).learn_round_trip(microseconds);
    }

    /// An answer: a packet against the direction in which the flow was opened. The first of a flow is noted, those of a
    /// watched flow all, and every TCP accept and reset.
    fn observe_answer(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, step: Step, is_first: bool) {
        let FlowViewMut { flags, sides, .. } = self.flows.get_mut(step.id);
        let opened = if *flags & flags::OPENED_DOWN == 0 { Direction::Up } else { Direction::Down };
        if step.direction == opened || sides[opened as usize].packets == 0 {
            return;
        }
        let is_watched = *flags & flags::WATCHED != 0;
        match packet.transport {
            Transport::Tcp(tcp) => {
                let Some(tcp_flags) = tcp.flags else { return };
                if tcp_flags.is_reset() {
                    self.note_reset(frame, packet, step, is_first);
                } else if is_first || is_watched || tcp_flags.is_accept() {
                    let host = self.host(packet.ip.source);
                    host.accepts = host.accepts.saturating_add(u16::from(is_first));
                    self.note_answer(frame, step, is_first);
                }
            }
            Transport::Icmp(_) => {}
            _ if is_first || is_watched => {
                let host = self.host(packet.ip.source);
                host.udp_answers = host.udp_answers.saturating_add(u16::from(is_first));
                self.note_answer(frame, step, is_first);
            }
            _ => {}
        }
    }

    fn note_reset(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, step: Step, is_first: bool) {
        if !is_first {
            return;
        }
        let host = self.host(packet.ip.source);
        host.resets = host.resets.saturating_add(1);
        host.reset_ttl = packet.ip.ttl;
        host.last_answer = host.last_answer.max(Some(frame.timestamp));
        let service = self.service(step.key.source(step.direction), step.key.protocol);
        service.resets = service.resets.saturating_add(1);
    }

    fn note_answer(&mut self, frame: &Frame<'_>, step: Step, is_first: bool) {
        let (asker, _) = step.key.source(step.direction.reversed());
        let (answerer, _) = step.key.source(step.direction);
        if is_first && let Some(pair) = self.pairs.get_mut(&(asker, answerer)) {
            pair.answered = pair.answered.saturating_add(1);
        }
        let host = self.host(answerer);
        host.last_answer = host.last_answer.max(Some(frame.timestamp));
        let service = self.service(step.key.source(step.direction), step.key.protocol);
        service.note_answer(frame.timestamp, asker, step.id);
        if service.refusals > 0 {
            *self.flows.get_mut(step.id).flags |= flags::WATCHED;
        }
    }

    /// Notes that an unreachable message refused a packet to this port, in this flow where it is remembered: from now on
    /// all answers of the flow are noted.
    pub fn note_refusal(&mut self, service: ServiceKey, flow: Option<FlowId>) {
        let service = self.services.entry(service, Service::default);
        service.note_refusal();
        for flow in service.answering.into_iter().flatten().chain(flow) {
            if self.flows.get(flow).is_some() {
                *self.flows.get_mut(flow).flags |= flags::WATCHED;
            }
        }
    }

    /// The profile of a port, made where there is none.
    fn service(&mut self, (address, port): (IpAddr, u16), protocol: u8) -> &mut Service {
        self.services.entry(ServiceKey { address, protocol, port }, Service::default)
    }

    fn observe_fragment(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, flow: Option<(FlowKey, Direction)>) {
        let fragment = Fragment {
            offset: packet.ip.fragment_offset,
            input: frame.input,
            frame: frame.number,
            timestamp: frame.timestamp,
            ttl: packet.ip.ttl,
        };
        self.fragments.entry(FragmentKey::of(&packet.ip), Datagram::default).note(fragment, flow);
    }

    fn observe_icmp(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, icmp: Icmp) {
        const TIME_EXCEEDED_V4: u8 = 11;
        const TIME_EXCEEDED_V6: u8 = 3;
        match (packet.ip.protocol, icmp.icmp_type) {
            (protocol::ICMP, 0) | (protocol::ICMPV6, 129) => {
                self.host(packet.ip.source).learn_echo(Signature::of(&packet.ip));
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
        let path = self.paths.entry((quoted.source, quoted.destination), Path::default);
        path.note_expired(packet.ip.source);
        let expired = self.routers.entry(packet.ip.source, || 0);
        *expired = expired.saturating_add(1);
    }

    /// Neighbour solicitation and advertisement: the address in question follows the first eight bytes (RFC 4861 section 4).
    fn observe_discovery(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, icmp: Icmp) {
        let Some(target) = packet.ip.payload.get(8..).and_then(|rest| rest.first_chunk::<16>()) else { return };
        let neighbour = self.neighbours.entry(IpAddr::V6(Ipv6Addr::from(*target)), Neighbour::default);
        if icmp.icmp_type == 135 { neighbour.note_request(frame.timestamp) } else { neighbour.note_answer() }
    }

    /// Learns from an ARP packet.
    pub fn observe_arp(&mut self, frame: &Frame<'_>, arp: &Arp) {
        if !arp.sender.is_unspecified() {
            self.neighbours.entry(IpAddr::V4(arp.sender), Neighbour::default).note_answer();
        }
        if arp.is_request && arp.sender != arp.target {
            self.neighbours.entry(IpAddr::V4(arp.target), Neighbour::default).note_request(frame.timestamp);
        }
    }
}
