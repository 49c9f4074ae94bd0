//! A case to its judgement: evidence, verdict, labels, and where the refusal was spoken.

use smallvec::SmallVec;

use super::labels::labels;
use super::{Finding, Labels, Locus};
use crate::evidence::prior::{Speaker, prior};
use crate::evidence::{Answer, Case, collect};
use crate::verdict::{Cause, Verdict, Weight, judge};

/// Answers of which most cases have no more: so many weights take no allocation.
const ANSWERS: usize = 16;

/// What a case came to.
#[derive(Clone, Debug)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    pub(super) labels: Labels,
    pub(super) locus: Locus,
    pub(super) evidence: Vec<Finding>,
}

/// Judges a case by everything the capture has shown until now.
pub(super) fn judgement(case: &Case<'_>) -> Judgement {
    let answers = collect(case);
    let weights: SmallVec<[Weight; ANSWERS]> = answers.iter().map(Answer::weight).collect();
    let verdict = judge(&prior(case.refusal(), case.router_or_speaker()), &weights);
    let labels = labels(case, &verdict, &answers);
    let locus = locus(case, &verdict);
    Judgement { verdict, labels, locus, evidence: findings(&answers) }
}

fn findings(answers: &[Answer]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = answers
        .iter()
        .map(|answer| Finding {
            signal: answer.signal.id,
            reading: answer.reading.name,
            strength: f64::from(answer.weight().strength()),
        })
        .collect();
    findings.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    findings
}

fn locus(case: &Case<'_>, verdict: &Verdict) -> Locus {
    match (verdict.cause, case.speaker()) {
        (Some(Cause::Forged) | None, _) => Locus::Unknown,
        (Some(_), Speaker::Sender) => Locus::Sender,
        (Some(Cause::ClosedPort | Cause::HostFirewall | Cause::ProtocolUnreachable), _) => Locus::Target,
        (Some(_), _) => Locus::Path,
    }
}
