//! What `unreach live` says of refusals while they happen, beside a reading of the same packets; skipped where no
//! namespaces may be made.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::network::routed::{Routed, within};

/// A port that the host refuses by rule, one that the router refuses, and one that nobody listens on.
const BY_HOST: u16 = 7001;
const BY_ROUTER: u16 = 7002;
const CLOSED: u16 = 7003;

/// What is compared of a message's row: everything but what is counted by each reader on its own.
const COMPARED: [&str; 20] = [
    "timestamp",
    "reporter",
    "recipient",
    "reporter_ttl",
    "icmp_type",
    "icmp_code",
    "meaning",
    "protocol",
    "sender",
    "sender_port",
    "target",
    "target_port",
    "quoted_ttl",
    "match",
    "delay_ms",
    "cause",
    "confidence",
    "candidates",
    "labels",
    "evidence",
];

fn start(program: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap_or_else(|error| panic!("{program}: {error}"))
}

/// Ends it as ^C would.
fn interrupt(child: Child) -> Output {
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    child.wait_with_output().expect("ended")
}

fn ask(from: &str, to: &str, port: u16) {
    let socket = UdpSocket::bind((from, 0)).expect("an address");
    for _ in 0..3 {
        let address = SocketAddr::new(to.parse().expect("an address"), port);
        let _ = socket.send_to(b"anybody there?", address);
        sleep(Duration::from_millis(60));
    }
}

/// An answer that comes when its asker has gone: the asker's own host refuses it.
fn answer_late(network: &Routed, from: &str, to: &str, port: u16) {
    let code = format!(
        "import socket,time\ns=socket.socket(socket.AF_INET6 if ':' in {to:?} else socket.AF_INET,socket.SOCK_DGRAM)\n\
         s.bind(({to:?},{port}))\ns.settimeout(5)\nprint('ready',flush=True)\nd,a=s.recvfrom(99)\ntime.sleep(0.7)\ns.sendto(b'late',a)\ntime.sleep(0.3)"
    );
    let mut server = start("ip", &["netns", "exec", &network.far, "python3", "-c", &code]);
    let mut ready = [0; 6];
    server.stdout.as_mut().expect("piped").read_exact(&mut ready).expect("the server is ready");
    let socket = UdpSocket::bind((from, 0)).expect("an address");
    socket.send_to(b"quick!", (to, port)).expect("sent");
    drop(socket);
    server.wait_with_output().expect("the server ended");
}

/// Rows of a table of messages, by what is compared of them.
fn rows(csv: &[u8]) -> Vec<BTreeMap<&'static str, String>> {
    let mut reader = csv::Reader::from_reader(csv);
    let headers = reader.headers().expect("a header").clone();
    let place = |name: &str| headers.iter().position(|known| known == name).unwrap_or_else(|| panic!("{name}"));
    let places: Vec<_> = COMPARED.iter().map(|name| (*name, place(name))).collect();
    let row = |record: csv::StringRecord| {
        places.iter().map(|(name, place)| (*name, record.get(*place).unwrap_or_default().to_owned())).collect()
    };
    let mut rows: Vec<BTreeMap<_, _>> = reader.records().map(|record| row(record.expect("a row"))).collect();
    rows.sort();
    rows
}

fn read(path: &Path) -> Vec<BTreeMap<&'static str, String>> {
    let path = path.to_str().expect("a name");
    let output = Command::new(env!("CARGO_BIN_EXE_unreach"))
        .args(["read", path, "-t", "messages", "-F", "csv", "-q"])
        .output()
        .expect("read");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    rows(&output.stdout)
}

