//! From judged cases to incidents: cases that tell one story, and what they say together.

use std::cmp::Reverse;
use std::hash::BuildHasher;
use std::net::IpAddr;

use foldhash::fast::RandomState;
use smallvec::SmallVec;

use super::advice::NextStep;
use super::judge::Judgement;
use super::{Incident, Label, Labels, Locus, ids};
use crate::digits;
use crate::evidence::{CaseFacts, FRAMES, delay_median, hops};
use crate::flow::{Distinct, Index, Observations};
use crate::frame::Timestamp;
use crate::unreachable::{Code, FrameRef};
use crate::verdict::{Cause, Verdict};

/// What the messages of an incident share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Shared {
    target: Option<IpAddr>,
    protocol: Option<u8>,
    reporter: IpAddr,
    reporter_ttl: u8,
    is_from_target: bool,
    is_collective: bool,
    code: Code,
    cause: Option<Cause>,
    locus: Locus,
    labels: Labels,
}

impl Shared {
    fn of((numbered, judgement): &Judged) -> Self {
        let key = &numbered.1.key;
        Self {
            target: key.target,
            protocol: key.protocol,
            reporter: key.reporter,
            reporter_ttl: key.signature.ttl,
            is_from_target: key.is_from_target,
            is_collective: key.is_collective,
            code: key.code,
            cause: judgement.verdict.cause,
            locus: judgement.locus,
            labels: judgement.labels,
        }
    }
}

/// A case with its serial number, and what it came to.
pub(super) type Judged = (Box<(u32, CaseFacts)>, Judgement);

/// Cases of one incident; most are of one case.
pub(super) type Story = SmallVec<[Judged; 1]>;

/// Groups cases that tell one story, in the order of their first cases.
pub(super) fn stories(judged: Vec<Judged>) -> Vec<Story> {
    let (seed, mut index) = (RandomState::default(), Index::new());
    let mut stories: Vec<Story> = Vec::with_capacity(judged.len());
    for case in judged {
        let shared = Shared::of(&case);
        let tag = seed.hash_one(shared) as u32;
        match index.find_or_vacancy(tag, |place| stories[place].first().is_some_and(|one| Shared::of(one) == shared)) {
            Ok(place) => stories[place].push(case),
            Err(vacancy) => {
                index.fill(vacancy, stories.len());
                stories.push(SmallVec::from_buf([case]));
            }
        }
    }
    stories
}

/// The facts of its cases.
fn all(story: &[Judged]) -> impl Iterator<Item = &CaseFacts> {
    story.iter().map(|(numbered, _)| &numbered.1)
}

/// The sum of a few cases. It takes evidence and candidates out of their judgements, which are of no use afterwards.
pub(super) fn incident(story: &mut [Judged], seen: &Observations) -> Incident {
    let verdict = pooled(story);
    let most = largest(story);
    let evidence = std::mem::take(&mut story[most].1.evidence);
    let story = &*story;
    let (numbered, judgement) = &story[most];
    let facts = &numbered.1;
    let all = || all(story);
    let first_seen = all().map(|facts| facts.first_seen).min().unwrap_or_default();
    let frames = frames(story);
    let mut copied = Labels::default();
    if all().any(|facts| facts.copies > 0) {
        copied.insert(Label::Duplicate);
    }
    let (senders, known_senders) = senders(story);
    let only = known_senders.first().copied().filter(|_| senders == 1);
    Incident {
        id: id(facts, &verdict, first_seen, judgement.labels),
        first_seen,
        last_seen: all().map(|facts| facts.last_seen).max().unwrap_or_default(),
        messages: all().map(|facts| facts.messages).sum(),
        originals: all().map(|facts| originals(facts, seen)).sum(),
        flows: all().map(flows).sum(),
        senders,
        sender: only,
        known_senders,
        protocol: facts.key.protocol,
        target: facts.key.target,
        target_ports: ports(story),
        reporter: facts.key.reporter,
        is_collective: facts.key.is_collective,
        reporter_hops: (!facts.key.is_collective).then(|| hops(facts.key.signature.ttl)),
        code: facts.key.code,
        verdict,
        locus: judgement.locus,
        delay_median: delay_median(all()),
        labels: judgement.labels.union(copied),
        evidence,
        next_step: NextStep::of(facts),
        frames,
        inputs: inputs(story),
    }
}

/// Position of the case with the most messages; of several with as many, of the one with the lowest number.
fn largest(story: &[Judged]) -> usize {
    let key = |&at: &usize| {
        let (numbered, _) = &story[at];
        (numbered.1.messages, Reverse(numbered.0))
    };
    (0..story.len()).max_by_key(key).expect("a story has cases")
}

/// The frames that were read first, in the order of time, which does not depend on the order of inputs.
fn frames(story: &[Judged]) -> Vec<FrameRef> {
    let mut timed: SmallVec<[(Timestamp, FrameRef); FRAMES]> = SmallVec::new();
    all(story).for_each(|facts| timed.extend(facts.times.iter().copied().zip(facts.frames.iter().copied())));
    timed.sort_unstable();
    timed.into_iter().map(|(_, frame)| frame).take(FRAMES).collect()
}

