//! What was going on, independent of the cause.

use unreach::incident::{LABELS, Label};

use crate::unreachable::made::{CLIENT, Capture, Ip, MILLISECOND, SERVER, refusal, udp};

fn probe(sport: u16, port: u16) -> Ip {
    Ip::new(17, sport, udp(sport, port, sport, b"question"))
}

fn answer(sport: u16, port: u16) -> Ip {
    Ip { ttl: 61, ..Ip::new(17, 77, udp(port, sport, sport, b"answer")).reversed() }
}

/// Labels of the only incident.
fn labels(capture: Capture) -> Vec<&'static str> {
    let findings = capture.findings();
    let [incident] = findings.incidents.as_slice() else { panic!("{:?}", findings.incidents) };
    incident.labels.iter().map(Label::name).collect()
}

/// A capture of a probe to a port, and of the refusal.
fn refused(capture: &mut Capture, sport: u16, port: u16) {
    capture.see(&probe(sport, port));
    capture.see(&Ip { identification: sport, ..refusal(&probe(sport, port).arrived()) });
}

/// Labels of a refusal by the server's port.
fn of_port(port: u16) -> Vec<&'static str> {
    let mut capture = Capture::new();
    refused(&mut capture, 40000, port);
    labels(capture)
}

#[test]
fn a_refused_answer_is_a_late_reply() {
    let mut capture = Capture::new();
    capture.see(&probe(40000, 53));
    capture.see(&answer(40000, 53));
    let quote = answer(40000, 53).arrived();
    capture.see(&Ip { source: CLIENT, destination: SERVER, ttl: 64, ..refusal(&quote) });
    assert_eq!(labels(capture), ["late-reply"]);
}

#[test]
fn ports_have_stories_of_their_own() {
    assert_eq!(of_port(443), ["quic"]);
    for port in [137, 138, 1900, 3702, 5353, 5355] {
        assert_eq!(of_port(port), ["chatter"], "port {port}");
    }
    assert_eq!(of_port(9), [""; 0]);
}

#[test]
fn many_ports_in_quick_succession_are_a_scan() {
    let of_ports = |count: u16, wait: i64| {
        let mut capture = Capture::new();
        for port in 0..count {
            refused(&mut capture, 40000 + port, 5000 + 97 * port);
            capture.wait(wait);
        }
        labels(capture)
    };
    assert_eq!(of_ports(40, MILLISECOND), ["scan"]);
    assert_eq!(of_ports(5, MILLISECOND), [""; 0]);
    assert_eq!(of_ports(40, 15_000 * MILLISECOND), [""; 0]);
}

#[test]
fn a_port_that_answered_before_has_stopped() {
    let mut capture = Capture::new();
    capture.see(&probe(40000, 9));
    capture.see(&answer(40000, 9));
    refused(&mut capture, 40001, 9);
    assert_eq!(labels(capture), ["service-stopped"]);
}

#[test]
fn a_port_that_answers_later_has_recovered() {
    let mut capture = Capture::new();
    refused(&mut capture, 40000, 9);
    capture.see(&probe(40001, 9));
    capture.see(&answer(40001, 9));
    assert_eq!(labels(capture), ["recovered"]);
}

#[test]
fn probes_of_low_ttl_are_a_trace() {
    let mut capture = Capture::new();
    for (sport, ttl) in [(40000, 4), (40001, 5), (40002, 6)] {
        let probe = Ip { ttl, ..probe(sport, 33434) };
        capture.see(&probe);
        capture.see(&Ip { identification: sport, ..refusal(&probe.arrived()) });
    }
    assert_eq!(labels(capture), ["traceroute"]);
}

#[test]
fn labels_are_those_of_the_contract() {
    let names: Vec<&str> = LABELS.iter().map(|entry| entry.name).collect();
    let contract = [
        "late-reply",
        "traceroute",
        "scan",
        "service-stopped",
        "recovered",
        "rate-limited",
        "nat",
        "impersonated",
        "duplicate",
        "backscatter",
        "no-endpoints",
        "chatter",
        "quic",
        "congestion",
    ];
    assert_eq!(names, contract);
    for entry in LABELS {
        assert!(entry.explanation.ends_with('.') && entry.label.name() == entry.name, "{entry:?}");
    }
}
