//! Incidents that close before the end: when their time has come, and once.

use std::collections::HashSet;

use unreach::analyzer::{Analyzer, Config};
use unreach::frame::Timestamp;
use unreach::incident::{Label, Room};

use crate::corpus;
use crate::unreachable::made::{CLIENT, Capture, Ip, MILLISECOND, refusal, udp};

const SECOND: i64 = 1_000_000_000;

/// How many incidents the analyzer has newly closed.
fn closed(analyzer: &mut Analyzer) -> usize {
    analyzer.take_closed().findings.incidents.len()
}

#[test]
fn idle_incidents_close_once() {
    let capture = corpus::captures("lab").into_iter().find(|path| path.ends_with("closed_udp_many/client.pcap"));
    let frames = corpus::frames(&[capture.expect("a capture of closed ports")]);
    let end = frames.last().expect("frames").timestamp;
    let mut analyzer = Analyzer::new(Config { incident_timeout: Some(60 * SECOND), ..Config::default() });
    for captured in &frames {
        analyzer.push(&captured.frame());
    }
    analyzer.advance(Timestamp(end.0 + SECOND));
    assert_eq!(closed(&mut analyzer), 0, "none is idle yet");
    analyzer.advance(Timestamp(end.0 + 100 * SECOND));
    let idle = closed(&mut analyzer);
    analyzer.advance(Timestamp(end.0 + 200 * SECOND));
    assert_eq!(closed(&mut analyzer), 0, "all are closed already");
    let (findings, _) = analyzer.finish();
    assert!(findings.incidents.is_empty(), "those that were handed out are not told again");
    assert_eq!(idle, corpus::findings(&frames).incidents.len());
}

#[test]
fn without_a_timeout_nothing_closes_early() {
    let frames = corpus::frames(&corpus::captures("lab"));
    let mut analyzer = Analyzer::new(Config::default());
    for captured in &frames {
        analyzer.push(&captured.frame());
    }
    analyzer.advance(Timestamp(i64::MAX));
    assert_eq!(closed(&mut analyzer), 0);
}

#[test]
fn what_is_judged_together_closes_as_well_and_makes_room() {
    let frames = corpus::frames(&corpus::captures("lab"));
    let rows = corpus::findings(&frames).messages.len();
    let span = frames.iter().map(|captured| captured.timestamp.0).max().expect("frames") + 1000 * SECOND;
    let room = Room { incidents: 0, messages: rows, ..Room::default() };
    let mut analyzer = Analyzer::new(Config { incident_timeout: Some(60 * SECOND), room, ..Config::default() });
    for turn in 0..3 {
        for captured in &frames {
            let mut later = captured.clone();
            later.number += turn * frames.len() as u64;
            later.timestamp.0 += turn.cast_signed() * span;
            analyzer.push(&later.frame());
        }
        analyzer.advance(Timestamp((turn.cast_signed() + 1) * span));
        let closed = analyzer.take_closed().findings;
        assert!(closed.incidents.iter().all(|incident| incident.is_collective));
        assert_eq!(closed.messages.len(), rows, "turn {turn}");
    }
    assert!(analyzer.finish().0.incidents.is_empty());
}

/// A run that never ends must not grow by every flow that was ever refused.
#[test]
fn what_was_refused_is_forgotten_once_it_is_judged() {
    let config = Config { incident_timeout: Some(60 * SECOND), flow_timeout: 10 * SECOND, ..Config::default() };
    let mut capture = Capture::of(config);
    for port in 1..=500 {
        let asked = Ip::new(17, port, udp(40_000, port, 0xabcd, b"question"));
        capture.see(&asked);
        capture.see(&refusal(&asked.arrived()));
    }
    let go_on = |capture: &mut Capture| {
        capture.wait(20 * SECOND);
        for number in 0..5000 {
            capture.see(&Ip { destination: CLIENT, ..Ip::new(17, number, udp(50_000, 53, number, b"else")) });
        }
    };
    go_on(&mut capture);
    assert_eq!(capture.closed().incidents.len(), 0);
    assert_eq!(capture.flows(), 501, "what is evidence stays");
    go_on(&mut capture);
    go_on(&mut capture);
    assert_eq!(capture.closed().incidents.iter().map(|incident| incident.messages).sum::<u64>(), 500);
    go_on(&mut capture);
    assert_eq!(capture.closed().incidents.len(), 0);
    assert_eq!(capture.flows(), 1, "and goes once it is judged");
}

