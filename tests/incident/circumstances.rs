//! Circumstances that laboratory captures show, and what must not be taken for them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use unreach::incident::{Finding, Findings, Incident, Label};

use crate::corpus;

fn findings(capture: &str) -> Findings {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata", capture].iter().collect();
    corpus::analyzed(&path)
}

fn has(incident: &Incident, label: Label) -> bool {
    incident.labels.contains(label)
}

fn says(incident: &Incident, signal: &str, reading: &str) -> bool {
    incident.evidence.iter().any(|finding| (finding.signal, finding.reading) == (signal, reading))
}

/// All labels that a capture's incidents have.
fn labels(capture: &str) -> BTreeSet<&'static str> {
    findings(capture).incidents.iter().flat_map(|incident| incident.labels.iter().map(Label::name)).collect()
}

#[test]
fn a_full_queue_is_congestion() {
    assert_eq!(labels("lab/congestion_tbf/client.pcap"), BTreeSet::from(["congestion"]));
    for calm in ["lab/host_down/client.pcap", "lab/ratelimit_closed_50/client.pcap", "lab/closed_udp_many/client.pcap"]
    {
        assert!(!labels(calm).contains("congestion"), "{calm}");
    }
}

#[test]
fn an_answer_from_elsewhere_is_late_like_others() {
    for capture in ["late_other_address/client.pcap", "late_other_address/server.pcap", "late_broadcast/client.pcap"] {
        let found = findings(&format!("namespaces/{capture}"));
        assert!(found.incidents.iter().all(|incident| has(incident, Label::LateReply)), "{capture}");
        assert!(
            found.incidents.iter().all(|incident| incident.next_step().0.contains("had asked another address")),
            "{capture}"
        );
    }
}

#[test]
fn a_translator_without_its_mapping_is_no_impersonator() {
    for incident in findings("namespaces/nat_expired/mid.pcap").incidents {
        assert!(has(&incident, Label::LateReply) && !has(&incident, Label::Impersonated), "{incident:?}");
        assert_eq!(incident.verdict.cause_name(), "closed-port");
        assert!(incident.next_step().0.contains("had dropped the mapping"), "{}", incident.next_step().0);
    }
}

/// One address with others behind it, as a host of containers has: what it refuses itself comes from nearer than what answers.
#[test]
fn an_address_that_publishes_ports_of_others_refuses_for_itself() {
    let found = findings("namespaces/nat_published_port/client.pcap");
    assert_eq!(found.incidents.len(), 4, "{:?}", found.incidents);
    for incident in found.incidents {
        let own = if incident.target_ports == [9000] { "closed-port" } else { "host-firewall" };
        assert_eq!(incident.verdict.cause_name(), own);
        assert!(has(&incident, Label::Nat) && !has(&incident, Label::Impersonated), "{incident:?}");
    }
}

/// What serves there may be several hosts away: then a flow that the address serves itself shows whose it is.
#[test]
fn a_node_of_a_cluster_refuses_for_itself() {
    for incident in findings("namespaces/nat_cluster_node/client.pcap").incidents {
        let own = if incident.target_ports == [9000] { "closed-port" } else { "host-firewall" };
        assert_eq!(incident.verdict.cause_name(), own);
        assert!(says(&incident, "distance", "nearer-by-owner"), "{incident:?}");
    }
    // A redirection looks like that, too, but for what the address serves.
    let [redirected] = &findings("namespaces/nf_redirect/client.pcap").incidents[..] else { panic!("an incident") };
    assert!(says(redirected, "distance", "nearer-as-owner"), "{redirected:?}");
    assert_eq!(redirected.verdict.cause_name(), "network-filter");
}

/// A translator answers echo requests itself, and forwards ports to hosts of other systems; where one of these was captured, that
/// tells more.
#[test]
fn a_host_behind_a_translator_that_answers_pings_refuses_for_itself() {
    for (capture, reading) in [("nat_home_router", Some("other-initial-ttl")), ("nat_balancer_255", None)] {
        let [incident] = &findings(&format!("namespaces/{capture}/client.pcap")).incidents[..] else {
            panic!("an incident")
        };
        assert_eq!(incident.verdict.cause_name(), "closed-port", "{capture}");
        let said = crate::evidence::reading(incident, "own-icmp");
        assert_eq!(said, reading, "{capture}");
    }
}

