//! The path of every packet: into its flow, and on to hosts and ports only where it is a first of its kind.

use std::net::IpAddr;
use std::ops::Range;

use super::half::{FlowState, flags};
use super::locate::{Located, Locator};
use super::prefetch::prefetch_whole;
use super::table::Hint;
use super::words::{Address, bits, ends};
use super::{Direction, FlowId, Identity, Observations, Pair, Record, Side};
use crate::decode::{Mac, Packet, Plain, TcpFlags, Transport};
use crate::frame::{Frame, Span, Stamp, Timestamp};

/// Packets whose loads from memory are asked for together, one right behind the other: a load that also needs the address
/// of its page holds up what follows it, and only what stands close together waits at the same time (asked for one by one,
/// between other work, two million flows took some five percent longer; 16 and 32 measured alike).
pub(super) const GROUP: usize = 16;

/// A packet on its way into its flow: what is left of it once it is decoded.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    located: Located,
    /// As it will be remembered.
    record: Record,
    mac: Option<Mac>,
    kind: Kind,
}

/// What kind of answer the packet would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Tcp(TcpFlags),
    /// TCP without its flags, or ICMP.
    Mute,
    Other,
}

/// A step in the flow that it belongs to.
#[derive(Clone, Copy)]
struct Entered {
    id: FlowId,
    is_new: bool,
    is_first: bool,
}

impl Step {
    /// Of any packet, in the flow that it belongs to.
    pub fn new(frame: &Frame<'_>, packet: &Packet<'_>, located: Located, direction: Direction) -> Self {
        let kind = match packet.transport {
            Transport::Tcp(tcp) => tcp.flags.map_or(Kind::Mute, Kind::Tcp),
            Transport::Icmp(_) => Kind::Mute,
            _ => Kind::Other,
        };
        let identity = Identity::of(&packet.ip, &packet.transport);
        let source_port = located.ports(direction).source;
        let record = Record::new(&frame.stamp(), &identity, direction, source_port);
        Self { located, record, mac: packet.source_mac, kind }
    }

    /// Of a plain packet.
    #[expect(clippy::inline_always, reason = "it is written where it will be read, without a copy in between")]
    #[inline(always)]
    pub fn plain(stamp: &Stamp, plain: &Plain<'_>, locator: &Locator) -> Self {
        let (located, direction) = locator.locate_plain(plain);
        let identity = Identity {
            identification: u32::from(plain.identification),
            total_length: plain.total_length.min(u32::from(u16::MAX)) as u16,
            fingerprint: Some(plain.fingerprint),
            ttl: plain.ttl,
            tos: plain.tos,
            is_fragment: false,
        };
        let kind = plain.flags.map_or(Kind::Other, Kind::Tcp);
        let record = Record::new(stamp, &identity, direction, plain.ports.source);
        Self { located, record, mac: plain.source_mac, kind }
    }

    /// When it was captured.
    #[inline]
    pub fn timestamp(&self) -> Timestamp {
        self.record.timestamp
    }

    /// Where it comes from.
    #[inline]
    fn source(&self) -> (IpAddr, u16) {
        self.located.source(self.record.direction())
    }

    /// Where it goes.
    #[inline]
    fn target(&self) -> (IpAddr, u16) {
        self.located.source(self.record.direction().reversed())
    }

    /// The address it comes from, in numbers.
    #[inline]
    fn from(&self) -> Address {
        self.located.from(self.record.direction())
    }

    /// The address it goes to, in numbers.
    #[inline]
    fn to(&self) -> Address {
        self.located.from(self.record.direction().reversed())
    }
}

impl Observations {
    /// Enters packets into their flows, in their order; `steps` are those that are at hand, `range` those whose turn it is.
    pub fn enter_all(&mut self, steps: &[Step], range: Range<usize>) {
        for position in range {
            if position % GROUP == 0 {
                self.look_ahead(steps, position);
            }
            if let Some(step) = steps.get(position) {
                self.enter_at(step, self.ahead[position % (2 * GROUP)]);
            }
        }
    }

    /// Brings into the cache what the first packets of a batch need, before any of them is entered.
    pub fn look_ahead_first(&mut self, steps: &[Step]) {
        self.prefetch_slots(steps, 0);
        self.prefetch_slots(steps, GROUP);
        self.prefetch_flows(steps, 0);
    }

