//! Where things are: an open-addressed index from hashes to places, which never looks at the things themselves to grow.

use super::pages::prefer_large;
use super::prefetch::prefetch;

/// Slots of eight bytes: the hash in the high half, the place plus one in the low half; 0 is free. Linear probing, at
/// most two thirds full.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    slots: Vec<u64>,
    used: usize,
}

/// Slots in a cache line.
const LINE: usize = 8;

impl Index {
    pub(crate) fn new() -> Self {
        Self { slots: vec![0; 16], used: 0 }
    }

    #[inline]
    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    /// The place with this hash that `is_it` says yes to.
    #[inline]
    pub(crate) fn find(&self, tag: u32, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let mask = self.mask();
        let mut at = tag as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if (slot >> 32) as u32 == tag && is_it(place(slot)) {
                return Some(place(slot));
            }
            at = (at + 1) & mask;
        }
    }

    /// Brings the slot where the search for this hash starts into the cache.
    #[inline]
    pub(crate) fn prefetch(&self, tag: u32) {
        prefetch(&self.slots, tag as usize & self.mask());
    }

    /// The first place with this hash, if it is found within a cache line.
    #[inline]
    pub(crate) fn probable(&self, tag: u32) -> Option<usize> {
        let mask = self.mask();
        (0..LINE)
            .map(|step| self.slots[(tag as usize + step) & mask])
            .take_while(|&slot| slot != 0)
            .find(|slot| (slot >> 32) as u32 == tag)
            .map(place)
    }

    /// Adds a place that is not in it.
    pub(crate) fn insert(&mut self, tag: u32, place: usize) {
        if (self.used + 1) * 3 > self.slots.len() * 2 {
            self.grow();
        }
        let at = self.free(tag);
        self.slots[at] = u64::from(tag) << 32 | (place as u64 + 1);
        self.used += 1;
    }

    fn free(&self, tag: u32) -> usize {
        let mask = self.mask();
        let mut at = tag as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        let mut larger = Vec::with_capacity(size);
        prefer_large(larger.spare_capacity_mut());
        larger.resize(size, 0);
        let old = std::mem::replace(&mut self.slots, larger);
        for slot in old.into_iter().filter(|&slot| slot != 0) {
            let at = self.free((slot >> 32) as u32);
            self.slots[at] = slot;
        }
    }

    /// Takes out a place, if it is in it; later slots of its run move up (Knuth, volume 3, section 6.4, algorithm R).
    pub(crate) fn remove(&mut self, tag: u32, gone: usize) {
        let mask = self.mask();
        let mut hole = tag as usize & mask;
        while place(self.slots[hole]) != gone {
            if self.slots[hole] == 0 {
                return;
            }
            hole = (hole + 1) & mask;
        }
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot == 0 {
                break;
            }
            let wanted = (slot >> 32) as usize & mask;
            if (at.wrapping_sub(wanted) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = 0;
        self.used -= 1;
    }
}

#[inline]
fn place(slot: u64) -> usize {
    (slot as u32 as usize).wrapping_sub(1)
}
