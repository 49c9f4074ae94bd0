//! Ports as people read them: the first runs of them, and how many there are beside these.

use smallvec::SmallVec;

use super::{Cell, List};
use crate::decode::protocol;
use crate::digits;

/// Runs of ports, each from its first port to its last.
pub(super) type Runs = SmallVec<[(u16, u16); 2]>;

/// The first runs, at most so many, and how many ports the others have.
pub(super) fn runs(ports: &[u16], most: usize) -> (Runs, u32) {
    let (mut shown, mut hidden) = (Runs::new(), 0);
    List::Ports(ports).each(|run| {
        let &Cell::Ports(first, last) = run else { return };
        if shown.len() < most { shown.push((first, last)) } else { hidden += length((first, last)) }
    });
    (shown, hidden)
}

/// Ports in a run.
pub(super) fn length((first, last): (u16, u16)) -> u32 {
    u32::from(last - first) + 1
}

/// `5000-5010,7000,+3`: two runs, and how many ports there are beside them.
pub(super) fn listed(ports: &[u16]) -> String {
    let (shown, hidden) = runs(ports, 2);
    digits::written(|text| write_runs(&shown, hidden, text))
}

/// `53,+2/udp`: the first run, how many ports there are beside it, and the protocol; the protocol alone where there are no ports.
pub fn briefly(ports: &[u16], number: Option<u8>) -> String {
    let (shown, hidden) = runs(ports, 1);
    digits::written(|text| write(&shown, hidden, &number.map(protocol::name).unwrap_or_default(), text))
}

/// Some runs of ports, how many ports there are beside them, and the protocol: `5000-5010,7000,+3/tcp`.
pub(super) fn write(shown: &[(u16, u16)], hidden: u32, protocol: &str, text: &mut Vec<u8>) {
    write_runs(shown, hidden, text);
    if hidden > 0 || !shown.is_empty() {
        text.push(b'/');
    }
    text.extend_from_slice(protocol.as_bytes());
}

fn write_runs(shown: &[(u16, u16)], hidden: u32, text: &mut Vec<u8>) {
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
}
