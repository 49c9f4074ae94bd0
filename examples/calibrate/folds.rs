//! Cross-validation: every sample judged by weights that were fitted without its scenario.

use crate::captures::Sample;
use crate::fit::{Weights, verdict};
use unreach::verdict::Verdict;

/// Verdicts of the samples, in their order, each by a fit on the other folds.
pub(crate) fn held_out(samples: &[Sample], folds: usize, fit: impl Fn(Vec<&Sample>) -> Weights) -> Vec<Verdict> {
    let folded = assign(samples, folds);
    let fits: Vec<_> = (0..folds)
        .map(|fold| {
            let others = samples.iter().zip(&folded).filter(|&(_, &of)| of != fold);
            fit(others.map(|(sample, _)| sample).collect())
        })
        .collect();
    samples.iter().zip(folded).map(|(sample, fold)| verdict(sample, &fits[fold])).collect()
}

/// The fold of each sample: scenarios are dealt out in the order of their names, so that kindred names (`hostfw_...`) are
/// spread, and all vantages of one scenario fall together.
fn assign(samples: &[Sample], folds: usize) -> Vec<usize> {
    let mut scenarios: Vec<&str> = samples.iter().map(|sample| sample.scenario.as_str()).collect();
    scenarios.sort_unstable();
    scenarios.dedup();
    let place = |sample: &Sample| scenarios.binary_search(&sample.scenario.as_str()).unwrap_or_default();
    samples.iter().map(|sample| place(sample) % folds).collect()
}
