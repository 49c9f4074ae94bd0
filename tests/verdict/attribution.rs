//! Attributions are judged on the sums of their causes.

use unreach::verdict::{Attribution, Cause, Verdict};

/// A verdict from what some causes have; the others have nothing.
fn verdict(some: &[(Cause, f64)]) -> Verdict {
    let of = |cause| some.iter().find(|(known, _)| *known == cause).map_or(0.0, |(_, probability)| *probability);
    Verdict::from_probabilities(Cause::ALL.into_iter().map(|cause| (cause, of(cause))).collect())
}

#[test]
fn host_firewall_or_device_is_a_filtering_device() {
    let open = verdict(&[(Cause::HostFirewall, 0.5), (Cause::NetworkFilter, 0.4), (Cause::ClosedPort, 0.1)]);
    assert_eq!((open.cause, open.attribution), (None, Attribution::FilteringDevice));
    assert!((open.attribution_confidence - 0.9).abs() < 1e-9 && (open.confidence - 0.5).abs() < 1e-9);
}

#[test]
fn the_sum_may_outweigh_the_best_cause() {
    let verdict = verdict(&[(Cause::ClosedPort, 0.24), (Cause::NoRoute, 0.2), (Cause::HostUnreachable, 0.56)]);
    assert_eq!(verdict.attribution, Attribution::Network);
    let split = self::verdict(&[(Cause::ClosedPort, 0.4), (Cause::HostFirewall, 0.3), (Cause::NetworkFilter, 0.3)]);
    assert_eq!(split.candidates[0].0, Cause::ClosedPort);
    assert_eq!(split.attribution, Attribution::Undetermined);
    assert!((split.attribution_confidence - 0.6).abs() < 1e-9);
}

#[test]
fn it_is_undetermined_below_three_to_one_as_causes_are() {
    let three_to_one = verdict(&[(Cause::ClosedPort, 0.75), (Cause::Forged, 0.25)]);
    let less = verdict(&[(Cause::ClosedPort, 0.74), (Cause::Forged, 0.26)]);
    assert_eq!((three_to_one.attribution, less.attribution), (Attribution::ClosedPort, Attribution::Undetermined));
}

#[test]
fn causes_belong_where_the_contract_puts_them() {
    use Attribution::{ClosedPort, FilteringDevice, Forged, Network};
    let wanted = [ClosedPort, FilteringDevice, FilteringDevice, Network, Network, Network, Network, Forged];
    assert_eq!(Cause::ALL.map(Cause::attribution), wanted);
    let names = Attribution::DEFINITE.map(Attribution::name);
    assert_eq!(names, ["closed-port", "filtering-device", "network", "forged"]);
    assert_eq!(Attribution::Undetermined.name(), "undetermined");
}
