//! The tables of signals and labels are those of the program.

use unreach::evidence::{Reading, SIGNALS, Signal};
use unreach::incident::LABELS;
use unreach::verdict::Cause;

use super::pages::{JUDGEMENT, hold};

#[test]
fn signals_are_documented() {
    let heading = "\n\n| signal | asks | readings, with their weights | silent when |\n|---|---|---|---|\n".to_owned();
    let table = SIGNALS.iter().map(|signal| row(signal)).fold(heading, |table, row| table + &row);
    hold(JUDGEMENT, "<!-- signals -->", "<!-- /signals -->", &(table + "\n"));
}

#[test]
fn labels_are_documented() {
    let heading = "\n\n| label | says |\n|---|---|\n".to_owned();
    let rows = LABELS.iter().map(|entry| format!("| `{}` | {} |\n", entry.name, cell(entry.explanation)));
    hold(JUDGEMENT, "<!-- labels -->", "<!-- /labels -->", &(rows.fold(heading, |table, row| table + &row) + "\n"));
}

fn row(signal: &Signal) -> String {
    let readings: Vec<String> = signal.readings.iter().map(reading).collect();
    let (question, silent) = (cell(signal.question), cell(signal.silent));
    format!("| `{}` | {question} | {} | {silent} |\n", signal.id, readings.join("<br>"))
}

/// `nearer: network-filter +10, closed-port −14`: what the reading speaks for before what it speaks against.
fn reading(reading: &Reading) -> String {
    let mut moved: Vec<(Cause, i8)> = Cause::ALL.into_iter().zip(reading.weights).filter(|&(_, by)| by != 0).collect();
    moved.sort_by_key(|&(_, by)| std::cmp::Reverse(by));
    let words: Vec<String> = moved.iter().map(|&(cause, by)| format!("{} {}", cause.name(), signed(by))).collect();
    let words = if words.is_empty() { "weighs nothing".to_owned() } else { words.join(", ") };
    format!("`{}`: {words}", reading.name)
}

/// With a sign that is as wide as the other.
fn signed(decibans: i8) -> String {
    let sign = if decibans < 0 { '−' } else { '+' };
    format!("{sign}{}", decibans.unsigned_abs())
}

/// Text that does not end a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
