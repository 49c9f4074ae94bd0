//! Copies of one message, captured on several interfaces.

use unreach::incident::{Findings, Label};

use crate::unreachable::made::{Capture, Ip, MILLISECOND, ROUTER, from, message, refusal, udp};

fn datagram() -> Ip {
    Ip::new(17, 500, udp(40000, 53, 0xabcd, b"question"))
}

/// What is found of two messages, so long after one another.
fn found(first: &Ip, second: &Ip, wait: i64) -> Findings {
    let mut capture = Capture::new();
    capture.see(&datagram());
    capture.see(first);
    capture.wait(wait - MILLISECOND);
    capture.see(second);
    capture.findings()
}

/// Messages that count, and rows that are marked as copies.
fn counts(findings: &Findings) -> (u64, usize) {
    let copies = findings.messages.iter().filter(|message| message.labels.contains(Label::Duplicate)).count();
    assert_eq!(findings.messages.len(), 2);
    (findings.incidents.iter().map(|incident| incident.messages).sum(), copies)
}

#[test]
fn a_copy_is_counted_once_and_has_a_row() {
    let message = refusal(&datagram().arrived());
    let findings = found(&message, &message, MILLISECOND);
    assert_eq!(counts(&findings), (1, 1));
    let incidents: Vec<usize> = findings.messages.iter().map(|message| message.incident).collect();
    assert_eq!(incidents[0], incidents[1]);
}

#[test]
fn a_copy_may_have_passed_a_router() {
    let message = refusal(&datagram().arrived());
    let forwarded = Ip { ttl: message.ttl - 1, ..message.clone() };
    let findings = found(&message, &forwarded, MILLISECOND);
    assert_eq!((counts(&findings), findings.incidents.len()), ((1, 1), 1));
}

#[test]
fn another_identification_is_another_message() {
    let message = refusal(&datagram().arrived());
    let second = Ip { identification: message.identification + 1, ..message.clone() };
    assert_eq!(counts(&found(&message, &second, MILLISECOND)), (2, 0));
}

/// Of IPv6, where nothing numbers them, equal packets that were sent again differ in what follows their sequence number.
#[test]
fn another_checksum_is_another_message() {
    let about = |question| {
        let quote = Ip::new(17, 500, udp(40000, 53, 0xabcd, question)).arrived();
        Ip { identification: 0, ..refusal(&quote) }
    };
    assert_eq!(counts(&found(&about(b"question"), &about(b"question"), MILLISECOND)), (1, 1));
    assert_eq!(counts(&found(&about(b"question"), &about(b"QUESTION"), MILLISECOND)), (2, 0));
}

/// What is quoted of both looks alike but for the protocol.
#[test]
fn a_message_about_another_protocol_is_another_message() {
    let first = refusal(&datagram().arrived());
    let second = refusal(&Ip { protocol: 6, ..datagram() }.arrived());
    assert_eq!(counts(&found(&first, &second, MILLISECOND)), (2, 0));
}

#[test]
fn copies_follow_soon() {
    let numbered = refusal(&datagram().arrived());
    assert_eq!(counts(&found(&numbered, &numbered, 90 * MILLISECOND)), (1, 1));
    assert_eq!(counts(&found(&numbered, &numbered, 110 * MILLISECOND)), (2, 0));
    let unnumbered = Ip { identification: 0, ..numbered };
    assert_eq!(counts(&found(&unnumbered, &unnumbered, MILLISECOND)), (1, 1));
    assert_eq!(counts(&found(&unnumbered, &unnumbered, 5 * MILLISECOND)), (2, 0));
}

#[test]
fn a_copy_that_has_passed_a_router_may_take_longer() {
    let first = Ip { identification: 0, ..refusal(&datagram().arrived()) };
    let forwarded = Ip { ttl: first.ttl - 1, ..first.clone() };
    assert_eq!(counts(&found(&first, &forwarded, 50 * MILLISECOND)), (1, 1));
    assert_eq!(counts(&found(&first, &forwarded, 110 * MILLISECOND)), (2, 0));
}

#[test]
fn messages_about_different_packets_are_no_copies() {
    let about = |identification| refusal(&Ip { identification, ..datagram() }.arrived());
    assert_eq!(counts(&found(&about(500), &about(501), MILLISECOND)), (2, 0));
}

/// A router that numbers nothing refuses what has no ports, and looks alike wherever it goes.
#[test]
fn messages_about_packets_to_different_targets_are_no_copies() {
    let about = |last: u8| {
        let echo = Ip { destination: [198, 51, 100, last], ..Ip::new(1, 500, vec![8, 0, 0, 0, 0, 1, 0, 1]) };
        Ip { identification: 0, ..from(ROUTER, message(1, [0; 4], &echo.arrived())) }
    };
    let mut capture = Capture::new();
    (1..=3).for_each(|last| _ = capture.see(&about(last)));
    let findings = capture.findings();
    assert_eq!(findings.incidents.iter().map(|incident| incident.messages).collect::<Vec<_>>(), [1, 1, 1]);
}
