//! Findings to tables: the columns of each table, defined once, and one file for each format.

mod cell;
mod clock;
mod column;
mod csv;
mod devices;
mod document;
mod events;
mod format;
mod growing;
mod incidents;
mod json;
mod markdown;
mod messages;
mod ndjson;
mod output;
mod outside;
mod selection;
pub mod services;
mod text;

use crate::analyzer::Totals;
use crate::frame::{InputId, Timestamp};
use crate::incident::{Findings, Incident, JudgedMessage};

pub use cell::{Cell, List};
pub use column::{Column, Heading, Kind, Table};
pub use devices::Devices;
pub use events::{Event, Told, write_joined};
pub use format::{Format, Style, TableName};
pub use growing::{Folder, GrowingFile, Rotation};
pub use incidents::Incidents;
pub use messages::Messages;
pub use output::{OutputError, OutputFile};
pub use outside::{harmless, printable};
pub use selection::{FOLDED, Selection};

/// Version of the tables and of the `json` document; it changes when a column or a field goes or is renamed.
pub const SCHEMA_VERSION: u32 = 1;

/// What is known of an input.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Its name as it was given, or the interface's.
    pub name: String,
    /// Format of the file, or `live`.
    pub format: String,
    /// Frames read from it.
    pub packets: u64,
    /// Captured bytes of these frames.
    pub bytes: u64,
    /// Frames that the capture is known to have lost, where that is known.
    pub dropped: Option<u64>,
    /// Link types of its frames.
    pub link_types: Vec<String>,
    /// Time of its earliest frame.
    pub first: Option<Timestamp>,
    /// Time of its latest frame.
    pub last: Option<Timestamp>,
}

/// Names of the inputs.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a>(&'a [Input]);

impl<'a> Names<'a> {
    /// The names of these inputs, in the order of [`InputId`].
    pub fn of_inputs(inputs: &'a [Input]) -> Self {
        Self(inputs)
    }

    /// The inputs.
    pub fn inputs(self) -> &'a [Input] {
        self.0
    }

    /// Name of an input; empty where there is no such input.
    pub fn of(self, input: InputId) -> &'a str {
        self.0.get(usize::from(input.0)).map_or("", |input| &input.name)
    }
}

/// Everything that a format may say.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was found.
    pub findings: &'a Findings,
    /// What was read, counted.
    pub totals: &'a Totals,
    /// What it was read from, in the order of [`InputId`].
    pub inputs: &'a [Input],
    /// What the reader of the report has to know: damaged inputs, blind spots, bounds that were reached.
    pub warnings: &'a [String],
    /// Which incidents are printed.
    pub selection: &'a Selection,
}

impl<'a> Report<'a> {
    /// Names of the inputs.
    pub fn names(&self) -> Names<'a> {
        Names::of_inputs(self.inputs)
    }

    /// The incidents that are printed.
    pub fn incidents(&self) -> impl Iterator<Item = &'a Incident> + use<'a> {
        let selection = self.selection;
        self.findings.incidents.iter().filter(move |incident| selection.admits(incident))
    }

    /// The messages of these incidents.
    pub fn messages(&self) -> impl Iterator<Item = JudgedMessage<'a>> + use<'a> {
        let selection = self.selection;
        self.findings.judged().filter(move |row| selection.admits_message(row))
    }
}
