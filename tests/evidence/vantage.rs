//! Where laboratory captures were taken, by their names, and what they could not see from there.

use std::path::PathBuf;

use unreach::analyzer::{Analyzer, Config, Totals};

use crate::corpus;
use crate::unreachable::made::{Capture, Ip, refusal, udp};

fn totals(capture: &str) -> Totals {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata/lab", capture].iter().collect();
    let mut analyzer = Analyzer::new(Config::default());
    for captured in corpus::frames(&[path]) {
        analyzer.push(&captured.frame());
    }
    analyzer.finish().1
}

fn beside(capture: &str) -> Vec<String> {
    totals(capture).beside.iter().map(ToString::to_string).collect()
}

#[test]
fn the_client_and_the_server_know_who_is_beside_them() {
    assert_eq!(beside("asymmetric_icmp_only/client.pcap"), ["10.1.0.2", "2001:db8:1::2"]);
    assert_eq!(beside("asymmetric_icmp_only/server.pcap"), ["10.2.0.2", "2001:db8:2::2"]);
}

#[test]
fn a_way_back_alone_is_a_blind_spot() {
    let totals = totals("asymmetric_icmp_only/return.pcap");
    assert_eq!((totals.messages, totals.matched), (8, 0));
    assert!(totals.remarks.iter().any(|remark| remark.starts_with("all 8 unreachables")), "{:?}", totals.remarks);
    assert!(totals.beside.is_empty(), "nobody's own packets pass there: {:?}", totals.beside);
}

#[test]
fn a_whole_view_has_no_blind_spot() {
    assert_eq!(totals("closed_udp_single/client.pcap").remarks, Vec::<String>::new());
}

/// However often that is refused which has no other answer.
#[test]
fn flows_without_any_answer_are_a_blind_spot() {
    let mut capture = Capture::new();
    for port in 1..=6 {
        capture.see(&Ip::new(17, port, udp(40000, port, 1, b"question")));
    }
    for number in 100..140 {
        let asked = Ip::new(17, number, udp(41000, 9, number, b"again"));
        capture.see(&asked);
        capture.see(&refusal(&asked.arrived()));
    }
    let remarks = capture.ended().1.remarks;
    assert!(
        remarks.iter().any(|remark| remark.starts_with("none of 6 flows was seen in both directions")),
        "{remarks:?}"
    );
}
