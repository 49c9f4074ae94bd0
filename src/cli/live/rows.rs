//! Rows of incidents that closed, in the formats that can grow by rows.

use crate::analyzer::Totals;
use crate::incident::Findings;
use crate::report::{Format, Names, Report, Selection, Style, TableName};

/// A table in a format that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    table: TableName,
    format: Format,
}

impl Rows {
    /// The table in the format; nothing where that is a whole: a document, a text table that is fitted to its content, or
    /// the devices, which are known in the end.
    pub(super) fn of(table: TableName, format: Format) -> Option<Self> {
        let grows = matches!(format, Format::Csv | Format::Ndjson | Format::Md) && table != TableName::Devices;
        grows.then_some(Self { table, format })
    }

    /// What stands before the first row.
    pub(super) fn header(self) -> Vec<u8> {
        self.write(&Findings::default(), Names::of_inputs(&[]), &Selection::default(), 0)
    }

    /// The rows of incidents, or of their messages, without the header. Each ends with a line feed.
    pub(super) fn rows(self, findings: &Findings, names: Names<'_>, selection: &Selection) -> Vec<u8> {
        self.write(findings, names, selection, self.header().len())
    }

    fn write(self, findings: &Findings, names: Names<'_>, selection: &Selection, skip: usize) -> Vec<u8> {
        let totals = Totals::default();
        let report = Report { findings, totals: &totals, inputs: names.inputs(), warnings: &[], selection };
        let mut out = Vec::new();
        // Writing into memory cannot fail.
        let _ = self.format.write(self.table, &report, Style::default(), &mut out);
        out.drain(..skip.min(out.len()));
        out
    }
}
