//! What lies beside a single case: what its reporter, its target and its senders have to do with other messages.

use std::net::IpAddr;

use smallvec::SmallVec;

use super::hops;
use super::prior::Refusal;
use crate::flow::{Bounded, Distinct, prefetch};
use crate::frame::Timestamp;
use crate::unreachable::{Code, Correlation, Message, Reporter};

/// One way in which a target is refused.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Source of the messages.
    pub reporter: IpAddr,
    /// IP protocol number of the quotes.
    pub protocol: Option<u8>,
    /// Type and code.
    pub code: Code,
    /// Distinct ports, roughly.
    pub ports: Distinct,
    /// Messages.
    pub messages: u64,
    /// Time of the first.
    pub first_seen: Timestamp,
    /// Time of the latest.
    pub last_seen: Timestamp,
    /// Whether the target answered something shortly after one of this reporter and code, and shortly before one of these, or something
    /// [passed](Self::passed); of those that [deny](Refusal::denies_way) the way to it only.
    pub answered_between: bool,
    /// When a packet of the first sender was last refused from farther away, and not for want of a way: it had passed the reporter.
    pub passed: Option<Timestamp>,
    /// The first sender, and hops to the reporter.
    origin: (Option<IpAddr>, u8),
}

impl Kind {
    /// What it refuses.
    pub fn refusal(&self) -> Refusal {
        Refusal::by(self.code, self.protocol)
    }
}

/// Nanoseconds between two messages that speak of one outage: what was answered in between shows that there was none, unless it was
/// over, and began again within a minute.
const SHORTLY: i64 = 60_000_000_000;

/// Ways in which one target is refused that are told apart.
const KINDS: usize = 8;

/// Everything that refuses one target.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    /// The ways, in the order they came.
    pub kinds: SmallVec<[Kind; 1]>,
    /// The latest messages about packets that had waited for as long as neighbour resolution takes to fail: who sent them, and when.
    timeouts: Vec<(IpAddr, Timestamp)>,
    haste: Option<Haste>,
}

/// How quickly the first who said of a target that it cannot be reached did so, whatever was asked of it.
#[derive(Clone, Copy, Debug)]
struct Haste {
    reporter: IpAddr,
    latest: Timestamp,
    /// Whether one message came too soon after its packet for neighbour resolution to have failed.
    is_prompt: bool,
    /// Whether two came one after the other in less time than a resolution takes, and not together.
    is_again: bool,
}

/// Such messages that are kept for a target.
const TIMEOUTS: usize = 8;

/// Nanoseconds between messages about packets that waited for one resolution, at most: all are refused when it fails, one behind the
/// other, while senders leave hundreds of times as long between what they send again (RFC 6298 section 2: a second).
pub(super) const TOGETHER: i64 = 5_000_000;

/// Whether a packet was refused as long after it was sent as neighbour resolution takes to fail: one to four seconds, 18 on some
/// routers.
pub(super) fn is_neighbour_timeout(delay: i64) -> bool {
    const SECOND: i64 = 1_000_000_000;
    (9 * SECOND / 10..5 * SECOND).contains(&delay) || (17 * SECOND..20 * SECOND).contains(&delay)
}

/// Control planes take less than a tenth of a second, and resolutions that fail a second at least. A packet that joins a resolution
/// under way waits for what is left of it, which is anything.
pub(super) const PROMPT: i64 = 100_000_000;

/// Whether the message came too soon after its packet for neighbour resolution to have failed meanwhile, as is certain.
pub(super) fn is_prompt(found: &Correlation) -> bool {
    found.delay_at_most().is_some_and(|delay| (0..PROMPT).contains(&delay))
}

/// Whether two messages lie further apart than those that one failed resolution provokes, and nearer than those of two: packets are
/// refused together when it fails, and Linux seeks anew for the next one, for three seconds (`net/core/neighbour.c`; RFC 4861 section 10
/// has three of a second as well).
pub(super) fn is_between_resolutions(apart: i64) -> bool {
    (20_000_000..900_000_000).contains(&apart)
}

