//! Frames that stand in another order than they were sent in: a packet behind the message about it was sent all the same.

use super::reading;
use crate::unreachable::made::{Capture, Ip, MILLISECOND, SERVER, from, message, refusal, udp};

fn datagram(sport: u16, number: u16, content: &[u8]) -> Ip {
    Ip::new(17, number, udp(sport, 53, number, content))
}

/// What is said of a message about a packet of this flow, where another packet comes so long after it, and many more by and by.
fn said(quoted: &Ip, wait: i64, next: &Ip) -> Option<&'static str> {
    let mut capture = Capture::new();
    for number in 500..502 {
        capture.see(&datagram(40000, number, b"question"));
        let answer = Ip { ttl: 61, ..Ip::new(17, 77, udp(53, 40000, number, b"answer")).reversed() };
        capture.see(&answer);
    }
    capture.wait(1_000 * MILLISECOND);
    capture.see(&refusal(&quoted.arrived()));
    capture.wait(wait);
    capture.see(next);
    go_on(&mut capture, 40000);
    reading(&capture.findings().incidents[0], "original")
}

/// More packets of a flow than are looked through behind a message.
fn go_on(capture: &mut Capture, sport: u16) {
    (0..2_000).for_each(|number| _ = capture.see(&datagram(sport, 1_000 + number, b"and on")));
}

#[test]
fn a_quote_of_the_packet_right_behind_it_is_not_made_up() {
    let last = datagram(40000, 700, b"a last question");
    assert_eq!(said(&last, MILLISECOND, &last), Some("found"));
    assert_eq!(said(&last, MILLISECOND, &datagram(40000, 800, b"another")), Some("contradicted"));
    assert_eq!(said(&last, 1_000 * MILLISECOND, &last), Some("contradicted"));
}

#[test]
fn a_flow_that_begins_right_behind_the_message_had_been_begun() {
    let said = |wait: i64| {
        let mut capture = Capture::new();
        capture.see(&datagram(40000, 500, b"question"));
        capture.see(&Ip { ttl: 61, ..Ip::new(17, 77, udp(53, 40000, 9, b"answer")).reversed() });
        capture.wait(1_000 * MILLISECOND);
        let first = datagram(41000, 700, b"another question");
        capture.see(&from(SERVER, message(13, [0; 4], &first.arrived())));
        capture.wait(wait);
        capture.see(&first);
        go_on(&mut capture, 41000);
        reading(&capture.findings().incidents[0], "original")
    };
    assert_eq!(said(MILLISECOND), None);
    assert_eq!(said(1_000 * MILLISECOND), Some("never-sent"));
}
