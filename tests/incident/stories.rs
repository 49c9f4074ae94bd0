//! Which messages tell one story.

use std::net::IpAddr;

use unreach::incident::Findings;

use crate::unreachable::made::{CLIENT, Capture, Ip, ROUTER, SERVER, from, message, refusal, udp};

fn probe(sport: u16, port: u16) -> Ip {
    Ip::new(17, sport, udp(sport, port, sport, b"question"))
}

/// What is found of probes that are each followed by a message.
fn found(pairs: &[(Ip, Ip)]) -> Findings {
    let mut capture = Capture::new();
    for (number, (packet, refused)) in (1..).zip(pairs) {
        capture.see(packet);
        // Messages with numbers of their own, so that none is a copy.
        capture.see(&Ip { identification: number, ..refused.clone() });
    }
    capture.findings()
}

fn refused(sport: u16, port: u16) -> (Ip, Ip) {
    (probe(sport, port), refusal(&probe(sport, port).arrived()))
}

#[test]
fn ports_of_one_target_are_one_incident() {
    let findings = found(&[refused(40000, 9), refused(40001, 7), refused(40002, 9)]);
    let [incident] = findings.incidents.as_slice() else { panic!("{:?}", findings.incidents) };
    assert_eq!((incident.messages, incident.flows, incident.originals), (3, 3, 3));
    assert_eq!(incident.target_ports, [7, 9]);
    assert_eq!((incident.senders, incident.sender), (1, Some(IpAddr::from(CLIENT))));
    assert_eq!(incident.frames.iter().map(|frame| frame.number).collect::<Vec<_>>(), [2, 4, 6]);
}

#[test]
fn targets_are_told_apart() {
    let other = Ip { destination: [198, 51, 100, 21], ..probe(40001, 9) };
    let about_other = Ip { source: other.destination, ..refusal(&other.arrived()) };
    assert_eq!(found(&[refused(40000, 9), (other, about_other)]).incidents.len(), 2);
}

#[test]
fn codes_are_told_apart() {
    let prohibited = (probe(40001, 9), from(SERVER, message(13, [0; 4], &probe(40001, 9).arrived())));
    let findings = found(&[refused(40000, 9), prohibited]);
    let codes: Vec<u8> = findings.incidents.iter().map(|incident| incident.code.icmp_code).collect();
    assert_eq!(codes, [3, 13]);
}

#[test]
fn reporters_are_told_apart_by_address_and_distance() {
    let by_router = (probe(40001, 9), from(ROUTER, message(3, [0; 4], &probe(40001, 9).arrived())));
    let (packet, message) = refused(40002, 9);
    let from_nearer = (packet, Ip { ttl: 63, ..message });
    let findings = found(&[refused(40000, 9), by_router, from_nearer]);
    let places: Vec<_> =
        findings.incidents.iter().map(|incident| (incident.reporter, incident.reporter_hops)).collect();
    let [server, router] = [SERVER, ROUTER].map(IpAddr::from);
    assert_eq!(places, [(server, Some(3)), (router, Some(3)), (server, Some(1))]);
}

#[test]
fn several_senders_are_counted() {
    let other = Ip { source: [192, 0, 2, 11], ..probe(40001, 9) };
    let about_other = Ip { destination: other.source, ..refusal(&other.arrived()) };
    let findings = found(&[refused(40000, 9), (other, about_other)]);
    assert_eq!(findings.incidents.len(), 1);
    assert_eq!((findings.incidents[0].senders, findings.incidents[0].sender), (2, None));
}

#[test]
fn ids_tell_when_a_story_began() {
    let id_after = |wait: i64| {
        let mut capture = Capture::new();
        capture.wait(wait);
        capture.see(&probe(40000, 9));
        capture.see(&refusal(&probe(40000, 9).arrived()));
        capture.findings().incidents[0].id.clone()
    };
    assert_eq!(id_after(0), id_after(0));
    assert_ne!(id_after(0), id_after(1));
}

#[test]
fn every_incident_says_what_to_do_next() {
    let by_router = (probe(40001, 9), from(ROUTER, message(13, [0; 4], &probe(40001, 9).arrived())));
    for incident in found(&[refused(40000, 9), by_router]).incidents {
        assert!(incident.next_step().0.ends_with('.') && !incident.next_step().1.is_empty(), "{incident:?}");
        assert!(!incident.next_step().1.contains('\n'), "{incident:?}");
    }
}
