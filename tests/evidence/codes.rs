//! What it says that a target is refused by several codes: of rules a lot, of an outage nothing.

use std::path::PathBuf;

use unreach::incident::Findings;

use super::reading;
use crate::corpus;
use crate::unreachable::made::{Capture, Ip, MILLISECOND, ROUTER, SERVER, from, message, refusal, tcp, udp};

fn found(scenario: &str) -> Findings {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata/namespaces", scenario, "client.pcap"].iter().collect();
    corpus::analyzed(&path)
}

/// First the host does not answer, then its network is gone: the same ports, by one code after the other.
#[test]
fn an_outage_that_goes_on_is_no_rule() {
    let found = found("rt_outage_goes_on");
    assert!(found.incidents.len() >= 6, "{:?}", found.incidents);
    for incident in &found.incidents {
        let cause = if incident.code.icmp_code == 0 { "no-route" } else { "host-unreachable" };
        assert_eq!((incident.verdict.cause_name(), reading(incident, "other-codes")), (cause, None), "{incident:?}");
    }
}

#[test]
fn what_rules_let_through_may_find_no_way() {
    let found = found("hd_behind_acl");
    for incident in &found.incidents {
        let expected = match incident.code.meaning().as_ref() {
            "admin-prohibited" => ("network-filter", Some("vary")),
            "host-unreachable" | "address-unreachable" => ("host-unreachable", Some("others-by-rule")),
            _ => ("no-route", Some("others-by-rule")),
        };
        assert_eq!((incident.verdict.cause_name(), reading(incident, "other-codes")), expected, "{incident:?}");
    }
}

/// Nothing answers but the closed ports of the target, and these from behind the router: what that refuses alone is by rule.
#[test]
fn a_target_that_refuses_itself_is_up() {
    let found = found("nf_host_code_beside_closed");
    for incident in &found.incidents {
        let says_host = incident.code.meaning() != "port-unreachable";
        let expected = if says_host { ("network-filter", Some("answers-after")) } else { ("closed-port", None) };
        assert_eq!((incident.verdict.cause_name(), reading(incident, "target-alive")), expected, "{incident:?}");
    }
}

/// A router without a way treats UDP and TCP alike: what the target answers in between counts for both.
#[test]
fn an_answer_between_two_messages_counts_whatever_their_protocols() {
    const SYN: u8 = 2;
    let readings = |is_answered: bool, apart: i64| {
        let mut capture = Capture::new();
        let [datagram, attempt] =
            [Ip::new(17, 500, udp(40000, 9017, 1, b"question")), Ip::new(6, 501, tcp(40001, 9006, 7, SYN, &[]))];
        for refused in [datagram, attempt] {
            capture.see(&refused);
            capture.see(&from(ROUTER, message(0, [0; 4], &refused.arrived())));
            if is_answered && refused.protocol == 17 {
                capture.see(&Ip::new(17, 502, udp(40002, 53, 2, b"question")));
                capture.see(&Ip::new(17, 7, udp(53, 40002, 3, b"answer")).reversed());
                capture.wait(apart);
            }
        }
        let found = capture.findings();
        found.incidents.iter().map(|incident| reading(incident, "target-alive")).collect::<Vec<_>>()
    };
    assert_eq!(readings(true, 0), [Some("answers"), Some("answers")]);
    assert_eq!(readings(false, 0), [None, None]);
    // Two outages.
    assert_eq!(readings(true, 120_000 * MILLISECOND), [Some("answers-after"), None]);
}

/// That one of the hosts behind it is down says nothing of the ports of others, nor of its own.
#[test]
fn who_publishes_ports_does_not_rule_over_those_that_are_down() {
    let found = found("nat_publisher_mix");
    assert_eq!(found.incidents.len(), 3, "{:?}", found.incidents);
    for incident in &found.incidents {
        let cause = if incident.target_ports == [8055] { "host-unreachable" } else { "closed-port" };
        assert_eq!((incident.verdict.cause_name(), reading(incident, "other-codes")), (cause, None), "{incident:?}");
    }
}

#[test]
fn a_packet_that_is_too_big_says_nothing_of_other_ports() {
    const DONT_FRAGMENT: u16 = 0x4000;
    let said = |code: u8| {
        let mut capture = Capture::new();
        let large = Ip { fragment: DONT_FRAGMENT, ..Ip::new(17, 500, udp(40000, 53, 1, &[7; 1000])) };
        capture.see(&large);
        capture.see(&from(SERVER, message(code, [0, 0, 2, 88], &large.arrived()[..28])));
        let question = Ip::new(17, 501, udp(40000, 9999, 2, b"question"));
        capture.see(&question);
        capture.see(&refusal(&question.arrived()));
        let said = capture.findings().incidents;
        said.iter().filter_map(|incident| reading(incident, "other-codes")).collect::<Vec<_>>()
    };
    assert_eq!(said(4), Vec::<&str>::new());
    assert_eq!(said(13).len(), 2);
}

/// Of two ways that are chosen between by flow one has no route: who is refused is answered the next time.
#[test]
fn one_of_several_ways_may_lead_nowhere() {
    let found = found("rt_one_of_two_ways");
    let at_port = found.incidents.iter().filter(|one| reading(one, "target-alive") == Some("answers-at-port"));
    assert!(at_port.count() > 0, "{:?}", found.incidents);
    for incident in &found.incidents {
        assert_eq!(incident.verdict.cause_name(), "no-route", "{incident:?}");
        assert_ne!(reading(incident, "port-history"), Some("alternates"), "{incident:?}");
    }
}
