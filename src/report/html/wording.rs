//! Words that every part of the page uses: addresses with their names, targets with their ports, classes of colour.

use std::net::IpAddr;

use crate::frame::InputId;
use crate::incident::{Incident, Locus};
use crate::report::account::away;
use crate::report::{Cell, Clock, Names, parties, ports, printable};
use crate::unreachable::FrameRef;
use crate::verdict::Attribution;

/// Runs of ports that are written out; of more it is only said how many ports they have.
const RUNS: usize = 12;

/// Characters of a name from outside that are shown, and of a sentence that may hold such a name.
const NAME: usize = 120;
const SENTENCE: usize = 600;

/// What puts things into words.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) names: Names<'a>,
    /// Whether there are several inputs.
    pub(super) several: bool,
    /// Length of the folder that the names of all inputs begin with.
    pub(super) shared_folder: usize,
    /// Times are in the zone of the text tables.
    pub(super) clock: Clock,
}

impl Words<'_> {
    /// An address.
    pub(super) fn host(self, address: IpAddr) -> String {
        match self.names.known(address) {
            Some(known) => format!("{address} ({})", line(&known)),
            None => address.to_string(),
        }
    }

    /// `10.3.0.2:9001/udp`, `[fd03::2]:53/udp`, `10.3.0.2/icmp`, with the host's name where it is known.
    pub(super) fn target(self, incident: &Incident) -> String {
        let address = match incident.target {
            Some(address) => address.to_string(),
            None if incident.is_collective => "many targets".to_owned(),
            None => return "an unknown target".to_owned(),
        };
        let known = incident.target.and_then(|target| self.names.known(target));
        let name = known.map(|known| format!(" ({})", line(&known))).unwrap_or_default();
        format!("{}{name}", parties::joined(incident, &address, &ports(&incident.target_ports)))
    }

    /// Who refused, and how far away.
    pub(super) fn by(self, incident: &Incident) -> String {
        let itself = incident.locus == Locus::Target && incident.target == Some(incident.reporter);
        let who = if itself {
            "the target itself".to_owned()
        } else {
            parties::speaker(incident, |address| self.host(address))
        };
        match incident.reporter_hops {
            Some(hops) => format!("{who}, {}", away(hops)),
            None => who,
        }
    }

    /// An input's name, printable and cut to what a line holds, without the folder that all inputs share.
    pub(super) fn input(self, input: InputId) -> String {
        let name = self.names.of(input);
        line(name.get(self.shared_folder..).unwrap_or(name))
    }

    /// `12`, or `client.pcap 12` where there are several inputs.
    pub(super) fn frame(self, frame: FrameRef) -> String {
        if self.several { format!("{} {}", self.input(frame.input), frame.number) } else { frame.number.to_string() }
    }
}

/// A name from outside: printable, its middle left out where it is too long for a line.
pub(super) fn line(outside: &str) -> String {
    shortened(&printable(outside), NAME)
}

/// The same of a sentence.
pub(super) fn sentence(outside: &str) -> String {
    shortened(&printable(outside), SENTENCE)
}

fn shortened(text: &str, most: usize) -> String {
    let characters = text.chars().count();
    if characters <= most {
        return text.to_owned();
    }
    let (head, tail) = (most / 3, most - most / 3 - 1);
    let end: String = text.chars().skip(characters - tail).collect();
    format!("{}…{end}", text.chars().take(head).collect::<String>())
}

/// `53`, `5000-5010, 7000`; of many runs the first, and how many ports the others have.
pub(super) fn ports(ports: &[u16]) -> String {
    let (runs, hidden) = ports::runs(ports, RUNS);
    let mut told: Vec<String> = runs.iter().map(|&(first, last)| Cell::Ports(first, last).to_text()).collect();
    if hidden > 0 {
        told.push(format!("and {hidden} more"));
    }
    told.join(", ")
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
