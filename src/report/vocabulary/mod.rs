//! The words that cells are made of, with what each says: one table for `explain`, the schema, and their tests.

mod causes;
mod layers;

use crate::evidence::SIGNALS;
use crate::incident::{LABELS, Locus, Role};
use crate::report::GroupBy;
use crate::unreachable::Match;
use crate::unreachable::code::ENTRIES;
use crate::verdict::{Attribution, Cause, Outcome};

use layers::LAYERS;

pub use causes::explanation;

/// A closed set of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// Causes.
    Causes,
    /// Attributions.
    Attributions,
    /// Meanings of types and codes; beside them there is `code-N`.
    Meanings,
    /// How quoted packets were found.
    Matches,
    /// Where refusals were spoken.
    Loci,
    /// Roles of devices.
    Roles,
    /// Labels.
    Labels,
    /// Signals with their readings: `distance=nearer`.
    Readings,
    /// What incidents are grouped by.
    Groupings,
    /// Layers around a packet; behind most stands a number: `vlan:100`.
    Layers,
    /// Headings of text tables that are no names of columns, and the words that stand only there, in small letters.
    Headings,
}

/// A word and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it stands in cells.
    pub name: String,
    /// What it says, in a sentence or two.
    pub explanation: &'static str,
}

impl Vocabulary {
    /// Every vocabulary.
    pub const ALL: [Self; 11] = [
        Self::Causes,
        Self::Attributions,
        Self::Meanings,
        Self::Matches,
        Self::Loci,
        Self::Roles,
        Self::Labels,
        Self::Readings,
        Self::Groupings,
        Self::Layers,
        Self::Headings,
    ];

    /// What one of its words is called.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Causes => "a cause",
            Self::Attributions => "an attribution",
            Self::Meanings => "a meaning",
            Self::Matches => "a match",
            Self::Loci => "a locus",
            Self::Roles => "a role",
            Self::Labels => "a label",
            Self::Readings => "a reading",
            Self::Groupings => "a grouping",
            Self::Layers => "a layer that was unwrapped",
            Self::Headings => "in text tables",
        }
    }

    /// Its words, each once, in the order of their tables.
    pub fn words(self) -> Vec<Word> {
        match self {
            Self::Causes => {
                let causes = Cause::ALL.into_iter().map(Some).chain([None]);
                causes.map(|cause| word(cause.map_or("undetermined", Cause::name), explanation(cause))).collect()
            }
            Self::Attributions => ATTRIBUTIONS.iter().map(|(one, says)| word(one.name(), says)).collect(),
            Self::Meanings => {
                let mut words: Vec<Word> = ENTRIES.iter().map(|entry| word(entry.meaning, entry.explanation)).collect();
                let mut known = std::collections::BTreeSet::new();
                words.retain(|word| known.insert(word.name.clone()));
                words
            }
            Self::Matches => MATCHES.iter().map(|(one, says)| word(one.name(), says)).collect(),
            Self::Loci => LOCI.iter().map(|(one, says)| word(one.name(), says)).collect(),
            Self::Roles => ROLES.iter().map(|(one, says)| word(one.name(), says)).collect(),
            Self::Labels => LABELS.iter().map(|entry| word(entry.name, entry.explanation)).collect(),
            Self::Readings => SIGNALS
                .iter()
                .flat_map(|signal| signal.readings.iter().map(move |reading| (signal, reading)))
                .map(|(signal, reading)| word(&format!("{}={}", signal.id, reading.name), reading.meaning))
                .collect(),
            Self::Groupings => GROUPINGS.iter().map(|(one, says)| word(one.name(), says)).collect(),
            Self::Layers => LAYERS.iter().map(|(one, says)| word(one, says)).collect(),
            Self::Headings => HEADINGS.iter().map(|(one, says)| word(one, says)).collect(),
        }
    }
}

fn word(name: &str, explanation: &'static str) -> Word {
    Word { name: name.to_owned(), explanation }
}

/// The explanation of what a verdict comes to.
pub fn told(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Cause(cause) => explanation(cause),
        Outcome::Attribution(attribution) => {
            ATTRIBUTIONS.iter().find(|(one, _)| *one == attribution).map_or("", |(_, says)| says)
        }
    }
}