/// Classic captures do not tell of their filter.
#[test]
fn what_a_capture_filter_left_out_was_sent_all_the_same() {
    for (capture, port) in [("without_udp", 7000), ("without_ssh", 22)] {
        let found = findings(&format!("namespaces/nf_partly_captured/{capture}.pcap"));
        let unseen = found.incidents.iter().filter(|incident| incident.target_ports == [port]);
        assert!(unseen.clone().count() >= 2, "{capture}: {:?}", found.incidents);
        for incident in unseen {
            assert_ne!(incident.verdict.cause_name(), "forged", "{capture}: {incident:?}");
            assert!(says(incident, "original", "never-sent-or-lost"), "{capture}: {incident:?}");
        }
    }
}

/// What answers once the route is back says nothing of the time when it was away.
#[test]
fn a_route_may_come_back() {
    for incident in findings("namespaces/rt_flap/client.pcap").incidents {
        assert!(says(&incident, "target-alive", "answers-after"), "{incident:?}");
        assert!(matches!(incident.verdict.cause_name(), "no-route" | "undetermined"), "{incident:?}");
    }
}

/// Others behind the same address answer, which says nothing of the one that is down.
#[test]
fn a_host_behind_a_translator_may_be_down() {
    let found = findings("namespaces/nat_dead_backend/client.pcap");
    assert_eq!(found.incidents.len(), 4, "{:?}", found.incidents);
    assert!(found.incidents.iter().all(|incident| incident.verdict.cause_name() == "host-unreachable"));
}

#[test]
fn a_port_of_many_hosts_is_scanned_like_many_ports_of_one() {
    let found = findings("namespaces/scan_hosts/client.pcap");
    assert!(found.incidents.iter().all(|incident| has(incident, Label::Scan)), "{:?}", found.incidents);
}

#[test]
fn the_port_that_answers_a_scanner_is_said_to_be_open() {
    let found = findings("namespaces/scan_raw_udp/client.pcap");
    let late: Vec<&Incident> = found.incidents.iter().filter(|incident| has(incident, Label::LateReply)).collect();
    assert!(!late.is_empty() && late.iter().all(|incident| incident.next_step().0.contains("is open")), "{late:?}");
}

#[test]
fn a_service_has_not_stopped_where_its_packets_are_too_big() {
    assert!(!labels("namespaces/mtu_link/client.pcap").contains("service-stopped"));
    assert!(!labels("namespaces/hf_connlimit/client.pcap").contains("service-stopped"));
    assert!(labels("namespaces/svc_stops_same_flow/client.pcap").contains("service-stopped"));
}

#[test]
fn what_nobody_sent_is_backscatter_and_a_wrong_distance_is_not() {
    let found = findings("namespaces/backscatter_busy/client.pcap");
    let unsent = found.incidents.iter().filter(|incident| incident.originals == 0);
    assert!(unsent.clone().count() >= 2);
    for incident in unsent {
        assert!(has(incident, Label::Backscatter) && incident.verdict.cause_name() == "forged", "{incident:?}");
    }
    let blind = findings("namespaces/fg_blind/client.pcap");
    let spoken_for = blind.incidents.iter().filter(|incident| Some(incident.reporter) == incident.target);
    assert!(spoken_for.clone().count() >= 2 && spoken_for.clone().all(|incident| !has(incident, Label::Backscatter)));
}

#[test]
fn equal_packets_refused_together_are_no_copies() {
    let found = findings("namespaces/hd_down/client.pcap");
    let v6 = found.incidents.iter().filter(|incident| incident.target.is_some_and(|target| target.is_ipv6()));
    for incident in v6 {
        assert!(incident.messages > 1 && !has(incident, Label::Duplicate), "{incident:?}");
        assert_eq!(incident.verdict.cause_name(), "host-unreachable");
    }
}

/// Each waited for another time, and for the same resolution.
#[test]
fn what_waited_for_one_resolution_is_judged_by_the_longest_wait() {
    let found = findings("namespaces/hd_watched/client.pcap");
    assert_eq!(found.incidents.len(), 4);
    for incident in &found.incidents {
        let has_waited = |finding: &Finding| (finding.signal, finding.reading) == ("delay", "neighbour-timeout");
        assert!(incident.evidence.iter().any(has_waited), "{incident:?}");
        assert_eq!(incident.verdict.cause_name(), "host-unreachable");
    }
}
