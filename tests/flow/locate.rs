//! Where flows are looked for: the same from both of their ends, and from their keys.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use unreach::decode::{Addresses, Ports};
use unreach::flow::{FlowKey, Locator};

/// Both addresses as a header has them, and as everybody else does.
#[derive(Clone, Copy, Debug)]
enum Pair {
    V4([u8; 4], [u8; 4]),
    V6([u8; 16], [u8; 16]),
}

/// Few addresses, so that ends are alike, and differ in any byte.
fn pair() -> impl Strategy<Value = Pair> {
    fn octets<const N: usize>() -> impl Strategy<Value = [u8; N]> {
        (0..N, prop_oneof![Just(0_u8), Just(1), Just(0x80), Just(0xff)]).prop_map(|(place, byte)| {
            let mut octets = [0; N];
            octets[place] = byte;
            octets
        })
    }
    prop_oneof![
        (octets(), octets()).prop_map(|(source, destination)| Pair::V4(source, destination)),
        (octets(), octets()).prop_map(|(source, destination)| Pair::V6(source, destination)),
    ]
}

impl Pair {
    fn turned(self) -> Self {
        match self {
            Self::V4(source, destination) => Self::V4(destination, source),
            Self::V6(source, destination) => Self::V6(destination, source),
        }
    }

    fn addresses(self) -> [IpAddr; 2] {
        match self {
            Self::V4(source, destination) => [Ipv4Addr::from(source).into(), Ipv4Addr::from(destination).into()],
            Self::V6(source, destination) => [Ipv6Addr::from(source).into(), Ipv6Addr::from(destination).into()],
        }
    }

    /// Hands over what its header has.
    fn in_header<T>(self, take: impl FnOnce(Addresses<'_>) -> T) -> T {
        match self {
            Self::V4(source, destination) => {
                take(Addresses::V4(&[source, destination].concat().try_into().expect("8 bytes")))
            }
            Self::V6(source, destination) => {
                take(Addresses::V6(&[source, destination].concat().try_into().expect("32 bytes")))
            }
        }
    }
}

proptest! {
    #[test]
    fn a_flow_is_looked_for_in_one_place(pair in pair(), one in 0_u16..3, other in 0_u16..3, protocol in 16_u8..18) {
        let locator = Locator::default();
        let ports = Ports { source: one, destination: other };
        let turned = Ports { source: other, destination: one };
        let (there, way) = pair.in_header(|addresses| locator.locate_ends(addresses, ports, protocol));
        let (back, back_way) = pair.turned().in_header(|addresses| locator.locate_ends(addresses, turned, protocol));
        prop_assert_eq!(there, back);
        let [source, destination] = pair.addresses();
        prop_assert!(way != back_way || (source, one) == (destination, other));
        let (key, key_way) = FlowKey::new((source, one), (destination, other), protocol);
        prop_assert_eq!(locator.locate_key(&key), there);
        prop_assert_eq!(key_way, way);
        prop_assert_eq!(there.ports(way).source, one);
    }

    #[test]
    fn different_flows_are_told_apart(pairs in (pair(), pair()), ports in (0_u16..3, 0_u16..3)) {
        let locator = Locator::default();
        let located = |pair: Pair, source| {
            let ports = Ports { source, destination: 9 };
            pair.in_header(|addresses| locator.locate_ends(addresses, ports, 17).0)
        };
        let key = |pair: Pair, source| {
            let [from, to] = pair.addresses();
            FlowKey::new((from, source), (to, 9), 17).0
        };
        let is_same = key(pairs.0, ports.0) == key(pairs.1, ports.1);
        prop_assert_eq!(located(pairs.0, ports.0) == located(pairs.1, ports.1), is_same);
    }
}

/// Hashes of neighbours differ by the same numbers: put together carelessly, those of two pairs meet.
#[test]
fn flows_between_neighbours_are_told_apart() {
    const NEIGHBOURS: u8 = 96;
    let address = |host: u8| [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host];
    for _ in 0..64 {
        let locator = Locator::default();
        let mut seen = std::collections::HashSet::new();
        for source in 0..NEIGHBOURS {
            for destination in source..NEIGHBOURS {
                let ports = Ports { source: 4500, destination: 4500 };
                let pair = Pair::V6(address(source), address(destination));
                let (located, _) = pair.in_header(|addresses| locator.locate_ends(addresses, ports, 17));
                assert!(seen.insert(format!("{located:?}")), "{source} and {destination}");
            }
        }
    }
}
