//! Where things are: an index from hashes to places, which never looks at the things themselves to grow.

use super::lanes::{LANES, equal};
use super::pages::make_room;
use super::prefetch::prefetch;

/// Slots in lines of the cache, all slots of a line looked at together: where a hash is in its line, or whether it is there
/// at all, nobody can predict, and a wrongly predicted branch costs as much as fifty instructions. (One slot after the other,
/// a packet of a scan of two million flows took 2.7 wrong predictions for its looks; callgrind's count.)
///
/// What finds its line full goes into the next one that is not. At most four fifths of all slots are used: a capture of a hundred
/// thousand flows took as long as with three quarters, and 1.7 MiB less (measured).
#[derive(Clone, Debug)]
pub(crate) struct Index {
    lines: Vec<Line>,
    used: usize,
    /// How many slots are used before there are more lines.
    most: usize,
    /// Lines that room is made for at once, when it grows.
    room: usize,
}

/// A cache line of slots.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Line {
    /// The hashes; 0 of free slots.
    tags: [u32; LANES],
    places: [u32; LANES],
}

/// A slot that is free, and where a place with the hash that was looked for belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vacancy {
    line: usize,
    slot: usize,
    tag: u32,
}

/// Set in the hashes of all slots that are used.
const USED: u32 = 1 << 31;

/// Lines up to which an index moves to new memory as it grows: those of four hundred places. Then there is room for all. (Up to those
/// of a hundred thousand, a capture of as many flows got seven hundred pages from the system for nothing but moving.)
const MOVED: usize = 1 << 6;
/// Lines that are of small pages in any case: those of four hundred thousand places.
const FEW: usize = 1 << 16;
/// Lines that room is made for at once, at most: those of some thirteen million places. It is memory only once it is used.
const ROOM: usize = 1 << 21;

/// How many lines so many places need at least, of which at most four fifths of all slots are used.
#[inline]
fn needed(places: usize) -> usize {
    places.saturating_mul(5).div_ceil(4 * LANES)
}

