//! Words that every part of the page uses: addresses with their names, targets with their ports, classes of colour.

use std::net::IpAddr;

use crate::decode::protocol;
use crate::frame::InputId;
use crate::incident::{Incident, Locus};
use crate::report::{Cell, List, Names, printable, text};
use crate::unreachable::FrameRef;
use crate::verdict::Attribution;

/// Runs of ports that are written out; of more it is only said how many ports they have.
const RUNS: usize = 12;

/// Bytes of an input's name that are shown.
const NAME: usize = 120;

/// What puts things into words.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) names: Names<'a>,
}

impl Words<'_> {
    /// An address.
    pub(super) fn host(self, address: IpAddr) -> String {
        address.to_string()
    }

    /// `10.3.0.2:9001/udp`, `[fd03::2]:53/udp`, `10.3.0.2/icmp`.
    pub(super) fn target(self, incident: &Incident) -> String {
        let ports = ports(&incident.target_ports);
        let address = match incident.target {
            Some(IpAddr::V6(address)) if !ports.is_empty() => format!("[{address}]"),
            Some(address) => address.to_string(),
            None => return "an unknown target".to_owned(),
        };
        let colon = if ports.is_empty() { "" } else { ":" };
        format!("{address}{colon}{ports}/{}", incident.protocol.map(protocol::name).unwrap_or_default())
    }

    /// Who refused, and how far away.
    pub(super) fn by(self, incident: &Incident) -> String {
        let itself = incident.locus == Locus::Target && incident.target == Some(incident.reporter);
        let who = if itself { "the target itself".to_owned() } else { self.host(incident.reporter) };
        match incident.reporter_hops {
            Some(hops) => format!("{who}, {} away", text::count(hops.into(), "hop")),
            None => who,
        }
    }

    /// An input's name, printable and cut to what a line holds.
    pub(super) fn input(self, input: InputId) -> String {
        shortened(&printable(self.names.of(input)))
    }

    /// `12`, or `client.pcap 12` where there are several inputs.
    pub(super) fn frame(self, frame: FrameRef, several: bool) -> String {
        if several { format!("{} {}", self.input(frame.input), frame.number) } else { frame.number.to_string() }
    }
}

/// Text from outside that is to take one line: printable, its middle left out where it is too long.
pub(super) fn line(outside: &str) -> String {
    shortened(&printable(outside))
}

fn shortened(text: &str) -> String {
    if text.len() <= NAME {
        return text.to_owned();
    }
    let characters = text.chars().count();
    let (head, tail) = (NAME / 3, NAME - NAME / 3 - 1);
    let end: String = text.chars().skip(characters.saturating_sub(tail)).collect();
    format!("{}…{end}", text.chars().take(head).collect::<String>())
}

/// `53`, `5000-5010, 7000`; of many runs the first, and how many ports the others have.
pub(super) fn ports(ports: &[u16]) -> String {
    let mut runs = Vec::new();
    let mut hidden = 0u32;
    List::Ports(ports).each(|run| match run {
        Cell::Ports(first, last) if runs.len() >= RUNS => hidden += u32::from(last - first) + 1,
        _ => runs.push(run.to_text()),
    });
    if hidden > 0 {
        runs.push(format!("and {hidden} more"));
    }
    runs.join(", ")
}

/// The class that colours an attribution.
pub(super) fn kind(attribution: Attribution) -> &'static str {
    match attribution {
        Attribution::ClosedPort => "closed",
        Attribution::FilteringDevice => "filter",
        Attribution::Network => "network",
        Attribution::Forged => "forged",
        Attribution::Undetermined => "unsure",
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
