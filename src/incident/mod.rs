//! Incidents: messages that tell one story; and devices: what stands behind their reporters.

mod advice;
mod alias;
mod by_case;
mod cases;
mod closing;
mod commands;
mod copies;
mod device;
mod findings;
mod ids;
mod judge;
mod labels;
mod ledger;
mod mark;
mod packed;
mod place;
mod repeats;
mod room;
mod shelf;
mod story;
mod system;
mod tracker;
mod watch;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::evidence::{Reading, SIGNALS, Signal};
use crate::frame::{InputId, Timestamp};
use crate::unreachable::{Code, FrameRef};
use crate::verdict::Verdict;
pub use advice::NextStep;
pub use copies::Repeat;
pub use device::WAYS;
pub use findings::{Attributed, Findings, JudgedMessage};
pub use ledger::Ledger;
pub use mark::{Mark, Marker};
pub use packed::Packed;
pub use room::{Room, Shortage};
pub use shelf::{Keeper, Shelf, Store};
pub use tracker::{Recorded, Tracker};
pub use watch::{Closed, Open, Serials};

/// What was going on, independent of the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Label {
    /// The refused packet is an answer that came after its asker had gone.
    LateReply,
    /// The end of a traceroute.
    Traceroute,
    /// Part of a scan of ports or hosts.
    Scan,
    /// The port answered earlier.
    ServiceStopped,
    /// The port answered later.
    Recovered,
    /// The reporter limits the rate of its messages.
    RateLimited,
    /// An address translation lies between.
    Nat,
    /// A filter answers in the target's name.
    Impersonated,
    /// Another copy of the same message was captured.
    Duplicate,
    /// An answer to packets that somebody else sent in the recipient's name.
    Backscatter,
    /// A service proxy without anything behind it.
    NoEndpoints,
    /// Name and service discovery that is often refused, and harmless.
    Chatter,
    /// QUIC.
    Quic,
    /// The path shows signs of congestion.
    Congestion,
}

/// One documented label.
#[derive(Debug)]
pub struct LabelEntry {
    /// The label.
    pub label: Label,
    /// Its keyword.
    pub name: &'static str,
    /// What it says.
    pub explanation: &'static str,
}

/// Every label with its keyword and meaning, in the order of the contract.
pub const LABELS: &[LabelEntry] = &[
    LabelEntry {
        label: Label::LateReply,
        name: "late-reply",
        explanation: "The refused packet is an answer: it came after its asker had gone. Harmless as a rule; the asker gave up too early, or the answer was slow.",
    },
    LabelEntry {
        label: Label::Traceroute,
        name: "traceroute",
        explanation: "The refused packet is a probe of traceroute or mtr; being refused is how a trace ends.",
    },
    LabelEntry {
        label: Label::Scan,
        name: "scan",
        explanation: "One sender tries many ports or hosts; the refusals are what it asked for.",
    },
    LabelEntry {
        label: Label::ServiceStopped,
        name: "service-stopped",
        explanation: "The port answered earlier in the capture, then refused: a service stopped, or a rule was added.",
    },
    LabelEntry { label: Label::Recovered, name: "recovered", explanation: "The port answered after it had refused." },
    LabelEntry {
        label: Label::RateLimited,
        name: "rate-limited",
        explanation: "More packets were refused than messages sent about them, in the pattern of a rate limit: silence in between is no sign of an open port.",
    },
    LabelEntry {
        label: Label::Nat,
        name: "nat",
        explanation: "An address translation lies between the capture and the sender or the target.",
    },
    LabelEntry {
        label: Label::Impersonated,
        name: "impersonated",
        explanation: "A filter on the path answers in the target's name.",
    },
    LabelEntry {
        label: Label::Duplicate,
        name: "duplicate",
        explanation: "The same message was captured more than once; it is counted once.",
    },
    LabelEntry {
        label: Label::Backscatter,
        name: "backscatter",
        explanation: "The recipient never sent the quoted packets: somebody else used its address.",
    },
    LabelEntry {
        label: Label::NoEndpoints,
        name: "no-endpoints",
        explanation: "A virtual address refuses for lack of a server behind it, as a Kubernetes service without endpoints does.",
    },
    LabelEntry {
        label: Label::Chatter,
        name: "chatter",
        explanation: "Name or service discovery (NetBIOS, mDNS, LLMNR, SSDP, WS-Discovery), often refused and harmless.",
    },
    LabelEntry {
        label: Label::Quic,
        name: "quic",
        explanation: "The refused packets are QUIC, or go to its port (UDP 443).",
    },
    LabelEntry {
        label: Label::Congestion,
        name: "congestion",
        explanation: "The refused packets met a queue on a path that works: routers marked them (ECN), or the messages took several times as long as the quickest answer.",
    },
];

impl Label {
    /// Its entry in [`LABELS`].
    pub fn entry(self) -> &'static LabelEntry {
        &LABELS[self as usize]
    }

    /// Its keyword.
    pub fn name(self) -> &'static str {
        self.entry().name
    }
}

/// A set of labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Labels(u16);

impl Labels {
    /// Adds a label.
    pub fn insert(&mut self, label: Label) {
        self.0 |= 1 << label as u8;
    }

    /// Whether the label is in the set.
    pub fn contains(self, label: Label) -> bool {
        self.0 & (1 << label as u8) != 0
    }

    /// The set without a label.
    #[must_use]
    pub fn without(self, label: Label) -> Self {
        Self(self.0 & !(1 << label as u8))
    }

    /// Whether both sets have a label in common.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The labels, in the order of [`LABELS`].
    pub fn iter(self) -> impl Iterator<Item = Label> {
        LABELS.iter().map(|entry| entry.label).filter(move |&label| self.contains(label))
    }
}

