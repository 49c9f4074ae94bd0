//! How long after the refused packet the message came.

use std::num::NonZero;

use super::super::context::{PROMPT, TOGETHER, is_between_resolutions, is_neighbour_timeout};
use super::super::prior::{Refusal, Speaker};
use super::super::{Case, Group, Reading, Refusals, Signal};
use crate::flow::Host;
use crate::frame::Timestamp;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "delay",
    group: Group::Time,
    question: "Does the delay fit a host at that distance, a device before it, or a next hop that did not answer?",
    why: "A refusal comes at about the round-trip time of who speaks. Neighbour resolution fails after one to four seconds (18 on some routers), and is tried anew for what comes next; and translators refuse unasked connections after six.",
    silent: "The very packet was not found, or is one of several equal ones that were not refused together, there is nothing to compare its delay with, the way alone may take as long, or the clock was set in between.",
    readings: &[
        Reading {
            name: "neighbour-timeout",
            meaning: "The message came as long after the packet as neighbour resolution takes to fail, or together with one about the target that did.",
            weights: [-6, -8, -6, -6, 13, -6, -3, 0],
        },
        Reading {
            name: "together",
            meaning: "Packets of one flow were refused together, as those are that waited for one neighbour resolution; senders leave more time between them.",
            weights: [-2, -4, -2, -2, 5, -2, 0, 0],
        },
        Reading {
            name: "together-or-copied",
            meaning: "Equal IPv6 messages about packets that were not captured came at once: of several packets that waited for one neighbour resolution, or of one, captured more than once.",
            weights: [-1, -1, -1, -1, 2, -1, 0, 0],
        },
        Reading {
            name: "translator-timeout",
            meaning: "A TCP connection attempt was refused six to eight seconds later, as address translators do.",
            weights: [-6, -4, 8, -3, -2, 0, 0, 0],
        },
        Reading {
            name: "waited",
            meaning: "Half of the messages or more came much later than the way takes, or than another about the target, and sooner than a neighbour resolution fails that the packet itself began: they may have joined one; or a queue or a radio on the way held them up.",
            weights: [-1, -2, -2, -2, 3, -1, -1, 0],
        },
        Reading {
            name: "prompt",
            meaning: "The message came too soon for neighbour resolution to have failed.",
            weights: [0, 0, 2, 2, -6, 0, 0, 0],
        },
        Reading {
            name: "prompt-again",
            meaning: "Messages of a device that looks like Linux came too soon for neighbour resolution to have failed, and again in less time than one takes: a rule, or a tunnel or link that leads no further.",
            weights: [0, 2, 2, 2, -14, 0, 0, 0],
        },
        Reading {
            name: "again",
            meaning: "Messages of a device that looks like Linux came one after the other in less time than it seeks a neighbour anew; their packets were not captured.",
            weights: [0, 1, 1, 1, -7, 0, 0, 0],
        },
        Reading {
            name: "early",
            meaning: "The message came sooner than anything that the target answers, TCP connections included, which systems accept at once.",
            weights: [-10, -8, 7, 3, 0, -5, 0, 6],
        },
        Reading {
            name: "early-once",
            meaning: "The message came sooner than the target answered a TCP connection; but that was the only one, and may have waited for something.",
            weights: [-4, -3, 3, 1, 0, -2, 0, 2],
        },
        Reading {
            name: "round-trip",
            meaning: "The message came about as long after the packet as the target's answers do.",
            weights: [1, 1, -1, -2, -2, 1, 0, -3],
        },
    ],
    references: "RFC 1812 section 3.3.2; RFC 4861 section 10; RFC 5382 REQ-4; Holzbauer et al. 2024 section 4.2 (2, 3 and 18 s); measured: 3.0 s on Linux",
    read,
};

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;
/// No message is that late; a longer delay, or a negative one, is that of a clock that was set.
const LONGEST: i64 = 3_600 * SECOND;

