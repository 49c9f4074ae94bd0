//! Databases of networks, one of them made here by the specification of the format (MMDB 2.0).

use std::net::IpAddr;

use unreach::naming::Networks;

/// Separates the tree from the data.
const SEPARATOR: usize = 16;

fn text(text: &str) -> Vec<u8> {
    // Type 2, and a length below 29.
    [&[2 << 5 | text.len() as u8], text.as_bytes()].concat()
}

fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let content = entries.iter().flat_map(|(key, value)| [text(key), value.clone()].concat());
    [7 << 5 | entries.len() as u8].into_iter().chain(content).collect()
}

fn unsigned(kind: u8, number: u32) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let length = if kind == 5 { 2 } else { 4 };
    // Types above 7 stand in a byte of their own, less 7.
    let control = if kind > 7 { vec![length, kind - 7] } else { vec![kind << 5 | length] };
    [control, bytes[4 - usize::from(length)..].to_vec()].concat()
}

/// A database that knows one network: what lies under the first bits of an IPv4 address.
fn database(network: [u8; 4], bits: u32, record: &[u8]) -> Vec<u8> {
    let address = u32::from_be_bytes(network);
    let mut file = Vec::new();
    for bit in 0..bits {
        let next = if bit + 1 == bits { bits + SEPARATOR as u32 } else { bit + 1 };
        let is_right = address >> (31 - bit) & 1 == 1;
        let (left, right) = if is_right { (bits, next) } else { (next, bits) };
        file.extend(&left.to_be_bytes()[1..]);
        file.extend(&right.to_be_bytes()[1..]);
    }
    file.extend([0; SEPARATOR]);
    file.extend(record);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    file.extend(map(&[
        ("node_count", unsigned(6, bits)),
        ("record_size", unsigned(5, 24)),
        ("ip_version", unsigned(5, 4)),
        ("database_type", text("Test")),
        ("languages", vec![0, 4]),
        ("binary_format_major_version", unsigned(5, 2)),
        ("binary_format_minor_version", unsigned(5, 0)),
        ("build_epoch", unsigned(9, 1_700_000_000)),
        ("description", map(&[])),
    ]));
    file
}

fn asked(record: &[u8], address: &str) -> (Option<u32>, Option<String>) {
    let networks = Networks::open(database([10, 2, 0, 0], 16, record)).unwrap();
    let address: IpAddr = address.parse().unwrap();
    (networks.asn(address), networks.country(address))
}

#[test]
fn numbers_and_countries_are_read_as_they_are_written() {
    let maxmind =
        map(&[("autonomous_system_number", unsigned(6, 64_500)), ("country", map(&[("iso_code", text("DE"))]))]);
    let ipinfo = map(&[("asn", text("AS64500")), ("country", text("DE"))]);
    for record in [maxmind, ipinfo] {
        assert_eq!(asked(&record, "10.2.3.4"), (Some(64_500), Some("DE".to_owned())));
        assert_eq!(asked(&record, "10.3.0.1"), (None, None));
        assert_eq!(asked(&record, "2001:db8::1"), (None, None));
    }
}

#[test]
fn other_shapes_are_no_answer() {
    let odd = map(&[("autonomous_system_number", text("many")), ("country", map(&[("iso_code", text("Germany"))]))]);
    assert_eq!(asked(&odd, "10.2.3.4"), (None, None));
}

#[test]
fn damage_is_told_and_does_no_harm() {
    assert!(Networks::open(Vec::new()).is_err());
    assert!(Networks::open(b"not a database".to_vec()).is_err());
    let whole = database([10, 2, 0, 0], 16, &map(&[("country", map(&[("iso_code", text("DE"))]))]));
    for place in 0..whole.len() {
        for value in [0, 0xff, whole[place] ^ 0x20] {
            let mut bytes = whole.clone();
            bytes[place] = value;
            if let Ok(networks) = Networks::open(bytes) {
                let _ = networks.country("10.2.3.4".parse().unwrap());
                let _ = networks.asn("10.2.3.4".parse().unwrap());
            }
        }
    }
}
