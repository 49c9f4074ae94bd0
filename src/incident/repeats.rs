//! Which messages have the same mark as one before: told where messages are read, on whichever thread that is.

use crate::flow::prefetch;

/// Messages that are compared with later ones, copies among them; a power of two.
pub(super) const REMEMBERED: u32 = 8192;
/// Position of the first: 0, which stands for none, is as far from it and from all that follow as what was overwritten.
const FIRST: u32 = REMEMBERED + 1;
/// Chains that they are found by, as many again so that most hold one message.
const CHAINS: usize = 2 * REMEMBERED as usize;

/// The latest marks, in a ring.
#[derive(Clone, Debug)]
pub(super) struct Repeats {
    ring: Vec<Marked>,
    /// Position of the latest mark of each chain; 0 for none.
    chains: Vec<u32>,
    /// Position of the next mark, from [`FIRST`] on.
    next: u32,
}

/// Eight bytes: what reading packets takes besides hardly leaves room in a core's own cache.
#[derive(Clone, Copy, Debug)]
struct Marked {
    /// Of the mark what its chain does not tell, as far as it fits. Marks that differ only beyond that (of pairs in a chain one in four
    /// thousand million) are told apart where messages are taken.
    tag: u32,
    /// Position of the one before it in its chain.
    previous: u32,
}

/// Marks ahead at which the one that a chain ends in is brought into the cache, and once more for the chain. Together they are 128 KiB
/// of a core's own cache, which all that packets touch passes through.
const AHEAD: usize = 8;

impl Default for Repeats {
    fn default() -> Self {
        Self { ring: Vec::new(), chains: Vec::new(), next: FIRST }
    }
}

impl Repeats {
    /// Takes the next messages, of which `mark` says the mark; tells of each how many messages back the latest of the same mark is, or
    /// 0 where none is among those that are remembered.
    pub(super) fn tell<T>(&mut self, messages: &[T], mark: impl Fn(&T) -> u64, back: &mut Vec<u32>) {
        self.chains.resize(CHAINS, 0);
        back.extend(messages.iter().enumerate().map(|(place, message)| {
            if let Some(later) = messages.get(place + 2 * AHEAD) {
                prefetch(&self.chains, chain(mark(later)));
            }
            if let Some(latest) = messages.get(place + AHEAD).and_then(|next| self.chains.get(chain(mark(next)))) {
                prefetch(&self.ring, (latest % REMEMBERED) as usize);
            }
            self.tell_one(mark(message))
        }));
    }

    #[inline]
    fn tell_one(&mut self, mark: u64) -> u32 {
        let (position, slot) = (self.next, (self.next % REMEMBERED) as usize);
        let back = self.latest(mark).map_or(0, |latest| position.wrapping_sub(latest));
        // Positions come round after four thousand million messages: then the latest few are not found.
        self.next = position.checked_add(1).unwrap_or(FIRST);
        let Some(latest) = self.chains.get_mut(chain(mark)) else { return back };
        let marked = Marked { tag: tag(mark), previous: std::mem::replace(latest, position) };
        match self.ring.get_mut(slot) {
            Some(place) => *place = marked,
            None => self.ring.resize(slot + 1, marked),
        }
        back
    }

    /// The position of the latest with this mark. Most messages have none: their chain is empty, or of a single other one, and
    /// nobody can predict which; so one branch tells both from what takes a walk along the chain. (Of two conditions the compiler
    /// makes two branches; of numbers it does not.)
    #[inline]
    fn latest(&self, mark: u64) -> Option<u32> {
        let position = *self.chains.get(chain(mark))?;
        let first = self.ring.get((position % REMEMBERED) as usize)?;
        let differs = first.tag ^ tag(mark);
        let none = self.is_gone(position) | differs.min(self.is_gone(first.previous));
        if none == 0 { self.latest_along(position, tag(mark)) } else { None }
    }

    #[inline(never)]
    fn latest_along(&self, mut position: u32, tag: u32) -> Option<u32> {
        while let Some(marked) = self.get(position) {
            if marked.tag == tag {
                return Some(position);
            }
            position = marked.previous;
        }
        None
    }

    /// The mark at a position, if it has not been overwritten.
    fn get(&self, position: u32) -> Option<&Marked> {
        self.ring.get((position % REMEMBERED) as usize).filter(|_| self.is_gone(position) == 0)
    }

    /// 0 where the mark at a position has not been overwritten.
    #[inline]
    fn is_gone(&self, position: u32) -> u32 {
        self.next.wrapping_sub(position).wrapping_sub(1) / REMEMBERED
    }
}

/// The chain that a mark is in.
fn chain(mark: u64) -> usize {
    mark as usize % CHAINS
}

/// What is told apart in a chain: the bits above those that choose it.
fn tag(mark: u64) -> u32 {
    (mark / CHAINS as u64) as u32
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::{CHAINS, REMEMBERED, Repeats};

    /// How far back the latest of the same is, found by looking at each.
    fn looked_for(marks: &[u64], position: usize) -> u32 {
        let before = marks[..position].iter().rev().take(REMEMBERED as usize);
        before.zip(1..).find(|(mark, _)| **mark == marks[position]).map_or(0, |(_, back)| back)
    }

    fn told(batches: &[Vec<u64>]) -> Vec<u32> {
        let (mut repeats, mut back) = (Repeats::default(), Vec::new());
        for batch in batches {
            repeats.tell(batch, |&mark| mark, &mut back);
        }
        back
    }

    proptest! {
        /// Some of these marks share their chain.
        #[test]
        fn the_latest_of_the_same_mark_is_told(
            batches in vec(vec((0..40_u64, 0..2_u64).prop_map(|(low, high)| low + high * CHAINS as u64), 0..60), 0..20),
        ) {
            let marks = batches.concat();
            let expected: Vec<u32> = (0..marks.len()).map(|position| looked_for(&marks, position)).collect();
            prop_assert_eq!(told(&batches), expected);
        }
    }

    #[test]
    fn what_is_too_far_back_is_not_told() {
        for between in [REMEMBERED - 1, REMEMBERED] {
            let others = (1..=u64::from(between)).map(|number| number << 32 | number);
            let marks: Vec<u64> = std::iter::once(7).chain(others).chain([7]).collect();
            let back = told(&[marks]);
            assert_eq!(back.last(), Some(&if between < REMEMBERED { REMEMBERED } else { 0 }), "{between}");
        }
    }

    #[test]
    fn positions_come_round() {
        let mut repeats = Repeats { next: u32::MAX - 2, ..Repeats::default() };
        let mut back = Vec::new();
        repeats.tell(&[1, 2, 1, 9, 8, 9, 8], |&mark| mark, &mut back);
        assert_eq!(back, [0, 0, 2, 0, 0, 2, 2]);
    }
}
