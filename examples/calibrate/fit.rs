//! Weights that explain the samples best, without straying far from the present ones.

use std::f64::consts::LN_10;

use unreach::verdict::{Cause, Verdict, Weight, judge};

use crate::captures::{KINDS, Sample, readings};

/// Decibans for each cause, a row for each reading.
pub(crate) type Weights = Vec<[f64; 8]>;

/// The most that one fit may move a weight, in decibans: a doubling of the odds.
const FARTHEST: f64 = 3.0;

/// The largest weight, in decibans: what a single fact can say.
const LARGEST: f64 = 25.0;

/// Steps of the descent; the figures no longer move in the fourth digit long before.
const STEPS: usize = 400;

/// Pull of a kind's mix towards the prior: only enough that kinds of a single cause don't run away.
const MIX_STRENGTH: f64 = 0.1;

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
    probabilities.iter().zip(sample.truth.right).filter(|(_, is_right)| *is_right).map(|(part, _)| part).sum()
}

/// What a fit moves: the weights, and for each kind of refusal how far the captures' mix of causes is from the prior. The
/// mix is the laboratory's (every firewall is tried as often as a closed port), so it takes no part in what follows: it is
/// there to keep the weights from learning it.
#[derive(Clone)]
struct Model {
    weights: Weights,
    mixes: Weights,
}

/// Descends from the present weights to those with the least loss. A step that would climb is halved; the sums are taken
/// in the samples' order, so the same samples give the same weights in every run.
pub(crate) fn fit(samples: &[&Sample], strength: f64) -> Weights {
    let start = Model { weights: present(), mixes: vec![[0.0; 8]; KINDS] };
    let mut model = start.clone();
    let (mut least, mut step) = (start.loss(samples, &start, strength), 1.0);
    for _ in 0..STEPS {
        let tried = model.moved(&model.gradient(samples, &start, strength), step, &start);
        let loss = tried.loss(samples, &start, strength);
        if loss <= least {
            (model, least, step) = (tried, loss, step * 1.2);
        } else {
            step /= 2.0;
        }
    }
    model.weights
}

impl Model {
    fn probabilities(&self, sample: &Sample) -> [f64; 8] {
        let mix = self.mixes[sample.kind];
        let odds = probabilities(sample, &self.weights);
        let odds: [f64; 8] = std::array::from_fn(|cause| odds[cause] * (NEPERS * mix[cause]).exp());
        let total: f64 = odds.iter().sum();
        odds.map(|odds| odds / total)
    }

    /// Surprise of all groups, and what straying costs.
    fn loss(&self, samples: &[&Sample], start: &Self, strength: f64) -> f64 {
        let surprises = samples.iter().map(|sample| sample.share * surprise(sample, &self.probabilities(sample)));
        let strays = cost(&self.weights, &start.weights, strength) + cost(&self.mixes, &start.mixes, MIX_STRENGTH);
        surprises.sum::<f64>() + strays
    }

    fn gradient(&self, samples: &[&Sample], start: &Self, strength: f64) -> Self {
        let mut slope = Self {
            weights: pull(&self.weights, &start.weights, strength),
            mixes: pull(&self.mixes, &start.mixes, MIX_STRENGTH),
        };
        for sample in samples {
            let said = self.probabilities(sample);
            let right = right(sample, &said).max(f64::MIN_POSITIVE);
            for (cause, said) in said.into_iter().enumerate() {
                let wanted = if sample.truth.right[cause] { said / right } else { 0.0 };
                let part = sample.share * NEPERS * (said - wanted);
                slope.mixes[sample.kind][cause] += part;
                sample.counting.iter().for_each(|&place| slope.weights[place][cause] += part);
            }
        }
        slope
    }

    /// A step downhill, within bounds.
    fn moved(&self, slope: &Self, step: f64, start: &Self) -> Self {
        Self {
            weights: stepped(&self.weights, &slope.weights, step, |place, cause, tried| {
                bounded(tried, &start.weights[place], cause)
            }),
            mixes: stepped(&self.mixes, &slope.mixes, step, |_, _, tried| tried.clamp(-LARGEST, LARGEST)),
        }
    }
}

/// What it costs to stray: `strength` nepers for each weight that moves by ten decibans.
fn cost(now: &Weights, start: &Weights, strength: f64) -> f64 {
    let strays = now.iter().flatten().zip(start.iter().flatten()).map(|(now, then)| ((now - then) / 10.0).powi(2));
    strength * strays.sum::<f64>()
}

/// The slope of [`cost`].
fn pull(now: &Weights, start: &Weights, strength: f64) -> Weights {
    let slope = |now: f64, then: f64| strength * (now - then) / 50.0;
    now.iter().zip(start).map(|(now, then)| std::array::from_fn(|cause| slope(now[cause], then[cause]))).collect()
}

fn stepped(now: &Weights, slope: &Weights, step: f64, bounded: impl Fn(usize, usize, f64) -> f64) -> Weights {
    let row = |(place, (now, slope)): (usize, (&[f64; 8], &[f64; 8]))| {
        std::array::from_fn(|cause| bounded(place, cause, now[cause] - step * slope[cause]))
    };
    now.iter().zip(slope).enumerate().map(row).collect()
}

/// A weight within its bounds. Readings that weigh nothing are documented so, and stay.
fn bounded(tried: f64, start: &[f64; 8], cause: usize) -> f64 {
    if start.iter().all(|&decibans| decibans == 0.0) {
        return 0.0;
    }
    tried.clamp(start[cause] - FARTHEST, start[cause] + FARTHEST).clamp(-LARGEST, LARGEST)
}
