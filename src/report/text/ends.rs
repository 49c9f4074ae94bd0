//! Who, where to, and by whom, in the words of the text tables.

use std::net::IpAddr;

use smallvec::SmallVec;

use super::line::Row;
use crate::decode::protocol;
use crate::digits;
use crate::incident::Locus;
use crate::report::parties::MANY;
use crate::report::{Cell, List, Names};

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
    let mut shown: SmallVec<[(u16, u16); SHOWN_RUNS]> = SmallVec::new();
    let mut hidden = 0;
    List::Ports(ports).each(|run| {
        let &Cell::Ports(first, last) = run else { return };
        if shown.len() < SHOWN_RUNS { shown.push((first, last)) } else { hidden += length((first, last)) }
    });
    row.written(|text| write_form(&shown, hidden, &protocol, text));
    while let Some(run) = shown.pop() {
        if shown.is_empty() && length(run) > 1 {
            let (first, others) = (run.0, hidden + length(run) - 1);
            row.shorter(|text| write_form(&[(first, first)], others, &protocol, text));
        }
        hidden += length(run);
        row.shorter(|text| write_form(&shown, hidden, &protocol, text));
    }
}

/// Ports in a run.
fn length((first, last): (u16, u16)) -> u32 {
    u32::from(last - first) + 1
}

/// Some runs of ports, how many ports there are beside them, and the protocol.
fn write_form(shown: &[(u16, u16)], hidden: u32, protocol: &str, text: &mut Vec<u8>) {
    for (place, &(first, last)) in shown.iter().enumerate() {
        if place > 0 {
            text.push(b',');
        }
        Cell::Ports(first, last).write_text(text);
    }
    match hidden {
        0 => {}
        // One port alone: `+1` would say that there are others.
        1 if shown.is_empty() => text.extend_from_slice("…".as_bytes()),
        _ => {
            text.extend_from_slice(if shown.is_empty() { b"+" } else { b",+" });
            digits::number(hidden.into(), text);
        }
    }
    if hidden > 0 || !shown.is_empty() {
        text.push(b'/');
    }
    text.extend_from_slice(protocol.as_bytes());
}
