//! Circumstances of a case, independent of its cause.

use std::net::{IpAddr, Ipv4Addr};

use super::{Label, Labels};
use crate::decode::protocol;
use crate::evidence::prior::{Refusal, Speaker};
use crate::evidence::{Answer, Case, Kind, Standing};
use crate::flow::{Direction, Distinct, FlowId, Pair, Service};
use crate::verdict::{Cause, Verdict};

/// The labels of a case that was judged.
pub(super) fn labels(case: &Case<'_>, verdict: &Verdict, answers: &[Answer]) -> Labels {
    let mut labels = Labels::default();
    let mut label = |label, applies: bool| {
        if applies {
            labels.insert(label);
        }
    };
    let is_traceroute = is_traceroute(case);
    let is_late = is_late_reply(case);
    label(Label::LateReply, is_late);
    label(Label::Traceroute, is_traceroute && !is_late);
    label(Label::Scan, is_scan(case) && !is_traceroute);
    let is_real = verdict.cause != Some(Cause::Forged);
    label(Label::ServiceStopped, is_real && has_stopped(case, answers));
    label(Label::Recovered, is_real && has_recovered(case) && !is_late);
    label(Label::RateLimited, is_rate_limited(case));
    let is_translated = case.facts.translated;
    let by_ttl = [
        ("distance", "farther"),
        ("distance", "nearer-by-owner"),
        ("distance", "nearer-than-asker"),
        ("forwarding", "translated"),
    ];
    label(
        Label::Nat,
        is_real && (is_translated || by_ttl.iter().any(|(signal, reading)| has(answers, signal, reading))),
    );
    label(Label::Impersonated, is_impersonated(case, verdict));
    label(Label::Backscatter, !is_real && is_backscatter(case, answers));
    label(Label::NoEndpoints, is_without_endpoints(case));
    label(Label::Chatter, is_chatter(case));
    label(Label::Quic, is_quic(case));
    label(Label::Congestion, is_congested(case));
    labels
}

fn has(answers: &[Answer], signal: &str, reading: &str) -> bool {
    answers.iter().any(|answer| answer.signal.id == signal && answer.reading.name == reading)
}

/// The quote answers a packet that was captured, and who asked refuses it; refused by another it is not late, but filtered.
fn is_late_reply(case: &Case<'_>) -> bool {
    case.facts.key.standing == Standing::Answered && case.speaker() == Speaker::Target
}

/// The probes of a trace die on the way, until some are refused at its end: the sender's other probes to the target
/// expired, or were sent with several TTLs that no system starts from.
fn is_traceroute(case: &Case<'_>) -> bool {
    let Some((sender, target)) = case.ends() else { return false };
    let expired = case.seen.paths.get(&(sender, target)).is_some_and(|path| path.expired > 0);
    let probe_ttls = case.profiles.pairs.get(&(sender, target)).map_or(0, |pair| low_ttls(pair).count());
    let quoted_low = case.facts.quoted_ttls.iter().all(|(ttl, _)| ttl < LOW_TTL);
    quoted_low && (expired || probe_ttls >= 2)
}

/// Systems start from 64 or more, and paths are shorter than 32 hops: a TTL below was chosen by a probe.
const LOW_TTL: u8 = 32;

fn low_ttls(pair: &Pair) -> impl Iterator<Item = (u8, u16)> {
    pair.ttls.iter().filter(|&(ttl, _)| ttl < LOW_TTL)
}

/// One sender tries many ports of a target, or the same few of many targets, in quick succession, and few answer.
fn is_scan(case: &Case<'_>) -> bool {
    scans_ports(case) || scans_hosts(case)
}

/// Nanoseconds between two tries, at most, on average.
const PACE: i64 = 10_000_000_000;

