//! `--metrics`: counts for Prometheus, in its text format, over HTTP.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::pulse::Pulse;
use crate::lock::locked;
use crate::report::harmless;
use crate::verdict::Cause;

/// Longest request that is read.
const REQUEST: usize = 8 << 10;

/// How long a client may take for its request, and for the answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What every sample is called after.
const PREFIX: &str = "unreach_";

/// An address to serve on: `9100` is `127.0.0.1:9100`.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text.trim_start_matches(':').parse().map(|port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    port.or_else(|_| text.parse())
        .map_err(|_| "a port, or an address with a port, is expected: 9100, [::1]:9100".into())
}

/// Serves what it was told last.
pub(super) struct Metrics {
    page: Arc<Mutex<String>>,
}

impl Metrics {
    /// Serves from now on, one client after the other.
    pub(super) fn serve(listener: TcpListener) -> Self {
        let page = Arc::new(Mutex::new(String::new()));
        let own = Arc::clone(&page);
        thread::spawn(move || {
            for client in listener.incoming() {
                // A client that fails has no answer; the next may have one.
                let _ = client.and_then(|client| answer(client, &own));
            }
        });
        Self { page }
    }

    /// Tells how the run stands.
    pub(super) fn tell(&self, pulse: &Pulse) {
        *locked(&self.page) = page(pulse);
    }
}

fn answer(mut client: TcpStream, page: &Mutex<String>) -> io::Result<()> {
    client.set_write_timeout(Some(PATIENCE))?;
    let request = read_request(&mut client)?;
    let mut words = request.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = path.split('?').next().unwrap_or_default();
    let (status, kind, body) = match (method, path) {
        ("GET" | "HEAD", "/metrics" | "/") => {
            let page = locked(page).clone();
            ("200 OK", "text/plain; version=0.0.4; charset=utf-8", page)
        }
        ("GET" | "HEAD", _) => ("404 Not Found", "text/plain", "see /metrics\n".to_owned()),
        _ => ("405 Method Not Allowed", "text/plain", "GET or HEAD is expected\n".to_owned()),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    client.write_all(head.as_bytes())?;
    if method != "HEAD" {
        client.write_all(body.as_bytes())?;
    }
    client.flush()
}

/// Reads up to the empty line that ends the head of a request, within bounds of time and length.
fn read_request(client: &mut TcpStream) -> io::Result<String> {
    let deadline = Instant::now() + PATIENCE;
    let mut request = Vec::new();
    let mut part = [0; 1024];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || request.len() > REQUEST {
            return Err(io::ErrorKind::TimedOut.into());
        }
        client.set_read_timeout(Some(left))?;
        let count = client.read(&mut part)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        request.extend_from_slice(part.get(..count).unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&request).into_owned())
}

/// Everything as text: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
fn page(pulse: &Pulse) -> String {
    let mut page = String::new();
    let mut one = |name, kind, help, value: u64| family(&mut page, name, kind, help, [(String::new(), value)]);
    one("packets_total", "counter", "Packets analyzed.", pulse.packets);
    one("bytes_total", "counter", "Captured bytes of these packets.", pulse.bytes);
    one("messages_total", "counter", "Unreachable messages, copies counted once.", pulse.messages);
    one("incidents_open", "gauge", "Incidents that are open.", pulse.open as u64);
    one("flows", "gauge", "Flows remembered.", pulse.flows as u64);
    one("flows_max", "gauge", "Flows that may be remembered.", pulse.max_flows as u64);
    one("rows_lost_total", "counter", "Rows of output that no reader took in time.", pulse.rows_lost);
    one("memory_bytes", "gauge", "Resident memory.", resident().unwrap_or_default());
    let causes = || (0..).zip(Cause::ALL.map(Cause::name).into_iter().chain(["undetermined"]));
    let by_cause = |of: fn(&super::pulse::Causes) -> &[u64; 9]| {
        causes().map(move |(place, name): (usize, _)| (format!("cause=\"{name}\""), of(&pulse.causes)[place]))
    };
    let closed = "Incidents that closed, by cause.";
    family(&mut page, "incidents_closed_total", "counter", closed, by_cause(|causes| &causes.incidents));
    let told = "Messages of incidents that closed, by cause.";
    family(&mut page, "closed_messages_total", "counter", told, by_cause(|causes| &causes.messages));
    let label = |name: &str| format!("interface=\"{}\"", escaped(name));
    let interfaces = || pulse.interfaces.iter();
    let up = interfaces().map(|one| (label(&one.name), u64::from(one.is_up)));
    family(&mut page, "interface_up", "gauge", "Whether the interface can be heard.", up);
    let delivered = interfaces().map(|one| (label(&one.name), one.stats.delivered));
    family(&mut page, "interface_packets_total", "counter", "Packets delivered.", delivered);
    let dropped = interfaces().flat_map(|one| {
        [("kernel", one.stats.dropped_by_kernel), ("interface", one.stats.dropped_by_interface)]
            .map(|(by, count)| (format!("{},by=\"{by}\"", label(&one.name)), count))
    });
    family(&mut page, "dropped_total", "counter", "Packets dropped before they were seen.", dropped);
    page
}

/// One metric with its samples. Writing into memory cannot fail.
fn family(page: &mut String, name: &str, kind: &str, help: &str, samples: impl IntoIterator<Item = (String, u64)>) {
    let _ = writeln!(page, "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}");
    for (labels, value) in samples {
        let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
        let _ = writeln!(page, "{PREFIX}{name}{labels} {value}");
    }
}

/// A label's value: backslash, quote and line feed are escaped.
fn escaped(text: &str) -> String {
    harmless(text).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Resident memory in bytes, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok().map(|kilobytes: u64| kilobytes * 1024)
}
