//! Quotes of packets that were captured on the other side of an address translation.

use super::made::{Capture, Ip, MILLISECOND, ROUTER, SERVER, after, found, from, message, refusal, tcp, udp};

/// The address that the client has outside.
const OUTSIDE: [u8; 4] = [203, 0, 113, 77];
/// The address that the server has inside.
const INSIDE: [u8; 4] = [10, 0, 0, 5];

fn datagram(identification: u16) -> Ip {
    Ip::new(17, identification, udp(40000, 53, 0x1111, b"question"))
}

/// The datagram with its source translated, and the checksum that follows.
fn outside(identification: u16) -> Ip {
    let payload = udp(61000, 53, 0x2222, b"question");
    Ip { source: OUTSIDE, payload, ..datagram(identification) }
}

#[test]
fn a_translated_source_is_seen_through() {
    let said = after(&[datagram(600)], &refusal(&outside(600).arrived()));
    assert_eq!((found(&said), said.correlation.delay), (("nat", Some(1)), Some(MILLISECOND)));
    assert_eq!((said.sender, said.sender_port), (Some(OUTSIDE.into()), Some(61000)), "the quote says what it says");
    assert!(said.correlation.flow.is_some());
}

#[test]
fn a_translated_destination_is_seen_through() {
    let inside = Ip { destination: INSIDE, payload: udp(40000, 5353, 0x3333, b"question"), ..datagram(600) };
    assert_eq!(found(&after(&[datagram(600)], &refusal(&inside.arrived()))), ("nat", Some(1)));
}

#[test]
fn the_incident_bears_the_label() {
    let mut capture = Capture::new();
    capture.see(&datagram(600));
    capture.see(&refusal(&outside(600).arrived()));
    let findings = capture.findings();
    let labels: Vec<&str> = findings.incidents[0].labels.iter().map(unreach::incident::Label::name).collect();
    assert!(labels.contains(&"nat"), "{labels:?}");
}

/// The translator takes one from the TTL as well: what passed so many routers before it did not pass them on the message's side.
#[test]
fn hops_are_not_counted_across_a_translation() {
    let readings = |sent: &Ip| {
        let mut capture = Capture::new();
        capture.see(sent);
        let quote = Ip { ttl: 62, ..outside(600) }.bytes();
        capture.see(&Ip { ttl: 63, ..from(ROUTER, message(0, [0; 4], &quote)) });
        let findings = capture.findings();
        findings.incidents[0].evidence.iter().any(|finding| finding.signal == "forwarding")
    };
    assert!(readings(&outside(600)));
    assert!(!readings(&datagram(600)));
}

#[test]
fn two_translated_ends_are_too_much() {
    let both = Ip { destination: INSIDE, ..outside(600) };
    assert_eq!(found(&after(&[datagram(600)], &refusal(&both.arrived()))), ("none", None));
}

#[test]
fn everything_that_a_translation_leaves_alone_must_agree() {
    let quotes = [
        outside(601),
        Ip { payload: udp(61000, 53, 0x2222, b"questions"), ..outside(600) },
        Ip { payload: udp(61000, 54, 0x2222, b"question"), ..outside(600) },
        Ip { protocol: 136, ..outside(600) },
        Ip { ttl: 128, ..outside(600) },
    ];
    for quote in quotes {
        assert_eq!(found(&after(&[datagram(600)], &refusal(&quote.arrived()))), ("none", None), "{quote:?}");
    }
}

#[test]
fn without_identification_a_datagram_is_not_told_apart() {
    assert_eq!(found(&after(&[datagram(0)], &refusal(&outside(0).arrived()))), ("none", None));
}

#[test]
fn tcp_is_told_by_its_sequence_number() {
    let inside = Ip::new(6, 0, tcp(45000, 443, 123_456_789, 2, b""));
    let quoted = |sequence| Ip { source: OUTSIDE, payload: tcp(62000, 443, sequence, 2, b""), ..inside.clone() };
    let said = |quote: Ip| after(std::slice::from_ref(&inside), &from(SERVER, message(13, [0; 4], &quote.arrived())));
    assert_eq!(found(&said(quoted(123_456_789))), ("nat", Some(1)));
    assert_eq!(found(&said(quoted(123_456_790))), ("none", None));
}

#[test]
fn after_five_seconds_nobody_asks() {
    let found_after = |wait: i64| {
        let mut capture = Capture::new();
        capture.see(&datagram(600));
        capture.wait(wait * MILLISECOND);
        capture.see(&refusal(&outside(600).arrived()));
        found(&capture.message())
    };
    assert_eq!(found_after(4_990), ("nat", Some(1)));
    assert_eq!(found_after(5_010), ("none", None));
}

#[test]
fn a_packet_of_the_quoted_flow_comes_first() {
    let packets = [outside(600), datagram(600)];
    assert_eq!(found(&after(&packets, &refusal(&outside(600).arrived()))), ("exact", Some(1)));
}

#[test]
fn the_latest_packets_are_looked_through_only() {
    let found_behind = |count: u16| {
        let mut capture = Capture::new();
        capture.see(&datagram(600));
        capture.wait(-MILLISECOND * i64::from(count));
        for port in 0..count {
            capture.see(&Ip { destination: INSIDE, ..Ip::new(17, 1, udp(port, 9, 1, b"")) });
        }
        capture.see(&refusal(&outside(600).arrived()));
        found(&capture.message())
    };
    assert_eq!(found_behind(4000), ("nat", Some(1)));
    assert_eq!(found_behind(5000), ("none", None));
}

#[test]
fn a_flood_of_quotes_spends_no_more_than_the_packets_allow() {
    let found_after = |flood: u16| {
        let mut capture = Capture::new();
        capture.see(&datagram(600));
        for port in 0..flood {
            let unknown = Ip { source: INSIDE, payload: udp(port, 53, 1, b""), ..Ip::new(17, 9, Vec::new()) };
            capture.see(&refusal(&unknown.arrived()));
        }
        capture.see(&refusal(&outside(600).arrived()));
        capture.messages().last().map(found)
    };
    assert_eq!(found_after(2), Some(("nat", Some(1))));
    assert_eq!(found_after(500), Some(("none", None)));
}
