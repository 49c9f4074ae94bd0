//! `unreach live` in a namespace of its own: how it is started, what it is given to hear, and how it ends.

use std::fs;
use std::io::Read;
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::network::{Network, set};

/// Two hosts, of which the far one refuses as often as it is asked.
pub(super) fn network() -> Option<Network> {
    let network = Network::new()?;
    // Those of the whole system are none of a namespace in older kernels.
    for setting in ["net.ipv4.icmp_ratelimit=0", "net.ipv4.icmp_msgs_per_sec=100000", "net.ipv4.icmp_msgs_burst=100000"]
    {
        set(&network.far, &[setting]);
    }
    Some(network)
}

/// Sniffs `inside` of the namespace that this thread is in; returns once it hears.
pub(super) fn live(arguments: &[&str]) -> Child {
    live_on(&["inside"], arguments)
}

/// The same on these interfaces.
pub(super) fn live_on(interfaces: &[&str], arguments: &[&str]) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_unreach"))
        .args(["live", "--buffer", "2MiB"])
        .args(interfaces.iter().flat_map(|name| ["-i", name]))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    // The kernel lists the sockets of its namespace that packets are taken from, below a line of headings.
    let sockets = format!("/proc/{}/net/packet", child.id());
    let hears = || fs::read_to_string(&sockets).is_ok_and(|sockets| sockets.lines().count() > 1);
    until("it hears", || hears() || child.try_wait().expect("asked").is_some());
    // The rest of its beginning: rights, outputs, signals.
    sleep(Duration::from_millis(400));
    child
}

/// Sends to a closed port of the other host.
pub(super) fn knock(port: u16) {
    let socket = UdpSocket::bind("192.0.2.1:0").expect("an address");
    socket.send_to(b"anybody there?", ("192.0.2.2", port)).expect("sent");
}

/// Sends a signal, named as `-INT`.
pub(super) fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill").success());
}

/// Standard output and standard error as far as nobody took them, and exit status, once the child ends by itself.
pub(super) fn ended(mut child: Child) -> (String, String, Option<i32>) {
    let (mut out, mut err) = (String::new(), String::new());
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_string(&mut out).expect("text");
    }
    child.stderr.take().expect("piped").read_to_string(&mut err).expect("text");
    (out, err, child.wait().expect("ended").code())
}

/// Rows of a CSV file that has to be whole: as many fields in each as in the header, and a line feed at the end.
pub(super) fn rows(path: &Path) -> usize {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(text.ends_with('\n'), "{} ends within a row", path.display());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert!(reader.headers().expect("a header").len() > 20);
    let rows: Result<Vec<_>, _> = reader.records().collect();
    rows.expect("as many fields in each row as in the header").len()
}

/// Waits until something holds.
pub(super) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(15), "{what}");
        sleep(Duration::from_millis(50));
    }
}
