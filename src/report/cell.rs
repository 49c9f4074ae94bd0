//! The value of one cell, and its form as plain text.

use std::borrow::Cow;
use std::net::IpAddr;

use super::community_id::CommunityId;
use super::{Names, clock, outside};
use crate::digits;
use crate::frame::{InputId, Timestamp};
use crate::incident::{Finding, Labels};
use crate::unreachable::FrameRef;
use crate::verdict::Cause;

/// Candidates less likely than this are left out of the `candidates` column.
const LEAST_CANDIDATE: f64 = 0.02;

/// The value of one cell.
#[derive(Clone, Debug)]
pub enum Cell<'a> {
    /// Unknown, or not applicable.
    Empty,
    /// A word or sentence of this program.
    Keyword(Cow<'a, str>),
    /// Text from outside, which is made harmless when it is written.
    Text(Cow<'a, str>),
    /// A count or a number.
    Integer(u64),
    /// A decimal, in thousandths.
    Thousandths(i64),
    /// Yes or no.
    Boolean(bool),
    /// A time.
    Time(Timestamp),
    /// An IP address.
    Address(IpAddr),
    /// The name of a flow that other monitors give it, too.
    CommunityId(CommunityId),
    /// A run of ports, first and last.
    Ports(u16, u16),
    /// A keyword and its probability in thousandths.
    Candidate(&'static str, i64),
    /// A keyword and how many of it there are.
    Tally(&'static str, u64),
    /// A signal and its reading.
    Evidence(&'static str, &'static str),
    /// Several values.
    List(List<'a>),
}

/// What is known of an address, as a cell.
pub type Known = for<'b> fn(Names<'b>, IpAddr) -> Cell<'b>;

/// Several values in one cell.
#[derive(Clone, Copy, Debug)]
pub enum List<'a> {
    /// Labels.
    Labels(Labels),
    /// Causes with their probabilities.
    Candidates(&'a [(Cause, f64)]),
    /// Signals with their readings.
    Evidence(&'a [Finding]),
    /// Keywords with how many of each there are.
    Tallies(&'a [(&'static str, u64)]),
    /// Ports, ascending; neighbours become runs.
    Ports(&'a [u16]),
    /// Numbers of frames.
    Frames(&'a [FrameRef]),
    /// Names of the inputs that frames are from.
    FrameInputs(&'a [FrameRef], Names<'a>),
    /// Names of inputs.
    Inputs(&'a [InputId], Names<'a>),
    /// Addresses.
    Addresses(&'a [IpAddr]),
    /// Sentences of this program.
    Phrases(&'a [String]),
    /// What is known of addresses.
    Of(&'a [IpAddr], Names<'a>, Known),
}

impl<'a> Cell<'a> {
    /// A keyword of this program.
    pub fn keyword(word: impl Into<Cow<'a, str>>) -> Self {
        Self::Keyword(word.into())
    }

    /// A number, where there is one.
    pub fn integer(number: Option<impl Into<u64>>) -> Self {
        number.map_or(Self::Empty, |number| Self::Integer(number.into()))
    }

    /// An address, where there is one.
    pub fn address(address: Option<IpAddr>) -> Self {
        address.map_or(Self::Empty, Self::Address)
    }

    /// A probability with three digits.
    pub fn probability(probability: f64) -> Self {
        Self::Thousandths(thousandths(probability))
    }

    /// Nanoseconds as milliseconds with three digits.
    pub fn milliseconds(nanoseconds: Option<i64>) -> Self {
        nanoseconds.map_or(Self::Empty, |nanoseconds| Self::Thousandths(microseconds(nanoseconds)))
    }

    /// Appends the cell as plain text; the items of a list are joined by `;`.
    pub fn write_text(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => {}
            Self::Keyword(word) => out.extend_from_slice(word.as_bytes()),
            Self::Text(text) => outside::write(text, out),
            Self::Integer(number) => digits::number(*number, out),
            Self::Thousandths(number) => write_thousandths(*number, out),
            Self::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Self::Time(time) => clock::rfc3339(*time, out),
            Self::Address(address) => digits::address(*address, out),
            Self::CommunityId(id) => id.write(out),
            Self::Ports(first, last) => {
                digits::number(u64::from(*first), out);
                if first != last {
                    out.push(b'-');
                    digits::number(u64::from(*last), out);
                }
            }
            Self::Candidate(cause, probability) => {
                out.extend_from_slice(cause.as_bytes());
                out.push(b':');
                write_thousandths(*probability, out);
            }
            Self::Tally(word, number) => {
                out.extend_from_slice(word.as_bytes());
                out.push(b':');
                digits::number(*number, out);
            }
            Self::Evidence(signal, reading) => {
                out.extend_from_slice(signal.as_bytes());
                out.push(b'=');
                out.extend_from_slice(reading.as_bytes());
            }
            Self::List(list) => write_list(*list, out),
        }
    }

    /// The cell as plain text.
    pub fn to_text(&self) -> String {
        digits::written(|out| self.write_text(out))
    }
}

impl List<'_> {
    /// Calls `visit` with each item in order.
    pub fn each(self, mut visit: impl FnMut(&Cell<'_>)) {
        match self {
            Self::Labels(labels) => labels.iter().for_each(|label| visit(&Cell::keyword(label.name()))),
            Self::Candidates(candidates) => candidates
                .iter()
                .filter(|(_, probability)| *probability >= LEAST_CANDIDATE)
                .for_each(|(cause, probability)| visit(&Cell::Candidate(cause.name(), thousandths(*probability)))),
            Self::Evidence(findings) => {
                for finding in findings {
                    visit(&Cell::Evidence(finding.signal, finding.reading));
                }
            }
            Self::Tallies(tallies) => tallies.iter().for_each(|&(word, number)| visit(&Cell::Tally(word, number))),
            Self::Ports(ports) => {
                for run in ports.chunk_by(|left, right| left.checked_add(1) == Some(*right)) {
                    visit(&Cell::Ports(run[0], run[run.len() - 1]));
                }
            }
            Self::Frames(frames) => frames.iter().for_each(|frame| visit(&Cell::Integer(frame.number))),
            Self::FrameInputs(frames, names) => {
                for frame in frames {
                    visit(&Cell::Text(names.of(frame.input).into()));
                }
            }
            Self::Inputs(inputs, names) => inputs.iter().for_each(|input| visit(&Cell::Text(names.of(*input).into()))),
            Self::Addresses(addresses) => addresses.iter().for_each(|address| visit(&Cell::Address(*address))),
            Self::Of(addresses, names, known) => {
                let known = addresses.iter().map(|&address| known(names, address));
                known.filter(|cell| !matches!(cell, Cell::Empty)).for_each(|cell| visit(&cell));
            }
            Self::Phrases(phrases) => phrases.iter().for_each(|phrase| visit(&Cell::Text(phrase.into()))),
        }
    }
}

fn write_list(list: List<'_>, out: &mut Vec<u8>) {
    let mut first = true;
    list.each(|item| {
        if !std::mem::take(&mut first) {
            out.push(b';');
        }
        item.write_text(out);
    });
}

/// Nanoseconds in microseconds, the nearest: those are thousandths of milliseconds.
pub(super) fn microseconds(nanoseconds: i64) -> i64 {
    nanoseconds.saturating_add(500).div_euclid(1000)
}

/// A probability in thousandths, between 0 and 1000 whatever the arithmetic made of it. Only of what is certain there are all.
fn thousandths(probability: f64) -> i64 {
    let most = if probability < 1.0 { 999.0 } else { 1000.0 };
    (probability * 1000.0).round().clamp(0.0, most) as i64
}

pub(super) fn write_thousandths(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    let size = number.unsigned_abs();
    digits::number(size / 1000, out);
    let start = out.len();
    out.extend_from_slice(b".000");
    digits::fill((size % 1000) as u32, &mut out[start + 1..]);
}