/// How many places so many lines have room for: the most of which no more lines are [needed].
fn most_of(lines: usize) -> usize {
    lines * LANES * 4 / 5
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { lines: vec![Line::default(); 2], used: 0, most: most_of(2), room: 0 }
    }

    /// One for at most so many places.
    pub(super) fn of_at_most(places: usize) -> Self {
        Self { room: needed(places).min(ROOM).next_power_of_two(), ..Self::new() }
    }

    #[inline]
    fn mask(&self) -> usize {
        self.lines.len() - 1
    }

    /// The line where the search for a hash starts.
    #[inline]
    fn home(&self, tag: u32) -> usize {
        tag as usize & self.mask()
    }

    /// The place with this hash that `is_it` says yes to.
    #[inline]
    pub(crate) fn find(&self, tag: u32, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        self.search(tag | USED, is_it).ok()
    }

    /// The same, or else where such a place belongs: there it can be [put](Self::fill) until something is taken out.
    #[inline]
    pub(crate) fn find_or_vacancy(&mut self, tag: u32, is_it: impl Fn(usize) -> bool) -> Result<usize, Vacancy> {
        let found = self.search(tag | USED, is_it);
        if found.is_err() && self.is_crowded() {
            self.grow();
            return Err(self.first_vacancy(tag | USED));
        }
        found
    }

    /// Where a place belongs that is not in it.
    pub(crate) fn vacancy(&mut self, tag: u32) -> Vacancy {
        if self.is_crowded() {
            self.grow();
        }
        self.first_vacancy(tag | USED)
    }

    #[inline]
    fn first_vacancy(&self, tag: u32) -> Vacancy {
        let mut at = self.home(tag);
        loop {
            let free = self.lines[at].free();
            if free != 0 {
                return Vacancy { line: at, slot: first(free), tag };
            }
            at = (at + 1) & self.mask();
        }
    }

    #[inline]
    fn search(&self, tag: u32, is_it: impl Fn(usize) -> bool) -> Result<usize, Vacancy> {
        let mut at = self.home(tag);
        loop {
            let line = &self.lines[at];
            let mut alike = equal(&line.tags, tag);
            while alike != 0 {
                let place = line.place(first(alike));
                if is_it(place) {
                    return Ok(place);
                }
                alike &= alike - 1;
            }
            let free = line.free();
            if free != 0 {
                return Err(Vacancy { line: at, slot: first(free), tag });
            }
            at = (at + 1) & self.mask();
        }
    }

    /// Puts a place where it belongs.
    #[inline]
    pub(crate) fn fill(&mut self, Vacancy { line, slot, tag }: Vacancy, place: usize) {
        self.lines[line].set(slot, tag, place as u32);
        self.used += 1;
    }

    /// Brings the line where the search for this hash starts into the cache.
    #[inline]
    pub(crate) fn prefetch(&self, tag: u32) {
        prefetch(&self.lines, self.home(tag));
    }

    /// Brings the line where the search for this hash starts into the cache, and the next one: what is taken out of a line that is
    /// full may leave its slot to what went on to the next.
    #[inline]
    pub(super) fn prefetch_to_remove(&self, tag: u32) {
        let home = self.home(tag);
        prefetch(&self.lines, home);
        prefetch(&self.lines, (home + 1) & self.mask());
    }

    /// The first place with this hash in the line where the search starts, or in the next one if that line is full: nearly all places
    /// are in one of both. (Of a hundred thousand flows one in fifteen was in the next: not looked for there, it was waited for when
    /// it was entered.)
    #[inline]
    pub(crate) fn probable(&self, tag: u32) -> Option<usize> {
        let home = self.home(tag);
        let line = &self.lines[home];
        line.first_of(tag | USED).or_else(|| {
            let next = &self.lines[(home + 1) & self.mask()];
            if line.is_full() { next.first_of(tag | USED) } else { None }
        })
    }

    /// Adds a place that is not in it.
    pub(crate) fn insert(&mut self, tag: u32, place: usize) {
        let vacancy = self.vacancy(tag);
        self.fill(vacancy, place);
    }

    /// Whether more slots are needed before another place is added.
    #[inline]
    fn is_crowded(&self) -> bool {
        self.used >= self.most
    }

    /// Doubles the lines where they are: what was in one goes into the same or into that which is as far behind all that there
    /// were, or on from there.
    #[cold]
    fn grow(&mut self) {
        let before = self.lines.len();
        // Nothing went on past the line before this one. So what is put back here never reaches a line whose turn is still to come,
        // and no line is emptied that something went past.
        let start = (0..before).find(|at| !self.lines[at.wrapping_sub(1) & self.mask()].is_full()).unwrap_or(0);
        self.make_room();
        self.lines.resize(2 * before, Line::default());
        self.most = most_of(2 * before);
        for at in (start..before).chain(0..start) {
            let line = std::mem::take(&mut self.lines[at]);
            for (tag, place) in line.tags.into_iter().zip(line.places).filter(|(tag, _)| *tag != 0) {
                let Vacancy { line: at, slot, .. } = self.first_vacancy(tag);
                self.lines[at].set(slot, tag, place);
            }
        }
    }

    /// Makes room for as many lines again, or for all that there may be. (Where a scan of two million flows moved to new
    /// memory each time, which the system clears first, growing took two to three in a hundred of all its time.)
    fn make_room(&mut self) {
        let before = self.lines.len();
        if self.lines.capacity() < 2 * before {
            make_room(&mut self.lines, if before >= MOVED { self.room } else { 0 }, FEW);
        }
    }

    /// Takes out a place, if it is in it.
    pub(crate) fn remove(&mut self, tag: u32, gone: usize) {
        let mut at = self.home(tag);
        let mut slot = loop {
            let line = &self.lines[at];
            let alike = equal(&line.places, gone as u32) & !line.free();
            if alike != 0 {
                break first(alike);
            }
            if !line.is_full() {
                return;
            }
            at = (at + 1) & self.mask();
        };
        self.used -= 1;
        // What went past this line while it was full would not be found behind a free slot: the first such moves up.
        while self.lines[at].is_full()
            && let Some((later, moved)) = self.gone_past(at)
        {
            let Line { tags, places } = self.lines[later];
            self.lines[at].set(slot, tags[moved], places[moved]);
            (at, slot) = (later, moved);
        }
        self.lines[at].set(slot, 0, 0);
    }

    /// Line and slot of the first that went past a line as it was full.
    fn gone_past(&self, full: usize) -> Option<(usize, usize)> {
        let mask = self.mask();
        let mut at = full;
        loop {
            at = (at + 1) & mask;
            let line = &self.lines[at];
            let went =
                |tag: u32| tag != 0 && (at.wrapping_sub(self.home(tag)) & mask) >= (at.wrapping_sub(full) & mask);
            if let Some(slot) = line.tags.iter().position(|&tag| went(tag)) {
                return Some((at, slot));
            }
            if !line.is_full() {
                return None;
            }
        }
    }
}