    /// Goes one group further with each load, as each needs the one before: the packet itself, which may have been written
    /// on another core, the slot of its flow, the flow, and the host that seems to open it.
    #[inline(never)]
    fn look_ahead(&mut self, steps: &[Step], position: usize) {
        (position + 3 * GROUP..position + 4 * GROUP).for_each(|place| prefetch_whole(steps, place));
        self.prefetch_slots(steps, position + 2 * GROUP);
        self.prefetch_flows(steps, position + GROUP);
        for (place, step) in (position..).zip(group(steps, position)) {
            if self.ahead[place % (2 * GROUP)].is_none() {
                self.hosts.prefetch_entry(&step.from());
            }
        }
    }

    fn prefetch_slots(&self, steps: &[Step], position: usize) {
        for step in group(steps, position) {
            self.flows.prefetch_slot(&step.located);
        }
    }

    /// Brings flows into the cache, and what those packets will need that seem to open one.
    fn prefetch_flows(&mut self, steps: &[Step], position: usize) {
        for (place, step) in (position..).zip(group(steps, position)) {
            self.ahead[place % (2 * GROUP)] = self.flows.prefetch_flow(&step.located);
        }
        for (place, step) in (position..).zip(group(steps, position)) {
            if self.ahead[place % (2 * GROUP)].is_none() {
                self.hosts.prefetch_slot(&step.from());
                self.pairs.prefetch_slot(&ends(step.from(), step.to()));
            }
        }
    }

    /// Enters a packet into its flow.
    pub fn enter(&mut self, step: &Step) {
        self.enter_at(step, None);
    }

    #[expect(clippy::inline_always, reason = "but for its one hot call it is called once")]
    #[inline(always)]
    fn enter_at(&mut self, step: &Step, hint: Option<Hint>) {
        let record = &step.record;
        let (id, is_new, flow) = self.flows.enter(&step.located, hint, record.timestamp);
        let side = &mut flow.sides[record.direction() as usize];
        let before = *side;
        let position = self.recent.push(record, id, before.tail);
        *side = Side {
            packets: before.packets.saturating_add(1),
            tail: position,
            frame: record.frame,
            input: record.input,
            ttl: record.ttl,
        };
        let is_first = before.packets == 0;
        let is_notable = is_first || before.ttl != record.ttl || is_noted_answer(flow, step);
        if is_notable {
            let entered = Entered { id, is_new, is_first };
            self.note(step, entered, before.ttl);
        }
        if self.sweep.is_due(record.timestamp, is_new) {
            self.forget_idle();
        }
    }

    #[inline(never)]
    fn forget_idle(&mut self) {
        let (recent, flows) = self.sweep.begin();
        self.flows.forget_idle(recent, self.sweep.whole(), flows);
    }

    /// A packet that teaches more than that its flow goes on.
    #[inline(never)]
    fn note(&mut self, step: &Step, entered: Entered, ttl_before: u8) {
        if entered.is_first {
            self.note_first(step, entered);
        } else if ttl_before != step.record.ttl {
            self.host(step.from()).ttls.add(step.record.ttl);
        }
        let flow = self.flows.get(entered.id);
        if flow.is_some_and(|flow| is_answer(flow, step)) {
            self.note_answer(step, entered);
        }
    }

    /// The first packet of a direction: who opened the flow, where from, at which distance.
    fn note_first(&mut self, step: &Step, entered: Entered) {
        let Entered { id, is_new, .. } = entered;
        if is_new && step.record.direction() == Direction::Down {
            self.flows.get_mut(id).flags |= flags::OPENED_DOWN;
        }
        *(if is_new { &mut self.flows_opened } else { &mut self.flows_both_ways }) += 1;
        let round_trip = if is_new { None } else { self.measure_round_trip(step, id) };
        let host = self.host(step.from());
        if step.located.is_transport() {
            host.ttls.add(step.record.ttl);
        }
        host.learn_mac(step.mac);
        if let Some(microseconds) = round_trip {
            host.learn_round_trip(microseconds);
        }
        if is_new {
            let port = step.located.ports(step.record.direction()).destination;
            host.learn_opened(bits(step.to()), port, step.record.timestamp);
            let pair = self.pairs.entry_of(ends(step.from(), step.to()), Pair::default);
            pair.note_opened(port, step.record.ttl, step.record.timestamp);
        }
    }

