//! Tables by column name: the truth beside the captures, and the rows that `unreach` prints.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// One row of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Row(HashMap<String, String>);

impl Row {
    /// The cell of a column; empty where the table has no such column.
    pub(super) fn get(&self, column: &str) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// The cell as a number; zero where it is none.
    pub(super) fn number(&self, column: &str) -> f64 {
        self.get(column).parse().unwrap_or(0.0)
    }

    /// The `frame` column.
    pub(super) fn frame(&self) -> u64 {
        self.get("frame").parse().unwrap_or(0)
    }
}

/// The rows of a CSV text.
pub(super) fn rows(text: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(text).deserialize().map(|row| Row(row.expect("a row of CSV"))).collect()
}

/// The rows of a CSV file.
pub(super) fn read(path: &Path) -> Vec<Row> {
    rows(&std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Rows by their `frame`, each of which must be the only one.
pub(super) fn by_frame(rows: Vec<Row>) -> BTreeMap<u64, Row> {
    let count = rows.len();
    let table: BTreeMap<u64, Row> = rows.into_iter().map(|row| (row.frame(), row)).collect();
    assert_eq!(table.len(), count, "frames with more than one row");
    table
}

/// Whether a cell is what the truth wants: `*` is anything, `a|b` one of two, `a|` may be left out.
pub(super) fn agrees(wanted: &str, said: &str) -> bool {
    wanted == "*" || wanted.split('|').any(|choice| choice == said)
}

#[test]
fn truth_may_leave_a_choice() {
    assert!(agrees("*", "anything") && agrees("exact|flow", "flow") && agrees("40000|", "") && agrees("", ""));
    assert!(!agrees("exact|flow", "none") && !agrees("", "0") && !agrees("40000", ""));
}