impl Line {
    #[inline]
    fn free(&self) -> u32 {
        equal(&self.tags, 0)
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.free() == 0
    }

    /// The first place with this hash.
    #[inline]
    fn first_of(&self, tag: u32) -> Option<usize> {
        let alike = equal(&self.tags, tag);
        (alike != 0).then(|| self.place(first(alike)))
    }

    #[inline]
    fn place(&self, slot: usize) -> usize {
        self.places[slot] as usize
    }

    #[inline]
    fn set(&mut self, slot: usize, tag: u32, place: u32) {
        (self.tags[slot], self.places[slot]) = (tag, place);
    }
}

/// The first slot of some.
#[inline]
fn first(slots: u32) -> usize {
    slots.trailing_zeros() as usize % LANES
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Index, LANES};

    /// What is in an index that was told this: `(hash, place, whether it is added)`.
    fn told(steps: &[(u32, usize, bool)]) -> (Index, BTreeMap<usize, u32>) {
        let (mut index, mut model) = (Index::new(), BTreeMap::new());
        for &(tag, place, is_added) in steps {
            match (is_added, model.get(&place).copied()) {
                (true, None) => {
                    index.insert(tag, place);
                    model.insert(place, tag);
                }
                (false, Some(tag)) => {
                    index.remove(tag, place);
                    model.remove(&place);
                }
                (false, None) => index.remove(tag, place),
                (true, Some(_)) => {}
            }
        }
        (index, model)
    }

    #[test]
    fn what_lies_in_the_next_line_is_probable_too() {
        let mut index = Index::new();
        // Both lines are there from the beginning; of these hashes one is the home.
        let tags = || (0..=LANES as u32).map(|number| number * 2);
        tags().zip(0..).for_each(|(tag, place)| index.insert(tag, place));
        assert!(tags().zip(0..).all(|(tag, place)| index.probable(tag) == Some(place)));
    }

    proptest! {
        /// Few hashes, so that lines are full, and what is taken out was gone past.
        #[test]
        fn all_that_is_in_it_is_found_and_nothing_else(
            steps in prop::collection::vec((0_u32..12, 0_usize..80, prop::bool::weighted(0.6)), 0..400),
        ) {
            let (index, model) = told(&steps);
            for place in 0..80 {
                for tag in 0..12 {
                    let found = index.find(tag, |other| other == place);
                    prop_assert_eq!(found.is_some(), model.get(&place) == Some(&tag), "{} {}", tag, place);
                }
            }
            prop_assert_eq!(index.used, model.len());
            for tag in 0..12 {
                if let Some(place) = index.probable(tag) {
                    prop_assert_eq!(model.get(&place), Some(&tag));
                }
            }
        }
    }
}
