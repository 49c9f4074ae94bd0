//! Groups of incidents as text: what they share, how much of it there was, and why.

use std::io::{self, Write};

use super::cut::Cut;
use super::grid::{Column, Grid, Step};
use super::line::{Line, Row};
use super::times::Times;
use super::{end, left_out, paint_word, unwanted};
use crate::incident::Label;
use crate::report::{Group, GroupBy, Groups, Report, Style, TableName};

const GROUP: usize = 0;
const SENDERS: usize = 3;
const CAUSES: usize = 6;
const LABELS: usize = 7;
const FIRST: usize = 8;
const LAST: usize = 9;

fn grid(by: GroupBy, times: &Times) -> Grid {
    let heading = match by {
        GroupBy::Target => "TARGET",
        GroupBy::Reporter => "BY",
        GroupBy::Sender => "SENDER",
        GroupBy::Cause => "CAUSE",
    };
    Grid {
        columns: vec![
            Column::left(heading, Cut::Middle),
            Column::right("MSGS"),
            Column::right("INCIDENTS"),
            Column::right("SENDERS"),
            Column::right("TARGETS"),
            Column::right("REPORTERS"),
            Column::left("CAUSES", Cut::Words),
            Column::left("LABELS", Cut::Words),
            Column::left("FIRST", Cut::Digits),
            Column::left("LAST", Cut::Digits),
        ],
        steps: vec![
            Step::Shrink(LABELS, 20),
            Step::ShrinkAlike([FIRST, LAST], times.least_width()),
            Step::Drop(LABELS),
            Step::Shrink(CAUSES, 40),
            Step::Drop(LAST),
            Step::Drop(FIRST),
            Step::Shrink(GROUP, 24),
            Step::Shrink(CAUSES, 24),
            Step::Drop(SENDERS),
            Step::Shrink(GROUP, 15),
        ],
    }
}

/// Writes the table.
pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let groups = &report.tallies.groups;
    if let Some(first) = groups.first() {
        let times = Times::dated(report);
        let lines = || report.rows::<Groups>().map(|group| Line::Cells(row(group, &times)));
        grid(first.by, &times).write(lines, style, out)?;
    } else {
        writeln!(out, "No groups: there are no such incidents.")?;
    }
    let others = unwanted(report, TableName::Groups, groups.len());
    end(left_out(report, TableName::Groups, groups.len()).into_iter().chain(others), out)
}

fn row(group: &Group, times: &Times) -> Row {
    let unless = |by: GroupBy, number: u64| match number {
        // What a group shares is always one, and not worth a column.
        _ if group.by == by => String::new(),
        // There were some, and none is known.
        0 => "?".to_owned(),
        number => number.to_string(),
    };
    let causes: Vec<String> = group.causes.iter().map(|(cause, messages)| format!("{cause} {messages}")).collect();
    let labels: Vec<&str> = group.labels.iter().map(Label::name).collect();
    let shared = group.name();
    let paint = paint_word(&shared);
    let mut row = Row::new();
    row.painted(shared, paint);
    row.cell(group.messages.to_string());
    row.cell(group.incidents.to_string());
    row.cell(unless(GroupBy::Sender, group.senders));
    row.cell(unless(GroupBy::Target, group.targets.len() as u64));
    row.cell(unless(GroupBy::Reporter, group.reporters.len() as u64));
    row.cell(if group.by == GroupBy::Cause { String::new() } else { causes.join(", ") });
    row.cell(labels.join(", "));
    row.written(|text| times.write(group.first_seen, text));
    row.written(|text| times.write(group.last_seen, text));
    row
}
