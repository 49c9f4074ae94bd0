//! `unreach live` between two hosts, beside a reading of what was sent; skipped where no namespaces may be made.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::network::Network;

/// Sniffs `inside` of the namespace that this thread is in.
fn sniff(arguments: &[&str]) -> Child {
    let child = Command::new(env!("CARGO_BIN_EXE_unreach"))
        .args(["live", "-i", "inside", "--buffer", "2MiB"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    // Until the interface is open: there is no other sign of it.
    sleep(Duration::from_millis(700));
    child
}

fn knock(port: u16) {
    let socket = UdpSocket::bind("192.0.2.1:0").expect("an address");
    socket.send_to(b"anybody there?", ("192.0.2.2", port)).expect("sent");
}

/// Standard output, standard error and exit status, once the child ends by itself.
fn ended(mut child: Child) -> (String, String, Option<i32>) {
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().expect("piped").read_to_string(&mut out).expect("text");
    child.stderr.take().expect("piped").read_to_string(&mut err).expect("text");
    (out, err, child.wait().expect("ended").code())
}

fn column(csv: &str, name: &str) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let place = reader.headers().expect("a header").iter().position(|known| known == name).expect(name);
    reader.records().map(|row| row.expect("a row").get(place).unwrap_or_default().to_owned()).collect()
}

#[test]
fn closed_ports_are_told_while_they_are_knocked_at() {
    let Some(_network) = Network::new() else { return };
    let child = sniff(&["--duration", "3s", "-t", "messages", "-F", "csv"]);
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
    let Some(_network) = Network::new() else { return };
    let child = sniff(&["-F", "csv"]);
    knock(9);
    sleep(Duration::from_millis(500));
    let id = i32::try_from(child.id()).expect("a process id");
    let interrupted = Command::new("kill").args(["-INT", &id.to_string()]).status().expect("kill").success();
    assert!(interrupted);
    let (out, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    assert_eq!(column(&out, "cause").len(), 1, "{out}");
}

#[test]
fn a_count_of_packets_ends_it() {
    let Some(_network) = Network::new() else { return };
    let child = sniff(&["--count", "1", "-F", "csv", "-f", "icmp"]);
    knock(9);
    let (out, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    assert_eq!(column(&out, "meaning"), BTreeSet::from(["port-unreachable".to_owned()]), "{out}");
    assert!(err.contains("none of the quoted packets passed the filter"), "{err}");
}
