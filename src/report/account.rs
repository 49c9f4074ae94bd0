//! An incident in words: what happened, what was said, and which frames show it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Cell, List};
use crate::decode::protocol;
use crate::frame::InputId;
use crate::incident::{Findings, Incident};
use crate::unreachable::{FrameRef, Message};
use crate::verdict::Cause;

/// What happened: who refused what, how often, and when.
pub fn story(incident: &Incident) -> String {
    let protocol = incident.protocol.map_or("packets".into(), protocol::name);
    let ports = Cell::List(List::Ports(&incident.target_ports)).to_text();
    let ports = if ports.is_empty() { String::new() } else { format!(" port {ports}") };
    let unknown = if incident.is_collective { "many targets" } else { "an unknown target" };
    let target = incident.target.map_or(unknown.to_owned(), |target| target.to_string());
    let sender = incident.sender.map_or(format!("{} senders", incident.senders), |sender| sender.to_string());
    let hops = match incident.reporter_hops {
        Some(1) => ", 1 hop away,".to_owned(),
        Some(hops) => format!(", {hops} hops away,"),
        None => String::new(),
    };
    let reporter = if incident.reporter.is_unspecified() { "Many".to_owned() } else { incident.reporter.to_string() };
    format!(
        "{reporter}{hops} refused {protocol} of {sender} to {target}{ports}. Messages: {}; packets of these flows in the capture: \
         {}; flows: {}. From {} to {}.",
        incident.messages,
        incident.originals,
        incident.flows,
        Cell::Time(incident.first_seen).to_text(),
        Cell::Time(incident.last_seen).to_text(),
    )
}

/// What the messages say, in the words of the RFCs.
pub fn saying(incident: &Incident) -> String {
    let code = incident.code;
    let says = code.entry().map_or("No RFC gives this code a meaning.", |entry| entry.explanation);
    format!(
        "It said {} (ICMPv{} type {} code {}). {says}",
        code.meaning(),
        code.version,
        code.icmp_type,
        code.icmp_code
    )
}

/// `closed-port +15, network-filter -15`; causes that a reading does not move are left out.
pub fn weights(weights: [i8; 8]) -> String {
    let moved = Cause::ALL.iter().zip(weights).filter(|&(_, weight)| weight != 0);
    let moved: Vec<String> = moved.map(|(cause, weight)| format!("{} {weight:+}", cause.name())).collect();
    if moved.is_empty() { "moves no cause".to_owned() } else { moved.join(", ") }
}

/// The messages whose frames incidents name.
#[derive(Debug)]
pub struct Exhibits(HashMap<FrameRef, Message>);

impl Exhibits {
    /// Those of the incidents, as far as messages were kept.
    pub fn of(incidents: &[&Incident], findings: &Findings) -> Self {
        let named: HashSet<FrameRef> = incidents.iter().flat_map(|incident| incident.frames.iter().copied()).collect();
        let mut found = HashMap::with_capacity(named.len());
        for message in findings.messages.iter().map(|attributed| attributed.message) {
            if named.contains(&message.frame) {
                found.entry(message.frame).or_insert(message);
            }
        }
        Self(found)
    }

    /// The message in a frame, where it was kept.
    pub fn message(&self, frame: FrameRef) -> Option<&Message> {
        self.0.get(&frame)
    }

    /// For each input of an incident, the display filter that shows its first frames, at most so many, and those they
    /// are about, in Wireshark.
    pub fn display_filters(&self, incident: &Incident, most: usize) -> Vec<(InputId, String)> {
        let frames = || incident.frames.iter().take(most).copied();
        let originals = frames().filter_map(|frame| self.message(frame)?.original);
        let all: BTreeSet<FrameRef> = frames().chain(originals).collect();
        let filter = |&input: &InputId| {
            let numbers = all.iter().filter(|frame| frame.input == input).map(|frame| frame.number.to_string());
            let numbers: Vec<String> = numbers.collect();
            (!numbers.is_empty()).then(|| (input, format!("frame.number in {{{}}}", numbers.join(", "))))
        };
        incident.inputs.iter().filter_map(filter).collect()
    }
}
