//! Which refusals are limited by a rate, and which only seem so.

use unreach::incident::{Findings, Label};

use crate::unreachable::made::{Capture, Ip, MILLISECOND, ROUTER, from, message, refusal, udp};

fn question(identification: u16) -> Ip {
    Ip::new(17, identification, udp(40_000, 9, 7, b"question"))
}

/// Four packets are refused, one a second; `others` sees further ones behind each.
fn found(mut capture: Capture, mut others: impl FnMut(&mut Capture, u16)) -> Findings {
    for second in 0..4 {
        let refused = question(100 * second);
        capture.see(&refused);
        capture.see(&Ip { identification: second + 1, ..refusal(&refused.arrived()) });
        others(&mut capture, 100 * second);
        capture.wait(1000 * MILLISECOND);
    }
    capture.findings()
}

fn is_limited(found: &Findings) -> bool {
    let by_target = found.incidents.iter().find(|incident| incident.code.icmp_code == 3);
    by_target.expect("packets were refused").labels.contains(Label::RateLimited)
}

#[test]
fn refusals_of_some_packets_a_second_are_limited() {
    let found = found(Capture::new(), |capture, number| {
        capture.see(&question(number + 1));
        capture.see(&question(number + 2));
    });
    assert!(is_limited(&found), "{found:?}");
}

/// Of another port, which says nothing of this one.
#[test]
fn what_others_refused_elsewhere_takes_no_limit_away() {
    let found = found(Capture::new(), |capture, number| {
        for number in [number + 1, number + 2] {
            let refused = Ip::new(17, number + 50, udp(50_000, 99, 7, b"another"));
            capture.see(&refused);
            capture.see(&Ip { ttl: 62, ..from(ROUTER, message(1, [0; 4], &refused.arrived())) });
            capture.see(&question(number));
        }
    });
    assert!(is_limited(&found), "{found:?}");
}

#[test]
fn what_others_refused_was_refused() {
    let found = found(Capture::new(), |capture, number| {
        for number in [number + 1, number + 2] {
            let refused = question(number);
            capture.see(&refused);
            capture.see(&Ip { ttl: 62, ..from(ROUTER, message(1, [0; 4], &refused.arrived())) });
        }
    });
    assert!(!is_limited(&found), "{found:?}");
}

#[test]
fn what_was_captured_twice_was_sent_once() {
    let found = found(Capture::new(), |capture, number| {
        capture.see(&Ip { ttl: 63, ..question(number) });
        capture.see(&Ip { ttl: 62, ..question(number) });
    });
    assert!(!is_limited(&found), "{found:?}");
}
