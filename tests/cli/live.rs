//! `unreach live` between two hosts, beside a reading of what was sent; skipped where no namespaces may be made.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::lines::run;
use super::sniffing::{ended, knock, live, live_on, network, signal};
use crate::network::ip;

fn column(csv: &str, name: &str) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let place = reader.headers().expect("a header").iter().position(|known| known == name).expect(name);
    reader.records().map(|row| row.expect("a row").get(place).unwrap_or_default().to_owned()).collect()
}

#[test]
fn closed_ports_are_told_while_they_are_knocked_at() {
    let Some(_network) = network() else { return };
    let child = live(&["--duration", "3s", "-t", "messages", "-F", "csv"]);
    for port in [9, 4242] {
        knock(port);
    }
    let (out, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    assert_eq!(column(&out, "cause"), BTreeSet::from(["closed-port".to_owned()]), "{out}");
    assert_eq!(column(&out, "target_port"), BTreeSet::from(["9".to_owned(), "4242".to_owned()]));
    assert_eq!(column(&out, "match"), BTreeSet::from(["exact".to_owned()]));
    assert_eq!(column(&out, "file"), BTreeSet::from(["inside".to_owned()]));
    assert!(err.contains("dropped"), "the summary tells of drops: {err}");
}

#[test]
fn an_interrupt_ends_it_cleanly() {
    let Some(_network) = network() else { return };
    let child = live(&["-F", "csv"]);
    knock(9);
    sleep(Duration::from_millis(500));
    signal(&child, "-INT");
    let (out, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    assert_eq!(column(&out, "cause").len(), 1, "{out}");
}

#[test]
fn a_count_of_packets_ends_it() {
    let Some(_network) = network() else { return };
    let child = live(&["--count", "1", "-F", "csv", "-f", "icmp"]);
    knock(9);
    let (out, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    assert_eq!(column(&out, "meaning"), BTreeSet::from(["port-unreachable".to_owned()]), "{out}");
    assert!(err.contains("none of the quoted packets passed the filter"), "{err}");
}

#[test]
fn the_summary_names_what_was_named() {
    let Some(_network) = network() else { return };
    for (interfaces, named) in
        [(&["any"][..], "any: "), (&["inside", "inside"], "inside: "), (&["inside", "lo", "inside"], "2 inputs: ")]
    {
        let child = live_on(interfaces, &["--duration", "2s", "-F", "csv"]);
        knock(9);
        let (out, err, status) = ended(child);
        assert_eq!((status, column(&out, "messages").len()), (Some(0), 1), "{interfaces:?}: {err}");
        let summary = err.lines().last().unwrap_or_default();
        assert!(
            summary.starts_with(named) && summary.contains("1 unreachable: 1 in 1 incident"),
            "{interfaces:?}: {err}"
        );
    }
}

#[test]
fn an_interface_that_is_never_up_is_not_lost() {
    let Some(network) = network() else { return };
    let near = network.near.as_str();
    assert!(ip(&["-n", near, "link", "add", "idle", "type", "veth", "peer", "name", "peer"]));
    let told = run(Path::new("."), &["live", "-i", "idle", "--duration", "1s"]);
    assert_eq!(told.status, 2, "{}", told.err);
    assert!(told.err.contains("warning: idle: is not up; waiting for it\n"), "{}", told.err);
    assert!(told.err.contains("error: nothing was heard: idle was never up\n"), "{}", told.err);
    assert!(!told.err.contains("lost"), "{}", told.err);
    let beside = run(Path::new("."), &["live", "-i", "idle", "-i", "inside", "--duration", "1s"]);
    assert_eq!(beside.status, 0, "{}", beside.err);
    let child = live_on(&["idle", "inside"], &["--duration", "4s"]);
    assert!(ip(&["-n", near, "link", "set", "peer", "up"]) && ip(&["-n", near, "link", "set", "idle", "up"]));
    let (_, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    assert!(err.contains("idle: is up\n") && !err.contains("is back"), "{err}");
}
