//! What bounded maps are keyed by, in whole numbers.
//!
//! An address as the standard library has it takes seventeen bytes: it is written in parts, read back in others, which
//! stalls, and compared in six. In numbers it is hashed and compared without a branch.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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

/// An address: which family it is of, and its number in two halves.
pub(super) type Address = [u64; 3];

/// Two addresses: their families, and their numbers.
pub(super) type Ends = [u64; 5];

#[inline]
pub(super) fn address(is_v6: bool, [high, low]: [u64; 2]) -> Address {
    [u64::from(is_v6), high, low]
}

#[inline]
pub(super) fn ends([one, one_high, one_low]: Address, [other, other_high, other_low]: Address) -> Ends {
    [one << 1 | other, one_high, one_low, other_high, other_low]
}

/// A port of a host.
#[inline]
pub(super) fn service([family, high, low]: Address, protocol: u8, port: u16) -> Address {
    [u64::from(port) << 16 | u64::from(protocol) << 8 | family, high, low]
}

/// The [bits](super::address_bits) of an address.
#[inline]
pub(super) fn bits([_, high, low]: Address) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

/// Each address by itself.
fn apart(ends: &Ends) -> [Address; 2] {
    let [families, one_high, one_low, other_high, other_low] = *ends;
    [[families >> 1 & 1, one_high, one_low], [families & 1, other_high, other_low]]
}

impl Key for IpAddr {
    type Words = Address;

    #[inline]
    fn words(&self) -> Address {
        match self {
            Self::V4(v4) => address(false, [0, v4.to_bits().into()]),
            Self::V6(v6) => address(true, [(v6.to_bits() >> 64) as u64, v6.to_bits() as u64]),
        }
    }

    fn of(words: &Address) -> Self {
        let is_v6 = words[0] & 1 != 0;
        if is_v6 { Ipv6Addr::from_bits(bits(*words)).into() } else { Ipv4Addr::from_bits(words[2] as u32).into() }
    }
}

impl Key for (IpAddr, IpAddr) {
    type Words = Ends;

    #[inline]
    fn words(&self) -> Ends {
        ends(self.0.words(), self.1.words())
    }

    fn of(words: &Ends) -> Self {
        apart(words).map(|address| IpAddr::of(&address)).into()
    }
}

impl Key for ServiceKey {
    type Words = Address;

    fn words(&self) -> Address {
        service(self.address.words(), self.protocol, self.port)
    }

    fn of(words: &Address) -> Self {
        Self { address: IpAddr::of(words), protocol: (words[0] >> 8) as u8, port: (words[0] >> 16) as u16 }
    }
}

impl Key for FragmentKey {
    type Words = Ends;

    fn words(&self) -> Ends {
        let [families, rest @ ..] = self.ends().words();
        let [one_high, one_low, other_high, other_low] = rest;
        [self.number() << 2 | families, one_high, one_low, other_high, other_low]
    }

    fn of(words: &Ends) -> Self {
        Self::of_parts(<(IpAddr, IpAddr)>::of(words), words[0] >> 2)
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

    use super::Key;
    use crate::flow::{FragmentKey, ServiceKey};

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
