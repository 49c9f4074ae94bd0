//! What bounded maps are keyed by, in whole numbers.
//!
//! An address as the standard library has it takes seventeen bytes: it is written in parts, read back in others, which
//! stalls, and compared in six. In numbers it is hashed and compared without a branch.
//!
//! Addresses of IPv4 are numbered as IPv6 maps them (RFC 4291 section 2.5.5.2), so that no word says of which family one is. A packet of
//! IPv6 that claims such an address, which none may (RFC 6890 table 20), teaches of the host of IPv4 that it names.

use std::net::{IpAddr, Ipv6Addr};

use super::fragment::FragmentKey;
use super::service::ServiceKey;

/// What entries are found by.
pub trait Key: Sized {
    /// The key in numbers: equal where the keys are.
    type Words: AsRef<[u64]> + Copy + Eq;

    /// The key in numbers.
    fn words(&self) -> Self::Words;

    /// The key with these numbers.
    fn of(words: &Self::Words) -> Self;
}

/// The number of an address, in two halves.
pub(super) type Address = [u64; 2];

/// The numbers of two addresses.
pub(super) type Ends = [u64; 4];

/// A port of a host.
pub(super) type Port = [u64; 3];

/// What the lower half of a mapped address holds above the number that the address has in IPv4.
const MAPPED: u64 = 0xffff << 32;

/// An address of IPv4 by its number there.
#[inline]
pub(super) fn v4(number: u64) -> Address {
    [0, MAPPED | number]
}

#[inline]
pub(super) fn ends([one_high, one_low]: Address, [other_high, other_low]: Address) -> Ends {
    [one_high, one_low, other_high, other_low]
}

#[inline]
pub(super) fn service([high, low]: Address, protocol: u8, port: u16) -> Port {
    [u64::from(port) << 8 | u64::from(protocol), high, low]
}

/// The [bits](super::address_bits) of an address; of one that is mapped, those that it has in IPv4.
#[inline]
pub(super) fn bits([high, low]: Address) -> u128 {
    let is_v4 = high == 0 && low & !0xffff_ffff == MAPPED;
    joined([high, if is_v4 { low ^ MAPPED } else { low }])
}

/// The halves of a number.
#[inline]
pub(super) fn halves(number: u128) -> [u64; 2] {
    [(number >> 64) as u64, number as u64]
}

/// A number from its halves.
#[inline]
pub(super) fn joined([high, low]: [u64; 2]) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

impl Key for IpAddr {
    type Words = Address;

    #[inline]
    fn words(&self) -> Address {
        match self {
            Self::V4(address) => v4(address.to_bits().into()),
            Self::V6(address) => halves(address.to_bits()),
        }
    }

    fn of(words: &Address) -> Self {
        Self::from(Ipv6Addr::from_bits(joined(*words))).to_canonical()
    }
}

impl Key for (IpAddr, IpAddr) {
    type Words = Ends;

    #[inline]
    fn words(&self) -> Ends {
        ends(self.0.words(), self.1.words())
    }

    fn of(words: &Ends) -> Self {
        let &[one_high, one_low, other_high, other_low] = words;
        (IpAddr::of(&[one_high, one_low]), IpAddr::of(&[other_high, other_low]))
    }
}

impl Key for ServiceKey {
    type Words = Port;

    fn words(&self) -> Port {
        service(self.address.words(), self.protocol, self.port)
    }

    fn of(&[port, high, low]: &Port) -> Self {
        Self { address: IpAddr::of(&[high, low]), protocol: port as u8, port: (port >> 8) as u16 }
    }
}

impl Key for FragmentKey {
    type Words = [u64; 5];

    fn words(&self) -> [u64; 5] {
        let [one_high, one_low, other_high, other_low] = self.ends().words();
        [self.number(), one_high, one_low, other_high, other_low]
    }

    fn of(&[number, ref ends @ ..]: &[u64; 5]) -> Self {
        Self::of_parts(<(IpAddr, IpAddr)>::of(ends), number)
    }
}

impl Key for u64 {
    type Words = [Self; 1];

    fn words(&self) -> [Self; 1] {
        [*self]
    }

    fn of([number]: &[Self; 1]) -> Self {
        *number
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::{Key, bits};
    use crate::flow::{FragmentKey, ServiceKey, address_bits};

    fn addresses() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).into()),
            any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).into()),
            any::<u32>().prop_map(|bits| Ipv6Addr::from_bits(bits.into()).into()),
        ]
    }

    fn comes_back<K: Key + PartialEq + Debug>(key: &K) {
        assert_eq!(K::of(&key.words()), *key);
    }

    #[test]
    fn a_mapped_address_is_that_of_ipv4() {
        let (host, mapped) = (Ipv4Addr::new(192, 0, 2, 7), Ipv4Addr::new(192, 0, 2, 7).to_ipv6_mapped());
        let numbers = IpAddr::from(mapped).words();
        assert_eq!(numbers, IpAddr::from(host).words());
        assert_eq!((IpAddr::of(&numbers), bits(numbers)), (host.into(), address_bits(host.into())));
    }

    proptest! {
        #[test]
        fn every_key_comes_back_from_its_numbers(
            address in addresses(),
            other in addresses(),
            (protocol, port, identification) in any::<(u8, u16, u32)>(),
        ) {
            comes_back(&address);
            comes_back(&(address, other));
            comes_back(&ServiceKey { address, protocol, port });
            let number = u64::from(identification) << 8 | u64::from(protocol);
            comes_back(&FragmentKey::of_parts((address, other), number));
        }
    }
}
