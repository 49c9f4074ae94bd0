//! What stands behind reporters.

use std::net::IpAddr;

use crate::unreachable::made::{Capture, Ip, ROUTER, SERVER, from, message, refusal, udp};

/// A probe to the `host`th server, from the port of the same number.
fn probe(host: u8) -> Ip {
    let sport = 40000 + u16::from(host);
    Ip { destination: [198, 51, 100, host], ..Ip::new(17, sport, udp(sport, 9, sport, b"question")) }
}

#[test]
fn a_device_is_what_refuses_from_one_place() {
    let mut capture = Capture::new();
    for host in 21..24 {
        capture.see(&probe(host));
        capture.see(&Ip { identification: host.into(), ..from(ROUTER, message(13, [0; 4], &probe(host).arrived())) });
    }
    capture.see(&probe(20));
    capture.see(&refusal(&probe(20).arrived()));
    let findings = capture.findings();
    let devices: Vec<_> = findings.devices.iter().map(|d| (d.addresses.clone(), d.messages, d.targets)).collect();
    let [router, server] = [ROUTER, SERVER].map(|address| vec![IpAddr::from(address)]);
    assert_eq!(devices, [(router, 3, 3), (server, 1, 1)]);
    assert_eq!(findings.devices[0].refuses, ["udp/9 admin-prohibited to 3 targets"]);
    assert_eq!((findings.devices[0].role.name(), findings.devices[1].role.name()), ("filter", "host"));
    assert_eq!((findings.devices[0].hops, findings.devices[0].initial_ttl), (Some(3), Some(64)));
}

/// Several ports are counted: behind a slash, the count would be taken for a port.
#[test]
fn ports_that_are_counted_are_not_taken_for_one() {
    let mut capture = Capture::new();
    for port in [9, 10] {
        let probe = Ip::new(17, port, udp(40000, port, port, b"question"));
        capture.see(&probe);
        capture.see(&Ip { identification: port, ..from(ROUTER, message(13, [0; 4], &probe.arrived())) });
    }
    assert_eq!(capture.findings().devices[0].refuses, ["2 udp ports admin-prohibited to 1 target"]);
}

#[test]
fn one_address_at_two_distances_is_two_devices() {
    let mut capture = Capture::new();
    for (number, ttl) in [(1, 61), (2, 63)] {
        let packet = probe(20);
        capture.see(&packet);
        capture.see(&Ip { ttl, identification: number, ..refusal(&packet.arrived()) });
    }
    let findings = capture.findings();
    assert_eq!(findings.devices.iter().map(|device| device.hops).collect::<Vec<_>>(), [Some(3), Some(1)]);
    assert_ne!(findings.devices[0].id, findings.devices[1].id);
}

/// Of a reporter that looks different each time the latest looks are not remembered.
#[test]
fn an_initial_ttl_is_told_or_left_open() {
    let mut capture = Capture::new();
    for ttl in 33..=64 {
        let packet = probe(20);
        capture.see(&packet);
        capture.see(&Ip { ttl, identification: ttl.into(), ..refusal(&packet.arrived()) });
    }
    let told: Vec<_> = capture.findings().devices.iter().map(|device| device.initial_ttl).collect();
    assert_eq!((told.len(), told[0], told[31]), (32, Some(64), None), "{told:?}");
    assert!(told.iter().all(|told| told.is_none_or(|ttl| ttl == 64)), "{told:?}");
}