/// The letters of ids: no digits, which a spreadsheet takes for a number (`3e12379231`, `0245611201`), and no vowels, which
/// make words.
const LETTERS: [char; 16] = ['b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v'];

/// An id of so many letters, at most 32, from the low bits of a hash: four a letter.
pub fn letters(hash: u128, length: usize) -> String {
    (0..length.min(32)).map(|place| LETTERS[(hash >> (4 * place)) as usize & 0xf]).collect()
}

/// Where a refusal was spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Locus {
    /// On the target itself.
    Target,
    /// On the path before it.
    Path,
    /// On the sender's own host.
    Sender,
    /// The capture does not tell.
    Unknown,
}

impl Locus {
    /// The keyword of the `locus` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Path => "path",
            Self::Sender => "sender",
            Self::Unknown => "unknown",
        }
    }
}

/// One piece of evidence as it was read: the signal's id, and the name of its reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Id of the signal.
    pub signal: &'static str,
    /// The reading.
    pub reading: &'static str,
    /// How much it moved the causes apart, in decibans (the largest weight less the smallest).
    pub strength: f64,
}

impl Finding {
    /// The signal and its reading, with their documentation.
    pub fn explained(&self) -> Option<(&'static Signal, &'static Reading)> {
        let signal = SIGNALS.iter().find(|signal| signal.id == self.signal)?;
        Some((signal, signal.readings.iter().find(|reading| reading.name == self.reading)?))
    }
}

/// Messages that tell one story, and the judgement of it: a row of the `incidents` table.
#[derive(Clone, Debug)]
pub struct Incident {
    /// The same in every run over the same captures: a hash of what sets the incident apart.
    pub id: String,
    /// Time of its first message.
    pub first_seen: Timestamp,
    /// Time of its last message.
    pub last_seen: Timestamp,
    /// How many messages, copies of one message counted once.
    pub messages: u64,
    /// Packets of the quoted flows that the capture holds, in the quotes' direction.
    pub originals: u64,
    /// Distinct quoted flows.
    pub flows: u64,
    /// Distinct senders.
    pub senders: u64,
    /// The sender, where there is one only.
    pub sender: Option<IpAddr>,
    /// Senders that are known by address, ascending: all of them where there are as many as `senders` says.
    pub known_senders: Vec<IpAddr>,
    /// IP protocol number of the quotes.
    pub protocol: Option<u8>,
    /// Where the refused packets were going.
    pub target: Option<IpAddr>,
    /// The ports they were going to, ascending.
    pub target_ports: Vec<u16>,
    /// Source of the messages; unspecified where there are many.
    pub reporter: IpAddr,
    /// Whether it stands for many targets and reporters, which there was no room to tell apart.
    pub is_collective: bool,
    /// Hops from the vantage to the reporter.
    pub reporter_hops: Option<u8>,
    /// Type and code.
    pub code: Code,
    /// The judgement.
    pub verdict: Verdict,
    /// Where the refusal was spoken.
    pub locus: Locus,
    /// Median of the delays from the original packets, nanoseconds.
    pub delay_median: Option<i64>,
    /// What was going on.
    pub labels: Labels,
    /// What spoke for the verdict, strongest first.
    pub evidence: Vec<Finding>,
    /// What to do next.
    pub next_step: NextStep,
    /// Frames of the first messages: a bounded sample.
    pub frames: Vec<FrameRef>,
    /// Inputs that its messages came from, ascending.
    pub inputs: Vec<InputId>,
}

impl Incident {
    /// Who refused; nobody where it stands for many reporters.
    pub fn one_reporter(&self) -> Option<IpAddr> {
        Some(self.reporter).filter(|reporter| !reporter.is_unspecified())
    }

    /// What to do next in words: one sentence, and one command. Either may be empty.
    pub fn next_step(&self) -> (String, String) {
        self.next_step.words(&self.verdict, self.labels, self.target_ports.len())
    }
}

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// A host that speaks for itself.
    Host,
    /// A router.
    Router,
    /// A filter on the path.
    Filter,
    /// An address translator.
    Nat,
    /// A filter that answers in others' names.
    Impersonator,
    /// Not known.
    Unknown,
}

impl Role {
    /// The keyword of the `role` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Router => "router",
            Self::Filter => "filter",
            Self::Nat => "nat",
            Self::Impersonator => "impersonator",
            Self::Unknown => "unknown",
        }
    }
}

/// What stands behind a reporter: a row of the `devices` table.
#[derive(Clone, Debug)]
pub struct Device {
    /// The same in every run over the same captures.
    pub id: String,
    /// Its addresses, ascending.
    pub addresses: Vec<IpAddr>,
    /// What it is.
    pub role: Role,
    /// Hops from the vantage.
    pub hops: Option<u8>,
    /// Messages it sent.
    pub messages: u64,
    /// Incidents it caused.
    pub incidents: u64,
    /// Distinct senders it refused.
    pub senders: u64,
    /// Distinct targets it refused.
    pub targets: u64,
    /// What it refused and how: `udp/443 admin-prohibited to 12 targets`.
    pub refuses: Vec<String>,
    /// Initial TTL of its messages: 32, 64, 128 or 255; unknown where its address has more looks than are remembered.
    pub initial_ttl: Option<u8>,
    /// Longest quote, bytes.
    pub quoted_length_max: u16,
    /// Whether it limits the rate of its messages.
    pub rate_limited: bool,
    /// Time of its first message.
    pub first_seen: Timestamp,
    /// Time of its last message.
    pub last_seen: Timestamp,
}
