//! Where packets were captured, and which way they came: what says something about who refused them, and what does not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use unreach::incident::Findings;

use crate::corpus;
use crate::unreachable::made::{Capture, Ip, MILLISECOND, message, refusal, tcp, udp};

const SYN: u8 = 2;
const SYN_ACK: u8 = 18;

/// What signals say of all incidents.
fn evidence(findings: &Findings) -> BTreeSet<(&'static str, &'static str)> {
    let all = findings.incidents.iter().flat_map(|incident| &incident.evidence);
    all.map(|finding| (finding.signal, finding.reading)).collect()
}

/// The packet that is refused.
fn question() -> Ip {
    Ip::new(17, 500, udp(40000, 9999, 0xabcd, b"question"))
}

fn refused(ttl: u8) -> Ip {
    Ip { ttl, ..refusal(&question().arrived()) }
}

/// A connection that the server accepts, so long after it was asked.
fn connection(port: u16, wait: i64, capture: &mut Capture, ttl: u8) -> Ip {
    capture.see(&Ip::new(6, 600, tcp(port, 80, 1, SYN, &[])));
    capture.wait(wait);
    let accepted = Ip { ttl, ..Ip::new(6, 0, tcp(80, port, 1, SYN_ACK, &[])).reversed() };
    capture.see(&accepted);
    accepted
}

/// What signals say of a refusal with this TTL, a millisecond after its packet.
fn said(mut capture: Capture, ttl: u8) -> BTreeSet<(&'static str, &'static str)> {
    capture.see(&question());
    capture.see(&refused(ttl));
    evidence(&capture.findings())
}

#[test]
fn both_ends_together_are_judged_as_either_is() {
    type Causes = BTreeMap<String, BTreeSet<&'static str>>;
    let causes = |names: &[&str], scenario: &str| -> Causes {
        let path = |name: &&str| -> PathBuf {
            [env!("CARGO_MANIFEST_DIR"), "testdata/lab", scenario, &format!("{name}.pcap")].iter().collect()
        };
        let mut causes = Causes::new();
        for incident in corpus::findings(&corpus::frames(&names.iter().map(path).collect::<Vec<_>>())).incidents {
            let refused = format!("{:?} {:?} {:?}", incident.target, incident.target_ports, incident.protocol);
            causes.entry(refused).or_default().insert(incident.verdict.cause_name());
        }
        causes
    };
    for scenario in
        ["asymmetric_icmp_only", "closed_udp_single", "hostfw_ipt_port", "nat_masq_r1_closed", "traceroute_udp"]
    {
        let (client, both) = (causes(&["client"], scenario), causes(&["client", "server"], scenario));
        assert_eq!(client, both, "{scenario}");
    }
}

#[test]
fn what_several_points_have_seen_says_nothing_of_distances() {
    let mut capture = Capture::new();
    let accepted = connection(40000, 0, &mut capture, 64);
    capture.see(&Ip { ttl: 62, ..accepted });
    capture.see(&question());
    capture.see(&refused(60));
    let (findings, totals) = capture.ended();
    assert!(!evidence(&findings).iter().any(|(signal, _)| *signal == "distance"), "{:?}", evidence(&findings));
    assert!(totals.remarks.iter().any(|remark| remark.contains("several points")), "{:?}", totals.remarks);
}

/// Of these the message may be of one, and its packet of another.
#[test]
fn what_several_points_have_seen_says_nothing_of_translators() {
    let forwarding = |points: &[u8]| {
        let mut capture = Capture::new();
        for &ttl in points {
            capture.see(&Ip { ttl, ..Ip::new(17, 9, udp(40001, 53, 7, b"another")) });
        }
        let evidence = said(capture, 62);
        evidence.into_iter().find_map(|(signal, reading)| (signal == "forwarding").then_some(reading))
    };
    assert_eq!(forwarding(&[64]), Some("a-hop-further"));
    assert_eq!(forwarding(&[64, 63]), None);
}

/// On its way a packet gains no hops: where a later copy has more of them, two clocks disagree that were merged, and the copy before
/// the message may be of another point than the message.
#[test]
fn a_packet_that_goes_back_tells_nothing_of_how_far_it_went() {
    let hops = |ttls: &[u8], wait: i64| {
        let mut capture = Capture::new();
        for &ttl in ttls {
            capture.wait(wait);
            capture.see(&Ip { ttl, ..question() });
        }
        capture.see(&refused(62));
        let said = capture.message();
        (said.correlation.matched.name(), said.correlation.original_ttl)
    };
    assert_eq!(hops(&[64, 63], 0), ("exact", Some(63)));
    assert_eq!(hops(&[63, 64], 0), ("exact", None));
    // An equal packet that was sent again, and refused before another point had it.
    assert_eq!(hops(&[64, 63, 64], 0), ("exact", None));
    assert_eq!(hops(&[64, 63, 64], 300 * MILLISECOND), ("exact", Some(64)));
}

