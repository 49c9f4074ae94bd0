//! What not every flow has: answers, and what hardly any flow has.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::prefetch::prefetch;
use super::side::Kept;

/// Flows whose answers are kept in one block, which is made with the first of them.
const BLOCK: usize = 256;

/// What is kept apart of flows, by their places.
#[derive(Clone, Debug, Default)]
pub(super) struct Apart {
    /// The directions against which flows were opened.
    answers: Vec<Option<Box<[Kept; BLOCK]>>>,
    rare: HashMap<usize, Rare, RandomState>,
}

/// What hardly any flow has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rare {
    /// Open cases that hold it as evidence.
    pub(super) holders: u32,
    /// Packets beyond those that its sides count: of the direction that opened it, and of answers. Each saturates.
    pub(super) carried: [u32; 2],
}

#[cold]
fn fresh() -> Box<[Kept; BLOCK]> {
    Box::new([Kept::FRESH; BLOCK])
}

impl Apart {
    /// The answers of the flow at a place, if it has some; where it has none, perhaps those of another that had its place.
    #[inline]
    pub(super) fn answers(&self, place: usize) -> Option<&Kept> {
        self.answers.get(place / BLOCK)?.as_ref().map(|block| &block[place % BLOCK])
    }

    /// The same to be changed, once they were [begun](Self::begin_answers).
    #[inline]
    pub(super) fn answers_mut(&mut self, place: usize) -> &mut Kept {
        let block = self.answers[place / BLOCK].get_or_insert_with(fresh);
        &mut block[place % BLOCK]
    }

    /// Makes room for the answers of the flow at a place, which has none yet.
    #[cold]
    pub(super) fn begin_answers(&mut self, place: usize) {
        let number = place / BLOCK;
        if number >= self.answers.len() {
            self.answers.resize(number + 1, None);
        }
        // Another flow may have had the place.
        *self.answers_mut(place) = Kept::FRESH;
    }

    /// Brings the answers of the flow at a place into the cache, if it may have some.
    #[inline]
    pub(super) fn prefetch(&self, place: usize) {
        if let Some(Some(block)) = self.answers.get(place / BLOCK) {
            prefetch(&block[..], place % BLOCK);
        }
    }

    /// What hardly any flow has, of the flow at a place, where it has it.
    pub(super) fn rare(&self, place: usize) -> Rare {
        self.rare.get(&place).copied().unwrap_or_default()
    }

    /// The same to be changed.
    pub(super) fn rare_mut(&mut self, place: usize) -> &mut Rare {
        self.rare.entry(place).or_default()
    }

    /// Forgets what the flow at a place had that hardly any flow has.
    pub(super) fn forget_rare(&mut self, place: usize) {
        self.rare.remove(&place);
    }
}
