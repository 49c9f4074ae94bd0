//! A file whose blocks are read by several threads, each by the one that comes to it first, and taken in their order.
//!
//! The first block that is not full is the last: of a file that grows meanwhile, what is written after that was read is not.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Seek};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::fill_up::fill_up;
use crate::lock::locked;

/// Bytes of a block: fits the second-level cache, and larger reads were measured to be no faster.
pub(super) const BLOCK: usize = 128 * 1024;

/// Bytes before a block in its buffer, for what was not yet used of the block before: the part of a record. Memory only as far
/// as it is needed.
pub(super) const HEADROOM: usize = 64 * 1024;

/// Blocks that are read and not yet taken, at most. (With three, typical traffic on two threads took five percent longer, with six as
/// long as with four; with eight of half their size five percent longer, too.)
pub(super) const BLOCKS: usize = 4;

/// A buffer, and what was read of the file in it.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) buffer: Vec<u8>,
    pub(super) filled: Range<usize>,
}

/// What all who read a file have of it.
#[derive(Debug)]
pub(super) struct Hands {
    file: Arc<File>,
    /// Where the first block begins.
    start: u64,
    state: Mutex<State>,
    /// Told when a block was read that is waited for.
    read: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Blocks from the one to be taken next on, as far as somebody reads them or has done so.
    blocks: VecDeque<Option<Block>>,
    /// Number of the first of them.
    next: u64,
    spare: Vec<Vec<u8>>,
    /// Whether the file ended, or reading failed: then no more is read.
    is_over: bool,
    /// How reading failed behind the last block.
    failure: Option<io::Error>,
    /// Whether the reading end waits.
    is_awaited: bool,
}

impl Hands {
    /// The file from where it was read to.
    pub(super) fn of(file: Arc<File>) -> io::Result<Self> {
        let start = (&*file).stream_position()?;
        Ok(Self { file, start, state: Mutex::default(), read: Condvar::new() })
    }

    /// The next block in the order of the file; none at its end. While another thread reads it, this one reads ahead itself.
    pub(super) fn take(&self) -> io::Result<Option<Block>> {
        loop {
            let mut state = self.state();
            if let Some(Some(_)) = state.blocks.front() {
                state.next = state.next.saturating_add(1);
                return Ok(state.blocks.pop_front().flatten());
            }
            if state.is_over && state.blocks.is_empty() {
                return state.failure.take().map_or(Ok(None), Err);
            }
            drop(state);
            if !self.read_one() {
                self.wait();
            }
        }
    }

    /// Waits for the next block while another thread reads it.
    #[cold]
    fn wait(&self) {
        let mut state = self.state();
        while let Some(None) = state.blocks.front() {
            state.is_awaited = true;
            state = self.read.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.is_awaited = false;
    }

    /// Reads the first block that nobody reads; false where there is none, or enough are read. While it reads, nothing can panic, or
    /// whoever takes the block would wait for ever.
    pub(super) fn read_one(&self) -> bool {
        let mut state = self.state();
        if state.is_over || state.blocks.len() >= BLOCKS {
            return false;
        }
        let number = state.next.saturating_add(state.blocks.len() as u64);
        state.blocks.push_back(None);
        let buffer = state.spare.pop().unwrap_or_default();
        drop(state);
        let (block, outcome) = self.read_block(number, buffer);
        self.put(number, block, outcome.err());
        true
    }

    /// Reads a block until it is full, or the file ends, or reading fails.
    fn read_block(&self, number: u64, mut buffer: Vec<u8>) -> (Block, io::Result<()>) {
        if buffer.len() != HEADROOM.saturating_add(BLOCK) {
            // Not resized, which would write to all of it: the headroom is memory only as far as it is needed.
            buffer = vec![0; HEADROOM.saturating_add(BLOCK)];
        }
        let start = self.start.saturating_add(number.saturating_mul(BLOCK as u64));
        let room = buffer.get_mut(HEADROOM..).unwrap_or_default();
        let (length, outcome) =
            fill_up(room, |space, before| self.file.read_at(space, start.saturating_add(before as u64)));
        (Block { buffer, filled: HEADROOM..HEADROOM.saturating_add(length) }, outcome)
    }

    /// Puts a block where it belongs. One that is not full is the last, with how reading failed behind it, if it did.
    fn put(&self, number: u64, block: Block, failure: Option<io::Error>) {
        let mut state = self.state();
        let place = usize::try_from(number.saturating_sub(state.next)).unwrap_or(usize::MAX);
        let length = block.filled.len();
        // None where one before it was the last: what comes after that is of a file that grew meanwhile.
        if let Some(slot) = state.blocks.get_mut(place) {
            *slot = Some(block);
            if length < BLOCK {
                (state.is_over, state.failure) = (true, failure);
                state.blocks.truncate(place.saturating_add(usize::from(length > 0)));
            }
        }
        if state.is_awaited {
            self.read.notify_one();
        }
    }

    /// Takes a buffer back, to be filled again; but not one that grew for a large record.
    pub(super) fn give_back(&self, buffer: Vec<u8>) {
        let mut state = self.state();
        if buffer.len() == HEADROOM.saturating_add(BLOCK) && state.spare.len() < BLOCKS {
            state.spare.push(buffer);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::sync::Arc;
    use std::thread;

    use tempfile::NamedTempFile;

    use super::{BLOCK, BLOCKS, Block, HEADROOM, Hands};

    #[test]
    fn a_failure_is_told_once_behind_what_was_read() {
        let file = NamedTempFile::new().expect("a file");
        let unreadable = OpenOptions::new().write(true).open(file.path()).expect("opened");
        let hands = Hands::of(Arc::new(unreadable)).expect("a file");
        assert!(hands.take().is_err());
        assert!(hands.take().expect("told").is_none());
        assert!(!hands.read_one());

        let hands = Hands::of(Arc::new(File::open(file.path()).expect("opened"))).expect("a file");
        hands.state().blocks.extend([None, None]);
        let block = Block { buffer: vec![1; HEADROOM + BLOCK], filled: HEADROOM..HEADROOM + 3 };
        hands.put(0, block, Some(io::ErrorKind::Other.into()));
        // Somebody was reading what comes after that.
        hands.put(1, Block { buffer: vec![2; HEADROOM + BLOCK], filled: HEADROOM..HEADROOM + BLOCK }, None);
        assert_eq!(hands.take().expect("read").map(|block| block.filled.len()), Some(3));
        assert!(hands.take().is_err());
        assert!(hands.take().expect("told").is_none());
    }

    #[test]
    fn who_takes_waits_for_a_block_that_another_reads() {
        let file = NamedTempFile::new().expect("a file");
        let hands = Hands::of(Arc::new(file.reopen().expect("opened"))).expect("a file");
        // All that may be read ahead is being read.
        hands.state().blocks.extend((0..BLOCKS).map(|_| None));
        let full = |byte| Block { buffer: vec![byte; HEADROOM + BLOCK], filled: HEADROOM..HEADROOM + BLOCK };
        thread::scope(|scope| {
            let taking = scope.spawn(|| hands.take());
            while !hands.state().is_awaited {
                thread::yield_now();
            }
            hands.put(1, full(1), None);
            hands.put(0, full(0), None);
            let taken = taking.join().expect("no panic").expect("read").expect("a block");
            assert_eq!(taken.buffer.last(), Some(&0));
        });
        assert_eq!(hands.take().expect("read").expect("a block").buffer.last(), Some(&1));
    }
}
