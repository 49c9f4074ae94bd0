//! Finding the quoted packet: addresses and ports first, then what sets packets of one flow apart.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::comparison::Comparison;
use super::{FrameRef, Match, Message, Searches, Sought, Walks};
use crate::flow::{
    Datagram, Direction, FlowId, FlowKey, FlowState, FragmentKey, Hint, Identity, Located, Observations, Record,
};
use crate::frame::Stamp;

/// What was found of the quoted packet.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Correlation {
    /// How it was found.
    pub matched: Match,
    /// The packet, or the nearest earlier one of its flow in the quote's direction.
    pub original: Option<FrameRef>,
    /// Nanoseconds from it to the message; not known where only the flow was found.
    pub delay: Option<i64>,
    /// TTL of the very packet as captured.
    pub original_ttl: Option<u8>,
    /// Type of service, or traffic class, of the very packet as captured.
    pub original_tos: Option<u8>,
    /// Whether an equal packet, without an identification to tell both apart, had been sent before: the message may be about
    /// that one, and the delay is the least that it can be.
    pub is_repeated: bool,
    /// Nanoseconds from the earliest of such packets to the message: the most that the delay can be. Not known where there is none,
    /// or were too many to look at all.
    pub longest_delay: Option<i64>,
    /// Whether there was no time to look for such a packet, in a flood of messages.
    pub repeats_unknown: bool,
    /// The flow, where the capture holds it.
    pub flow: Option<FlowId>,
    /// The quote's direction in the flow.
    pub direction: Option<Direction>,
    /// Packets of the flow in the quote's direction, until now.
    pub forward: u32,
    /// Packets of the flow against the quote's direction, until now.
    pub backward: u32,
    /// Whether the first captured packet of the flow came from the quote's destination.
    pub opened_by_target: bool,
    /// Whether the quote answers a question that its destination had put to another address.
    pub asked_elsewhere: bool,
    /// Whether packets of the flow are remembered, all of them, and the quote is of none; never where there was no time to compare
    /// it with all.
    pub is_contradicted: bool,
    /// Nanoseconds from the flow's latest packet against the quote's direction to the message.
    pub since_answer: Option<i64>,
}

/// A quote, as packets are compared with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compared<'a> {
    /// The frame of the message that quotes it.
    pub(super) stamp: Stamp,
    pub(super) identity: &'a Identity,
    pub(super) protocol: u8,
    pub(super) source: &'a IpAddr,
    pub(super) destination: &'a IpAddr,
}

/// Looks for the packet that a message quotes among those observed before it, and notes in the message what was found.
pub fn find(message: &mut Message, sought: &Sought, seen: &Observations, searches: &mut Searches) {
    message.correlation = Correlation::default();
    let stamp = message.stamp();
    let Message {
        quoted: Some(quoted), protocol: Some(protocol), sender: Some(source), target: Some(destination), ..
    } = message
    else {
        return;
    };
    let quote = Compared { stamp, identity: &quoted.identity, protocol: *protocol, source, destination };
    let found = &mut message.correlation;
    match &sought.fragment {
        Some(place) => find_fragment(found, &quote, place.as_ref(), sought, seen, searches),
        None => {
            if let Some((located, direction)) = &sought.flow {
                found.find_packet(&quote, (located, sought.hint), *direction, seen, searches);
            }
        }
    }
}

/// The quote of a fragment: its datagram knows the flow where the quote does not.
#[inline(never)]
fn find_fragment(
    found: &mut Correlation,
    quote: &Compared<'_>,
    (key, offset): &(FragmentKey, u16),
    sought: &Sought,
    seen: &Observations,
    searches: &mut Searches,
) {
    let datagram = seen.fragments.get(key);
    let in_datagram = || datagram.and_then(|datagram| datagram.flow);
    let locate = |(key, direction): (FlowKey, Direction)| (seen.flows.locator().locate_key(&key), direction);
    if let Some((located, direction)) = sought.flow.or_else(|| in_datagram().map(locate)) {
        found.find_packet(quote, (&located, Hint::default()), direction, seen, searches);
        if *offset == 0 || found.flow.is_none() {
            return;
        }
    }
    if let Some(datagram) = datagram {
        found.take_fragment(datagram, *offset, quote);
    }
}