/// The likeliest cause of each message about a target: where two are close, the cause itself is undetermined.
fn likeliest(rows: &[BTreeMap<&'static str, String>], target: &str, port: u16) -> Vec<String> {
    let about = |row: &&BTreeMap<&str, String>| row["target"] == target && row["target_port"] == port.to_string();
    let best = |row: &BTreeMap<&str, String>| row["candidates"].split(':').next().unwrap_or_default().to_owned();
    rows.iter().filter(about).map(best).collect()
}

fn scene(network: &Routed, from: &str, to: &str, guarded: &str, absent: &str) {
    ask(from, to, CLOSED);
    ask(from, guarded, BY_HOST);
    ask(from, to, BY_ROUTER);
    answer_late(network, from, to, 7004);
    ask(from, absent, 7005);
}

#[test]
fn a_live_run_says_what_a_reading_of_its_packets_says() {
    let Some(network) = Routed::new() else { return };
    let rules = [(&network.far, "input", BY_HOST), (&network.mid, "forward", BY_ROUTER)];
    for (namespace, hook, port) in rules {
        let rule = format!("udp dport {port} reject with icmpx type admin-prohibited");
        if !Routed::rule(namespace, hook, &rule) {
            return crate::skipped("no nftables here");
        }
    }
    network.settle();
    let folder = tempfile::tempdir().expect("a folder");
    let [dumped, saved] = ["dumped.pcap", "saved.pcapng"].map(|name| folder.path().join(name));
    let tcpdump =
        ["-i", "near0", "-w", dumped.to_str().expect("a name"), "-U", "-Z", "root", "--time-stamp-precision=nano"];
    let tcpdump = start("tcpdump", &tcpdump);
    let save = saved.to_str().expect("a name");
    let live = ["live", "-i", "near0", "--buffer", "4MiB", "-t", "messages", "-F", "csv", "--save", save];
    let live = start(env!("CARGO_BIN_EXE_unreach"), &live);
    sleep(Duration::from_millis(1200));
    scene(&network, "192.0.2.1", "198.51.100.1", "198.51.100.2", "198.51.100.77");
    scene(&network, "2001:db8:1::1", "2001:db8:2::1", "2001:db8:2::2", "2001:db8:2::77");
    // A host that does not answer is given up after three seconds.
    sleep(Duration::from_millis(3800));
    let live = interrupt(live);
    interrupt(tcpdump);
    let told = String::from_utf8_lossy(&live.stderr).into_owned();
    assert_eq!(live.status.code(), Some(0), "{told}");
    let live = rows(&live.stdout);
    let hosts = [
        ("198.51.100.1", "198.51.100.2", "198.51.100.77", "192.0.2.1"),
        ("2001:db8:2::1", "2001:db8:2::2", "2001:db8:2::77", "2001:db8:1::1"),
    ];
    for (target, guarded, absent, sender) in hosts {
        // Beside a router that refuses other ports of the host, what it is attributed to may be open.
        assert_eq!(likeliest(&live, target, CLOSED).len(), 3, "{told}");
        assert_eq!(likeliest(&live, target, BY_ROUTER), ["network-filter"; 3]);
        assert_eq!(likeliest(&live, absent, 7005), ["host-unreachable"; 3]);
        // A filter in front of the host could say the same in its name.
        let by_host = likeliest(&live, guarded, BY_HOST);
        assert_eq!(by_host.len(), 3);
        assert!(by_host.iter().all(|cause| cause == "host-firewall" || cause == "network-filter"), "{by_host:?}");
        let late =
            live.iter().find(|row| row["target"] == sender).unwrap_or_else(|| panic!("no late reply to {sender}"));
        assert!(late["labels"].contains("late-reply"), "{late:?}");
    }
    assert_eq!(live, read(&dumped), "what tcpdump saw is judged alike, row for row");
    let kept = |rows: &[BTreeMap<&'static str, String>]| -> Vec<_> {
        rows.iter().map(|row| ["timestamp", "match", "cause", "labels"].map(|name| row[name].clone())).collect()
    };
    assert_eq!(kept(&live), kept(&read(&saved)), "and what was saved as evidence");
    assert!(within(&network.near, &["true"]));
}
