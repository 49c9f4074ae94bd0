//! Addresses that belong to one device.

use std::net::IpAddr;

use crate::unreachable::made::{Capture, Ip, from, message, udp};

const ONE: [u8; 4] = [203, 0, 113, 1];
const OTHER: [u8; 4] = [203, 0, 113, 99];

/// Refusals by both addresses in turn, numbered as told.
fn devices(numbers: &[u16]) -> Vec<Vec<IpAddr>> {
    let mut capture = Capture::new();
    for (turn, &identification) in numbers.iter().enumerate() {
        let sport = 40000 + turn as u16;
        let probe = Ip::new(17, sport, udp(sport, 9, sport, b"question"));
        capture.see(&probe);
        let reporter = if turn % 2 == 0 { ONE } else { OTHER };
        capture.see(&Ip { identification, ..from(reporter, message(13, [0; 4], &probe.arrived())) });
    }
    capture.findings().devices.into_iter().map(|device| device.addresses).collect()
}

#[test]
fn a_shared_counter_is_one_device() {
    let both = vec![IpAddr::from(ONE), IpAddr::from(OTHER)];
    assert_eq!(devices(&[100, 101, 105, 110, 111, 300]), std::slice::from_ref(&both));
    assert_eq!(devices(&[65_530, 65_533, 65_535, 2, 9, 10]), [both], "the counter wraps");
}

#[test]
fn counters_of_their_own_are_two_devices() {
    assert_eq!(devices(&[100, 5000, 101, 5001, 102, 5002]).len(), 2);
    assert_eq!(devices(&[100, 101]).len(), 2, "too few to tell");
    assert_eq!(devices(&[0; 8]).len(), 2, "unnumbered");
    assert_eq!(devices(&[40_000, 2, 17_500, 61_001, 33, 9_999]).len(), 2, "random numbers");
}
