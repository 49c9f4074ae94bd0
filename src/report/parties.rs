//! Who refused whom, in the words that reports for people share.

use std::net::IpAddr;

use super::ports;
use crate::decode::protocol;
use crate::incident::{Incident, Locus};
use crate::verdict::Attribution;

/// Who stands for too many to tell each apart.
pub(super) const MANY: &str = "many";

/// Who refused: an address, or `many`.
pub fn reporter(incident: &Incident) -> String {
    incident.one_reporter().map_or_else(|| MANY.to_owned(), |reporter| reporter.to_string())
}

/// Who refused, in a sentence, with the address as the reader wants it. An address that somebody else may have written, or in
/// whose name a filter answers, is not said to have spoken.
pub(super) fn speaker(incident: &Incident, shown: impl Fn(IpAddr) -> String) -> String {
    let Some(address) = incident.one_reporter() else { return MANY.to_owned() };
    let (shown, is_target) = (shown(address), incident.target == Some(address));
    match incident.locus {
        _ if incident.verdict.attribution == Attribution::Forged => format!("{shown}, or somebody in its name"),
        Locus::Unknown if is_target => format!("{shown}, or somebody in its name"),
        Locus::Path if is_target => format!("somebody in the name of {shown}"),
        _ => shown,
    }
}

/// Who was refused: an address, `many`, or `?` where no quote held it.
pub fn target(incident: &Incident) -> String {
    match incident.target {
        Some(target) => target.to_string(),
        None if incident.is_collective => MANY.to_owned(),
        None => "?".to_owned(),
    }
}

/// The target with its ports, of many the first: `10.3.0.2:9001/udp`, `[fd03::2]:53,99,+3/udp`, `10.3.0.2/icmp`, `many/udp`.
pub fn endpoint(incident: &Incident) -> String {
    if incident.target.is_none() && !incident.is_collective {
        return target(incident);
    }
    joined(incident, &target(incident), &ports::listed(&incident.target_ports))
}

/// The same where target and ports are in words of their own.
pub(super) fn joined(incident: &Incident, target: &str, ports: &str) -> String {
    let protocol = incident.protocol.map(protocol::name).unwrap_or_default();
    match incident.target {
        _ if ports.is_empty() => format!("{target}/{protocol}"),
        Some(IpAddr::V6(_)) => format!("[{target}]:{ports}/{protocol}"),
        _ => format!("{target}:{ports}/{protocol}"),
    }
}
