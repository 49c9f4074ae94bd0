//! Who, where to, and by whom, in the words of the text tables.

use std::net::IpAddr;

use super::line::Row;
use crate::decode::protocol;
use crate::digits;
use crate::incident::Locus;
use crate::report::Names;
use crate::report::parties::MANY;
use crate::report::ports::{self, length};

/// Runs of ports that are shown; the rest is counted.
const SHOWN_RUNS: usize = 2;

/// Who refused what: the ends that a reporter may be one of.
pub(super) struct Ends {
    pub(super) sender: Option<IpAddr>,
    pub(super) target: Option<IpAddr>,
    pub(super) reporter: IpAddr,
    pub(super) hops: Option<u8>,
    pub(super) locus: Locus,
}

/// Who refused, and how many hops away: `10.2.0.2 (1)`; `target` or `sender` where these speak for themselves; `as target`
/// where somebody on the path speaks in the target's name, and `target?` where that is open.
pub(super) fn write_by(ends: &Ends, text: &mut Vec<u8>) {
    let Ends { sender, target, reporter, hops, locus } = *ends;
    match locus {
        Locus::Path if target == Some(reporter) => text.extend_from_slice(b"as target"),
        Locus::Unknown if target == Some(reporter) => text.extend_from_slice(b"target?"),
        _ if target == Some(reporter) => text.extend_from_slice(b"target"),
        _ if sender == Some(reporter) => text.extend_from_slice(b"sender"),
        _ if reporter.is_unspecified() => text.extend_from_slice(MANY.as_bytes()),
        _ => digits::address(reporter, text),
    }
    if let Some(hops) = hops {
        text.extend_from_slice(b" (");
        digits::number(hops.into(), text);
        text.push(b')');
    }
}

/// What is known of the target, and of who refused, if that is another: `www.example.org by gateway.example.org AS64500 DE`.
pub(super) fn known(ends: &Ends, names: Names<'_>) -> String {
    let known = |address: IpAddr| names.known(address);
    let target = ends.target.and_then(known);
    let reporter = Some(ends.reporter).filter(|&reporter| ends.target != Some(reporter)).and_then(known);
    match (target, reporter) {
        (Some(target), Some(reporter)) => format!("{target} by {reporter}"),
        (None, Some(reporter)) => format!("by {reporter}"),
        (target, None) => target.unwrap_or_default(),
    }
}

/// The address, or a question mark where the quote held none.
pub(super) fn write_address(address: Option<IpAddr>, text: &mut Vec<u8>) {
    match address {
        Some(address) => digits::address(address, text),
        None => text.push(b'?'),
    }
}

/// Adds a cell: `53/udp`, `5000-5010,7000/tcp`, `1,3,+97/udp`; with fewer ports, the first one at last, or none, where there is no
/// room for these; the protocol alone where it has no ports.
pub(super) fn add_ports(row: &mut Row, ports: &[u16], number: Option<u8>) {
    let protocol = number.map(protocol::name).unwrap_or_default();
    let (mut shown, mut hidden) = ports::runs(ports, SHOWN_RUNS);
    row.written(|text| ports::write(&shown, hidden, &protocol, text));
    while let Some(run) = shown.pop() {
        if shown.is_empty() && length(run) > 1 {
            let (first, others) = (run.0, hidden + length(run) - 1);
            row.shorter(|text| ports::write(&[(first, first)], others, &protocol, text));
        }
        hidden += length(run);
        row.shorter(|text| ports::write(&shown, hidden, &protocol, text));
    }
}
