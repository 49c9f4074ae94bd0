//! Who, where to, and by whom, in the words of the text tables.

use std::net::IpAddr;

use crate::decode::protocol;
use crate::incident::Locus;
use crate::report::{Cell, List};

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

/// The address, or a question mark where the quote held none.
pub(super) fn address(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "?".to_owned(), |address| address.to_string())
}

/// `53/udp`, `5000-5010,7000/tcp`, `1,3,+97/udp`; the protocol alone where it has no ports.
pub(super) fn port(ports: &[u16], number: Option<u8>) -> String {
    let protocol = number.map(protocol::name).unwrap_or_default();
    let mut runs = Vec::new();
    let mut hidden = 0u32;
    List::Ports(ports).each(|run| match run {
        Cell::Ports(first, last) if runs.len() >= SHOWN_RUNS => hidden += u32::from(last - first) + 1,
        _ => runs.push(run.to_text()),
    });
    if hidden > 0 {
        runs.push(format!("+{hidden}"));
    }
    if runs.is_empty() { protocol.into_owned() } else { format!("{}/{protocol}", runs.join(",")) }
}
