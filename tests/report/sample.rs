//! Findings made by hand: a filter, a closed port, a trace, a late reply, and names that mean harm.

use std::net::IpAddr;

use unreach::analyzer::Totals;
use unreach::decode::{self, Content, Encapsulation, Layer};
use unreach::frame::{Frame, InputId, LinkType, Timestamp};
use unreach::incident::{Attributed, Device, Finding, Findings, Incident, Label, Labels, Locus, NextStep, Role};
use unreach::naming::Naming;
use unreach::report::{Format, GroupBy, Input, Report, Selection, Style, TableName, Tallies, View};
use unreach::unreachable::{Code, Correlation, FrameRef, Match, Message, Unreachable};
use unreach::verdict::{Attribution, Cause, Verdict};

use crate::cli::captures::unreachable;

/// 2026-11-22T14:32:37.354643027Z.
pub(crate) const NOON: i64 = 1_795_357_957_354_643_027;

/// Everything a report is made of.
pub(crate) struct Sample {
    pub(crate) findings: Findings,
    pub(crate) totals: Totals,
    pub(crate) inputs: Vec<Input>,
    pub(crate) warnings: Vec<String>,
    pub(crate) selection: Selection,
    pub(crate) view: View,
    pub(crate) naming: Naming,
}

impl Sample {
    /// Findings as of two inputs.
    pub(crate) fn new() -> Self {
        let incidents = vec![filtered(), closed(), undetermined(), traced(), late()];
        let messages = (0..5).flat_map(|incident| [message(incident, 0), message(incident, 1)]).collect();
        Self {
            findings: Findings { messages, incidents, devices: vec![device()] },
            totals: Totals { packets: 157, messages: 10, stops: vec![("truncated", 3)], ..Totals::default() },
            inputs: vec![named("client.pcap"), named("=cmd|'/c calc'!A1\u{1b}[31m.pcap")],
            warnings: vec!["second.pcap: cut short \u{1b}]0;owned\u{7}".to_owned()],
            selection: Selection::default(),
            view: View::default(),
            naming: Naming::default(),
        }
    }

    /// Without anything found.
    pub(crate) fn empty() -> Self {
        Self { findings: Findings::default(), ..Self::new() }
    }

    /// The report of it, with what its incidents add up to.
    pub(crate) fn report<'a>(&'a self, tallies: &'a Tallies) -> Report<'a> {
        Report {
            findings: &self.findings,
            totals: &self.totals,
            inputs: &self.inputs,
            warnings: &self.warnings,
            naming: &self.naming,
            selection: &self.selection,
            tallies,
            view: &self.view,
        }
    }

