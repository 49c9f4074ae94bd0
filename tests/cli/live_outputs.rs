//! Outputs of `unreach live` as others see them: while it runs, when it is killed, and when they are read too slowly.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use unreach::report::schema;

use super::decode_as::wrapped;
use super::lines::run;
use super::sniffing::{ended, knock, live, network, rows, signal, until};
use crate::network::ip;

#[test]
fn events_tell_of_an_incident_from_its_beginning_to_its_end() {
    let Some(_network) = network() else { return };
    let mut child = live(&["-F", "ndjson", "--incident-timeout", "2s", "--duration", "8s"]);
    knock(9);
    sleep(Duration::from_secs(2));
    knock(9);
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let events: Vec<serde_json::Value> =
        lines.map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON")).collect();
    let about =
        |name: &str| -> Vec<&serde_json::Value> { events.iter().filter(|event| event["event"] == name).collect() };
    let (_, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    let [opened] = about("incident-opened")[..] else { panic!("{events:?}") };
    let [closed] = about("incident-closed")[..] else { panic!("{events:?}") };
    assert_eq!((&opened["messages"], &closed["messages"]), (&1.into(), &2.into()));
    assert_eq!(opened["number"], closed["number"]);
    assert_eq!((&closed["cause"], &closed["target"]), (&"closed-port".into(), &"192.0.2.2".into()));
    assert!(!about("incident-updated").is_empty(), "{events:?}");
    let counts = *about("stats").last().expect("counts at the end");
    assert_eq!(
        (&counts["messages"], &counts["incidents_closed"], &counts["incidents_open"]),
        (&2.into(), &1.into(), &0.into())
    );
    assert_eq!(counts["interfaces"][0]["name"], "inside");
    let validator = jsonschema::validator_for(&schema::of_event()).expect("a schema");
    for event in &events {
        validator.validate(event).unwrap_or_else(|error| panic!("{error}: {event}"));
    }
    assert!(counts["interfaces"][0]["dropped_by_kernel"].is_u64());
}

#[test]
fn rows_are_whole_though_the_process_is_killed() {
    let Some(_network) = network() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let [incidents, messages] = ["incidents.csv", "messages.csv"].map(|name| folder.path().join(name));
    let outputs = [incidents.display().to_string(), format!("messages={}", messages.display())];
    let mut child = live(&["--incident-timeout", "200ms", "-o", &outputs[0], "-o", &outputs[1], "-q"]);
    assert_eq!((rows(&incidents), rows(&messages)), (0, 0), "the headers are there from the beginning");
    for port in 1..200 {
        knock(port);
        sleep(Duration::from_millis(10));
        rows(&incidents);
    }
    until("rows are written while it runs", || rows(&incidents) > 0 && rows(&messages) > 0);
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert!(rows(&incidents) > 0 && rows(&messages) > 0);
}

#[test]
fn a_file_that_is_moved_away_is_begun_anew_when_asked() {
    let Some(_network) = network() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let [path, moved] = ["incidents.csv", "moved.csv"].map(|name| folder.path().join(name));
    let child = live(&["--incident-timeout", "500ms", "-o", path.to_str().expect("a name")]);
    knock(9);
    until("the first incident closes", || rows(&path) == 1);
    fs::rename(&path, &moved).expect("moved");
    signal(&child, "-HUP");
    until("the file is there again", || path.exists());
    knock(10);
    until("the second incident closes", || rows(&path) == 1);
    signal(&child, "-USR1");
    sleep(Duration::from_millis(500));
    signal(&child, "-TERM");
    let (_, err, status) = ended(child);
    assert_eq!((status, rows(&moved), rows(&path)), (Some(0), 1, 1), "{err}");
    assert!(err.contains("so far:") && err.contains("0 incidents open and 2 closed"), "{err}");
}

/// The packets go to a host that is not there, so that nobody on the link refuses them: what refuses is in the tunnel.
#[test]
fn messages_in_a_tunnel_at_another_port_are_saved() {
    let Some(network) = network() else { return };
    let (near, address) = (network.near.as_str(), "02:00:00:00:00:99");
    assert!(ip(&["-n", near, "neighbour", "add", "192.0.2.99", "lladdr", address, "dev", "inside"]));
    let folder = tempfile::tempdir().expect("a folder");
    let assigned = ["--decode-as", "udp:5555=vxlan"];
    let path = folder.path().join("saved.pcapng");
    let child = live(&[&assigned[..], &["--save", path.to_str().expect("a name"), "--duration", "2s"]].concat());
    let socket = UdpSocket::bind("192.0.2.1:0").expect("an address");
    for packet in wrapped() {
        assert!(socket.send_to(&packet, ("192.0.2.99", 5555)).is_ok());
    }
    let (_, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    let told = run(folder.path(), &[&["read", "saved.pcapng"], &assigned[..]].concat());
    assert!(err.contains("2 unreachables") && told.err.contains("2 unreachables"), "{err}{}", told.err);
}

#[test]
fn files_are_put_aside_when_they_are_large() {
    let Some(_network) = network() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("messages.csv");
    let output = format!("messages={}", path.display());
    let child = live(&["--incident-timeout", "300ms", "--rotate", "2KiB", "-o", &output]);
    for port in 1..30 {
        knock(port);
        sleep(Duration::from_millis(100));
    }
    sleep(Duration::from_millis(2500));
    signal(&child, "-INT");
    let (_, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    let files: Vec<_> =
        fs::read_dir(folder.path()).expect("read").map(|entry| entry.expect("an entry").path()).collect();
    assert!(files.len() > 1, "{files:?}");
    assert_eq!(files.iter().map(|file| rows(file)).sum::<usize>(), 29, "every row is in one of {files:?}");
}

#[test]
fn a_reader_that_takes_nothing_does_not_keep_it_from_its_end() {
    let Some(_network) = network() else { return };
    // Nobody reads standard output before the end.
    let child = live(&["-t", "messages", "-F", "ndjson", "--duration", "3s"]);
    let begun = Instant::now();
    for port in 1..600 {
        knock(port);
    }
    let mut child = child;
    until("it ends although its pipe is full", || begun.elapsed() > Duration::from_secs(9));
    assert_eq!(child.try_wait().expect("asked").and_then(|status| status.code()), Some(0));
    let (out, err, _) = ended(child);
    assert!(out.lines().count() > 10 && err.contains("found no reader"), "{err}");
}

#[test]
fn a_reader_that_has_gone_ends_it_quietly() {
    let Some(_network) = network() else { return };
    let mut child = live(&["-F", "ndjson"]);
    drop(child.stdout.take());
    knock(9);
    let begun = Instant::now();
    while child.try_wait().expect("asked").is_none() {
        assert!(begun.elapsed() < Duration::from_secs(15), "it goes on for nobody");
        knock(9);
        sleep(Duration::from_millis(300));
    }
    let (_, err, status) = ended(child);
    assert!(status == Some(0) && !err.contains("error"), "{err}");
}

#[test]
fn counts_are_served_for_prometheus() {
    let Some(_network) = network() else { return };
    let child = live(&["--metrics", "9433", "--incident-timeout", "500ms"]);
    knock(9);
    let get = |path: &str| -> String {
        let Ok(mut stream) = TcpStream::connect("127.0.0.1:9433") else { return String::new() };
        let _ = stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    };
    let closed = "unreach_incidents_closed_total{cause=\"closed-port\"} 1\n";
    until("the incident is counted", || get("/metrics").contains(closed));
    let page = get("/metrics");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    for sample in ["unreach_messages_total 1\n", "unreach_dropped_total{interface=\"inside\",by=\"kernel\"} 0\n"] {
        assert!(page.contains(sample), "{page}");
    }
    assert!(get("/else").starts_with("HTTP/1.1 404 "));
    signal(&child, "-INT");
    assert_eq!(ended(child).2, Some(0));
}

#[test]
fn an_interface_that_goes_and_returns_is_heard_again() {
    let Some(network) = network() else { return };
    let child = live(&["-F", "csv", "-t", "messages"]);
    knock(9);
    sleep(Duration::from_millis(300));
    assert!(ip(&["-n", &network.near, "link", "delete", "inside"]));
    sleep(Duration::from_millis(1500));
    let (near, far) = (network.near.as_str(), network.far.as_str());
    assert!(ip(&["-n", near, "link", "add", "inside", "type", "veth", "peer", "name", "outside", "netns", far]));
    assert!(ip(&["-n", near, "address", "add", "192.0.2.1/24", "dev", "inside"]));
    assert!(ip(&["-n", far, "address", "add", "192.0.2.2/24", "dev", "outside"]));
    assert!(ip(&["-n", near, "link", "set", "inside", "up"]) && ip(&["-n", far, "link", "set", "outside", "up"]));
    sleep(Duration::from_millis(2500));
    knock(10);
    sleep(Duration::from_millis(500));
    signal(&child, "-INT");
    let (out, err, status) = ended(child);
    assert_eq!(status, Some(0), "{err}");
    assert!(err.contains("inside: lost") && err.contains("inside: is back"), "{err}");
    let ports: Vec<_> = csv::Reader::from_reader(out.as_bytes())
        .deserialize::<std::collections::HashMap<String, String>>()
        .map(|row| row.expect("a row")["target_port"].clone())
        .collect();
    assert_eq!(ports, ["9", "10"], "{out}");
}

#[test]
fn root_is_given_up_for_a_user_who_may_write_the_outputs() {
    let Some(_network) = network() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("incidents.csv");
    let output = path.to_str().expect("a name");
    let refused = Command::new(env!("CARGO_BIN_EXE_unreach"))
        .args(["live", "-i", "inside", "--user", "nobody", "-o", output])
        .output()
        .expect("run");
    assert_eq!(refused.status.code(), Some(2), "a folder that the user may not write in is refused");
    assert!(
        Command::new("chmod").args(["777", folder.path().to_str().expect("a name")]).status().expect("chmod").success()
    );
    let child = live(&["--user", "nobody", "-o", output]);
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("a status");
    let field =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
    assert_ne!(field("Uid:").split_whitespace().next(), Some("0"), "{status}");
    assert_eq!(field("CapEff:"), "0000000000002000", "the right to open interfaces, and no other");
    assert_eq!(field("NoNewPrivs:"), "1");
    knock(9);
    sleep(Duration::from_millis(500));
    signal(&child, "-INT");
    let (_, err, status) = ended(child);
    assert_eq!((status, rows(&path)), (Some(0), 1), "{err}");
}

#[test]
fn what_is_told_live_is_disguised_where_that_is_asked_for() {
    let Some(_network) = network() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let [key, rows_path] = ["key", "incidents.csv"].map(|name| folder.path().join(name));
    fs::write(&key, "ab".repeat(32)).expect("written");
    let [key, output] = [key, rows_path.clone()].map(|path| path.display().to_string());
    let child = live(&["-F", "ndjson", "--anonymize", &key, "-o", &output, "--duration", "3s"]);
    knock(9);
    let (out, err, status) = ended(child);
    assert_eq!((status, rows(&rows_path)), (Some(0), 1), "{err}");
    let written = fs::read_to_string(&rows_path).expect("rows");
    for text in [&out, &written] {
        assert!(text.contains("closed-port") && !text.contains("192.0.2."), "{text}");
    }
}
