//! Priors: a distribution for every refusal, whoever speaks.

use unreach::evidence::prior::{Refusal, Speaker, prior};
use unreach::verdict::{Cause, judge};

const SPEAKERS: [Speaker; 4] = [Speaker::Target, Speaker::Sender, Speaker::Other, Speaker::Unknown];

const REFUSALS: [Refusal; 12] = [
    Refusal::Port,
    Refusal::PortOfTcp,
    Refusal::PortOfOther,
    Refusal::Prohibited,
    Refusal::SourcePolicy,
    Refusal::Route,
    Refusal::RejectRoute,
    Refusal::Host,
    Refusal::Protocol,
    Refusal::ProtocolOfAll,
    Refusal::TooBig,
    Refusal::Unassigned,
];

#[test]
fn each_is_a_distribution() {
    for speaker in SPEAKERS {
        for refusal in REFUSALS {
            let prior = prior(refusal, speaker);
            assert!(prior.iter().all(|p| (0.0..=1.0).contains(p)), "{refusal:?} by {speaker:?}: {prior:?}");
            assert!((prior.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{refusal:?} by {speaker:?}: {prior:?}");
        }
    }
}

#[test]
fn whoever_is_not_named_may_be_either() {
    for refusal in REFUSALS {
        let [own, of_others, either] =
            [Speaker::Target, Speaker::Other, Speaker::Unknown].map(|speaker| prior(refusal, speaker));
        let bounds = own.iter().zip(&of_others).map(|(own, other)| own.min(*other)..=own.max(*other));
        for (probability, bounds) in either.iter().zip(bounds) {
            let (least, most) = (bounds.start() - 1e-9, bounds.end() + 1e-9);
            assert!((least..=most).contains(probability), "{refusal:?}: {probability} in {bounds:?}");
        }
    }
}

#[test]
fn anything_may_be_forged() {
    for speaker in SPEAKERS {
        for refusal in REFUSALS {
            assert!(prior(refusal, speaker)[Cause::Forged as usize] >= 0.01, "{refusal:?} by {speaker:?}");
        }
    }
}

#[test]
fn the_best_cause_is_what_the_code_says() {
    let best = |refusal, speaker| judge(&prior(refusal, speaker), &[]).candidates[0].0;
    assert_eq!(best(Refusal::Port, Speaker::Target), Cause::ClosedPort);
    assert_eq!(best(Refusal::Port, Speaker::Other), Cause::NetworkFilter);
    assert_eq!(best(Refusal::PortOfTcp, Speaker::Target), Cause::HostFirewall);
    assert_eq!(best(Refusal::Prohibited, Speaker::Other), Cause::NetworkFilter);
    assert_eq!(best(Refusal::Prohibited, Speaker::Sender), Cause::HostFirewall);
    assert_eq!(best(Refusal::Route, Speaker::Other), Cause::NoRoute);
    assert_eq!(best(Refusal::Host, Speaker::Other), Cause::HostUnreachable);
    assert_eq!(best(Refusal::Protocol, Speaker::Target), Cause::ProtocolUnreachable);
    assert_eq!(best(Refusal::TooBig, Speaker::Other), Cause::PacketTooBig);
    assert_eq!(best(Refusal::Port, Speaker::Unknown), Cause::ClosedPort);
    assert_eq!(best(Refusal::Host, Speaker::Unknown), Cause::HostUnreachable);
}
