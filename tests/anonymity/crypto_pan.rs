//! Crypto-PAn against the sample of its authors, and what it promises.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use unreach::anonymity::{CryptoPan, Key};

/// The key of the sample trace that came with the authors' own implementation.
pub(super) const SAMPLE_KEY: [u8; 32] = [
    21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101, 39, 98,
    87, 76, 45, 42, 132, 34, 2,
];

/// Addresses of that trace, raw and sanitized.
const SAMPLE: [(&str, &str); 16] = [
    ("128.11.68.132", "135.242.180.132"),
    ("129.118.74.4", "134.136.186.123"),
    ("130.132.252.244", "133.68.164.234"),
    ("141.223.7.43", "141.167.8.160"),
    ("152.163.225.39", "151.140.114.167"),
    ("156.29.3.236", "147.225.12.42"),
    ("165.247.96.84", "162.9.99.234"),
    ("192.102.249.13", "252.138.62.131"),
    ("198.26.132.101", "249.36.123.202"),
    ("216.35.217.178", "235.195.157.81"),
    ("24.0.250.221", "100.15.198.226"),
    ("38.15.67.68", "64.3.66.187"),
    ("4.3.88.225", "124.60.155.63"),
    ("63.14.55.111", "95.9.215.7"),
    ("64.34.154.117", "0.221.154.117"),
    ("10.185.25.118", "117.161.29.118"),
];

/// The authors gave none for IPv6; these are those that other implementations publish for the same key.
const SAMPLE_V6: [(&str, &str); 5] = [
    ("::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed"),
    ("::2", "78ff:f001:9fc0:20df:8380:b1f1:704:ef"),
    ("::ffff", "78ff:f001:9fc0:20df:8380:b1f1:704:f838"),
    ("2001:db8::1", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e"),
    ("2001:db8::2", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c"),
];

fn sample() -> CryptoPan {
    CryptoPan::new(&Key::from_file(&SAMPLE_KEY).unwrap())
}

#[test]
fn it_maps_as_published() {
    let mapping = sample();
    for (raw, sanitized) in SAMPLE.into_iter().chain(SAMPLE_V6) {
        let (raw, sanitized): (IpAddr, IpAddr) = (raw.parse().unwrap(), sanitized.parse().unwrap());
        assert_eq!(mapping.address(raw), sanitized, "{raw}");
    }
}

#[test]
fn a_key_is_bytes_or_digits() {
    let digits = SAMPLE_KEY.map(|byte| format!("{byte:02x}")).concat();
    let address: IpAddr = "128.11.68.132".parse().unwrap();
    let mapped = |content: &[u8]| Key::from_file(content).map(|key| CryptoPan::new(&key).address(address).to_string());
    for content in [digits.clone(), format!("  {}\r\n", digits.to_uppercase())] {
        assert_eq!(mapped(content.as_bytes()).as_deref(), Some("135.242.180.132"), "{content}");
    }
    assert_eq!(mapped(&SAMPLE_KEY).as_deref(), Some("135.242.180.132"));
    for wrong in [&b""[..], &[7; 31], &[7; 33], &digits.as_bytes()[1..], "g".repeat(64).as_bytes()] {
        assert_eq!(mapped(wrong), None, "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn prefixes_stay_as_long(one: u32, other: u32) {
        let mapping = sample();
        let map = |bits: u32| match mapping.address(Ipv4Addr::from(bits).into()) {
            IpAddr::V4(address) => u32::from(address),
            IpAddr::V6(address) => panic!("{address}"),
        };
        prop_assert_eq!((map(one) ^ map(other)).leading_zeros(), (one ^ other).leading_zeros());
    }

    #[test]
    fn and_in_the_other_version(one: u128, other: u128, common in 0u32..128) {
        let mapping = sample();
        let other = one ^ (other >> common);
        let map = |bits: u128| match mapping.address(Ipv6Addr::from(bits).into()) {
            IpAddr::V6(address) => u128::from(address),
            IpAddr::V4(address) => panic!("{address}"),
        };
        prop_assert_eq!((map(one) ^ map(other)).leading_zeros(), (one ^ other).leading_zeros());
    }
}