impl Refusals {
    /// Whether this reporter said of the target that it cannot be reached too soon, and too often, for failed resolutions.
    pub fn is_prompt_again(&self, reporter: IpAddr) -> bool {
        self.haste.is_some_and(|haste| haste.reporter == reporter && haste.is_prompt && haste.is_again)
    }

    /// Whether it said so again in less time than a resolution takes, and not together with what it had said.
    pub fn is_again(&self, reporter: IpAddr) -> bool {
        self.haste.is_some_and(|haste| haste.reporter == reporter && haste.is_again)
    }

    /// Ways in which this reporter says so, whatever the protocol: routes and hosts that are down treat all alike.
    pub fn alike(&self, reporter: IpAddr, code: Code) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(move |kind| (kind.reporter, kind.code) == (reporter, code))
    }

    /// Whether a resolution of this reporter failed at this time.
    pub fn timed_out_at(&self, reporter: IpAddr, time: Timestamp) -> bool {
        let is_then = |&(of, timeout): &(IpAddr, Timestamp)| of == reporter && time.since(timeout).abs() < TOGETHER;
        self.timeouts.iter().any(is_then)
    }

    /// Whether a resolution of this reporter failed at any time.
    pub fn has_timed_out(&self, reporter: IpAddr) -> bool {
        self.timeouts.iter().any(|&(of, _)| of == reporter)
    }

    #[cold]
    fn note_timeout(&mut self, reporter: IpAddr, time: Timestamp) {
        if self.timed_out_at(reporter, time) {
            return;
        }
        if self.timeouts.len() >= TIMEOUTS {
            self.timeouts.remove(0);
        }
        self.timeouts.push((reporter, time));
    }

    fn note_haste(&mut self, message: &Message) {
        let Message { reporter, timestamp, .. } = *message;
        let first = Haste { reporter, latest: timestamp, is_prompt: false, is_again: false };
        let haste = self.haste.get_or_insert(first);
        if haste.reporter == reporter {
            haste.is_prompt |= is_prompt(&message.correlation);
            haste.is_again |= is_between_resolutions(timestamp.since(haste.latest));
            haste.latest = haste.latest.max(timestamp);
        }
    }

    fn place(&self, reporter: IpAddr, protocol: Option<u8>, code: Code) -> Option<usize> {
        self.kinds.iter().position(|kind| (kind.reporter, kind.protocol, kind.code) == (reporter, protocol, code))
    }

    /// When this reporter last said so, and when something last passed it.
    fn last_alike(&self, reporter: IpAddr, code: Code) -> Option<(Timestamp, Option<Timestamp>)> {
        let alike = || self.alike(reporter, code);
        Some((alike().map(|kind| kind.last_seen).max()?, alike().map(|kind| kind.passed).max()?))
    }

    /// Notes what a message about something else than the way tells of nearer reporters: what it refuses had passed them.
    fn note_passed(&mut self, message: &Message, hops: u8) {
        let is_nearer = |kind: &&mut Kind| kind.origin.0 == message.sender && kind.origin.1 < hops;
        for kind in self.kinds.iter_mut().filter(is_nearer).filter(|kind| kind.refusal().denies_way()) {
            kind.passed = kind.passed.max(Some(message.timestamp));
        }
    }

    /// `answered` says when the target was last seen to answer something; asked only where that tells more.
    fn note(&mut self, message: &Message, target: IpAddr, answered: impl FnOnce(IpAddr) -> Option<Timestamp>) {
        let Message { reporter, protocol, code, timestamp, .. } = *message;
        let port = message.target_port.unwrap_or(0);
        let refusal = Refusal::by(code, protocol);
        if refusal == Refusal::Host {
            self.note_haste(message);
            if message.correlation.delay.is_some_and(is_neighbour_timeout) {
                self.note_timeout(reporter, timestamp);
            }
        }
        let hops = hops(message.outer.signature.ttl);
        let place = self.place(reporter, protocol, code);
        let is_known = place.is_some_and(|place| self.kinds[place].answered_between);
        let mut answered_between = false;
        if !refusal.denies_way() {
            self.note_passed(message, hops);
        } else if !is_known && let Some((latest, passed)) = self.last_alike(reporter, code) {
            let is_shortly = (0..=SHORTLY).contains(&timestamp.since(latest));
            answered_between = is_shortly && answered(target).max(passed) > Some(latest);
        }
        if let Some(place) = place {
            let kind = &mut self.kinds[place];
            kind.messages += 1;
            kind.last_seen = kind.last_seen.max(timestamp);
            kind.ports.add(target, port);
            kind.answered_between |= answered_between;
        } else if self.kinds.len() < KINDS {
            let mut ports = Distinct::default();
            ports.add(target, port);
            let (first_seen, last_seen) = (timestamp, timestamp);
            self.kinds.push(Kind {
                reporter,
                protocol,
                code,
                ports,
                messages: 1,
                first_seen,
                last_seen,
                answered_between,
                passed: None,
                origin: (message.sender, hops),
            });
        }
    }
}