fn scans_ports(case: &Case<'_>) -> bool {
    /// Ports of one host: more than a client needs at once.
    const PORTS: u64 = 15;
    let Some((sender, target)) = case.ends() else { return false };
    // A scanner's own host refuses the answers of open ports: then the scanner is where the quote goes.
    let ends = if is_late_reply(case) { (target, sender) } else { (sender, target) };
    let Some(pair) = case.profiles.pairs.get(&ends) else { return false };
    let is_quick = pair.last.since(pair.first) <= i64::from(pair.opened) * PACE;
    pair.ports() >= PORTS && u32::from(pair.answered) * 2 <= u32::from(pair.opened) && is_quick
}

/// A host that also has other things to do opens flows to more ports than these; it is not taken for a scanner.
fn scans_hosts(case: &Case<'_>) -> bool {
    /// Hosts that are tried: as many as ports are.
    const TARGETS: u64 = 15;
    /// Ports that are tried of all of them.
    const PORTS: u64 = 4;
    let Some(sender) = case.ends().and_then(|(sender, _)| case.host(sender)) else { return false };
    let is_quick = sender.tried.1.since(sender.tried.0) <= i64::from(sender.opened) * PACE;
    let tries_hosts = sender.tried_targets.estimate() >= TARGETS && sender.tried_ports.estimate() <= PORTS;
    tries_hosts && is_quick && u32::from(sender.served) * 2 <= u32::from(sender.opened)
}

fn served<'a>(case: &Case<'a>) -> Option<&'a Service> {
    (case.facts.key.standing == Standing::Asked).then(|| case.service())?
}

/// A packet too big says nothing of the port, and TCP ports without a service refuse by resets.
fn has_stopped(case: &Case<'_>, answers: &[Answer]) -> bool {
    let is_about_port = !case.facts.key.code.is_packet_too_big() && !case.facts.quotes(protocol::TCP);
    is_about_port
        && served(case)
            .is_some_and(|service| service.answered().is_some_and(|(first, _)| first < case.facts.first_seen))
        && !has(answers, "port-history", "serves-others")
        && !has(answers, "port-history", "answered-others-before")
        && !has(answers, "port-history", "alternates")
        && !has(answers, "answered-too", "yes")
        && !has(answers, "original", "contradicted")
}

fn has_recovered(case: &Case<'_>) -> bool {
    served(case).is_some_and(|service| service.answered().is_some_and(|(_, last)| last > case.facts.last_seen))
}

/// More packets were sent than refused or answered, and the messages keep the pace of a limiter: several at once, then
/// gaps of half a second or more.
fn is_rate_limited(case: &Case<'_>) -> bool {
    const GAP: i64 = 500_000_000;
    let facts = case.facts;
    if case.context.gaps.are_wide() || was_captured_again(case) {
        return false;
    }
    let Some((sent, answered)) = case.flow_packets() else { return false };
    let has_gap = facts.times.windows(2).any(|pair| matches!(pair, [a, b] if b.since(*a) > GAP));
    facts.messages >= 4 && has_gap && sent >= answered + facts.messages + refused_by_others(case) + 3
}

/// Whether its messages, or packets of its flows, were captured several times, and the packets count as often.
fn was_captured_again(case: &Case<'_>) -> bool {
    let has_passed = |&(flow, direction, _): &(FlowId, Direction, u32)| {
        case.seen.flows.get(flow).is_some_and(|flow| flow.has_passed(direction))
    };
    case.facts.copies > 0 || case.facts.flows.iter().any(has_passed)
}

/// Messages that refused packets to this port, and to no other, in another way.
fn refused_by_others(case: &Case<'_>) -> u64 {
    let key = &case.facts.key;
    let (Some(refusals), Some(target)) = (case.refusals(), key.target) else { return 0 };
    let mut port = Distinct::default();
    port.add(target, key.target_port.unwrap_or(0));
    let is_another = |way: &&Kind| {
        (way.reporter, way.code) != (key.reporter, key.code) && way.protocol == key.protocol && way.ports == port
    };
    refusals.kinds.iter().filter(is_another).map(|way| way.messages).sum()
}

fn is_impersonated(case: &Case<'_>, verdict: &Verdict) -> bool {
    let is_asked = case.facts.key.standing != Standing::Answered;
    is_asked && case.speaker() == Speaker::Target && verdict.cause == Some(Cause::NetworkFilter)
}