    fn measure_round_trip(&mut self, step: &Step, id: FlowId) -> Option<u32> {
        let flow = self.flows.get_mut(id);
        let question = self.recent.get(flow.sides[step.record.direction().reversed() as usize].tail)?;
        let elapsed = step.record.timestamp.since(question.timestamp) / 1000;
        flow.round_trip = elapsed.clamp(1, i64::from(u32::MAX)) as u32;
        Some(flow.round_trip)
    }

    fn note_answer(&mut self, step: &Step, entered: Entered) {
        match step.kind {
            Kind::Mute => {}
            Kind::Tcp(flags) if flags.is_reset() => {
                if entered.is_first {
                    self.note_reset(step);
                }
            }
            Kind::Tcp(_) | Kind::Other => self.note_service(step, entered),
        }
    }

    fn note_reset(&mut self, step: &Step) {
        let host = self.host(step.from());
        host.resets = host.resets.saturating_add(1);
        host.reset_ttl = step.record.ttl;
        host.last_answer = host.last_answer.max(Some(step.record.timestamp));
        let service = self.service(step.source(), step.located.protocol());
        service.resets = service.resets.saturating_add(1);
    }

    fn note_service(&mut self, step: &Step, entered: Entered) {
        let Entered { id, is_first, .. } = entered;
        let host = self.host(step.from());
        host.last_answer = host.last_answer.max(Some(step.record.timestamp));
        host.answering = Some(id);
        let count = if matches!(step.kind, Kind::Tcp(_)) { &mut host.accepts } else { &mut host.udp_answers };
        *count = count.saturating_add(u16::from(is_first));
        if is_first {
            self.note_served(step);
        }
        let service = self.service(step.source(), step.located.protocol());
        service.note_answer(step.record.timestamp, step.target().0, id);
        self.flows.get_mut(id).flags &= !flags::WATCHED;
    }

    fn note_served(&mut self, step: &Step) {
        if let Some(pair) = self.pairs.get_mut_of(&ends(step.to(), step.from())) {
            pair.answered = pair.answered.saturating_add(1);
        }
        if let Some(host) = self.hosts.get_mut_of(&step.to()) {
            host.served = host.served.saturating_add(1);
        }
    }
}

/// When idle flows are looked for: one for every eight packets, and two for each flow that was opened, so that they cannot
/// come faster than they go.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sweep {
    /// Flows to be looked at, in eighths.
    owed: u32,
    /// The times since the last look: a single absurd time must not make everything look idle.
    recent: Span,
    /// The times of all packets until the last look.
    whole: Span,
}

impl Sweep {
    /// Flows looked at together, in eighths.
    const DUE: u32 = 32 * 8;

    #[inline]
    fn is_due(&mut self, now: Timestamp, opened: bool) -> bool {
        self.recent.add(now);
        self.owed += 1 + u32::from(opened) * 16;
        self.owed >= Self::DUE
    }

    /// The times to go by, and how many flows to look at.
    fn begin(&mut self) -> (Span, usize) {
        let Self { owed, recent, whole } = *self;
        *self = Self { whole, ..Self::default() };
        self.whole.join(recent);
        (recent, owed as usize / 8)
    }

    /// The times of all packets.
    pub(super) fn whole(&self) -> Span {
        let mut whole = self.whole;
        whole.join(self.recent);
        whole
    }
}

/// Whether a packet goes against the direction in which its flow was opened.
fn is_answer(flow: &FlowState, step: &Step) -> bool {
    let opened = flow.opened();
    step.record.direction() != opened && flow.sides[opened as usize].packets > 0
}

/// Whether it is an answer that is noted though it is not the first: the next one in a watched flow, or one that accepts TCP.
fn is_noted_answer(flow: &FlowState, step: &Step) -> bool {
    let accepts = matches!(step.kind, Kind::Tcp(flags) if flags.is_accept());
    (accepts || flow.flags & flags::WATCHED != 0) && is_answer(flow, step)
}

/// The packets that are looked ahead for together, from one on.
fn group(steps: &[Step], from: usize) -> &[Step] {
    let rest = steps.get(from..).unwrap_or_default();
    rest.get(..GROUP).unwrap_or(rest)
}