impl Correlation {
    /// A quote that names its flow.
    #[expect(clippy::inline_always, reason = "but for fragments it is called once, with much in registers")]
    #[inline(always)]
    fn find_packet(
        &mut self,
        quote: &Compared<'_>,
        (located, hint): (&Located, Hint),
        direction: Direction,
        seen: &Observations,
        searches: &mut Searches,
    ) {
        // Looked at where it is, and counted once: what is moved, or asked for again, is read back in other pieces than it was just
        // written in, which stalls (a fortieth of the time of a scan, measured).
        let found = seen.flows.look_up(located, hint);
        let Some((id, flow)) = &found else {
            if let Some(record) = searches.translations.find(quote, located.ports(direction), seen) {
                self.take_translated(record, quote, seen);
            }
            return;
        };
        let packets = flow.packets(direction);
        let tail = self.take_flow(*id, flow, (direction, packets), quote, seen);
        if packets[0] > 0
            && !self.is_of_latest(quote, seen, tail)
            && !self.find_among(quote, seen, tail, &mut searches.walks)
        {
            // The ring has moved on: the flow still knows the frame of its latest packet.
            let side = flow.side(direction);
            self.original = Some(FrameRef { input: side.input, number: side.frame_before(&quote.stamp) });
        }
        if self.original_ttl.is_some() && flow.has_passed(direction) {
            self.doubt_point(quote, seen, tail);
        }
        if !self.opened_by_target {
            self.asked_elsewhere = searches.questions.asked_elsewhere(quote, located, direction, packets, seen);
        }
    }

    /// A quoted fragment: the captured one with the same offset, or else the first.
    fn take_fragment(&mut self, datagram: &Datagram, offset: u16, quote: &Compared<'_>) {
        let Some(original) = datagram.at(offset).or(datagram.fragments.first()) else { return };
        self.matched = Match::Fragment;
        self.original = Some(FrameRef { input: original.input, number: original.frame });
        self.delay = Some(quote.stamp.timestamp.since(original.timestamp));
        self.original_ttl = Some(original.ttl);
        self.is_contradicted = false;
    }

    /// A packet that was captured on the other side of a translation, and its flow there.
    #[inline(never)]
    fn take_translated(&mut self, record: &Record, quote: &Compared<'_>, seen: &Observations) {
        if let Some(flow) = seen.flows.get(record.flow()) {
            let direction = record.direction();
            self.take_flow(record.flow(), &flow, (direction, flow.packets(direction)), quote, seen);
        }
        self.take_packet(record, Match::Nat, quote);
    }

    /// What a flow tells about a quote in this direction of it, where there and against it were so many packets; returns the position
    /// of the latest packet there.
    #[expect(clippy::inline_always, reason = "but for rare cases it is called once, for each message")]
    #[inline(always)]
    fn take_flow(
        &mut self,
        id: FlowId,
        flow: &FlowState<'_>,
        (direction, packets): (Direction, [u32; 2]),
        quote: &Compared<'_>,
        seen: &Observations,
    ) -> u32 {
        let [tail, answer] = flow.tails(direction);
        let answer = seen.recent.get(answer);
        self.matched = Match::Flow;
        self.flow = Some(id);
        self.direction = Some(direction);
        [self.forward, self.backward] = packets;
        self.opened_by_target = flow.opened() != direction;
        self.since_answer = answer.map(|record| quote.stamp.timestamp.since(record.timestamp()));
        tail
    }

