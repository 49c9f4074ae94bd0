//! Which addresses packets came from lately, as far as a few bits can tell.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use super::prefetch::prefetch;

/// Says yes of every address that was among the latest, and seldom of another: three bits for each, in two generations of which the
/// older is forgotten once the younger has its fill (Bloom 1970). All bits of an address are in one line of the cache, as each line
/// is waited for: so a few more of other addresses are taken for one of these (Putze, Sanders and Singler 2007). Which these are is
/// the same in every run, as what is looked through for them may change a label; who knows the hash gains no more than that as much
/// is looked through as may be in any case. Addresses come in rows, of which the faster hash sets bits in rows, too (one address in
/// twenty was taken for another then, for some seeds: measured).
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    young: Box<Generation>,
    old: Option<Box<Generation>>,
    /// Addresses in the younger generation that it did not seem to have before.
    count: usize,
    seed: FixedState,
    /// Hashes of the latest few, whose lines are on their way into the cache; a ring.
    latest: [u64; LATEST],
    /// Addresses that were added, each in the place of an earlier one.
    added: usize,
}

/// A line of the cache.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Line([u64; LINE_BITS / 64]);

const LINE_BITS: usize = 512;
/// Lines of a generation: 16 KiB.
const LINES: usize = 256;
/// Addresses of a generation: three bits each set at most a fifth of all. So of other addresses, up to one in ninety is taken for
/// one of both generations.
const FILL: usize = LINES * LINE_BITS / 16;
/// Bits of an address.
const EACH: u32 = 3;
/// Addresses that wait until their lines have come into the cache. (Of typical traffic, adding each at once took a hundredth of the
/// time: what is read of a file goes through the cache, and leaves little there.)
const LATEST: usize = 8;

/// Bits of addresses.
#[derive(Clone, Debug)]
struct Generation([Line; LINES]);

impl Default for Generation {
    fn default() -> Self {
        Self([Line::default(); LINES])
    }
}

impl Heard {
    /// Adds an address by its [bits](super::address_bits).
    #[expect(clippy::inline_always, reason = "it mostly takes less than a call")]
    #[inline(always)]
    pub(super) fn add(&mut self, address: u128) {
        let hash = self.seed.hash_one(address);
        self.young.prefetch(hash);
        let due = std::mem::replace(&mut self.latest[self.added % LATEST], hash);
        self.added = self.added.wrapping_add(1);
        // Of the first few places nothing is due: they hold 0, which is as good as any address.
        self.settle(due);
    }

    /// Sets the bits of an address whose line has come.
    #[expect(clippy::inline_always, reason = "it is called once")]
    #[inline(always)]
    fn settle(&mut self, hash: u64) {
        let is_new = !self.young.has(hash);
        if is_new && self.count >= FILL {
            self.begin();
        }
        // Of one that is known, too: which is nobody can predict.
        self.count += usize::from(is_new);
        self.young.set(hash);
    }

    /// Begins a generation.
    #[cold]
    fn begin(&mut self) {
        self.old = Some(std::mem::take(&mut self.young));
        self.count = 0;
    }

    /// Whether the address may be among them.
    #[inline]
    pub(super) fn may_include(&self, address: u128) -> bool {
        let hash = self.seed.hash_one(address);
        let was = self.old.as_ref().is_some_and(|old| old.has(hash));
        was || self.young.has(hash) || self.latest.contains(&hash)
    }
}

impl Generation {
    /// Whether all bits that stand for a hash are set; found out without a branch, as nobody can predict which is not.
    #[inline]
    fn has(&self, hash: u64) -> bool {
        let line = &self.0[line_of(hash)];
        places(hash).fold(0, |missing, (word, bit)| missing | (bit & !line.0[word])) == 0
    }

    #[inline]
    fn set(&mut self, hash: u64) {
        let line = &mut self.0[line_of(hash)];
        for (word, bit) in places(hash) {
            line.0[word] |= bit;
        }
    }

    #[inline]
    fn prefetch(&self, hash: u64) {
        prefetch(&self.0, line_of(hash));
    }
}

/// The line in which the bits for a hash are.
#[inline]
fn line_of(hash: u64) -> usize {
    hash as usize % LINES
}

/// The words of the line, and the bits, that stand for a hash.
#[inline]
fn places(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    (0..EACH).map(move |number| {
        let position = (hash >> (LINES.ilog2() + number * LINE_BITS.ilog2())) as usize % LINE_BITS;
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
    fn those_that_are_taken_for_others_are_the_same_in_every_run() {
        let count = 2 * FILL as u128;
        let taken = || {
            let mut heard = Heard::default();
            (0..count).for_each(|address| heard.add(address));
            (count..3 * count).filter(|&address| heard.may_include(address)).collect::<Vec<_>>()
        };
        assert!(!taken().is_empty());
        assert_eq!(taken(), taken());
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