/// Nothing the recipient sent is known to have provoked it, and nothing says that it was made elsewhere than where it says.
fn is_backscatter(case: &Case<'_>, answers: &[Answer]) -> bool {
    const ELSEWHERE: [(&str, &str); 4] = [
        ("distance", "nearer"),
        ("distance", "farther"),
        ("distance", "other-initial-ttl"),
        ("hardware-address", "other"),
    ];
    let facts = case.facts;
    let is_elsewhere = ELSEWHERE.iter().any(|(signal, reading)| has(answers, signal, reading));
    !is_elsewhere
        && facts.exact == 0
        && facts.flow_only == 0
        && facts.senders.iter().all(|sender| facts.recipients.contains(sender))
}

/// Routers marked the refused packets, or most messages about the very packets took several times as long as the quickest
/// message or answer did: a queue on a path that works. Messages about routes and hosts wait for other things.
fn is_congested(case: &Case<'_>) -> bool {
    /// Messages from which on a median means something.
    const ENOUGH: usize = 4;
    /// Nanoseconds of waiting that are felt: queues of access links hold as much and more.
    const FELT: i64 = 50_000_000;
    /// Nanoseconds; what takes longer waits for something else (RFC 6298 section 2: the first time-out is one second).
    const LONGEST: i64 = 3_000_000_000;
    let facts = case.facts;
    if facts.congested {
        return true;
    }
    let is_about_path = matches!(case.refusal(), Refusal::Host | Refusal::Route);
    if is_about_path || facts.repeated || facts.delays.len() < ENOUGH {
        return false;
    }
    let Some(((quickest, slowest), usual)) = least_and_most(&facts.delays).zip(facts.delay_median()) else {
        return false;
    };
    let round_trip = case.target().and_then(|target| target.round_trip).filter(|_| facts.is_from_target());
    let base = round_trip.map_or(quickest, |microseconds| quickest.min(i64::from(microseconds.get()) * 1000));
    base > 0 && usual >= base.saturating_mul(3) && usual - base >= FELT && slowest < LONGEST
}

fn least_and_most(values: &[i64]) -> Option<(i64, i64)> {
    values.iter().copied().min().zip(values.iter().copied().max())
}

/// A service address of a cluster that has nobody to pass the packet on to: kube-proxy refuses it from the node's own
/// address, be it to a pod or to the node itself. Such addresses belong to no host, so that they never say anything themselves.
fn is_without_endpoints(case: &Case<'_>) -> bool {
    let Some(IpAddr::V4(target)) = case.facts.key.target else { return false };
    let is_service = SERVICE_NETWORKS
        .iter()
        .any(|&(network, bits)| target.to_bits() >> (32 - bits) == Ipv4Addr::from(network).to_bits() >> (32 - bits));
    let is_silent = case.target().is_none();
    let is_of_node = matches!(case.speaker(), Speaker::Other | Speaker::Sender);
    is_service && is_silent && is_of_node && case.facts.key.code.is_port_unreachable()
}

/// Networks that clusters take service addresses from, unless told otherwise: kubeadm, k3s, `OpenShift`, `MicroK8s`. Those of
/// EKS and kOps are left out, as many others use them, too (172.20.0.0/16; 100.64.0.0/13, RFC 6598).
const SERVICE_NETWORKS: [([u8; 4], u32); 4] =
    [([10, 96, 0, 0], 12), ([10, 43, 0, 0], 16), ([172, 30, 0, 0], 16), ([10, 152, 183, 0], 24)];

/// `NetBIOS`, mDNS, LLMNR, SSDP, WS-Discovery.
fn is_chatter(case: &Case<'_>) -> bool {
    case.facts.quotes(protocol::UDP)
        && matches!(case.facts.key.target_port, Some(137 | 138 | 1900 | 3702 | 5353 | 5355))
}

fn is_quic(case: &Case<'_>) -> bool {
    case.facts.quotes(protocol::UDP) && case.facts.key.target_port == Some(443)
}
