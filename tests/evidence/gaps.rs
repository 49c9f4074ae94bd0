//! What the capture is known not to hold: absence proves the less.

use unreach::analyzer::Config;
use unreach::incident::Incident;

use crate::unreachable::made::SERVER;
use crate::unreachable::made::{Capture, Ip, MILLISECOND, from, message, udp};

fn datagram(sport: u16, port: u16) -> Ip {
    Ip::new(17, sport, udp(sport, port, sport, b"question"))
}

/// A flow that was answered, and a second later a refusal of a packet that was never seen; what is said of it.
fn said(mut capture: Capture) -> Incident {
    let asked = datagram(40000, 53);
    capture.see(&asked);
    capture.see(&Ip { ttl: 61, ..Ip::new(17, 77, udp(53, 40000, 9, b"answer")).reversed() });
    capture.wait(1_000 * MILLISECOND);
    capture.see(&from(SERVER, message(13, [0; 4], &datagram(41000, 9).arrived())));
    capture.findings().incidents.remove(0)
}

fn forged(incident: &Incident) -> f64 {
    let candidates = &incident.verdict.candidates;
    candidates.iter().find(|(cause, _)| cause.name() == "forged").map_or(0.0, |(_, probability)| *probability)
}

fn readings(incident: &Incident) -> Vec<&str> {
    incident.evidence.iter().filter(|finding| finding.signal == "original").map(|finding| finding.reading).collect()
}

#[test]
fn losses_take_weight_from_what_is_missing() {
    let whole = said(Capture::new());
    assert_eq!(readings(&whole), ["never-sent"]);
    let mut lossy = Capture::new();
    lossy.lose(1);
    let lossy = said(lossy);
    assert_eq!(readings(&lossy), ["never-sent-or-lost"]);
    assert!(forged(&whole) > 0.3 && forged(&lossy) < 0.1, "{} and {}", forged(&whole), forged(&lossy));
}

/// A question, the answer to another, and a refusal that quotes the question as it never was; before it come refusals of
/// `captured` packets by the same host, whose headers have this TTL.
fn contradicted(captured: u16, ttl: u8) -> Incident {
    let mut capture = Capture::new();
    for port in 0..captured {
        let refused = datagram(45_000, 100 + port);
        capture.see(&refused);
        capture.see(&Ip { ttl, ..from(SERVER, message(10, [0; 4], &refused.arrived())) });
    }
    capture.see(&datagram(41_000, 9));
    let another = Ip::new(17, 7, udp(41_000, 9, 7, b"another question"));
    capture.see(&from(SERVER, message(13, [0; 4], &another.arrived())));
    let incidents = capture.findings().incidents;
    incidents.into_iter().find(|incident| incident.target_ports.contains(&9)).expect("it is about port 9")
}

/// Nobody can guess how the headers of another's messages look, TTL and all.
#[test]
fn whose_other_messages_are_right_has_seen_what_the_capture_lost() {
    assert_eq!(readings(&contradicted(0, 61)), ["contradicted"]);
    let seen = contradicted(3, from(SERVER, Vec::new()).ttl);
    assert_eq!(readings(&seen), ["contradicted-or-lost"]);
    assert!(forged(&contradicted(0, 61)) > 0.5 && forged(&seen) < 0.2, "{}", forged(&seen));
    let other = contradicted(3, 40);
    assert_eq!(readings(&other), ["contradicted"], "whoever sent the others is farther away");
}

#[test]
fn a_filter_takes_all_of_it() {
    let filtered = said(Capture::of(Config { is_filtered: true, ..Config::default() }));
    assert!(readings(&filtered).is_empty() && forged(&filtered) < 0.05, "{filtered:?}");
}

#[test]
fn few_losses_among_many_packets_take_none() {
    let mut capture = Capture::new();
    for sport in 0..1500 {
        capture.see(&datagram(50_000 + sport, 53));
    }
    capture.lose(1);
    assert_eq!(readings(&said(capture)), ["never-sent"]);
}
