//! The rows of messages a piece at a time: they are made in any order, also on several threads, and written in theirs.
//!
//! Messages may be millions, their incidents are thousands. What a row says of its incident is made once for each incident (and for
//! each set of labels that messages of it have of their own), and copied into the rows of its messages.

use std::io::{self, Write};

use super::clock::Rfc3339;
use super::column::Column;
use super::rows::{RowNotation, RowWriter};
use super::{Format, Messages, Names, Report, Selection, TableName, csv, ndjson};
use crate::incident::{Findings, JudgedMessage, Labels};
use crate::unreachable::Message;

/// The rows of the `messages` table in CSV or NDJSON, piece by piece.
pub struct MessageRows<'a> {
    findings: &'a Findings,
    selection: &'a Selection,
    names: Names<'a>,
    notation: Notation,
    parts: Vec<Part>,
}

/// How rows are written.
enum Notation {
    Csv(Box<csv::Notation>),
    Ndjson,
}

/// Columns that stand side by side.
enum Part {
    /// One that each message says for itself.
    OfMessage(&'static Column<Messages>),
    /// Some that the incident says.
    OfIncident(Vec<&'static Column<Messages>>),
}

impl<'a> MessageRows<'a> {
    /// The rows of a report. Nothing where the format is more than rows, the table another, or rows are chosen or ordered
    /// among all.
    pub fn of(format: Format, table: TableName, report: &Report<'a>) -> Option<Self> {
        let Report { findings, selection, view, .. } = *report;
        if table != TableName::Messages || view.rearranges(table) {
            return None;
        }
        let columns = view.columns::<Messages>();
        let names = report.names();
        let notation = match format {
            Format::Csv => Notation::Csv(Box::new(csv::Notation::of(view.dialect, columns.len(), names))),
            Format::Ndjson => Notation::Ndjson,
            _ => return None,
        };
        let parts = columns.chunk_by(|left, right| left.is_of_incident && right.is_of_incident).map(Part::of).collect();
        Some(Self { findings, selection, names, notation, parts })
    }

    /// How many pieces there are.
    pub fn pieces(&self) -> usize {
        self.findings.messages.pieces()
    }

    /// Writes what comes before the first of them.
    pub fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        let Notation::Csv(notation) = &self.notation else { return Ok(()) };
        let columns = self.parts.iter().flat_map(Part::columns).copied().collect();
        csv::Rows::<Messages>::begin(columns, notation.dialect(), out)?.end()
    }

    /// What makes pieces; each thread has one of its own.
    pub fn maker(&self) -> Maker<'_> {
        Maker { rows: self, told: Told::default(), times: Rfc3339::default(), room: Vec::new() }
    }

    /// Writes all of them.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        let (mut maker, mut text) = (self.maker(), Vec::new());
        for piece in 0..self.pieces() {
            text.clear();
            maker.append(piece, &mut text);
            out.write_all(&text)?;
        }
        out.flush()
    }
}

impl Part {
    fn of(columns: &[&'static Column<Messages>]) -> Self {
        match columns {
            [column] if !column.is_of_incident => Self::OfMessage(column),
            columns => Self::OfIncident(columns.to_vec()),
        }
    }

    fn columns(&self) -> &[&'static Column<Messages>] {
        match self {
            Self::OfMessage(column) => std::slice::from_ref(column),
            Self::OfIncident(columns) => columns,
        }
    }
}

/// Makes pieces of rows, and remembers what incidents say.
pub struct Maker<'a> {
    rows: &'a MessageRows<'a>,
    told: Told,
    times: Rfc3339,
    room: Vec<u8>,
}

impl Maker<'_> {
    /// Appends the rows of a piece.
    pub fn append(&mut self, piece: usize, out: &mut Vec<u8>) {
        match &self.rows.notation {
            Notation::Csv(notation) => self.append_in(&**notation, piece, out),
            Notation::Ndjson => self.append_in(&ndjson::Notation, piece, out),
        }
    }

    fn append_in(&mut self, notation: &impl RowNotation<Messages>, piece: usize, out: &mut Vec<u8>) {
        let Self { rows, told, times, room } = self;
        let Findings { messages, incidents, .. } = rows.findings;
        let Some(any) = incidents.first() else { return };
        let mut entries = messages.entries(piece, room);
        // One place for all: a message is as long as five cache lines, and would be copied to each row.
        let mut row = JudgedMessage { message: Message::blank(), labels: Labels::default(), incident: any };
        while let Some((labels, position)) = entries.next_to(&mut row.message) {
            let Some(incident) = incidents.get(position) else { continue };
            (row.labels, row.incident) = (labels, incident);
            if rows.selection.admits_message(&row) {
                let texts = told.of(position, labels, |texts| tell(rows, notation, &row, times, texts));
                append_row(rows, notation, &row, (texts, times), out);
            }
        }
    }
}

/// Appends a row, in which its incident says `told` in each part.
#[inline]
fn append_row(
    rows: &MessageRows<'_>,
    notation: &impl RowNotation<Messages>,
    row: &JudgedMessage<'_>,
    (told, times): (&[Vec<u8>], &mut Rfc3339),
    out: &mut Vec<u8>,
) {
    let mut told = told.iter();
    notation.open(out);
    for (place, part) in rows.parts.iter().enumerate() {
        if place > 0 {
            out.push(notation.delimiter());
        }
        match part {
            Part::OfMessage(column) => notation.append(column, (row, rows.names), times, out),
            Part::OfIncident(_) => out.extend_from_slice(told.next().map_or(&[], Vec::as_slice)),
        }
    }
    notation.close(out);
}

/// What the incident of a row says in each part.
fn tell(
    rows: &MessageRows<'_>,
    notation: &impl RowNotation<Messages>,
    row: &JudgedMessage<'_>,
    times: &mut Rfc3339,
    texts: &mut Vec<Vec<u8>>,
) {
    let mut spare = std::mem::take(texts).into_iter();
    for part in &rows.parts {
        let Part::OfIncident(columns) = part else { continue };
        let mut text = spare.next().unwrap_or_default();
        text.clear();
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                text.push(notation.delimiter());
            }
            notation.append(column, (row, rows.names), times, &mut text);
        }
        texts.push(text);
    }
}

/// What incidents say in their rows.
#[derive(Default)]
struct Told(Vec<Words>);

/// What an incident says about messages with some labels of their own.
#[derive(Default)]
struct Words {
    /// Position of the incident, and the labels.
    about: Option<(usize, Labels)>,
    parts: Vec<Vec<u8>>,
}

/// Incidents whose words are remembered, some three hundred bytes each; two whose positions are this far apart share places.
const REMEMBERED: usize = 1 << 12;

impl Told {
    /// What an incident says in each part about a message with these labels of its own, which is made where it is not remembered. Of
    /// messages with labels it is remembered beside: of a capture that holds each message twice, every second one has some.
    #[inline]
    fn of(&mut self, position: usize, labels: Labels, tell: impl FnOnce(&mut Vec<Vec<u8>>)) -> &[Vec<u8>] {
        if self.0.is_empty() {
            self.0.resize_with(2 * REMEMBERED, Default::default);
        }
        let has_labels = labels != Labels::default();
        let words = &mut self.0[position % REMEMBERED * 2 + usize::from(has_labels)];
        if words.about != Some((position, labels)) {
            tell(&mut words.parts);
            words.about = Some((position, labels));
        }
        &words.parts
    }
}
