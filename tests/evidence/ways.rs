//! How far messages came: ways there and back differ, addresses move, and hosts of one network are as far away as one another.

use std::path::PathBuf;

use unreach::incident::Findings;

use super::reading;
use crate::corpus;
use crate::unreachable::made::{Capture, Ip, MILLISECOND, SERVER, from, message, refusal, udp};

fn found(scenario: &str, vantage: &str) -> Findings {
    let path = ["testdata/namespaces", scenario, vantage].iter().collect::<PathBuf>();
    corpus::analyzed(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path))
}

/// Nothing else is known of the targets: a way back that is shorter by one looks as a translation does, and is as usual.
#[test]
fn a_shorter_way_back_is_no_filter() {
    for incident in &found("rt_way_back_shorter", "client.pcap").incidents {
        assert_eq!(reading(incident, "forwarding"), Some("a-hop-further"), "{incident:?}");
        assert_eq!(incident.verdict.cause_name(), "closed-port", "{incident:?}");
        assert!(incident.labels.iter().all(|label| label.name() != "nat"), "{incident:?}");
    }
}

/// Where the target's own packets came from elsewhere than the message, its address is that of a translator.
#[test]
fn what_is_known_of_a_target_tells_a_translation() {
    let said = |answer_ttl: Option<u8>| {
        let mut capture = Capture::new();
        if let Some(ttl) = answer_ttl {
            capture.see(&Ip::new(17, 400, udp(40001, 53, 1, b"question")));
            capture.see(&Ip { ttl, ..Ip::new(17, 401, udp(53, 40001, 2, b"answer")).reversed() });
        }
        let asked = Ip::new(17, 500, udp(40000, 9999, 3, b"question"));
        capture.see(&asked);
        capture.see(&Ip { ttl: 62, ..refusal(&asked.arrived()) });
        let refused = capture.findings().incidents.remove(0);
        reading(&refused, "forwarding")
    };
    assert_eq!(said(None), Some("a-hop-further"));
    assert_eq!(said(Some(60)), Some("translated"));
    assert_eq!(said(Some(62)), None);
}

/// Of two ports of one address one is refused a hop farther on than the other, which no way back explains.
#[test]
fn what_goes_further_than_other_packets_is_translated() {
    let readings = |quoted: [u8; 2]| {
        let mut capture = Capture::new();
        for (ttl, port) in quoted.into_iter().zip(9000..) {
            let asked = Ip::new(17, port, udp(40000, port, port, b"question"));
            capture.see(&asked);
            capture.see(&Ip { ttl: 62, ..refusal(&Ip { ttl, ..asked }.bytes()) });
        }
        let mut said: Vec<_> = capture.findings().incidents.iter().map(|one| reading(one, "forwarding")).collect();
        said.sort_unstable();
        said
    };
    assert_eq!(readings([62, 61]), [Some("at-target"), Some("translated")]);
    // No packet gains hops.
    assert!(!readings([70, 61]).contains(&Some("translated")));
    assert_eq!(readings([61, 61]), [Some("a-hop-further")]);
}

/// The quotes alone: what waits for a host has been routed, and what has no route has not.
#[test]
fn quotes_tell_where_packets_were_refused_that_were_not_captured() {
    for incident in &found("hd_icmp_only", "client.pcap").incidents {
        let is_down = incident.target.is_some_and(|target| target.to_string().starts_with("172.20.2."));
        let expected = if is_down { "after-routing-unseen" } else { "before-routing-unseen" };
        assert_eq!(reading(incident, "forwarding"), Some(expected), "{incident:?}");
        let best = incident.verdict.candidates[0].0.name();
        assert_eq!(best, if is_down { "host-unreachable" } else { "no-route" }, "{incident:?}");
        // Linux would have sought a neighbour for longer than passed between its messages.
        assert_eq!(reading(incident, "delay"), (!is_down).then_some("again"), "{incident:?}");
    }
}