#[test]
fn a_packet_that_is_sent_again_was_captured_at_one_point() {
    let mut capture = Capture::new();
    let accepted = connection(40000, 0, &mut capture, 64);
    capture.see(&Ip { identification: accepted.identification + 1, ttl: 62, ..accepted.clone() });
    capture.see(&accepted);
    assert_eq!(capture.ended().1.remarks, Vec::<String>::new());
}

#[test]
fn the_target_may_be_reached_on_several_ways() {
    let seen = |ttls: &[u8]| {
        let mut capture = Capture::new();
        for (port, &ttl) in (40000..).zip(ttls) {
            connection(port, 0, &mut capture, ttl);
        }
        said(capture, 62)
    };
    assert!(seen(&[60, 60, 60]).contains(&("distance", "nearer")));
    assert!(seen(&[60, 60, 62]).contains(&("distance", "as-target")));
}

#[test]
fn programs_may_take_their_time_and_systems_do_not() {
    let mut slow = Capture::new();
    slow.see(&Ip::new(17, 501, udp(40001, 53, 1, b"name")));
    slow.wait(40 * MILLISECOND);
    slow.see(&Ip { ttl: 61, ..Ip::new(17, 1, udp(53, 40001, 2, b"address")).reversed() });
    assert!(!said(slow, 61).contains(&("delay", "early")));
    let after = |connections: &[i64]| {
        let mut far = Capture::new();
        for (port, wait) in (40000..).zip(connections) {
            connection(port, wait * MILLISECOND, &mut far, 61);
        }
        said(far, 61).into_iter().find_map(|(signal, reading)| (signal == "delay").then_some(reading))
    };
    assert_eq!(after(&[40, 50]), Some("early"));
    assert_eq!(after(&[40]), Some("early-once"), "the first may have waited for something");
    assert_eq!(after(&[40, 2]), None);
}

/// No answer, be it of a program, comes sooner than the way takes.
#[test]
fn what_took_longer_once_was_not_the_way() {
    let mut capture = Capture::new();
    connection(40000, 40 * MILLISECOND, &mut capture, 61);
    capture.see(&Ip::new(17, 501, udp(40001, 53, 1, b"name")));
    capture.see(&Ip { ttl: 61, ..Ip::new(17, 1, udp(53, 40001, 2, b"address")).reversed() });
    assert!(!said(capture, 61).iter().any(|(signal, _)| *signal == "delay"));
}

#[test]
fn echo_replies_may_come_another_way() {
    let seen = |ttl: u8| {
        let mut capture = Capture::new();
        capture.see(&Ip { ttl, ..Ip::new(1, 9, vec![0, 0, 0, 0, 0, 1, 0, 1]).reversed() });
        said(capture, 61)
    };
    let says = |ttl: u8| seen(ttl).into_iter().find_map(|(signal, reading)| (signal == "own-icmp").then_some(reading));
    assert_eq!([61, 59, 125].map(says), [Some("alike"), None, Some("other-initial-ttl")]);
}

#[test]
fn what_fits_or_may_be_split_is_not_too_big() {
    const DONT_FRAGMENT: u16 = 0x4000;
    let says = |fragment: u16, mtu: [u8; 2], is_captured: bool| {
        let packet = Ip { fragment, ..Ip::new(17, 500, udp(40000, 9999, 0xabcd, &[7; 1000])) };
        let mut capture = Capture::new();
        if is_captured {
            capture.see(&packet);
        }
        let quote = &packet.arrived()[..28];
        capture.see(&Ip { payload: message(4, [0, 0, mtu[0], mtu[1]], quote), ..refused(61) });
        let said = evidence(&capture.findings());
        said.into_iter().find_map(|(signal, reading)| (signal == "original").then_some(reading))
    };
    assert_eq!(says(DONT_FRAGMENT, [2, 88], true), Some("found"));
    assert_eq!(says(DONT_FRAGMENT, [0, 0], true), Some("found"), "routers before RFC 1191 say no MTU");
    for (fragment, mtu) in [(DONT_FRAGMENT, [5, 120]), (0, [2, 88])] {
        assert_eq!(says(fragment, mtu, false), Some("illegal"));
        assert_eq!(says(fragment, mtu, true), None, "who quotes it has seen it");
    }
    assert_eq!(says(DONT_FRAGMENT, [2, 88], false), None);
}
