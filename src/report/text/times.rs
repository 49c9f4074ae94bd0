//! The times of a text table: a line for each day above the times of that day, or the date in every cell.

use chrono::NaiveDate;

use super::line::Line;
use crate::frame::Timestamp;
use crate::report::{Clock, Report, TableName, TimeForm};

/// How the times of one table are written.
#[derive(Clone)]
pub(super) struct Times {
    clock: Clock,
    first: Option<Timestamp>,
    dated: bool,
    /// The day that was told last.
    day: Option<(NaiveDate, i32)>,
}

impl Times {
    /// For a table with these times in its rows.
    pub(super) fn of(report: &Report<'_>, table: TableName, mut times: impl Iterator<Item = Timestamp>) -> Self {
        let clock = report.view.clock;
        // In another order than that of time, a line for each change of the day would tear the table apart.
        let is_sorted = report.view.rearranges(table) && clock.form == TimeForm::Clock;
        let dated = is_sorted
            && times.next().is_some_and(|time| {
                let day = clock.day(time);
                times.any(|time| clock.day(time) != day)
            });
        Self { clock, first: report.totals.first, dated, day: None }
    }

    /// For tables without lines between their rows.
    pub(super) fn dated(report: &Report<'_>) -> Self {
        Self { clock: report.view.clock, first: report.totals.first, dated: true, day: None }
    }

    /// The same, as it is after a row of this time.
    pub(super) fn after(&self, time: Timestamp) -> Self {
        let mut times = self.clone();
        times.heading(time);
        times
    }

    /// The line that goes before a row, where its day has not been told.
    pub(super) fn heading(&mut self, time: Timestamp) -> Option<Line> {
        if self.dated || self.clock.form != TimeForm::Clock {
            return None;
        }
        let day = Some(self.clock.day_number(time));
        if day == self.day {
            return None;
        }
        self.day = day;
        Some(Line::Aside(self.clock.day(time)))
    }

    /// Writes the cell of a time.
    pub(super) fn write(&self, time: Timestamp, out: &mut Vec<u8>) {
        self.clock.write_cell(time, self.first, self.dated, out);
    }

    /// How far a column of times may be cut: a time of day loses its fraction, the other forms would become wrong.
    pub(super) fn least_width(&self) -> usize {
        match self.clock.form {
            TimeForm::Clock if self.dated => "2026-11-22 14:32:37".len(),
            TimeForm::Clock => "14:32:37".len(),
            TimeForm::Rfc3339 | TimeForm::Epoch | TimeForm::Relative => usize::MAX,
        }
    }
}
