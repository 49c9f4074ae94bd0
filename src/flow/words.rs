//! What bounded maps are keyed by, in whole numbers.
//!
//! An address as the standard library has it takes seventeen bytes: it is written in parts, read back in others, which
//! stalls, and compared in six. In numbers it is hashed and compared without a branch.
//!
//! No word says of which family an address is: those of IPv4 are numbered as if they were of a network of IPv6 that nobody knows, as its
//! 96 bits are drawn anew in each run. An address of IPv6 in there would be taken for one of IPv4: of any packet that is a chance of one
//! in 10^28.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

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

/// The network that addresses of IPv4 are numbered in.
static V4: LazyLock<Address> = LazyLock::new(|| {
    let seed = RandomState::new();
    [seed.hash_one(0), seed.hash_one(1) & !V4_NUMBER]
});

/// The bits of the lower half that are the number an address has in IPv4.
const V4_NUMBER: u64 = 0xffff_ffff;

/// An address of IPv4 by its number there.
#[inline]
pub(super) fn v4(number: u64) -> Address {
    let [high, low] = *V4;
    [high, low | number]
}

/// The number that an address has in IPv4, if it is of that.
fn v4_number([high, low]: Address) -> Option<u32> {
    ([high, low & !V4_NUMBER] == *V4).then_some(low as u32)
}

#[inline]
pub(super) fn ends([one_high, one_low]: Address, [other_high, other_low]: Address) -> Ends {
    [one_high, one_low, other_high, other_low]
}

#[inline]
pub(super) fn service([high, low]: Address, protocol: u8, port: u16) -> Port {
    [u64::from(port) << 8 | u64::from(protocol), high, low]
}

/// The [bits](super::address_bits) of an address.
#[inline]
pub(super) fn bits(address: Address) -> u128 {
    v4_number(address).map_or_else(|| joined(address), u128::from)
}

/// The halves of a number.
#[inline]
pub(super) fn halves(number: u128) -> [u64; 2] {
    [(number >> 64) as u64, number as u64]
}

/// A number from its halves.
fn joined([high, low]: [u64; 2]) -> u128 {
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
        match v4_number(*words) {
            Some(number) => Ipv4Addr::from_bits(number).into(),
            None => Ipv6Addr::from_bits(joined(*words)).into(),
        }
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
    fn an_address_that_maps_another_is_not_that() {
        let host = Ipv4Addr::new(192, 0, 2, 7);
        for address in [IpAddr::from(host), host.to_ipv6_mapped().into(), host.to_ipv6_compatible().into()] {
            comes_back(&address);
            assert_eq!(bits(address.words()), address_bits(address));
        }
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
