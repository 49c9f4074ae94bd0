//! What can be explained by name: codes, signals, columns, and every word that a cell may hold.

use std::io::{self, Write};

use super::prose::paragraph;
use crate::decode::protocol;
use crate::evidence::{SIGNALS, Signal};
use crate::report::account::weights;
use crate::report::vocabulary::{Vocabulary, Word};
use crate::report::{Heading, TableName, Values, services};
use crate::unreachable::Code;
use crate::unreachable::code::{ENTRIES, Entry};
use crate::verdict::Cause;

/// Something that has an explanation.
pub(super) enum Topic {
    Code(&'static Entry),
    /// A code that no RFC gives a meaning.
    Unassigned(String),
    Word(Vocabulary, Word),
    Signal(&'static Signal),
    Column(TableName, Heading),
    Protocol(u8),
    Service(String, Vec<(u8, u16)>),
}

/// Everything that goes by this name: a word may be a meaning of two IP versions, a cause, and a column as well.
pub(super) fn named(word: &str) -> Vec<Topic> {
    let word = word.trim().to_ascii_lowercase();
    if word.is_empty() {
        return Vec::new();
    }
    let mut topics: Vec<Topic> = codes(&word);
    // Layers of an encapsulation stand in one cell; each is explained once.
    let heads = word.split('/').map(|part| part.split(':').next().unwrap_or(part));
    let heads = heads.fold(Vec::new(), |mut heads, head| {
        heads.extend((!heads.contains(&head)).then_some(head));
        heads
    });
    topics.extend(heads.into_iter().flat_map(words));
    // `signal=reading`, as it stands in the evidence column.
    let signal = word.split_once('=').map_or(word.as_str(), |(signal, _)| signal);
    topics.extend(SIGNALS.iter().copied().filter(|entry| entry.id == signal).map(Topic::Signal));
    topics.extend(columns(&word));
    topics.extend(protocol::number(&word).map(Topic::Protocol));
    let ports = services::ports(&word);
    topics.extend((!ports.is_empty()).then_some(Topic::Service(word, ports)));
    topics
}

/// Names of what can be explained, but for protocols and services.
pub(super) fn names() -> Vec<String> {
    let words = Vocabulary::ALL.into_iter().flat_map(Vocabulary::words).map(|word| word.name);
    let signals = SIGNALS.iter().map(|signal| signal.id.to_owned());
    let headings = TableName::ALL.into_iter().flat_map(TableName::headings);
    words.chain(signals).chain(headings.map(|heading| heading.name.to_owned())).collect()
}

fn codes(word: &str) -> Vec<Topic> {
    let code = parse_code(word);
    let known = ENTRIES.iter().filter(|entry| entry.meaning == word || code.is_some_and(|code| same(code, entry)));
    let mut topics: Vec<Topic> = known.map(Topic::Code).collect();
    let unknown = code.filter(|code| topics.is_empty() && has_codes(*code)).map(|code| code.icmp_code);
    let unassigned = unknown.or_else(|| word.strip_prefix("code-").and_then(number));
    topics.extend(unassigned.map(|number| Topic::Unassigned(format!("code-{number}"))));
    topics
}

/// A number as it is written, leading zeros included. (The standard library takes a sign as well.)
fn number(digits: &str) -> Option<u8> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Whether messages of its type are unreachables whatever their code.
fn has_codes(code: Code) -> bool {
    matches!((code.version, code.icmp_type), (4, 3) | (6, 1))
}

/// Words of cells and headings; what stands behind a cause (a probability, a number, a question mark) or behind a heading, in
/// brackets, is left aside. Meanings and readings are explained with their codes and signals.
fn words(word: &str) -> impl Iterator<Item = Topic> {
    let head = word.split([':', '(']).next().unwrap_or(word).trim_end();
    let here = |vocabulary: &Vocabulary| !matches!(vocabulary, Vocabulary::Meanings | Vocabulary::Readings);
    let all = || {
        let vocabularies = Vocabulary::ALL.into_iter().filter(here);
        vocabularies.flat_map(|vocabulary| vocabulary.words().into_iter().map(move |word| (vocabulary, word)))
    };
    // `target?` is a word of its own, and says something else than `target`.
    let is_whole = all().any(|(_, word)| word.name == head);
    let name = if is_whole { head } else { head.trim_end_matches('?') }.to_owned();
    all().filter(move |(_, word)| word.name == name).map(|(vocabulary, word)| Topic::Word(vocabulary, word))
}

fn columns(word: &str) -> impl Iterator<Item = Topic> {
    TableName::ALL.into_iter().flat_map(move |table| {
        let found = table.headings().into_iter().filter(move |heading| heading.name == word);
        found.map(move |heading| Topic::Column(table, heading))
    })
}

fn same(code: Code, entry: &'static Entry) -> bool {
    code.entry().is_some_and(|found| found.code == entry.code)
}

/// `3/13`, `v6:1/4`. Without a version, type 3 is of IPv4 and the others are of IPv6.
fn parse_code(word: &str) -> Option<Code> {
    let (version, numbers) = match word.split_once(':') {
        Some(("v4", numbers)) => (Some(4), numbers),
        Some(("v6", numbers)) => (Some(6), numbers),
        Some(_) => return None,
        None => (None, word),
    };
    let (icmp_type, icmp_code) = numbers.split_once('/')?;
    let (icmp_type, icmp_code) = (number(icmp_type)?, number(icmp_code)?);
    Some(Code { version: version.unwrap_or(if icmp_type == 3 { 4 } else { 6 }), icmp_type, icmp_code })
}

impl Topic {
    /// Writes the explanation.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Code(entry) => {
                writeln!(
                    out,
                    "{}: ICMPv{} type {} code {}",
                    entry.meaning, entry.code.version, entry.code.icmp_type, entry.code.icmp_code
                )?;
                paragraph(out, "  ", entry.explanation)?;
                paragraph(out, "  ", entry.reference)
            }
            Self::Unassigned(word) => {
                writeln!(out, "{word}: a meaning")?;
                paragraph(out, "  ", "A code to which no RFC gives a meaning: the number is that of the message.")
            }
            Self::Word(vocabulary, word) => write_word(*vocabulary, word, out),
            Self::Column(table, heading) => write_column(*table, heading, out),
            Self::Protocol(number) => {
                writeln!(out, "{}: a protocol", protocol::name(*number))?;
                paragraph(out, "  ", &format!("IP protocol {number}, by the name that IANA registers."))
            }
            Self::Service(name, ports) => {
                writeln!(out, "{name}: a service")?;
                let places: Vec<String> =
                    ports.iter().map(|(number, port)| format!("{port}/{}", protocol::name(*number))).collect();
                paragraph(out, "  ", &format!("The name that IANA registers for port {}.", places.join(", ")))
            }
            Self::Signal(signal) => write_signal(signal, out),
        }
    }
}