/// Hosts whose addresses end so answer with such TTLs, and the server itself with others, if any; then this is said in its name, with this
/// TTL, identification and type of service. The signals `distance` and `own-address`.
fn beside(heard: &[(u8, u8)], ttl: u8, identification: u16, tos: u8) -> [Option<&'static str>; 2] {
    let mut capture = Capture::new();
    for (port, &(ending, ttl)) in (40001..).zip(heard) {
        let address = [SERVER[0], SERVER[1], SERVER[2], ending];
        capture.see(&Ip { destination: address, ..Ip::new(17, port, udp(port, 53, 1, b"question")) });
        capture.see(&Ip { source: address, ttl, ..Ip::new(17, port, udp(53, port, 2, b"answer")).reversed() });
    }
    let asked = Ip::new(17, 500, udp(40000, 9999, 3, b"question"));
    capture.see(&asked);
    let said = Ip { identification, ttl, ..from(SERVER, message(3, [0; 4], &asked.bytes())) };
    capture.see_of_service(&said, tos);
    let incident = capture.findings().incidents.remove(0);
    ["distance", "own-address"].map(|signal| reading(&incident, signal))
}

#[test]
fn who_speaks_from_before_all_of_its_network_is_not_of_it() {
    const NEARER: Option<&str> = Some("nearer-than-neighbours");
    const OWNER: Option<&str> = Some("owner");
    // SERVER ends in 20: its eight are those from 16 to 23.
    const TWO: [(u8, u8); 2] = [(21, 61), (22, 61)];
    assert_eq!(beside(&TWO, 63, 7, 0xc0), [NEARER, None], "by two hops");
    assert_eq!(beside(&TWO, 62, 7, 0xc0), [None, OWNER], "by one, as the network's gateway is");
    assert_eq!(beside(&TWO, 62, 0, 0), [NEARER, None], "by one, as filters build it");
    assert_eq!(beside(&TWO, 61, 0, 0), [None, None], "as far away");
    assert_eq!(beside(&[(21, 61), (24, 61)], 63, 7, 0xc0), [None, OWNER], "of another eight");
    for incident in &found("nf_among_neighbours", "client.pcap").incidents {
        assert_eq!(reading(incident, "distance"), NEARER, "{incident:?}");
        assert_eq!(incident.verdict.cause_name(), "network-filter", "{incident:?}");
    }
}

/// Addresses that are numbered in a row may be anywhere, and TTLs may start from anything.
#[test]
fn addresses_next_to_each_other_are_no_network_unless_they_show_it() {
    const OWNER: [Option<&str>; 2] = [None, Some("owner")];
    assert_eq!(beside(&[(21, 59)], 63, 7, 0xc0), OWNER, "one is none");
    assert_eq!(beside(&[(21, 59), (22, 60)], 63, 7, 0xc0), OWNER, "loopbacks of routers");
    assert_eq!(beside(&[(21, 197), (22, 197)], 63, 7, 0xc0), OWNER, "sent with 200");
    // What the target sent itself tells more, be it over two ways.
    let own = [(21, 59), (22, 59), (20, 61), (20, 62)];
    assert_ne!(beside(&own, 62, 7, 0xc0)[0], Some("nearer-than-neighbours"));
}

/// ARP tells that another machine has the address now.
#[test]
fn an_address_that_has_moved_is_no_filter() {
    let found = found("svc_address_moves", "r2_lan.pcap");
    assert_eq!(found.incidents.len(), 2, "{:?}", found.incidents);
    let readings: Vec<_> = found.incidents.iter().map(|incident| reading(incident, "hardware-address")).collect();
    assert!(readings.contains(&Some("other-that-claims-it")) && !readings.contains(&Some("other")), "{readings:?}");
    for incident in &found.incidents {
        assert_ne!(incident.verdict.candidates[0].0.name(), "network-filter", "{incident:?}");
    }
}

/// A host that refuses as if there were no way to it: what was not passed on was not translated, so that it speaks for itself.
#[test]
fn codes_about_ways_may_be_of_the_owner() {
    let said = |quoted_ttl: u8| {
        let mut capture = Capture::new();
        let asked = Ip::new(6, 500, crate::unreachable::made::tcp(40000, 9999, 3, 2, &[]));
        capture.see(&asked);
        capture.wait(MILLISECOND);
        let quote = Ip { ttl: quoted_ttl, ..asked }.bytes();
        capture.see_of_service(&from(SERVER, message(0, [0; 4], &quote)), 0xc0);
        let incident = capture.findings().incidents.remove(0);
        (reading(&incident, "own-address"), incident.verdict.cause_name())
    };
    assert_eq!(said(61), (Some("owner"), "host-firewall"));
    assert_eq!(said(60).0, None);
}
