//! Rows in an order: the same whatever room there is for sorting them, and however many of them are wanted.

use serde_json::Value;
use unreach::incident::Attributed;
use unreach::report::{Format, Messages, Sort, Table, TableName, View};

use super::sample::Sample;

/// Rows of the sample, which are few.
const ROWS: usize = 200;

/// Messages that differ in few things, so that many rows are equal in most columns.
fn sample() -> Sample {
    let mut sample = Sample::new();
    let patterns: Vec<Attributed> = sample.findings.messages.iter().collect();
    let message = |row: usize| {
        let mut one = patterns[row * 7 % patterns.len()].clone();
        one.message.frame.number = row as u64;
        one.message.correlation.delay =
            (!row.is_multiple_of(3)).then_some(i64::from((row * 31 % 17) as u32) * 1_000_000 - 5_000_000);
        one
    };
    sample.findings.messages = (0..ROWS).map(message).collect();
    sample
}

/// The rows in an order, by the numbers of their frames.
fn frames(sample: &mut Sample, sort: Sort, top: Option<usize>, sorting_room: Option<usize>) -> Vec<u64> {
    sample.view = View { table: TableName::Messages, sort: Some(sort), top, sorting_room, ..View::default() };
    let rows = sample.plain(Format::Ndjson, TableName::Messages);
    rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["frame"].as_u64().unwrap()).collect()
}

fn position(name: &str) -> usize {
    Messages::COLUMNS.iter().position(|column| column.heading.name == name).unwrap()
}

#[test]
fn equal_rows_keep_the_order_of_the_table_and_empty_cells_come_last() {
    let mut sample = sample();
    let delay = |frame: &u64| (!frame.is_multiple_of(3)).then_some(frame * 31 % 17);
    for descending in [false, true] {
        let mut wanted: Vec<u64> = (0..ROWS as u64).collect();
        wanted.sort_by_key(|frame| {
            let delay = delay(frame).map(u64::cast_signed);
            (delay.is_none(), delay.map(|delay| if descending { -delay } else { delay }))
        });
        let sort = Sort { column: position("delay_ms"), descending };
        assert_eq!(frames(&mut sample, sort, None, None), wanted);
        for top in [0, 1, 2, 64, 65, 150, ROWS, ROWS + 1] {
            let first = &wanted[..top.min(ROWS)];
            assert_eq!(frames(&mut sample, sort, Some(top), None), first, "the first {top}");
        }
    }
}

#[test]
fn little_room_for_sorting_changes_nothing() {
    let mut sample = sample();
    for column in 0..Messages::COLUMNS.len() {
        let sort = Sort { column, descending: column % 2 == 0 };
        let wanted = frames(&mut sample, sort, None, None);
        assert_eq!(wanted.len(), ROWS);
        // From a row at a time to all of them at once.
        for room in [0, 100, 1500, 1 << 20] {
            let name = Messages::COLUMNS[column].heading.name;
            assert_eq!(frames(&mut sample, sort, None, Some(room)), wanted, "{name} in {room} bytes");
            assert_eq!(frames(&mut sample, sort, Some(70), Some(room)), wanted[..70], "{name} in {room} bytes");
        }
    }
}
