//! What holds of every judgement, whatever its prior and weights.

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::verdict::{Attribution, Cause, Verdict, Weight, judge};

use super::judging::probability;

fn prior() -> impl Strategy<Value = [f64; 8]> {
    prop::array::uniform8(prop_oneof![Just(0.0), 0.0..1.0, Just(1.0)])
}

fn weight() -> impl Strategy<Value = Weight> {
    (0_u8..8, prop::array::uniform8(any::<i8>())).prop_map(|(group, decibans)| Weight { group, decibans })
}

/// The sum of the causes of an attribution.
fn sum(verdict: &Verdict, attribution: Attribution) -> f64 {
    let parts = verdict.candidates.iter().filter(|(cause, _)| cause.attribution() == attribution);
    parts.map(|(_, probability)| probability).sum()
}

proptest! {
    #[test]
    fn probabilities_are_a_distribution(prior in prior(), weights in vec(weight(), 0..12)) {
        let verdict = judge(&prior, &weights);
        prop_assert!(verdict.candidates.iter().all(|(_, p)| p.is_finite() && (0.0..=1.0).contains(p)));
        let total: f64 = verdict.candidates.iter().map(|(_, p)| p).sum();
        prop_assert!((total - 1.0).abs() < 1e-9);
        let mut causes: Vec<Cause> = verdict.candidates.iter().map(|(cause, _)| *cause).collect();
        causes.sort_unstable();
        prop_assert_eq!(causes, Cause::ALL);
    }

    #[test]
    fn candidates_come_best_first(prior in prior(), weights in vec(weight(), 0..12)) {
        let verdict = judge(&prior, &weights);
        prop_assert!(verdict.candidates.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        prop_assert!((verdict.confidence - verdict.candidates[0].1).abs() < 1e-12);
    }

    #[test]
    fn a_cause_is_named_from_three_to_one_on(prior in prior(), weights in vec(weight(), 0..12)) {
        let verdict = judge(&prior, &weights);
        let (best, next) = (verdict.candidates[0], verdict.candidates[1]);
        prop_assert_eq!(verdict.cause.is_some(), best.1 >= 3.0 * next.1);
        prop_assert!(verdict.cause.is_none_or(|cause| cause == best.0));
    }

    #[test]
    fn attribution_is_the_best_sum(prior in prior(), weights in vec(weight(), 0..12)) {
        let verdict = judge(&prior, &weights);
        let mut sums = Attribution::DEFINITE.map(|attribution| sum(&verdict, attribution));
        sums.sort_by(|a, b| b.total_cmp(a));
        prop_assert!((verdict.attribution_confidence - sums[0]).abs() < 1e-12);
        let named = verdict.attribution != Attribution::Undetermined;
        prop_assert_eq!(named, sums[0] >= 3.0 * sums[1]);
        prop_assert!(!named || (sum(&verdict, verdict.attribution) - sums[0]).abs() < 1e-12);
    }

    #[test]
    fn more_weight_makes_a_cause_no_less_likely(
        prior in prior(), decibans in prop::array::uniform8(-60_i8..60), place in 0_usize..8, more in 1_i8..60,
    ) {
        let mut raised = decibans;
        raised[place] += more;
        let cause = Cause::ALL[place];
        let before = probability(&judge(&prior, &[Weight { group: 0, decibans }]), cause);
        let after = probability(&judge(&prior, &[Weight { group: 0, decibans: raised }]), cause);
        prop_assert!(after >= before, "{before} before, {after} after");
    }

    #[test]
    fn weaker_facts_of_a_group_change_nothing(prior in prior(), one in weight(), other in weight()) {
        let other = Weight { group: one.group, ..other };
        let (weak, strong) = if one.strength() < other.strength() { (one, other) } else { (other, one) };
        prop_assume!(weak.strength() < strong.strength());
        prop_assert_eq!(judge(&prior, &[weak, strong]), judge(&prior, &[strong]));
        prop_assert_eq!(judge(&prior, &[strong, weak]), judge(&prior, &[strong]));
    }

    #[test]
    fn the_order_of_groups_does_not_matter(prior in prior(), mut weights in vec(weight(), 0..6)) {
        weights.sort_by_key(|weight| weight.group);
        weights.dedup_by_key(|weight| weight.group);
        let there = judge(&prior, &weights);
        weights.reverse();
        let back = judge(&prior, &weights);
        for (one, other) in there.candidates.iter().zip(&back.candidates) {
            prop_assert!((one.1 - other.1).abs() < 1e-12);
        }
    }
}
