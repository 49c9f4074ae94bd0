//! How good verdicts are: what they earn, and whether their confidence means what it says.

use std::collections::BTreeMap;

use unreach::verdict::Verdict;

use crate::captures::Sample;
use crate::fit::surprise;

/// Figures over all groups.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    /// Mean credit of the causes.
    pub(crate) accuracy: f64,
    /// Mean credit of the attributions.
    pub(crate) attribution: f64,
    /// Mean square of confidence less credit, without twins and undetermined.
    pub(crate) brier: f64,
    /// Mean surprise of the truth, nepers.
    pub(crate) log_loss: f64,
    /// The same without twins.
    pub(crate) log_loss_of_others: f64,
    /// Mean confidence of the twins that got a definite cause.
    pub(crate) twin_confidence: f64,
    /// Share of those that is true.
    pub(crate) twin_right: f64,
}

/// A sum of shares, and of a quantity by shares.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mean {
    pub(crate) weight: f64,
    sum: f64,
}

impl Mean {
    /// Counts a value.
    pub(crate) fn add(&mut self, weight: f64, value: f64) {
        self.weight += weight;
        self.sum += weight * value;
    }

    /// The mean; zero of nothing.
    pub(crate) fn value(&self) -> f64 {
        if self.weight > 0.0 { self.sum / self.weight } else { 0.0 }
    }
}

/// The figures of these verdicts about these samples.
pub(crate) fn figures(samples: &[Sample], verdicts: &[Verdict]) -> Figures {
    let [mut accuracy, mut attribution, mut log_loss, mut others, mut confidence, mut right] = [Mean::default(); 6];
    // Within a group only some messages may count here; the group weighs the same all the same.
    let mut squares: BTreeMap<usize, Mean> = BTreeMap::new();
    for (sample, verdict) in samples.iter().zip(verdicts) {
        let (truth, share) = (&sample.truth, sample.share);
        let credit = truth.credit(verdict);
        accuracy.add(share, credit);
        attribution.add(share, truth.attribution_credit(verdict));
        log_loss.add(share, surprise_of(sample, verdict));
        match verdict.cause {
            Some(cause) if truth.is_twin => {
                confidence.add(share, verdict.confidence);
                right.add(share, f64::from(truth.is(cause)));
            }
            Some(_) => squares.entry(sample.group).or_default().add(1.0, (verdict.confidence - credit).powi(2)),
            None => {}
        }
        if !truth.is_twin {
            others.add(share, surprise_of(sample, verdict));
        }
    }
    let mut brier = Mean::default();
    for square in squares.values() {
        brier.add(1.0, square.value());
    }
    Figures {
        accuracy: accuracy.value(),
        attribution: attribution.value(),
        brier: brier.value(),
        log_loss: log_loss.value(),
        log_loss_of_others: others.value(),
        twin_confidence: confidence.value(),
        twin_right: right.value(),
    }
}

fn surprise_of(sample: &Sample, verdict: &Verdict) -> f64 {
    let mut probabilities = [0.0; 8];
    for &(cause, probability) in &verdict.candidates {
        probabilities[cause as usize] = probability;
    }
    surprise(sample, &probabilities)
}

/// Lower ends of the bins of confidence.
pub(crate) const BINS: [f64; 8] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/// What became of the definite verdicts of one bin.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bin {
    /// Confidence of those whose truth can be read off a capture.
    pub(crate) confidence: Mean,
    /// Their credit.
    pub(crate) credit: Mean,
    /// Confidence of the twins.
    pub(crate) twin_confidence: Mean,
    /// Whether their cause is the true one.
    pub(crate) twin_right: Mean,
}

/// The definite verdicts by confidence.
pub(crate) fn reliability(samples: &[Sample], verdicts: &[Verdict]) -> [Bin; BINS.len()] {
    let mut bins = [Bin::default(); BINS.len()];
    for (sample, verdict) in samples.iter().zip(verdicts) {
        let Some(cause) = verdict.cause else { continue };
        let bin = &mut bins[BINS.iter().rposition(|&least| verdict.confidence >= least).unwrap_or_default()];
        if sample.truth.is_twin {
            bin.twin_confidence.add(sample.share, verdict.confidence);
            bin.twin_right.add(sample.share, f64::from(sample.truth.is(cause)));
        } else {
            bin.confidence.add(sample.share, verdict.confidence);
            bin.credit.add(sample.share, sample.truth.credit(verdict));
        }
    }
    bins
}
