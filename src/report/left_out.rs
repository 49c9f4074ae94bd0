//! How many rows options leave out of the tables.

use super::column::Table;
use super::{Devices, Groups, Incidents, Messages, Report, TableName};

/// How many rows of each table are not printed because of options, where any is not. A format that holds every table says so: of
/// an incident that `--top` leaves out, the messages are there all the same, and name it.
pub(super) fn left_out(report: &Report<'_>) -> Option<Vec<(TableName, u64)>> {
    let Report { findings, selection, tallies, view, .. } = report;
    // Messages are many: they are counted where some may be left out.
    if selection.admits_all() && view.top.is_none() {
        return None;
    }
    let mut told = vec![
        (TableName::Messages, findings.judged().count().saturating_sub(shown::<Messages>(report))),
        (TableName::Incidents, findings.incidents.len().saturating_sub(shown::<Incidents>(report))),
        (TableName::Devices, findings.devices.len().saturating_sub(shown::<Devices>(report))),
    ];
    if !tallies.groups.is_empty() {
        // They are of the incidents that are selected: what others would make is not known.
        told.push((TableName::Groups, tallies.groups.len().saturating_sub(shown::<Groups>(report))));
    }
    let any = told.iter().any(|&(_, rows)| rows > 0);
    any.then(|| told.into_iter().map(|(table, rows)| (table, rows as u64)).collect())
}

/// How many rows of a table are printed.
fn shown<T: Table>(report: &Report<'_>) -> usize {
    let top = report.view.top.filter(|_| report.view.rearranges(T::NAME));
    T::rows(*report).take(top.unwrap_or(usize::MAX)).count()
}
