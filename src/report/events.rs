//! What a live run tells as it happens: incidents that open, change and close, as JSON lines and as text.

use super::{Incidents, Kind, Names, View, clock, count, json, parties, percent, verdict};
use crate::frame::Timestamp;
use crate::incident::{Incident, Label};

/// What happened to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Its first messages came.
    Opened,
    /// More messages came, or it is judged otherwise now.
    Updated,
    /// No more messages are counted to it. What is said now is final.
    Closed,
}

/// An event, and what it is about.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// What happened.
    pub event: Event,
    /// When.
    pub time: Timestamp,
    /// The incident's number in this run: unlike its id, it stays the same while the judgement changes.
    pub number: u32,
    /// The incident as it stands.
    pub incident: &'a Incident,
}

/// Lines of JSON that are made alike.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The events that are told so.
    pub events: &'static [&'static str],
    /// What they say, in this order.
    pub members: &'static [Member],
    /// Whether the columns of an incident's row follow.
    pub has_row: bool,
}

/// One thing that an event says: its name, its type, and what that is.
type Member = (&'static str, Kind, &'static str);

const EVENT: Member = ("event", Kind::Keyword, "What happened.");
const TIME: Member = ("time", Kind::Time, "When it was told.");

/// Every form, and with it what each event says.
pub const FORMS: [Form; 3] = [
    Form {
        events: &["incident-opened", "incident-updated", "incident-closed"],
        members: &[
            EVENT,
            TIME,
            (
                "number",
                Kind::Integer,
                "Its number in this run: unlike its id, it stays the same while the judgement changes.",
            ),
        ],
        has_row: true,
    },
    Form {
        events: &["incident-joined"],
        members: &[
            EVENT,
            TIME,
            ("number", Kind::Integer, "Number of an incident that turned out to be a part of another."),
            ("into", Kind::Integer, "Number of that other one."),
        ],
        has_row: false,
    },
    Form {
        events: &["stats"],
        members: &[
            EVENT,
            TIME,
            ("packets", Kind::Integer, "Packets seen since the beginning."),
            ("bytes", Kind::Integer, "Bytes that were captured of these."),
            ("messages", Kind::Integer, "Unreachable messages among them."),
            ("incidents_open", Kind::Integer, "Incidents that are open and were told."),
            ("incidents_closed", Kind::Integer, "Incidents that closed."),
            ("flows", Kind::Integer, "Flows remembered."),
            ("max_flows", Kind::Integer, "Flows remembered at most."),
            (
                "dropped_by_kernel",
                Kind::Integer,
                "Packets for which the kernel's buffer had no room, on all interfaces.",
            ),
            ("dropped_by_interface", Kind::Integer, "Packets that interfaces or their drivers dropped."),
            ("rows_lost", Kind::Integer, "Rows that were lost, because they were read too slowly."),
            ("interfaces", Kind::List, "The same for each interface: `name`, `up`, `delivered`, and its drops."),
        ],
        has_row: false,
    },
];

impl Event {
    /// Every event.
    pub const ALL: [Self; 3] = [Self::Opened, Self::Updated, Self::Closed];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "incident-opened",
            Self::Updated => "incident-updated",
            Self::Closed => "incident-closed",
        }
    }
}

impl Told<'_> {
    /// A line of JSON: event, time and number, then the columns of the incident's row.
    pub fn write_json(&self, names: Names<'_>, view: &View, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"event\":\"");
        out.extend_from_slice(self.event.name().as_bytes());
        out.extend_from_slice(b"\",\"time\":\"");
        clock::rfc3339(self.time, out);
        out.extend_from_slice(format!("\",\"number\":{},", self.number).as_bytes());
        let start = out.len();
        json::write_row::<Incidents>(&view.columns(), &self.incident, names, out);
        // The row's own opening brace: the object is open already.
        out.remove(start);
        out.push(b'\n');
    }

    /// A line for people: `14:32:37.354 opened dgckbfhjkm closed-port 93 %: 192.0.2.1 -> 192.0.2.2:9/udp, port-unreachable
    /// by 192.0.2.2`; when it closes, also how often it happened, and what to do.
    ///
    /// Times are of the view's zone and form; relative ones count from the incident's first message.
    pub fn write_text(&self, view: &View, out: &mut Vec<u8>) {
        let incident = self.incident;
        let word = self.event.name().trim_start_matches("incident-");
        let (cause, probability) = verdict(&incident.verdict);
        let sure = percent(probability);
        view.clock.write_cell(self.time, Some(incident.first_seen), false, out);
        let sender = incident.sender.map_or_else(|| format!("{} senders", incident.senders), |one| one.to_string());
        let mut line = format!(
            " {word} {} {cause} {sure}: {sender} -> {}, {} by {}",
            incident.id,
            parties::endpoint(incident),
            incident.code.meaning(),
            parties::reporter(incident)
        );
        if self.event == Event::Closed {
            line.push_str(&closing(incident));
        }
        line.push('\n');
        out.extend_from_slice(line.as_bytes());
    }
}

/// `, 12 messages in 3.2 s (late-reply); next: ...`.
fn closing(incident: &Incident) -> String {
    let seconds = incident.last_seen.since(incident.first_seen).max(0) as f64 / 1e9;
    let messages = count(incident.messages, "message");
    let labels: Vec<_> = incident.labels.iter().map(Label::name).collect();
    let labels = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
    let (advice, command) = incident.next_step();
    format!(", {messages} in {seconds:.1} s{labels}; next: {advice} Run: {command}")
}

/// A line of JSON: what was told as one incident turns out to be a part of another.
pub fn write_joined(time: Timestamp, number: u32, into: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"event\":\"incident-joined\",\"time\":\"");
    clock::rfc3339(time, out);
    out.extend_from_slice(format!("\",\"number\":{number},\"into\":{into}}}\n").as_bytes());
}
