//! Types and codes.

use std::collections::BTreeSet;

use unreach::unreachable::Code;
use unreach::unreachable::code::ENTRIES;

/// The meanings of `ICMPv4` type 3, by code, and of `ICMPv6` type 1.
const V4: [&str; 16] = [
    "net-unreachable",
    "host-unreachable",
    "protocol-unreachable",
    "port-unreachable",
    "fragmentation-needed",
    "source-route-failed",
    "net-unknown",
    "host-unknown",
    "source-host-isolated",
    "net-prohibited",
    "host-prohibited",
    "net-unreachable-for-tos",
    "host-unreachable-for-tos",
    "admin-prohibited",
    "host-precedence-violation",
    "precedence-cutoff",
];
const V6: [&str; 9] = [
    "no-route",
    "admin-prohibited",
    "beyond-scope",
    "address-unreachable",
    "port-unreachable",
    "source-policy-failed",
    "reject-route",
    "source-routing-error",
    "headers-too-long",
];

fn code(version: u8, icmp_type: u8, icmp_code: u8) -> Code {
    Code { version, icmp_type, icmp_code }
}

#[test]
fn meanings_are_those_of_the_contract() {
    for (number, meaning) in (0..).zip(V4) {
        assert_eq!(code(4, 3, number).meaning(), meaning);
    }
    for (number, meaning) in (0..).zip(V6) {
        assert_eq!(code(6, 1, number).meaning(), meaning);
    }
    assert_eq!(code(6, 4, 1).meaning(), "unknown-next-header");
    assert_eq!((code(6, 2, 0).meaning(), code(6, 2, 9).meaning()), ("packet-too-big".into(), "packet-too-big".into()));
}

#[test]
fn unassigned_codes_are_numbered() {
    assert_eq!((code(4, 3, 16).meaning(), code(6, 1, 255).meaning()), ("code-16".into(), "code-255".into()));
    assert!(code(4, 3, 16).entry().is_none() && code(4, 3, 16).is_unreachable());
}

#[test]
fn entries_are_documented_and_unique() {
    let codes: BTreeSet<Code> = ENTRIES.iter().map(|entry| entry.code).collect();
    assert_eq!(codes.len(), ENTRIES.len());
    for entry in ENTRIES {
        assert!(entry.code.is_unreachable(), "{entry:?}");
        assert!(entry.explanation.ends_with('.') && entry.reference.starts_with("RFC "), "{entry:?}");
    }
}

#[test]
fn kin_of_unreachable_are_few() {
    let all = (0..=255).flat_map(|icmp_type| (0..=255).map(move |icmp_code| (icmp_type, icmp_code)));
    let count = |version| all.clone().filter(|(t, c)| code(version, *t, *c).is_unreachable()).count();
    assert_eq!((count(4), count(6)), (256, 2 * 256 + 1));
}

#[test]
fn kinds_of_codes() {
    assert!(code(4, 3, 3).is_port_unreachable() && code(6, 1, 4).is_port_unreachable());
    assert!(!code(6, 1, 3).is_port_unreachable() && !code(4, 3, 4).is_port_unreachable());
    assert!(code(4, 3, 4).is_packet_too_big() && code(6, 2, 7).is_packet_too_big());
    assert!(!code(6, 1, 2).is_packet_too_big());
    assert!(code(4, 3, 2).is_protocol_unreachable() && code(6, 4, 1).is_protocol_unreachable());
    assert!(!code(6, 1, 2).is_protocol_unreachable() && !code(6, 4, 2).is_protocol_unreachable());
}