/// Profiles of reporters and targets over all messages.
#[derive(Clone, Debug)]
pub struct Context {
    /// What the messages of each address look like.
    pub reporters: Bounded<IpAddr, Reporter>,
    /// How each target is refused.
    pub targets: Bounded<IpAddr, Refusals>,
    /// Time of the capture's first frame.
    pub start: Timestamp,
    /// What the capture is known not to hold.
    pub gaps: Gaps,
}

/// What a capture is known not to hold of the packets that passed it: absence proves that much less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Packets that were captured.
    pub captured: u64,
    /// Packets that the capturing host says it lost.
    pub lost: u64,
    /// Whether a filter left packets out.
    pub is_filtered: bool,
}

impl Gaps {
    /// Whether so many packets were lost that a missing one may well be among them: one in a thousand, as then a loss is as
    /// likely as what a missing packet else speaks for (the strongest such reading weighs some twenty decibans).
    pub fn are_wide(self) -> bool {
        self.lost > 0 && self.lost.saturating_mul(1000) >= self.captured.saturating_add(self.lost)
    }
}

impl Context {
    /// Nothing yet; at most `limit` reporters, and as many targets.
    pub fn new(limit: usize) -> Self {
        let (reporters, targets) = (Bounded::new(limit), Bounded::new(limit));
        Self { reporters, targets, start: Timestamp::default(), gaps: Gaps::default() }
    }

    /// Brings into the cache where the search starts for what is known of a reporter and a target.
    #[inline]
    pub(crate) fn prefetch_slots(&self, reporter: &IpAddr, target: Option<&IpAddr>) {
        self.reporters.prefetch_slot_of(reporter);
        if let Some(target) = target {
            self.targets.prefetch_slot_of(target);
        }
    }

    /// Brings into the cache what is known of a reporter and a target.
    #[inline]
    pub(crate) fn prefetch(&self, reporter: &IpAddr, target: Option<&IpAddr>) {
        self.reporters.prefetch(reporter);
        if let Some(target) = target {
            self.targets.prefetch(target);
        }
    }

    /// Brings into the cache how its target was refused, which for many is nowhere near the rest.
    #[inline]
    pub(crate) fn prefetch_kinds(&self, message: &Message) {
        let kinds = message.target.and_then(|target| self.targets.get(&target)).map_or(&[][..], |target| &target.kinds);
        (0..kinds.len()).for_each(|place| prefetch(kinds, place));
    }

    /// Learns from a message; `answered` says when a target was last seen to answer something, if it was.
    pub fn observe(&mut self, message: &Message, answered: impl FnOnce(IpAddr) -> Option<Timestamp>) {
        self.reporters.entry(&message.reporter, Reporter::default).observe(message);
        if let Some(target) = message.target {
            self.targets.entry(&target, Refusals::default).note(message, target, answered);
        }
    }
}