/// Rows come out when their incident closes, in the order they came, whatever stays open.
#[test]
fn rows_are_those_of_what_closed_in_their_order() {
    let config = Config { incident_timeout: Some(10 * SECOND), ..Config::default() };
    let mut capture = Capture::of(config);
    let refuse = |capture: &mut Capture, port: u16| {
        let asked = Ip::new(17, port, udp(40_000, port, 0xabcd, b"question"));
        capture.see(&asked);
        // One reporter for each, so that they are stories of their own.
        capture.see(&Ip { source: [203, 0, 113, port as u8], ..refusal(&asked.arrived()) });
    };
    let told = |capture: &mut Capture| -> Vec<(u64, String)> {
        let findings = capture.closed();
        let row =
            |row: unreach::incident::JudgedMessage<'_>| (row.message.frame.number, row.incident.reporter.to_string());
        findings.judged().map(row).collect()
    };
    let rows = |numbers: &[(u64, u8)]| -> Vec<(u64, String)> {
        numbers.iter().map(|&(number, reporter)| (number, format!("203.0.113.{reporter}"))).collect()
    };
    for port in [1, 2, 1, 3, 2] {
        refuse(&mut capture, port);
    }
    assert_eq!(told(&mut capture), []);
    capture.wait(8 * SECOND);
    refuse(&mut capture, 3);
    capture.wait(5 * SECOND);
    assert_eq!(told(&mut capture), rows(&[(2, 1), (4, 2), (6, 1), (10, 2)]));
    refuse(&mut capture, 1);
    capture.wait(8 * SECOND);
    assert_eq!(told(&mut capture), rows(&[(8, 3), (12, 3)]));
    assert_eq!(capture.findings().judged().map(|row| row.message.frame.number).collect::<Vec<_>>(), [14]);
}

/// What counts for an incident is what it was told of; a new one that is alike starts from nothing.
#[test]
fn a_copy_of_a_message_that_was_told_counts_for_no_other() {
    let config = Config { incident_timeout: Some(1), ..Config::default() };
    let mut capture = Capture::of(config);
    let asked = |number| Ip::new(17, number, udp(40_000, 53, number, b"question"));
    let message = |number| Ip { identification: number, ..refusal(&asked(number).arrived()) };
    capture.see(&asked(1));
    capture.see(&message(1));
    capture.wait(2);
    let first = capture.closed();
    assert_eq!(first.incidents.len(), 1);
    capture.see(&asked(2));
    capture.see(&message(2));
    capture.see(&message(1));
    let second = capture.findings();
    let [incident] = &second.incidents[..] else { panic!("{second:?}") };
    assert_eq!(incident.messages, 1);
    assert!(!incident.labels.contains(Label::Duplicate), "the copy is of an earlier one");
    assert_eq!(second.messages.len(), 1, "and its row would be nobody's");
}

/// A scan under a coarse clock: some of its cases are judged before others, and are alike in all that sets incidents apart.
#[test]
fn incidents_of_one_time_have_ids_of_their_own() {
    let room = Room { cases: 4, ..Room::default() };
    let mut capture = Capture::of(Config { room, ..Config::default() });
    for port in 1..=40 {
        capture.see(&refusal(&Ip::new(17, port, udp(40000, port, 0xabcd, b"question")).arrived()));
        capture.wait(-MILLISECOND);
    }
    let incidents = capture.findings().incidents;
    let ids: HashSet<&str> = incidents.iter().map(|incident| incident.id.as_str()).collect();
    assert!(incidents.len() > 1);
    assert_eq!(ids.len(), incidents.len());
}

/// A refusal of this port of this host.
fn refused(host: u8, port: u16) -> Ip {
    let mut asked = Ip::new(17, port, udp(40000, port, 0xabcd, b"question"));
    asked.destination[3] = host;
    refusal(&asked.arrived())
}

/// Groups of cases that are open become incidents, too: as many as there is room for, and what comes later is judged together.
#[test]
fn there_are_no_more_incidents_than_there_is_room_for() {
    let room = Room { cases: 100, incidents: 10, ..Room::default() };
    let mut capture = Capture::of(Config { room, ..Config::default() });
    for host in 101..=140 {
        capture.see(&refused(host, 53));
    }
    let findings = capture.findings();
    let (together, apart): (Vec<_>, Vec<_>) = findings.incidents.iter().partition(|incident| incident.is_collective);
    assert_eq!((apart.len(), together.len()), (10, 1));
    assert_eq!(together[0].messages, 30);
}

/// The ports of one host are one incident, however many there are.
#[test]
fn a_scan_leaves_room_for_others() {
    let room = Room { cases: 60, incidents: 10, ..Room::default() };
    let mut capture = Capture::of(Config { room, ..Config::default() });
    for port in 1..=100 {
        capture.see(&refused(1, port));
    }
    for host in 2..=5 {
        capture.see(&refused(host, 53));
    }
    let incidents = capture.findings().incidents;
    assert!(incidents.iter().all(|incident| !incident.is_collective), "{incidents:?}");
    assert_eq!(incidents.iter().map(|incident| incident.messages).sum::<u64>(), 104);
}