/// The mean of the cases' probabilities, by their messages; those of a single case are taken out of it.
fn pooled(story: &mut [Judged]) -> Verdict {
    // Most incidents are of one case.
    if let [(_, judgement)] = story {
        let candidates = std::mem::take(&mut judgement.verdict.candidates);
        return Verdict { candidates, ..judgement.verdict };
    }
    let story = &*story;
    let total: f64 = all(story).map(|facts| facts.messages as f64).sum();
    let mean = |cause: Cause| {
        let part = |(numbered, judgement): &Judged| {
            let facts = &numbered.1;
            let own = judgement.verdict.candidates.iter().find(|(candidate, _)| *candidate == cause);
            own.map_or(0.0, |(_, probability)| probability * facts.messages as f64)
        };
        (cause, story.iter().map(part).sum::<f64>() / total)
    };
    Verdict::from_probabilities(Cause::ALL.into_iter().map(mean).collect())
}

/// Distinct quoted flows, roughly; no more than messages.
fn flows(facts: &CaseFacts) -> u64 {
    let known = facts.flows_counted.max(facts.flows.len() as u64);
    facts.flow_count.estimate().min(facts.messages).max(known)
}

/// Packets of the quoted flows in the quotes' direction, as far as the flows are remembered.
fn originals(facts: &CaseFacts, seen: &Observations) -> u64 {
    let packets = |&(flow, direction, then)| {
        let now = seen.flows.get(flow).map_or(then, |view| view.packets(direction)[0]);
        u64::from(now.max(then))
    };
    facts.flows.iter().map(packets).sum()
}

/// How many senders there are, and those of them that are remembered.
fn senders(story: &[Judged]) -> (u64, Vec<IpAddr>) {
    let mut known: Vec<IpAddr> = all(story).flat_map(|facts| facts.senders.iter()).collect();
    known.sort_unstable();
    known.dedup();
    let mut distinct = Distinct::default();
    for facts in all(story) {
        distinct.merge(&facts.sender_count);
    }
    let messages = all(story).map(|facts| facts.messages).sum();
    let count = distinct.estimate().min(messages).max(known.len() as u64);
    (count, known)
}

fn ports(story: &[Judged]) -> Vec<u16> {
    let mut ports: Vec<u16> = all(story).filter_map(|facts| facts.key.target_port).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

fn inputs(story: &[Judged]) -> Vec<crate::frame::InputId> {
    let mut inputs: Vec<_> = all(story).flat_map(|facts| facts.inputs.iter().copied()).collect();
    inputs.sort_unstable();
    inputs.dedup();
    inputs
}

/// A hash of what sets the incident apart: the same in every run, unlike those of maps.
fn id(facts: &CaseFacts, verdict: &Verdict, first_seen: Timestamp, labels: Labels) -> String {
    ids::made_of(identifying(facts, verdict, first_seen, labels))
}

/// `Some(10.3.0.2) Some(17) 10.2.0.2 62 Code { version: 4, icmp_type: 3, icmp_code: 13 } network-filter 1795357957354643027
/// ["nat"]`: as `fmt` wrote it for the first ids, but without it, which took a quarter of the time of an incident.
fn identifying(facts: &CaseFacts, verdict: &Verdict, first_seen: Timestamp, labels: Labels) -> Vec<u8> {
    let key = &facts.key;
    let mut text = Vec::with_capacity(192);
    put_optional(key.target, digits::address, &mut text);
    text.push(b' ');
    put_optional(key.protocol.map(u64::from), digits::number, &mut text);
    text.push(b' ');
    digits::address(key.reporter, &mut text);
    text.push(b' ');
    digits::number(key.signature.ttl.into(), &mut text);
    let Code { version, icmp_type, icmp_code } = key.code;
    for (before, number) in [(" Code { version: ", version), (", icmp_type: ", icmp_type), (", icmp_code: ", icmp_code)]
    {
        text.extend_from_slice(before.as_bytes());
        digits::number(number.into(), &mut text);
    }
    text.extend_from_slice(b" } ");
    text.extend_from_slice(verdict.cause_name().as_bytes());
    text.extend_from_slice(if first_seen.0 < 0 { " -" } else { " " }.as_bytes());
    digits::number(first_seen.0.unsigned_abs(), &mut text);
    text.extend_from_slice(b" [");
    for (place, label) in labels.iter().enumerate() {
        text.extend_from_slice(if place > 0 { ", \"" } else { "\"" }.as_bytes());
        text.extend_from_slice(label.name().as_bytes());
        text.push(b'"');
    }
    text.push(b']');
    text
}

fn put_optional<T>(value: Option<T>, put: impl FnOnce(T, &mut Vec<u8>), text: &mut Vec<u8>) {
    let Some(value) = value else { return text.extend_from_slice(b"None") };
    text.extend_from_slice(b"Some(");
    put(value, text);
    text.push(b')');
}
