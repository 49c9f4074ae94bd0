//! What the time says that a refusal took: a device answers at once, a failed neighbour resolution after seconds.

use std::path::PathBuf;

use unreach::incident::Incident;

use super::reading;
use crate::corpus;
use crate::unreachable::made::{Capture, Ip, MILLISECOND, from, message, udp};

const GATEWAY: [u8; 4] = [10, 12, 0, 2];
const HOST_UNREACHABLE: u8 = 1;

/// What is said of a host that a router says is unreachable, so long after it was asked.
fn after(wait: i64) -> Option<&'static str> {
    after_what(Capture::new(), wait)
}

/// The same behind what was captured before.
fn after_what(mut capture: Capture, wait: i64) -> Option<&'static str> {
    let asked = Ip::new(17, 500, udp(40000, 9999, 0xabcd, b"question"));
    capture.see(&asked);
    capture.wait(wait);
    capture.see(&from(GATEWAY, message(HOST_UNREACHABLE, [0; 4], &asked.arrived())));
    reading(&capture.findings().incidents[0], "delay")
}

/// A packet that joined a resolution under way waited for the rest of it.
#[test]
fn only_what_comes_at_once_speaks_for_a_device() {
    assert_eq!(after(20 * MILLISECOND), Some("prompt"));
    assert_eq!(after(300 * MILLISECOND), None);
    assert_eq!(after(3_000 * MILLISECOND), Some("neighbour-timeout"));
}

/// A queue holds up one of many, a resolution all that come while it lasts.
#[test]
fn one_late_message_of_many_joined_no_resolution() {
    let said = |waits: &[i64]| {
        let mut capture = Capture::new();
        for (&wait, number) in waits.iter().zip(500..) {
            let asked = Ip::new(17, number, udp(40000, 9999, number, b"question"));
            capture.see(&asked);
            capture.wait(wait * MILLISECOND);
            capture.see(&from(GATEWAY, message(HOST_UNREACHABLE, [0; 4], &asked.arrived())));
            capture.wait(2_000 * MILLISECOND);
        }
        reading(&capture.findings().incidents[0], "delay")
    };
    assert_eq!(said(&[20, 20, 20, 20, 250]), None);
    assert_eq!(said(&[20, 250, 20, 250]), Some("waited"));
}

/// Of equal packets without an identification the latest is taken for the refused one, which had hardly waited: that all were refused
/// together tells what they waited for.
#[test]
fn equal_packets_that_are_refused_together_had_waited() {
    let mut capture = Capture::new();
    let asked = Ip::new(17, 0, udp(40000, 9999, 0xabcd, b"question"));
    for _ in 0..3 {
        capture.see(&asked);
        capture.wait(700 * MILLISECOND);
    }
    capture.see(&asked);
    for _ in 0..4 {
        capture.see(&from(GATEWAY, message(HOST_UNREACHABLE, [0; 4], &asked.arrived())));
    }
    let found = capture.findings();
    assert_eq!(found.incidents[0].messages, 4);
    assert_eq!(reading(&found.incidents[0], "delay"), Some("together"));
}

/// Where no packet was captured: three messages about two flows, of which two have to be of one.
#[test]
fn packets_of_a_few_flows_that_are_refused_together_had_waited() {
    let said = |ports: &[u16]| {
        let mut capture = Capture::new();
        for (&port, identification) in ports.iter().zip(500..) {
            let asked = Ip::new(17, identification, udp(port, 9999, 0xabcd, b"question"));
            capture.see(&from(GATEWAY, message(HOST_UNREACHABLE, [0; 4], &asked.arrived())));
        }
        reading(&capture.findings().incidents[0], "delay")
    };
    assert_eq!(said(&[40000, 40000]), Some("together"));
    assert_eq!(said(&[40000, 40001]), None);
    assert_eq!(said(&[40000, 40001, 40000]), Some("together"));
    assert_eq!(said(&[40000, 40001, 40002]), None);
}

/// The first was refused before the next was sent: so its delay is certain.
#[test]
fn equal_packets_that_are_refused_one_by_one_had_not_waited() {
    let mut capture = Capture::new();
    let asked = Ip::new(17, 0, udp(40000, 9999, 0xabcd, b"question"));
    for _ in 0..3 {
        capture.see(&asked);
        capture.see(&from(GATEWAY, message(HOST_UNREACHABLE, [0; 4], &asked.arrived())));
        capture.wait(700 * MILLISECOND);
    }
    assert_eq!(reading(&capture.findings().incidents[0], "delay"), Some("prompt"));
}

/// Packets that are sent one after the other, each refused at once, so far apart; by a router with this type of service.
fn refused_again(apart: i64, tos: u8) -> Option<&'static str> {
    let mut capture = Capture::new();
    for number in 500..503 {
        let asked = Ip::new(17, number, udp(40000, 9999, 0xabcd, b"question"));
        capture.see(&asked);
        capture.see_of_service(&from(GATEWAY, message(HOST_UNREACHABLE, [0; 4], &asked.arrived())), tos);
        capture.wait(apart);
    }
    reading(&capture.findings().incidents[0], "delay")
}

/// Linux seeks a host anew after each failure, for seconds; others go on to refuse what comes for it.
#[test]
fn what_linux_refuses_again_and_again_waits_for_no_neighbour() {
    assert_eq!(refused_again(100 * MILLISECOND, 0xc0), Some("prompt-again"));
    assert_eq!(refused_again(100 * MILLISECOND, 0), Some("prompt"));
    assert_eq!(refused_again(MILLISECOND, 0xc0), Some("prompt"));
    assert_eq!(refused_again(3_000 * MILLISECOND, 0xc0), Some("prompt"));
}