fn read(case: &Case<'_>) -> Option<&'static str> {
    if case.facts.delays.is_empty() && case.refusal() == Refusal::Host {
        return unseen(case);
    }
    let (shortest, longest) = least_and_most(case)?;
    if shortest < 0 || longest > LONGEST {
        return None;
    }
    // Of packets sent again, the latest may not be the refused one: then the delays are too short.
    let is_certain = !case.facts.repeated;
    if case.refusal() == Refusal::Host {
        return of_neighbour(case, shortest, longest);
    }
    if may_be_translated(case) && has_timed_out(case, longest) {
        return Some("neighbour-timeout");
    }
    if case.facts.opens_tcp > 0 && (58 * SECOND / 10..8 * SECOND).contains(&shortest) {
        return Some("translator-timeout");
    }
    if !case.facts.is_from_target() || !is_certain {
        return None;
    }
    let delay = case.facts.delay_median()?;
    // Who publishes ports of others is sooner with its own refusals than these with their answers.
    against_round_trip(delay, case.target()?).filter(|reading| !reading.starts_with("early") || !case.is_of_publisher())
}

/// What is known where no packet was captured: systems tell themselves, and nothing lies in between that could hold up a message.
fn unseen(case: &Case<'_>) -> Option<&'static str> {
    /// Nanoseconds between messages about packets that one loop of the kernel refuses.
    const IN_ONE_GO: i64 = MILLISECOND / 5;
    if case.speaker() != Speaker::Sender {
        return if came_together(case, 2) { Some("together") } else { again_or_copied(case) };
    }
    let mut gaps = case.facts.times.windows(2).filter_map(|pair| Some(pair.last()?.since(*pair.first()?))).peekable();
    gaps.peek()?;
    // Of one failed resolution some at least come in one go.
    if gaps.clone().all(|gap| gap >= IN_ONE_GO) && gaps.clone().any(|gap| gap < TOGETHER || is_between_resolutions(gap))
    {
        return case.is_built_by_linux().then_some("prompt-again");
    }
    came_together(case, 2).then_some("together")
}

/// IPv6 numbers no messages, so that those about equal packets, as senders that try again leave, look like copies of one.
fn again_or_copied(case: &Case<'_>) -> Option<&'static str> {
    let (facts, reporter) = (case.facts, case.facts.key.reporter);
    let is_again = |refusals: &Refusals| refusals.is_again(reporter) && !refusals.has_timed_out(reporter);
    if case.is_built_by_linux() && facts.copies == 0 && case.refusals().is_some_and(is_again) {
        return Some("again");
    }
    let is_unseen = facts.exact == 0 && facts.flow_only == 0 && case.seen.flows_passed == 0;
    (facts.key.code.version == 6 && facts.copies > 0 && is_unseen).then_some("together-or-copied")
}

/// What the longest delay of a message about a host says. Packets that wait for a resolution are refused together when it fails: so the
/// longest wait tells, be it that of a packet of another flow.
fn of_neighbour(case: &Case<'_>, shortest: i64, longest: i64) -> Option<&'static str> {
    if has_timed_out(case, longest) || came_with_timeout(case) {
        return Some("neighbour-timeout");
    }
    if is_prompt_again(case) {
        return Some("prompt-again");
    }
    // Equal packets that were sent one after the other, and refused all at once, had waited: the latest longer than the way takes, or
    // there were more of them than are sent in that time.
    let may_have_waited = case.facts.repeated && !case.facts.prompt;
    if may_have_waited && (longest >= PROMPT && came_together(case, 2) || came_together(case, 3)) {
        return Some("together");
    }
    // What takes longer than the way, but not as long as a resolution, may have come late to one.
    let is_prompt = longest < PROMPT.max(2 * on_the_way(case));
    if is_prompt {
        return (!may_have_waited).then_some("prompt");
    }
    has_waited(case, shortest, longest).then_some("waited")
}

/// Whether half of the packets, or more, were held up, as others of the reporter's messages, or the target's answers, show the way to be shorter; one
/// of many may have met a queue.
fn has_waited(case: &Case<'_>, shortest: i64, longest: i64) -> bool {
    // Whatever answered took no less than the way.
    let way = case.target().and_then(|target| target.round_trip).map(nanoseconds);
    let quickest =
        if case.facts.repeated { way.unwrap_or(longest) } else { way.map_or(shortest, |way| way.min(shortest)) };
    let is_late = |&&delay: &&i64| delay - quickest >= PROMPT && delay >= 3 * quickest;
    let late = case.facts.delays.iter().filter(is_late).count();
    longest < SECOND && late > 0 && 2 * late >= case.facts.delays.len()
}

fn least_and_most(case: &Case<'_>) -> Option<(i64, i64)> {
    let delays = || case.facts.delays.iter().copied();
    delays().min().zip(delays().max())
}

/// Whether a packet waited for as long as a resolution takes, and that is not the length of its way.
fn has_timed_out(case: &Case<'_>, longest: i64) -> bool {
    is_neighbour_timeout(longest) && is_neighbour_timeout(longest - on_the_way(case))
}

/// Whether the reporter said so of the target too soon, and too often, for failed resolutions. Others than Linux may say so of each packet
/// once a resolution has failed (FreeBSD `sys/netinet/if_ether.c`, for twenty seconds).
fn is_prompt_again(case: &Case<'_>) -> bool {
    let reporter = case.facts.key.reporter;
    let is_it = |refusals: &Refusals| refusals.is_prompt_again(reporter) && !refusals.has_timed_out(reporter);
    case.refusals().is_some_and(is_it) && case.is_built_by_linux()
}

/// Whether messages came at a time when others of the reporter about the target told that its resolution had failed.
fn came_with_timeout(case: &Case<'_>) -> bool {
    let reporter = case.facts.key.reporter;
    // On a way that takes as long, every message of the target comes so late.
    let refusals = case.refusals().filter(|_| !is_neighbour_timeout(2 * on_the_way(case)));
    refusals.is_some_and(|refusals| case.facts.times.iter().any(|&time| refusals.timed_out_at(reporter, time)))
}

/// Whether the message may be one about a host that was translated: of all that IPv4 says of hosts and networks, IPv6 has one word
/// left (RFC 7915 section 4.2).
fn may_be_translated(case: &Case<'_>) -> bool {
    let code = case.facts.key.code;
    (code.version, code.icmp_type, code.icmp_code) == (6, 1, 0)
}

/// Nanoseconds that packets to the target, and back, take on their way; 0 where that is not known.
fn on_the_way(case: &Case<'_>) -> i64 {
    case.target().and_then(|target| target.handshake).map_or(0, nanoseconds)
}

fn nanoseconds(microseconds: NonZero<u32>) -> i64 {
    i64::from(microseconds.get()) * 1000
}

/// Whether so many messages about one flow came within milliseconds of each other: asked where no packet of it was captured, or none can
/// be told from its equals. Of several flows, so many more came together that some have to be about one.
fn came_together(case: &Case<'_>, count: usize) -> bool {
    let facts = case.facts;
    let is_close = |times: &[Timestamp]| matches!(times, [a, .., b] if (0..TOGETHER).contains(&b.since(*a)));
    let others = (count - 1).saturating_mul(facts.flow_count.estimate() as usize);
    facts.times.windows(others.saturating_add(1)).any(is_close)
}

/// Control planes jitter: a difference under three milliseconds, or a fifth of the round trip, says nothing.
fn against_round_trip(delay: i64, target: &Host) -> Option<&'static str> {
    /// Connections of which the quickest takes no longer than the way: the first may have waited for neighbour resolution, in a queue,
    /// or for a radio that slept (IEEE 802.11 section 11.2: until a beacon, of which there are ten a second).
    const SEVERAL: u16 = 2;
    let round_trip = nanoseconds(target.round_trip?);
    // Only what systems answer themselves says how long the way takes at least; but what any answer took is no less than the way.
    let is_early = target.handshake.is_some() && delay * 10 < round_trip * 6 && round_trip - delay > 3 * MILLISECOND;
    if is_early {
        let connections = target.accepts.saturating_add(target.resets);
        return Some(if connections >= SEVERAL { "early" } else { "early-once" });
    }
    let is_telling = round_trip > 3 * MILLISECOND;
    (is_telling && (delay - round_trip).abs() * 5 < round_trip * 2).then_some("round-trip")
}
