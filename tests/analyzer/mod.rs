//! What holds of every analysis, tried on all captures of `testdata`.

mod bounds;
mod invariants;
mod order;
mod remarks;
mod repetition;
mod splitting;
mod threads;

use unreach::incident::{Findings, JudgedMessage, Label};

/// What is said of a message, whichever frame it was.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    timestamp: i64,
    meaning: String,
    matched: &'static str,
    cause: &'static str,
    confidence: f64,
    labels: Vec<&'static str>,
}

fn said(judged: &JudgedMessage<'_>) -> Said {
    let (message, incident) = (judged.message, judged.incident);
    let mut labels: Vec<&'static str> = judged.labels.union(incident.labels).iter().map(Label::name).collect();
    labels.sort_unstable();
    Said {
        timestamp: message.timestamp.0,
        meaning: format!("{} {:?}:{:?}", message.code.meaning(), message.target, message.target_port),
        matched: message.correlation.matched.name(),
        cause: incident.verdict.cause_name(),
        confidence: incident.verdict.confidence,
        labels,
    }
}

/// What is said of every message, in order.
fn all_said(findings: &Findings) -> Vec<Said> {
    findings.judged().map(|judged| said(&judged)).collect()
}
