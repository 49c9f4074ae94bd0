//! What can be explained by name: codes, causes, labels, signals.

use std::io::{self, Write};

use super::prose::paragraph;
use crate::evidence::{SIGNALS, Signal};
use crate::incident::{LABELS, LabelEntry};
use crate::report::account::weights;
use crate::report::causes::explanation;
use crate::unreachable::Code;
use crate::unreachable::code::{ENTRIES, Entry};
use crate::verdict::Cause;

/// Something that has an explanation.
pub(super) enum Topic {
    Code(&'static Entry),
    Cause(Option<Cause>),
    Label(&'static LabelEntry),
    Signal(&'static Signal),
}

/// Everything that goes by this name: a word may be a meaning of two IP versions, and a cause as well.
pub(super) fn named(word: &str) -> Vec<Topic> {
    let word = word.trim().to_ascii_lowercase();
    // `signal=reading`, as it stands in the evidence column.
    let signal = word.split_once('=').map_or(word.as_str(), |(signal, _)| signal);
    let code = parse_code(&word);
    let codes = ENTRIES.iter().filter(|entry| entry.meaning == word || code.is_some_and(|code| same(code, entry)));
    let causes = causes().filter(|cause| cause_name(*cause) == word);
    let labels = LABELS.iter().filter(|entry| entry.name == word);
    let signals = SIGNALS.iter().copied().filter(|entry| entry.id == signal);
    let causes = causes.map(Topic::Cause).chain(labels.map(Topic::Label));
    codes.map(Topic::Code).chain(causes).chain(signals.map(Topic::Signal)).collect()
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
    let (icmp_type, icmp_code) = (icmp_type.parse().ok()?, icmp_code.parse().ok()?);
    Some(Code { version: version.unwrap_or(if icmp_type == 3 { 4 } else { 6 }), icmp_type, icmp_code })
}

fn causes() -> impl Iterator<Item = Option<Cause>> {
    Cause::ALL.into_iter().map(Some).chain([None])
}

fn cause_name(cause: Option<Cause>) -> &'static str {
    cause.map_or("undetermined", Cause::name)
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
            Self::Cause(cause) => {
                let attribution = cause.map_or("undetermined", |cause| cause.attribution().name());
                writeln!(out, "{}: a cause; its attribution is {attribution}", cause_name(*cause))?;
                paragraph(out, "  ", explanation(*cause))
            }
            Self::Label(entry) => {
                writeln!(out, "{}: a label", entry.name)?;
                paragraph(out, "  ", entry.explanation)
            }
            Self::Signal(signal) => write_signal(signal, out),
        }
    }
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

/// Lists the names of everything that can be explained.
pub(super) fn write_list(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "What `unreach explain` explains:")?;
    writeln!(out, "\nCodes")?;
    for Entry { code, meaning, .. } in ENTRIES {
        let numbers = format!("v{}:{}/{}", code.version, code.icmp_type, code.icmp_code);
        writeln!(out, "  {numbers:8}  {meaning}")?;
    }
    writeln!(out, "\nCauses")?;
    causes().try_for_each(|cause| writeln!(out, "  {}", cause_name(cause)))?;
    writeln!(out, "\nLabels")?;
    LABELS.iter().try_for_each(|entry| writeln!(out, "  {}", entry.name))?;
    if !SIGNALS.is_empty() {
        writeln!(out, "\nSignals")?;
    }
    let width = SIGNALS.iter().map(|signal| signal.id.len()).max().unwrap_or_default();
    SIGNALS.iter().try_for_each(|signal| writeln!(out, "  {:width$}  {}", signal.id, signal.question))?;
    writeln!(
        out,
        "\nIncidents\n  by the beginning of their id, with the captures they are in: unreach explain ID --in PATH..."
    )
}
