//! Who, where to, and by whom, in the words of the text tables.

use std::net::IpAddr;

use super::grid::Entry;
use crate::decode::protocol;
use crate::incident::Locus;
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
/// where somebody on the path speaks in the target's name.
pub(super) fn by(ends: &Ends) -> String {
    let Ends { sender, target, reporter, hops, locus } = *ends;
    let who = match locus {
        Locus::Path if target == Some(reporter) => "as target".to_owned(),
        _ if target == Some(reporter) => "target".to_owned(),
        _ if sender == Some(reporter) => "sender".to_owned(),
        _ if reporter.is_unspecified() => "many".to_owned(),
        _ => reporter.to_string(),
    };
    match hops {
        Some(hops) => format!("{who} ({hops})"),
        None => who,
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
pub(super) fn address(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "?".to_owned(), |address| address.to_string())
}

/// `53/udp`, `5000-5010,7000/tcp`, `1,3,+97/udp`; with fewer ports, or none, where there is no room for these; the protocol
/// alone where it has no ports.
pub(super) fn port(ports: &[u16], number: Option<u8>) -> Entry {
    let protocol = number.map(protocol::name).unwrap_or_default();
    let mut shown = Vec::new();
    let mut hidden = 0;
    List::Ports(ports).each(|run| {
        let Cell::Ports(first, last) = run else { return };
        let length = u32::from(last - first) + 1;
        if shown.len() < SHOWN_RUNS { shown.push((run.to_text(), length)) } else { hidden += length }
    });
    let mut forms = Vec::new();
    loop {
        let more = (hidden > 0).then(|| format!("+{hidden}"));
        let runs: Vec<String> = shown.iter().map(|(run, _)| run.clone()).chain(more).collect();
        forms.push(match runs.as_slice() {
            [] => protocol.to_string(),
            // One port alone: `+1` would say that there are others.
            [_] if shown.is_empty() && hidden == 1 => format!("…/{protocol}"),
            _ => format!("{}/{protocol}", runs.join(",")),
        });
        let Some((_, length)) = shown.pop() else { break };
        hidden += length;
    }
    Entry::forms(forms.remove(0), forms)
}
