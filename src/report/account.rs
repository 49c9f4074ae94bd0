//! An incident in words: what happened, what was said, and which frames show it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::text::count;
use super::{Cell, List, parties};
use crate::decode::protocol;
use crate::frame::{InputId, Timestamp};
use crate::incident::{Findings, Incident};
use crate::unreachable::{FrameRef, Message};
use crate::verdict::{Attribution, Cause, Verdict};

/// What stands before the probability of the attribution.
pub fn attribution(verdict: &Verdict) -> &'static str {
    match verdict.attribution {
        Attribution::Undetermined => "undetermined, the likeliest",
        attribution => attribution.name(),
    }
}

/// What happened: who refused what, how often, and when, with times written as the reader wants them.
pub fn story(incident: &Incident, shown: impl Fn(Timestamp) -> String) -> String {
    let protocol = incident.protocol.map_or("packets".into(), protocol::name);
    let ports = Cell::List(List::Ports(&incident.target_ports)).to_text().replace(';', ", ");
    let ports = match incident.target_ports.len() {
        0 => String::new(),
        1 => format!(" port {ports}"),
        _ => format!(" ports {ports}"),
    };
    let unknown = if incident.is_collective { "many targets" } else { "an unknown target" };
    let target = incident.target.map_or(unknown.to_owned(), |target| target.to_string());
    let sender = match (incident.sender, incident.senders) {
        (Some(sender), _) => sender.to_string(),
        (None, 0) => "an unknown sender".to_owned(),
        (None, senders) => format!("{senders} senders"),
    };
    let hops = incident.reporter_hops.map(|hops| format!(", {},", away(hops))).unwrap_or_default();
    let (first, last) = (shown(incident.first_seen), shown(incident.last_seen));
    let when = if first == last { format!("at {first}") } else { format!("from {first} to {last}") };
    let reporter = capitalized(&parties::speaker(incident, |address| address.to_string()));
    let about = match incident.flows {
        0 => ", whose quote does not tell the flow".to_owned(),
        flows => format!(
            " about {}, of which the capture holds {}",
            count(flows, "flow"),
            count(incident.originals, "packet")
        ),
    };
    let messages = count(incident.messages, "message");
    format!("{reporter}{hops} refused {protocol} of {sender} to {target}{ports}, {when}: {messages}{about}.")
}

/// As a sentence begins; an address stays as it is.
fn capitalized(text: &str) -> String {
    let is_word = text.starts_with("somebody") || text == parties::MANY;
    match text.split_at_checked(1) {
        Some((first, rest)) if is_word => first.to_uppercase() + rest,
        _ => text.to_owned(),
    }
}

/// How far from the capture somebody is.
pub fn away(hops: u8) -> String {
    match hops {
        0 => "beside the capture".to_owned(),
        hops => format!("{} away", count(hops.into(), "hop")),
    }
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
        let originals = frames().filter_map(|frame| self.message(frame)?.correlation.original);
        let all: BTreeSet<FrameRef> = frames().chain(originals).collect();
        let filter = |&input: &InputId| {
            let numbers = all.iter().filter(|frame| frame.input == input).map(|frame| frame.number.to_string());
            let numbers: Vec<String> = numbers.collect();
            (!numbers.is_empty()).then(|| (input, format!("frame.number in {{{}}}", numbers.join(", "))))
        };
        incident.inputs.iter().filter_map(filter).collect()
    }
}