/// Of equal packets that were all sent but now, none can have waited.
#[test]
fn equal_packets_that_were_sent_but_now_had_not_waited() {
    let mut capture = Capture::new();
    let asked = Ip::new(17, 0, udp(40000, 9999, 0xabcd, b"question"));
    for _ in 0..5 {
        capture.wait(3 * MILLISECOND);
        capture.see(&asked);
    }
    for _ in 0..5 {
        capture.see(&from(GATEWAY, message(HOST_UNREACHABLE, [0; 4], &asked.arrived())));
    }
    let found = capture.findings();
    assert_eq!(found.incidents[0].messages, 5);
    assert_eq!(reading(&found.incidents[0], "delay"), Some("prompt"));
}

/// What another says at that moment has waited for nothing.
#[test]
fn a_device_that_speaks_while_a_resolution_fails_speaks_for_itself() {
    let (waited, asked) =
        (Ip::new(17, 500, udp(40000, 9, 1, b"first")), Ip::new(17, 501, udp(40001, 10, 2, b"second")));
    let mut capture = Capture::new();
    capture.see(&waited);
    capture.wait(3_000 * MILLISECOND);
    capture.see(&asked);
    capture.see(&from([10, 9, 9, 9], message(HOST_UNREACHABLE, [0; 4], &asked.arrived())));
    capture.see(&from(GATEWAY, message(HOST_UNREACHABLE, [0; 4], &waited.arrived())));
    let readings: Vec<_> = capture.findings().incidents.iter().map(|incident| reading(incident, "delay")).collect();
    assert_eq!(readings, [Some("prompt"), Some("neighbour-timeout")]);
}

/// Translators have no other word for it (RFC 7915 section 4.2).
#[test]
fn what_ipv6_calls_a_route_may_have_been_a_host_of_ipv4() {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata/namespaces/hd_down/client.pcap"].iter().collect();
    let mut frames = corpus::frames(&[path]);
    for frame in &mut frames {
        // Address unreachable becomes no route.
        if frame.bytes.get(12..14) == Some(&[0x86, 0xdd]) && frame.bytes.get(54..56) == Some(&[1, 3]) {
            frame.bytes[55] = 0;
        }
    }
    let found = corpus::findings(&frames);
    // Of the connection attempt nobody can tell which of its equal packets waited.
    let is_telling = |one: &&Incident| one.code.meaning() == "no-route" && one.protocol == Some(17);
    let waited = found.incidents.iter().find(is_telling).expect("datagrams of IPv6");
    assert_eq!(
        (reading(waited, "delay"), waited.verdict.cause_name()),
        (Some("neighbour-timeout"), "host-unreachable")
    );
}

/// Refusals a hundred seconds apart are a slow pace, whichever way the clock runs.
#[test]
fn a_clock_that_runs_back_is_no_quick_pace() {
    const SECOND: i64 = 1_000 * MILLISECOND;
    let paces = |step: i64| {
        let path: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "testdata/crafted/evidence_rule_went_on.pcap"].iter().collect();
        let mut frames = corpus::frames(&[path]);
        for (place, frame) in (0..).zip(&mut frames) {
            frame.timestamp.0 += place * step;
        }
        let found = corpus::findings(&frames);
        let all = found.incidents.into_iter().flat_map(|incident| incident.evidence);
        all.filter(|finding| finding.signal == "pace").map(|finding| finding.reading).collect::<Vec<_>>()
    };
    assert_eq!(paces(0), ["went-on"]);
    assert!(!paces(100 * SECOND).contains(&"went-on") && !paces(-100 * SECOND).contains(&"went-on"));
}

/// How long a message about a host took whose answers come within a millisecond; the way takes no longer than these.
fn after_answers(wait: i64) -> Option<&'static str> {
    let mut capture = Capture::new();
    capture.see(&Ip::new(17, 400, udp(40001, 53, 1, b"question")));
    capture.see(&Ip::new(17, 401, udp(53, 40001, 2, b"answer")).reversed());
    after_what(capture, wait)
}

/// Others had asked for the host before, be they on other links.
#[test]
fn what_takes_longer_than_the_way_had_joined_a_resolution() {
    assert_eq!(after_answers(20 * MILLISECOND), Some("prompt"));
    assert_eq!(after_answers(300 * MILLISECOND), Some("waited"));
    assert_eq!(after_answers(3_000 * MILLISECOND), Some("neighbour-timeout"));
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata/namespaces/hd_joined/client.pcap"].iter().collect();
    let found = corpus::analyzed(&path);
    assert_eq!(found.incidents.iter().map(|incident| reading(incident, "delay")).collect::<Vec<_>>(), [Some("waited")]);
    assert_eq!(found.incidents[0].verdict.cause_name(), "host-unreachable");
}

/// IPv6 numbers no messages: two that are equal may be of two packets that waited, or of one that was captured twice.
#[test]
fn equal_messages_at_once_may_be_of_packets_that_waited() {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "testdata/crafted/evidence_refused_together.pcap"].iter().collect();
    for incident in &corpus::analyzed(&path).incidents {
        let expected = if incident.code.version == 4 { "together" } else { "together-or-copied" };
        assert_eq!(reading(incident, "delay"), Some(expected), "{incident:?}");
    }
}
