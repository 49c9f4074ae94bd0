//! Numbers, addresses and times in digits: as the standard library and chrono write them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, SecondsFormat};
use proptest::prelude::*;
use unreach::frame::Timestamp;
use unreach::report::Cell;

/// Addresses with zeros in many places.
fn ipv6() -> impl Strategy<Value = Ipv6Addr> {
    prop::array::uniform8(prop_oneof![3 => Just(0_u16), 1 => 1_u16..20, 1 => any::<u16>()]).prop_map(Ipv6Addr::from)
}

proptest! {
    #[test]
    fn addresses_are_written_as_ever(v4 in any::<u32>(), v6 in ipv6()) {
        let v4 = Ipv4Addr::from_bits(v4);
        for address in [IpAddr::V4(v4), IpAddr::V6(v6), IpAddr::V6(v4.to_ipv6_mapped()), IpAddr::V6(v4.to_ipv6_compatible())] {
            prop_assert_eq!(Cell::Address(address).to_text(), address.to_string());
        }
    }

    #[test]
    fn numbers_are_written_as_ever(number in any::<u64>(), ports in any::<(u16, u16)>()) {
        for number in [number, number >> 40, number >> 60] {
            prop_assert_eq!(Cell::Integer(number).to_text(), number.to_string());
            prop_assert_eq!(Cell::Tally("a", number).to_text(), format!("a:{number}"));
            let (size, cell) = (number >> 1, Cell::Thousandths((number >> 1).cast_signed()));
            prop_assert_eq!(cell.to_text(), format!("{}.{:03}", size / 1000, size % 1000));
        }
        let (first, last) = ports;
        let run = if first == last { first.to_string() } else { format!("{first}-{last}") };
        prop_assert_eq!(Cell::Ports(first, last).to_text(), run);
    }

    #[test]
    fn times_are_written_as_ever(time in any::<i64>()) {
        let written = DateTime::from_timestamp_nanos(time).to_rfc3339_opts(SecondsFormat::Nanos, true);
        prop_assert_eq!(Cell::Time(Timestamp(time)).to_text(), written);
    }
}
