//! Rows of incidents that closed, in the formats that can grow by rows.

use crate::analyzer::Totals;
use crate::cli::destination::Destination;
use crate::incident::Findings;
use crate::naming::Naming;
use crate::report::{Format, Input, Names, Report, Selection, Style, TableName, Tallies, View};

/// A table in a format that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    table: TableName,
    format: Format,
}

/// How rows are shown, apart from their format.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    /// What frames came from.
    pub(super) inputs: &'a [Input],
    /// What is known of hosts and networks.
    pub(super) naming: &'a Naming,
    /// Columns and times.
    pub(super) view: &'a View,
}

impl<'a> Shown<'a> {
    /// Names of inputs, hosts and networks.
    pub(super) fn names(self) -> Names<'a> {
        Names::of_inputs(self.inputs).with(self.naming)
    }
}

impl Rows {
    /// The table in the format; nothing where that is a whole: a document, a text table that is fitted to its content, what
    /// is known in the end only, and rows that are to be ordered or chosen among all.
    pub(super) fn of(table: TableName, format: Format, view: &View) -> Option<Self> {
        let is_arranged = view.table == table && (view.sort.is_some() || view.top.is_some());
        Destination::grows(table, format, is_arranged).then_some(Self { table, format })
    }

    /// What stands before the first row.
    pub(super) fn header(self, view: &View) -> Vec<u8> {
        let naming = Naming::default();
        self.write(&Findings::default(), Shown { inputs: &[], naming: &naming, view }, &Selection::default(), 0)
    }

    /// The rows of incidents, or of their messages, without the header. Each ends with a line feed.
    pub(super) fn rows(self, findings: &Findings, shown: Shown<'_>, selection: &Selection) -> Vec<u8> {
        self.write(findings, shown, selection, self.header(shown.view).len())
    }

    fn write(self, findings: &Findings, shown: Shown<'_>, selection: &Selection, skip: usize) -> Vec<u8> {
        let (totals, tallies) = (Totals::default(), Tallies::default());
        let Shown { inputs, naming, view } = shown;
        let report =
            Report { findings, totals: &totals, inputs, warnings: &[], naming, selection, tallies: &tallies, view };
        let mut out = Vec::new();
        // Writing into memory cannot fail.
        let _ = self.format.write(self.table, &report, Style::default(), &mut out);
        out.drain(..skip.min(out.len()));
        out
    }
}
