//! Which distinct addresses there were, and roughly how many, in constant memory.

use std::net::IpAddr;

const BITS: usize = 256;

/// Linear counting over 256 bits (Whang, Vander-Zanden and Taylor 1990): exact for a few, within some fifteen percent
/// up to about a thousand, and saturated beyond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Distinct {
    bits: [u64; BITS / 64],
}

impl Distinct {
    /// The bit that stands for an address with these [bits](address_bits), and a port: 256 of them are a byte.
    #[inline]
    pub fn bit(address: u128, port: u16) -> u8 {
        spread(address, port) as u8
    }

    /// Counts an address and port.
    pub fn add(&mut self, address: IpAddr, port: u16) {
        self.add_bit(Self::bit(address_bits(address), port));
    }

    /// Counts the address and port that a bit stands for.
    #[inline]
    pub fn add_bit(&mut self, bit: u8) {
        self.bits[usize::from(bit / 64)] |= 1 << (bit % 64);
    }

    /// Counts everything that another counted.
    pub fn merge(&mut self, other: &Self) {
        for (word, more) in self.bits.iter_mut().zip(other.bits) {
            *word |= more;
        }
    }

    /// Whether something may have been counted here and by another; never no of what was.
    pub fn may_share(&self, other: &Self) -> bool {
        self.bits.iter().zip(other.bits).any(|(word, others)| word & others != 0)
    }

    /// The estimate; 0 only where nothing was counted.
    pub fn estimate(&self) -> u64 {
        let zero = self.bits.iter().map(|word| word.count_zeros()).sum::<u32>().max(1);
        (BITS as f64 * (BITS as f64 / f64::from(zero)).ln()).round() as u64
    }
}

/// The bits of an address, for hashing it in one go: a derived hash takes an address in six parts, which took a third of
/// the time of a capture full of messages (measured).
#[inline]
pub fn address_bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Spreads the [bits of an address](address_bits) and a port; the same in every run, as estimates are shown to users.
pub(super) fn spread(bits: u128, port: u16) -> u64 {
    // The finalizer of MurmurHash3 (Appleby), over both halves and the port.
    let mut mixed = (bits >> 64) as u64 ^ (bits as u64).rotate_left(32) ^ u64::from(port).rotate_left(16);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    mixed ^ (mixed >> 33)
}

/// Linear counting over 64 bits: eight bytes, for facts that every host or pair of hosts has. Exact for a few, within some
/// twenty percent up to about eighty, saturated from two hundred on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally(u64);

impl Tally {
    /// Counts a number.
    pub fn add(&mut self, number: u64) {
        // The finalizer of SplitMix64 (Steele, Lea and Flood 2014). A plain multiplication sets neighbours apart more
        // evenly than chance would, so that the ports of a range counted for half as many again.
        let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.0 |= 1 << (mixed >> 58);
    }

    /// Counts an address by its [bits](address_bits).
    pub fn add_address(&mut self, bits: u128) {
        self.add(spread(bits, 0));
    }

    /// The estimate; 0 only where nothing was counted.
    pub fn estimate(self) -> u64 {
        let zero = self.0.count_zeros().max(1);
        (64.0 * (64.0 / f64::from(zero)).ln()).round() as u64
    }
}

/// Up to four distinct addresses, in the order they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct FewAddresses {
    addresses: [Option<IpAddr>; 4],
}

impl FewAddresses {
    /// Adds an address, where there is room for it.
    pub fn add(&mut self, address: IpAddr) {
        let is_full = self.addresses.last().is_some_and(Option::is_some);
        if is_full || self.contains(address) {
            return;
        }
        if let Some(free) = self.addresses.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(address);
        }
    }

    /// Whether the address is among them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.addresses.contains(&Some(address))
    }

    /// The addresses.
    pub fn iter(&self) -> impl Iterator<Item = IpAddr> {
        self.addresses.iter().copied().flatten()
    }
}
