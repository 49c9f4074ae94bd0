//! What a judgement comes to, in cases that can be worked out by hand.

use unreach::verdict::{Cause, Verdict, Weight, judge, strongest_of_groups};

/// All causes alike.
const EVEN: [f64; 8] = [0.125; 8];

/// A weight for the first cause only.
fn for_first(group: u8, decibans: i8) -> Weight {
    Weight { group, decibans: [decibans, 0, 0, 0, 0, 0, 0, 0] }
}

/// The probability of a cause.
pub(super) fn probability(verdict: &Verdict, cause: Cause) -> f64 {
    verdict.candidates.iter().find(|(candidate, _)| *candidate == cause).expect("every cause is a candidate").1
}

fn is_near(value: f64, wanted: f64) -> bool {
    (value - wanted).abs() < 1e-9
}

#[test]
fn ten_decibans_are_a_factor_of_ten() {
    let verdict = judge(&EVEN, &[for_first(0, 10)]);
    assert!(is_near(probability(&verdict, Cause::ClosedPort), 10.0 / 17.0), "{verdict:?}");
    assert!(is_near(probability(&verdict, Cause::Forged), 1.0 / 17.0), "{verdict:?}");
}

#[test]
fn without_weights_the_prior_stands() {
    let prior = [0.5, 0.2, 0.1, 0.1, 0.05, 0.03, 0.01, 0.01];
    let verdict = judge(&prior, &[]);
    for (cause, wanted) in Cause::ALL.into_iter().zip(prior) {
        assert!(is_near(probability(&verdict, cause), wanted), "{cause:?} in {verdict:?}");
    }
}

#[test]
fn a_prior_need_not_sum_to_one() {
    let (small, large) = ([0.2; 8].map(|x: f64| x * 0.01), [0.2; 8]);
    assert!(is_near(judge(&small, &[]).confidence, judge(&large, &[]).confidence));
}

#[test]
fn no_cause_is_impossible() {
    let mut prior = [0.0; 8];
    prior[0] = 1.0;
    let verdict = judge(&prior, &[Weight { group: 0, decibans: [-50, 0, 0, 0, 0, 0, 0, 50] }]);
    assert_eq!(verdict.cause, Some(Cause::Forged));
}

#[test]
fn of_a_group_only_the_strongest_counts() {
    let (weak, strong, other) = (for_first(1, 3), for_first(1, -7), for_first(2, 2));
    let counted = judge(&EVEN, &[strong, other]);
    assert_eq!(judge(&EVEN, &[weak, strong, other]), counted);
    assert_eq!(judge(&EVEN, &[strong, weak, other]), counted);
    assert_ne!(judge(&EVEN, &[weak, other]), counted);
}

#[test]
fn of_equally_strong_ones_the_first_counts() {
    let (first, second) = (for_first(1, 5), for_first(1, -5));
    assert_eq!(strongest_of_groups(&[first, second]).collect::<Vec<_>>(), [&first]);
    assert_eq!(strongest_of_groups(&[second, first]).collect::<Vec<_>>(), [&second]);
    assert_eq!(strongest_of_groups(&[first, first]).count(), 1);
}

#[test]
fn strength_is_how_far_causes_are_moved_apart() {
    let weight = Weight { group: 0, decibans: [-14, -10, 10, 3, 3, -6, 0, 8] };
    assert_eq!(weight.strength(), 24);
    assert_eq!(Weight { group: 0, decibans: [9; 8] }.strength(), 0);
    assert_eq!(Weight { group: 0, decibans: [i8::MIN, 0, 0, 0, 0, 0, 0, i8::MAX] }.strength(), 255);
}

#[test]
fn undetermined_begins_below_three_to_one() {
    let of = |best: f64, next: f64| {
        let mut candidates: Vec<(Cause, f64)> = Cause::ALL.into_iter().map(|cause| (cause, 0.0)).collect();
        (candidates[0].1, candidates[1].1) = (best, next);
        Verdict::from_probabilities(candidates).cause
    };
    assert_eq!(of(0.75, 0.25), Some(Cause::ClosedPort));
    assert_eq!(of(0.7499, 0.2501), None);
    assert_eq!(of(0.25, 0.75), Some(Cause::HostFirewall));
    assert_eq!(of(0.5, 0.5), None);
}

#[test]
fn undetermined_keeps_its_candidates() {
    let verdict = judge(&EVEN, &[for_first(0, 2)]);
    assert_eq!((verdict.cause, verdict.cause_name()), (None, "undetermined"));
    assert_eq!(verdict.candidates.len(), Cause::ALL.len());
    assert_eq!(verdict.candidates[0].0, Cause::ClosedPort);
    assert!(is_near(verdict.confidence, verdict.candidates[0].1));
}

#[test]
fn causes_have_the_names_of_the_contract() {
    let names = Cause::ALL.map(Cause::name);
    let contract = [
        "closed-port",
        "host-firewall",
        "network-filter",
        "no-route",
        "host-unreachable",
        "protocol-unreachable",
        "packet-too-big",
        "forged",
    ];
    assert_eq!(names, contract);
}