fn write_word(vocabulary: Vocabulary, word: &Word, out: &mut dyn Write) -> io::Result<()> {
    let cause = Cause::ALL.into_iter().find(|cause| vocabulary == Vocabulary::Causes && cause.name() == word.name);
    let attribution = cause.map(|cause| format!("; its attribution is {}", cause.attribution().name()));
    writeln!(out, "{}: {}{}", word.name, vocabulary.noun(), attribution.unwrap_or_default())?;
    paragraph(out, "  ", word.explanation)
}

fn write_column(table: TableName, heading: &Heading, out: &mut dyn Write) -> io::Result<()> {
    let unit = if heading.unit.is_empty() { String::new() } else { format!(", {}", heading.unit) };
    writeln!(out, "{}: a column of {} ({}{unit})", heading.name, table.name(), heading.kind)?;
    paragraph(out, "  ", heading.description)?;
    if let Values::Words(vocabulary) = heading.values {
        let words: Vec<String> = vocabulary.words().into_iter().map(|word| word.name).collect();
        paragraph(out, "  ", &format!("Words: {}", words.join(", ")))?;
    }
    Ok(())
}

fn write_signal(signal: &Signal, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: a signal", signal.id)?;
    paragraph(out, "  ", signal.question)?;
    paragraph(out, "  ", signal.why)?;
    paragraph(out, "  ", &format!("Silent: {}", signal.silent))?;
    writeln!(out, "  Readings, and how they weigh (decibans: 10 is ten times as likely):")?;
    for reading in signal.readings {
        paragraph(out, "    ", &format!("{}: {}", reading.name, reading.meaning))?;
        paragraph(out, "      ", &weights(reading.weights))?;
    }
    paragraph(out, "  ", signal.references)
}

/// Vocabularies that are listed, under their headings.
const LISTED: [(&str, Vocabulary); 8] = [
    ("Causes", Vocabulary::Causes),
    ("Attributions", Vocabulary::Attributions),
    ("Labels", Vocabulary::Labels),
    ("Matches", Vocabulary::Matches),
    ("Loci", Vocabulary::Loci),
    ("Roles", Vocabulary::Roles),
    ("Groupings", Vocabulary::Groupings),
    ("Layers", Vocabulary::Layers),
];

/// Lists the names of everything that can be explained.
pub(super) fn write_list(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "What `unreach explain` explains:")?;
    writeln!(out, "\nCodes")?;
    for Entry { code, meaning, .. } in ENTRIES {
        let numbers = format!("v{}:{}/{}", code.version, code.icmp_type, code.icmp_code);
        writeln!(out, "  {numbers:8}  {meaning}")?;
    }
    for (heading, vocabulary) in LISTED {
        writeln!(out, "\n{heading}")?;
        vocabulary.words().iter().try_for_each(|word| writeln!(out, "  {}", word.name))?;
    }
    if !SIGNALS.is_empty() {
        writeln!(out, "\nSignals")?;
    }
    let width = SIGNALS.iter().map(|signal| signal.id.len()).max().unwrap_or_default();
    SIGNALS.iter().try_for_each(|signal| writeln!(out, "  {:width$}  {}", signal.id, signal.question))?;
    writeln!(
        out,
        "\nIncidents\n  by the beginning of their id, with the captures they are in: unreach explain ID --in PATH...\n\nColumns, protocols and services\n  by name (`unreach schema` lists the columns)"
    )
}
