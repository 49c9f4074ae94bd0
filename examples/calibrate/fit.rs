//! Weights that explain the samples best, without straying far from the present ones.

use std::f64::consts::LN_10;

use unreach::verdict::{Cause, Verdict, Weight, judge};

use crate::captures::{Sample, readings};

/// Decibans for each cause, a row for each reading.
pub(crate) type Weights = Vec<[f64; 8]>;

/// The most that one fit may move a weight, in decibans: a doubling of the odds.
const FARTHEST: f64 = 3.0;

/// The largest weight, in decibans: what a single fact can say.
const LARGEST: f64 = 25.0;

/// Steps of the descent; the figures no longer move in the fourth digit long before.
const STEPS: usize = 400;

/// Natural logarithm of the odds that one deciban stands for.
const NEPERS: f64 = LN_10 / 10.0;

/// The weights as they are.
pub(crate) fn present() -> Weights {
    readings().iter().map(|(_, reading)| reading.weights.map(f64::from)).collect()
}

/// Probabilities of the causes by these weights; which readings count is settled by the present ones.
pub(crate) fn probabilities(sample: &Sample, weights: &Weights) -> [f64; 8] {
    let mut odds = sample.prior;
    for (cause, odds) in odds.iter_mut().enumerate() {
        let decibans: f64 = sample.counting.iter().map(|&place| weights[place][cause]).sum();
        *odds *= (NEPERS * decibans).exp();
    }
    let total: f64 = odds.iter().sum();
    odds.map(|odds| odds / total)
}

/// The verdict by these weights.
pub(crate) fn verdict(sample: &Sample, weights: &Weights) -> Verdict {
    Verdict::from_probabilities(Cause::ALL.into_iter().zip(probabilities(sample, weights)).collect())
}

/// The verdict by whole weights, as the program would come to it: they also settle which readings count.
pub(crate) fn whole_verdict(sample: &Sample, weights: &Weights) -> Verdict {
    let all = readings();
    let weight = |&place: &usize| Weight {
        group: all[place].0.group as u8,
        decibans: weights[place].map(|decibans| decibans.round() as i8),
    };
    judge(&sample.prior, &sample.readings.iter().map(weight).collect::<Vec<_>>())
}

/// How surprising the truth is, in nepers.
pub(crate) fn surprise(sample: &Sample, probabilities: &[f64; 8]) -> f64 {
    -right(sample, probabilities).max(f64::MIN_POSITIVE).ln()
}

fn right(sample: &Sample, probabilities: &[f64; 8]) -> f64 {
    probabilities.iter().zip(sample.truth.is_right).filter(|(_, is_right)| *is_right).map(|(part, _)| part).sum()
}

/// Descends from the present weights to those with the least loss. A step that would climb is halved; the sums are taken
/// in the samples' order, so the same samples give the same weights in every run.
pub(crate) fn fit(samples: &[&Sample], strength: f64) -> Weights {
    let start = present();
    let mut weights = start.clone();
    let (mut least, mut step) = (loss(samples, &weights, &start, strength), 1.0);
    for _ in 0..STEPS {
        let slope = gradient(samples, &weights, &start, strength);
        let tried = moved(&weights, &slope, step, &start);
        let loss = loss(samples, &tried, &start, strength);
        if loss <= least {
            (weights, least, step) = (tried, loss, step * 1.2);
        } else {
            step /= 2.0;
        }
    }
    weights
}

/// Surprise of all groups, and what straying costs: `strength` nepers for each weight that moves by ten decibans.
fn loss(samples: &[&Sample], weights: &Weights, start: &Weights, strength: f64) -> f64 {
    let surprise =
        samples.iter().map(|sample| sample.share * surprise(sample, &probabilities(sample, weights))).sum::<f64>();
    let strays = weights.iter().flatten().zip(start.iter().flatten()).map(|(now, then)| ((now - then) / 10.0).powi(2));
    surprise + strength * strays.sum::<f64>()
}

fn gradient(samples: &[&Sample], weights: &Weights, start: &Weights, strength: f64) -> Weights {
    let pull = |now: f64, then: f64| strength * (now - then) / 50.0;
    let mut slope: Weights = weights
        .iter()
        .zip(start)
        .map(|(now, then)| std::array::from_fn(|cause| pull(now[cause], then[cause])))
        .collect();
    for sample in samples {
        let said = probabilities(sample, weights);
        let right = right(sample, &said).max(f64::MIN_POSITIVE);
        for cause in 0..8 {
            let wanted = if sample.truth.is_right[cause] { said[cause] / right } else { 0.0 };
            for &place in &sample.counting {
                slope[place][cause] += sample.share * NEPERS * (said[cause] - wanted);
            }
        }
    }
    slope
}

/// A step downhill, within bounds. Readings that weigh nothing are documented so, and stay.
fn moved(weights: &Weights, slope: &Weights, step: f64, start: &Weights) -> Weights {
    let part = |now: f64, slope: f64, then: f64| {
        (now - step * slope).clamp(then - FARTHEST, then + FARTHEST).clamp(-LARGEST, LARGEST)
    };
    let row = |((now, slope), then): ((&[f64; 8], &[f64; 8]), &[f64; 8])| {
        let weighs_nothing = then.iter().all(|&decibans| decibans == 0.0);
        std::array::from_fn(|cause| if weighs_nothing { 0.0 } else { part(now[cause], slope[cause], then[cause]) })
    };
    weights.iter().zip(slope).zip(start).map(row).collect()
}