const ATTRIBUTIONS: [(Attribution, &str); 5] = [
    (Attribution::ClosedPort, "Nothing listens on the port: the matter of whoever runs the service."),
    (
        Attribution::FilteringDevice,
        "A rule refuses: the host's own firewall, or a device in front of it. Which of the two may be open while this is \
         certain.",
    ),
    (
        Attribution::Network,
        "The network, or what the host speaks, refuses: no route, host down, protocol unknown, packet too big.",
    ),
    (Attribution::Forged, "Nobody refused: the message is not what it claims to be."),
    (Attribution::Undetermined, "No attribution is at least three times as likely as the next."),
];

const MATCHES: [(Match, &str); 5] = [
    (Match::Exact, "The very packet that the message quotes was found in the capture."),
    (Match::Flow, "Packets of the quoted flow were found, but not the very packet."),
    (
        Match::Fragment,
        "The packet was found through its IP identification: the quote is of a fragment, or of a datagram that was captured in \
         fragments.",
    ),
    (Match::Nat, "The packet was found on the other side of an address translation."),
    (Match::None, "The capture holds nothing of the quoted flow."),
];

const LOCI: [(Locus, &str); 4] = [
    (Locus::Target, "The refusal was spoken on the target itself."),
    (Locus::Path, "The refusal was spoken on the path, before the target."),
    (Locus::Sender, "The refusal was spoken on the sender's own host, by its firewall or its routing."),
    (Locus::Unknown, "The capture does not tell where the refusal was spoken."),
];

const ROLES: [(Role, &str); 6] = [
    (Role::Host, "It speaks for itself: for its own closed ports, or by its own firewall."),
    (Role::Router, "It tells of missing routes, missing hosts or small MTUs, and filters nothing that was seen."),
    (Role::Filter, "It refused packets to others by policy at least once."),
    (Role::Nat, "It translates addresses."),
    (Role::Impersonator, "It filters, and answers in the name of the target."),
    (Role::Unknown, "What it sent fits several roles."),
];

const GROUPINGS: [(GroupBy, &str); 4] = [
    (GroupBy::Target, "A row for each target: what was refused to it, and why."),
    (GroupBy::Reporter, "A row for each reporter: what it refused, and why."),
    (GroupBy::Sender, "A row for each sender: how much of its traffic was refused, and why."),
    (GroupBy::Cause, "A row for each cause; for each attribution where only that is certain."),
];

const HEADINGS: [(&str, &str); 15] = [
    ("time", "When the message came, or the first of an incident's; --time-zone and --time-format say how it is told."),
    ("first", "When the first message came."),
    ("last", "When the latest message came."),
    ("port", "The ports that the refused packets went to, and their protocol; `+9` are that many more."),
    (
        "by",
        "Who refused, and from how many hops away: its address; `target` or `sender` where one of these speaks for itself; \
         `as target` where somebody on the path speaks in the target's name, `target?` where it is open who did.",
    ),
    ("as target", "Somebody on the path refused, in the name of the target."),
    ("target?", "The refusal is from the target's address: by itself, or by somebody else in its name."),
    ("many", "Messages of too many targets or reporters to tell each apart, which are judged together."),
    ("several", "The incidents of a group that are of more than one sender each, and so of no group by sender."),
    (
        "sure",
        "How probable it is, in percent, what the column before it says: a cause; where only that is certain, an attribution; \
         or the likeliest cause, with a question mark, where the evidence decides for none.",
    ),
    (
        "?",
        "Behind a cause: the likeliest of several, of which none is at least three times as likely as the next. Instead of an \
         address: the quote held none.",
    ),
    ("msgs", "Unreachable messages, copies counted once."),
    (
        "id",
        "The beginning of the incident's id, as far as it tells it from the others: `unreach explain ID --in PATH...` tells why.",
    ),
    (
        "notes",
        "Labels, and where the cause is undetermined what it lies between; for a device, whether it limits the rate of its \
         messages.",
    ),
    ("address", "The address of the device, and how many more it has."),
];