    /// The report in a format.
    pub(crate) fn write(&self, format: Format, table: TableName, style: Style) -> String {
        let mut out = Vec::new();
        let tallies = Tallies::of(&self.findings, &self.selection, Some(GroupBy::Target));
        format.write(table, &self.report(&tallies), style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The report in a format for machines.
    pub(crate) fn plain(&self, format: Format, table: TableName) -> String {
        self.write(format, table, Style::default())
    }
}

pub(crate) fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn named(name: &str) -> Input {
    Input { name: name.to_owned(), format: "pcap".to_owned(), packets: 100, dropped: Some(2), ..Input::default() }
}

fn labels(list: &[Label]) -> Labels {
    let mut labels = Labels::default();
    for &label in list {
        labels.insert(label);
    }
    labels
}

fn verdict(cause: Option<Cause>, candidates: &[(Cause, f64)], attribution: Attribution) -> Verdict {
    Verdict {
        cause,
        confidence: candidates[0].1,
        attribution,
        attribution_confidence: 0.992,
        candidates: candidates.to_vec(),
    }
}

fn filtered() -> Incident {
    Incident {
        id: "3f9a6c01d2e4b508".to_owned(),
        first_seen: Timestamp(NOON),
        last_seen: Timestamp(NOON + 2_000_000_000),
        messages: 4,
        originals: 5,
        flows: 2,
        senders: 1,
        is_collective: false,
        sender: Some(address("10.1.0.2")),
        known_senders: vec![address("10.1.0.2")],
        protocol: Some(17),
        target: Some(address("10.3.0.2")),
        target_ports: vec![53],
        reporter: address("10.2.0.2"),
        reporter_hops: Some(2),
        code: Code { version: 4, icmp_type: 3, icmp_code: 13 },
        verdict: verdict(
            Some(Cause::NetworkFilter),
            &[(Cause::NetworkFilter, 0.9704), (Cause::HostFirewall, 0.02), (Cause::NoRoute, 0.0096)],
            Attribution::FilteringDevice,
        ),
        locus: Locus::Path,
        delay_median: Some(1_234_567),
        labels: labels(&[Label::RateLimited, Label::Nat]),
        evidence: vec![finding("distance", "nearer", 30.0), finding("speaker", "other", 20.0)],
        next_step: NextStep::told(
            "Ask whoever runs 10.2.0.2, 2 hops away.".to_owned(),
            "traceroute -U -p 53 10.3.0.2 | tail -3".to_owned(),
        ),
        frames: vec![frame(0, 12), frame(0, 15)],
        inputs: vec![InputId(0)],
    }
}

fn closed() -> Incident {
    Incident {
        id: "3f9b00aa11bb22cc".to_owned(),
        first_seen: Timestamp(NOON + 86_400_000_000_000),
        last_seen: Timestamp(NOON + 86_400_000_000_000),
        senders: 12,
        sender: None,
        known_senders: vec![address("10.1.0.2"), address("10.1.0.3")],
        target: Some(address("2001:db8:3333:4444:5555:6666:7777:8888")),
        target_ports: vec![7000, 9000, 9001, 9002, 9100, 9200, 9201],
        reporter: address("2001:db8:3333:4444:5555:6666:7777:8888"),
        reporter_hops: None,
        code: Code { version: 6, icmp_type: 1, icmp_code: 4 },
        verdict: verdict(Some(Cause::ClosedPort), &[(Cause::ClosedPort, 0.82)], Attribution::ClosedPort),
        locus: Locus::Target,
        labels: labels(&[Label::ServiceStopped]),
        evidence: Vec::new(),
        delay_median: None,
        inputs: vec![InputId(0), InputId(1)],
        frames: vec![frame(0, 20), frame(1, 3)],
        ..filtered()
    }
}

fn undetermined() -> Incident {
    Incident {
        id: "77aa000000000001".to_owned(),
        protocol: Some(143),
        target_ports: Vec::new(),
        code: Code { version: 4, icmp_type: 3, icmp_code: 99 },
        verdict: verdict(
            None,
            &[(Cause::HostFirewall, 0.52), (Cause::NetworkFilter, 0.48)],
            Attribution::FilteringDevice,
        ),
        locus: Locus::Unknown,
        labels: Labels::default(),
        ..filtered()
    }
}

fn traced() -> Incident {
    Incident { id: "88".repeat(8), messages: 12, labels: labels(&[Label::Traceroute]), ..closed() }
}

fn late() -> Incident {
    Incident { id: "99".repeat(8), messages: 1, labels: labels(&[Label::LateReply]), ..closed() }
}

fn finding(signal: &'static str, reading: &'static str, strength: f64) -> Finding {
    Finding { signal, reading, strength }
}

fn frame(input: u16, number: u64) -> FrameRef {
    FrameRef { input: InputId(input), number }
}

/// A message as the analysis makes it, for the facts that no table shows.
fn decoded() -> Message {
    let bytes = unreachable();
    let frame = Frame {
        input: InputId(0),
        number: 1,
        timestamp: Timestamp(NOON),
        link: LinkType::RAW,
        bytes: &bytes,
        wire_length: bytes.len() as u32,
    };
    let Ok(Content::Packet(packet)) = decode::frame(&frame) else { panic!("not decoded") };
    let mut message = Message::blank();
    message.read(&frame, &packet, &Unreachable::parse(&packet).unwrap());
    message
}

/// The message of an incident; the second one of each is bare of everything that may be missing.
fn message(incident: u16, which: u16) -> Attributed {
    let bare = which == 1;
    let mut encapsulation = Encapsulation::default();
    if !bare {
        encapsulation.push(Layer::Vlan, 100);
    }
    let message = Message {
        frame: frame(which, u64::from(incident) + 1),
        timestamp: Timestamp(NOON + i64::from(incident)),
        encapsulation,
        code: Code { version: 4, icmp_type: 3, icmp_code: 3 },
        reporter: address("10.2.0.2"),
        recipient: address("10.1.0.2"),
        reporter_ttl: 63,
        protocol: (!bare).then_some(6),
        sender: (!bare).then(|| address("10.1.0.2")),
        sender_port: (!bare).then_some(40001),
        target: (!bare).then(|| address("fd03::2")),
        target_port: (!bare).then_some(443),
        quoted_ttl: (!bare).then_some(1),
        quoted_length: 28,
        next_hop_mtu: (!bare).then_some(1280),
        correlation: Correlation {
            matched: if bare { Match::None } else { Match::Exact },
            original: (!bare).then(|| frame(1, 11)),
            delay: (!bare).then_some(-1_500),
            ..Correlation::default()
        },
        ..decoded()
    };
    Attributed { message, labels: labels(&[Label::Duplicate]), incident: usize::from(incident) }
}

fn device() -> Device {
    Device {
        id: "d1".to_owned(),
        addresses: vec![address("10.2.0.1"), address("10.2.0.2")],
        role: Role::Filter,
        hops: Some(2),
        messages: 4,
        incidents: 1,
        senders: 1,
        targets: 12,
        refuses: vec!["udp/443 admin-prohibited to 12 targets".to_owned(), "tcp/25 host-prohibited".to_owned()],
        initial_ttl: Some(64),
        quoted_length_max: 548,
        rate_limited: true,
        first_seen: Timestamp(NOON),
        last_seen: Timestamp(NOON),
    }
}
