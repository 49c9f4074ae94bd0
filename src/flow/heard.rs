//! Which addresses packets came from lately, as far as a few bits can tell.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

/// Says yes of every address that was among the latest, and seldom of another: three bits for each, in two generations of which
/// the older is forgotten once the younger has its fill (Bloom 1970). Addresses come from the network, so they are hashed with a
/// random seed; and they come in rows, of which the faster hash sets bits in rows, too, for some seeds (one address in twenty was
/// taken for another then, measured).
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    young: Vec<u64>,
    old: Vec<u64>,
    /// Addresses in the younger generation that it did not seem to have before.
    count: usize,
    seed: RandomState,
}

/// Bits of a generation: 16 KiB.
const BITS: usize = 1 << 17;
/// Addresses of a generation: three bits each set at most a fifth of all. So of other addresses, up to one in seventy is taken for
/// one of both generations.
const FILL: usize = BITS / 16;
/// Bits of an address.
const EACH: u32 = 3;

impl Heard {
    /// Adds an address by its [bits](super::address_bits).
    #[inline]
    pub(super) fn add(&mut self, address: u128) {
        let hash = self.seed.hash_one(address);
        if has(&self.young, hash) {
            return;
        }
        if self.young.is_empty() || self.count >= FILL {
            self.begin();
        }
        self.count += 1;
        for (word, bit) in places(hash) {
            self.young[word] |= bit;
        }
    }

    /// Begins a generation.
    #[cold]
    fn begin(&mut self) {
        self.old = std::mem::replace(&mut self.young, vec![0; BITS / 64]);
        self.count = 0;
    }

    /// Whether the address may be among them.
    #[inline]
    pub(super) fn may_include(&self, address: u128) -> bool {
        let hash = self.seed.hash_one(address);
        has(&self.young, hash) || has(&self.old, hash)
    }
}

#[inline]
fn has(bits: &[u64], hash: u64) -> bool {
    places(hash).all(|(word, bit)| bits.get(word).is_some_and(|known| known & bit != 0))
}

/// The words and the bits that stand for a hash.
#[inline]
fn places(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    (0..EACH).map(move |number| {
        let position = (hash >> (number * BITS.ilog2())) as usize % BITS;
        (position / 64, 1 << (position % 64))
    })
}

#[cfg(test)]
mod tests {
    use super::{FILL, Heard};

    #[test]
    fn the_latest_are_among_them_and_few_others() {
        let mut heard = Heard::default();
        assert!(!heard.may_include(1));
        // Some seem to be known already, and take no room.
        let (count, certain) = (5 * FILL as u128, FILL as u128 - 1);
        for address in 0..count {
            heard.add(address);
            assert!(heard.may_include(address.saturating_sub(certain)), "{address}");
        }
        let others = (count..2 * count).filter(|&address| heard.may_include(address)).count();
        assert!(others < count as usize / 40, "{others} of {count}");
    }

    #[test]
    fn one_that_is_heard_again_takes_no_room() {
        let mut heard = Heard::default();
        heard.add(7);
        for _ in 0..3 * FILL {
            heard.add(8);
        }
        assert!(heard.may_include(7));
    }
}
