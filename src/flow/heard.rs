//! Which addresses packets came from lately, as far as a few bits can tell.

use super::distinct::spread;

/// Says yes of every address that was among the latest, and seldom of another: one bit for each, in two generations of which
/// the older is forgotten once the younger has its fill (a Bloom filter of one hash, Bloom 1970).
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    young: Vec<u64>,
    old: Vec<u64>,
    /// Addresses in the younger generation that had no bit there before.
    count: usize,
}

/// Bits of a generation: 32 KiB.
const BITS: usize = 1 << 18;
/// Addresses of a generation. Of others, one in 32 is taken for one of them.
const FILL: usize = BITS / 32;

impl Heard {
    /// Adds an address by its [bits](super::address_bits).
    #[inline]
    pub(super) fn add(&mut self, address: u128) {
        let (word, bit) = place(address);
        match self.young.get_mut(word) {
            Some(known) if *known & bit != 0 => {}
            Some(known) if self.count < FILL => {
                *known |= bit;
                self.count += 1;
            }
            _ => self.begin(word, bit),
        }
    }

    /// Begins a generation with an address.
    #[cold]
    fn begin(&mut self, word: usize, bit: u64) {
        self.old = std::mem::replace(&mut self.young, vec![0; BITS / 64]);
        self.young[word] = bit;
        self.count = 1;
    }

    /// Whether the address may be among them.
    #[inline]
    pub(super) fn may_include(&self, address: u128) -> bool {
        let (word, bit) = place(address);
        [&self.young, &self.old].into_iter().any(|bits| bits.get(word).is_some_and(|known| known & bit != 0))
    }
}

/// The word and the bit that stand for an address.
#[inline]
fn place(address: u128) -> (usize, u64) {
    let position = spread(address, 0) as usize % BITS;
    (position / 64, 1 << (position % 64))
}

#[cfg(test)]
mod tests {
    use super::{FILL, Heard};

    #[test]
    fn the_latest_are_among_them_and_few_others() {
        let mut heard = Heard::default();
        assert!(!heard.may_include(1));
        let count = 5 * FILL as u128;
        for address in 0..count {
            heard.add(address);
            assert!(heard.may_include(address.saturating_sub(FILL as u128)), "{address}");
        }
        let others = (count..2 * count).filter(|&address| heard.may_include(address)).count();
        assert!(others < count as usize / 12, "{others} of {count}");
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
