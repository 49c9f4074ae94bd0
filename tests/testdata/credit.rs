//! What an answer about a lab message earns: 1 for the true cause, and honesty where the truth can't be read off a capture.

use super::truth::Row;

/// Ways to say port-unreachable that send the same bytes on the same host.
const TWINS: [&str; 6] = [
    "closed-udp",
    "ipt-reject-input",
    "ipt-legacy-reject-input",
    "nft-reject-input",
    "nft-reject-prerouting-host",
    "ipt-reject-output-local",
];

/// Filters that answer in the target's name.
const IMPERSONATORS: [&str; 2] = ["bridge-netdev", "nft-reject-netdev"];

/// The most that may be staked on the wrong twin.
const TWIN_CONFIDENCE: f64 = 0.90;

/// The most that may be staked on a closed port behind an impersonator.
const IMPERSONATED_CONFIDENCE: f64 = 0.80;

/// Whether the truth's mechanism is of one of these kinds.
fn is_any(truth: &Row, kinds: &[&str]) -> bool {
    kinds.iter().any(|kind| truth.get("mechanism_id").starts_with(kind))
}

/// The labels' cause in the words of the contract.
fn true_cause(truth: &Row) -> &str {
    match truth.get("cause") {
        "spoofed" => "forged",
        "mtu" => "packet-too-big",
        cause => cause,
    }
}

/// Port-unreachable about UDP.
fn is_port_unreachable(truth: &Row) -> bool {
    let code = (truth.get("ip_version"), truth.get("icmp_type"), truth.get("icmp_code"));
    matches!(code, ("4", "3", "3") | ("6", "1", "4")) && truth.get("q_proto") == "17"
}

/// Whether another cause on the same host would have sent the same bytes.
fn is_twin(truth: &Row) -> bool {
    is_port_unreachable(truth) && is_any(truth, &TWINS) && matches!(truth.get("cause"), "closed-port" | "host-firewall")
}

/// Causes that are right whatever the confidence.
fn acceptable(truth: &Row) -> Vec<&str> {
    let mut causes = vec![true_cause(truth)];
    if matches!(truth.get("mechanism_id"), "route-prohibit" | "rule-prohibit") {
        causes.extend(["network-filter", "no-route"]);
    }
    if truth.get("circumstance") == "nat-mapping-expired" {
        causes.extend(["closed-port", "network-filter"]);
    }
    if is_any(truth, &IMPERSONATORS) {
        causes.extend(["host-firewall", "network-filter"]);
    }
    causes
}

/// 0, 0.5 or 1 for what `said` says about a message whose `truth` is known.
pub(super) fn credit(truth: &Row, said: &Row) -> f64 {
    let (cause, confidence) = (said.get("cause"), said.number("confidence"));
    let right = acceptable(truth);
    if right.contains(&cause) {
        return 1.0;
    }
    let other_twin = matches!(cause, "closed-port" | "host-firewall") && confidence <= TWIN_CONFIDENCE;
    if is_twin(truth) && (cause == "undetermined" || other_twin) {
        return 1.0;
    }
    let modest = cause == "undetermined" || (cause == "closed-port" && confidence <= IMPERSONATED_CONFIDENCE);
    if is_any(truth, &IMPERSONATORS) && is_port_unreachable(truth) && modest {
        return 0.5;
    }
    let mut named = said.get("candidates").split(';').take(2).filter_map(|candidate| candidate.split(':').next());
    if cause == "undetermined" && named.any(|candidate| right.contains(&candidate)) { 0.5 } else { 0.0 }
}
