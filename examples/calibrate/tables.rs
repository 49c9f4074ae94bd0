//! What is printed.

use unreach::verdict::{Cause, Verdict};

use crate::captures::{Collection, Sample, readings};
use crate::figures::{BINS, Figures, Mean, reliability};
use crate::fit::Weights;

/// What was read.
pub(crate) fn print_collection(Collection { samples, captures, groups, missed }: &Collection) {
    println!("{} labelled messages of {captures} captures in {groups} groups, {missed} not found", samples.len());
}

/// Confidence against truth.
pub(crate) fn print_reliability(samples: &[Sample], verdicts: &[Verdict]) {
    println!("\nConfidence of definite verdicts, and how many were right (in groups; each weighs the same)");
    println!("{:12} {:>7} {:>7} {:>7}   {:>7} {:>7} {:>7}", "", "groups", "says", "right", "twins", "says", "right");
    let bins = reliability(samples, verdicts);
    for (place, bin) in bins.iter().enumerate() {
        let name = match BINS.get(place + 1) {
            Some(most) => format!("{:.2} - {most:.2}", BINS[place]),
            None => format!("{:.2} or more", BINS[place]),
        };
        let others = triple(bin.confidence, bin.credit);
        println!("{name:12} {others}   {}", triple(bin.twin_confidence, bin.twin_right));
    }
    let undetermined = samples.iter().zip(verdicts).filter(|(_, verdict)| verdict.cause.is_none());
    println!("undetermined {:7.1}", undetermined.map(|(sample, _)| sample.share).sum::<f64>());
}

fn triple(says: Mean, right: Mean) -> String {
    if says.weight == 0.0 {
        return format!("{:>7} {:>7} {:>7}", "-", "", "");
    }
    format!("{:7.1} {:7.3} {:7.3}", says.weight, says.value(), right.value())
}

/// Above [`print_figures`].
pub(crate) fn print_heading() {
    println!("\n{:17} {:>8} {:>11} {:>7} {:>17} {:>15}", "", "", "", "", "log loss", "twins");
    println!(
        "{:17} {:>8} {:>11} {:>7} {:>8} {:>8} {:>7} {:>7}",
        "", "accuracy", "attribution", "brier", "all", "no twins", "say", "right"
    );
}

/// A line of figures.
pub(crate) fn print_figures(name: &str, figures: &Figures) {
    let Figures { accuracy, attribution, brier, log_loss, log_loss_of_others, twin_confidence, twin_right } = figures;
    println!(
        "{name:17} {accuracy:8.4} {attribution:11.4} {brier:7.4} {log_loss:8.4} {log_loss_of_others:8.4} \
         {twin_confidence:7.3} {twin_right:7.3}"
    );
}

/// Every weight that the fit would change by a deciban or more, the largest changes first.
pub(crate) fn print_changes(samples: &[Sample], present: &Weights, fitted: &Weights) {
    let mut changes: Vec<(f64, String)> = Vec::new();
    let mut unheard: Vec<String> = Vec::new();
    for (place, (signal, reading)) in readings().into_iter().enumerate() {
        let name = format!("{}={}", signal.id, reading.name);
        let counted = groups(samples, place);
        if counted == 0.0 {
            unheard.push(name);
            continue;
        }
        let (farthest, words) = change(&present[place], &fitted[place]);
        if farthest >= 1.0 {
            changes.push((farthest, format!("{name:32} {counted:6.1}  {words}")));
        }
    }
    changes.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("\nSuggested changes of weights, decibans\n{:32} {:>6}  from -> to", "reading", "groups");
    for (_, line) in &changes {
        println!("{line}");
    }
    println!("\nNever heard, or never the strongest of its group: {}", unheard.join(", "));
}

/// How many groups a reading counted in.
fn groups(samples: &[Sample], place: usize) -> f64 {
    samples.iter().filter(|sample| sample.counting.contains(&place)).map(|sample| sample.share).sum()
}

/// `closed-port -14 -> -12`, and how far the farthest weight moves.
fn change(present: &[f64; 8], fitted: &[f64; 8]) -> (f64, String) {
    let moves = Cause::ALL.into_iter().zip(present.iter().zip(fitted.iter().map(|decibans| decibans.round())));
    let moves: Vec<_> = moves.filter(|(_, (now, then))| (then - *now).abs() >= 1.0).collect();
    let farthest = moves.iter().map(|(_, (now, then))| (then - *now).abs()).fold(0.0, f64::max);
    let words = moves.iter().map(|(cause, (now, then))| format!("{} {now:+} -> {then:+}", cause.name()));
    (farthest, words.collect::<Vec<_>>().join(", "))
}