    /// On its way a packet loses hops: where a later copy of it has more of them, several points captured it by clocks that disagree,
    /// and the nearest copy before the message may be of another point than the message. Then nothing tells how far it went from there.
    #[inline(never)]
    fn doubt_point(&mut self, quote: &Compared<'_>, seen: &Observations, tail: u32) {
        /// Packets of the flow that are looked through, for each message: copies of one lie close together.
        const NEAR: usize = 8;
        /// Nanoseconds between copies of a packet, at most, way and clocks together: of what lies further apart one may be an equal
        /// packet that was sent again, which no point has copied yet.
        const APART: i64 = 100_000_000;
        let near = || seen.recent.chain(tail).take(NEAR);
        let Some(taken) = near().find(|record| self.original == Some(frame_of(record, quote))) else { return };
        let goes_back = |other: &Record| {
            let (later, hops) =
                (taken.timestamp().since(other.timestamp()), taken.identity().ttl.cmp(&other.identity().ttl));
            // The one that is later has more hops left.
            (1..=APART).contains(&later.abs()) && hops == later.cmp(&0)
        };
        if near().any(|other| other.is_passed(taken) && goes_back(other)) {
            (self.original_ttl, self.original_tos) = (None, None);
        }
    }

    /// The very packet was found in its flow.
    #[expect(clippy::inline_always, reason = "but for rare cases it is called once, for each message")]
    #[inline(always)]
    fn take_quoted(&mut self, record: &Record, quote: &Compared<'_>) {
        let is_fragment = record.identity().is_fragment || quote.identity.is_fragment;
        self.take_packet(record, if is_fragment { Match::Fragment } else { Match::Exact }, quote);
    }

    /// The very packet was found.
    #[expect(clippy::inline_always, reason = "but for rare cases it is called once, for each message")]
    #[inline(always)]
    fn take_packet(&mut self, record: &Record, matched: Match, quote: &Compared<'_>) {
        self.matched = matched;
        self.original = Some(frame_of(record, quote));
        self.delay = Some(quote.stamp.timestamp.since(record.timestamp()));
        let Identity { ttl, tos, .. } = record.identity();
        (self.original_ttl, self.original_tos) = (Some(ttl), Some(tos));
    }

    /// The most that the delay can be, be it that of an equal packet sent earlier; not known where there may be more of these.
    pub fn delay_at_most(&self) -> Option<i64> {
        let may_be_more = self.repeats_unknown || (self.is_repeated && self.longest_delay.is_none());
        self.longest_delay.or(self.delay).filter(|_| !may_be_more)
    }

    /// Whether the quote is of the flow's latest packet beyond doubt, as most quotes are.
    #[expect(clippy::inline_always, reason = "it is called once, for each message")]
    #[inline(always)]
    fn is_of_latest(&mut self, quote: &Compared<'_>, seen: &Observations, tail: u32) -> bool {
        let Some(latest) = seen.recent.get(tail) else { return false };
        let is_it = Comparison::is_perfect_of(quote.identity, &latest.identity());
        if is_it {
            self.take_quoted(latest, quote);
        }
        is_it
    }

    /// Compares the quote with the remembered packets of the flow's side; says whether any is remembered.
    #[inline(never)]
    fn find_among(&mut self, quote: &Compared<'_>, seen: &Observations, tail: u32, walks: &mut Walks) -> bool {
        let candidates = walks.go(quote.identity, quote.protocol, &seen.recent, tail);
        let Some((comparison, record)) = candidates.best else { return false };
        if comparison.is_the_packet() {
            self.is_repeated = candidates.is_sent_again();
            self.repeats_unknown = candidates.is_cut_short();
            self.take_quoted(record, quote);
            self.longest_delay =
                self.delay.zip(candidates.sent_earlier()).map(|(delay, earlier)| delay.saturating_add(earlier));
        } else {
            self.original = seen.recent.get(tail).map(|nearest| frame_of(nearest, quote));
            self.is_contradicted =
                candidates.compared == self.forward && candidates.contradict(quote.identity.fingerprint);
        }
        true
    }
}

fn frame_of(record: &Record, quote: &Compared<'_>) -> FrameRef {
    FrameRef { input: record.input(), number: record.frame_before(&quote.stamp) }
}
