//! A file that is read by whoever has time: in blocks, each by the thread that comes to it first.
//!
//! To copy a file out of the system's cache takes as long as all that is done with its packets. Of two threads the one that takes
//! frames would do it alone, and the other wait for it.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

/// Bytes of a block: fits the second-level cache, and larger reads were measured to be no faster.
pub(super) const BLOCK: usize = 128 * 1024;

/// Bytes before a block in its buffer, for what was not yet used of the block before: the part of a record. Memory only as far
/// as it is needed.
const HEADROOM: usize = 64 * 1024;

/// Blocks that are read and not yet taken, at most.
const BLOCKS: usize = 4;

/// Bytes that are read before others help: most of thousands of small captures are read by then.
const ALONE: u64 = 1 << 20;

/// What reads ahead, if somebody has time for it, the file that frames are taken from.
#[derive(Clone, Debug, Default)]
pub struct Help {
    is_offered: Arc<AtomicBool>,
    file: Arc<Mutex<Weak<Shared>>>,
}

impl Help {
    /// Offers it: who takes frames leaves some of the reading to it from now on.
    pub(super) fn offer(&self) {
        self.is_offered.store(true, Ordering::Relaxed);
    }

    /// Reads some of the file; false where there is nothing to be read for now.
    pub fn read_ahead(&self) -> bool {
        let file = locked(&self.file).upgrade();
        file.is_some_and(|file| file.read_one())
    }

    fn is_offered(&self) -> bool {
        self.is_offered.load(Ordering::Relaxed)
    }
}

/// The reading end of a file.
#[derive(Debug)]
pub(super) struct Helped {
    help: Help,
    reading: Reading,
}

#[derive(Debug)]
enum Reading {
    /// Nobody helped yet, and so many bytes were read.
    Alone(Arc<File>, u64),
    /// The block that was taken last, as far as it was not given on by copying.
    Shared(Arc<Shared>, Block),
}

/// A buffer, and what was read of the file in it.
#[derive(Debug, Default)]
struct Block {
    buffer: Vec<u8>,
    filled: Range<usize>,
}

/// What all who read a file have of it.
#[derive(Debug)]
struct Shared {
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
    blocks: VecDeque<Option<io::Result<Block>>>,
    /// Number of the first of them.
    next: u64,
    spare: Vec<Vec<u8>>,
    /// Whether the file ended, or reading failed: then no more is read.
    is_over: bool,
    /// Whether the reading end waits.
    is_awaited: bool,
}

impl Helped {
    pub(super) fn new(file: File, help: &Help) -> Self {
        Self { help: help.clone(), reading: Reading::Alone(Arc::new(file), 0) }
    }

    /// Exchanges a buffer for another, in which what is `unread` goes on; false where more has to be read by [`Read`], or there
    /// is no more.
    pub(super) fn exchange(&mut self, buffer: &mut Vec<u8>, unread: &mut Range<usize>) -> io::Result<bool> {
        self.ask_for_help()?;
        let Reading::Shared(shared, rest) = &mut self.reading else { return Ok(false) };
        let Some(start) = HEADROOM.checked_sub(unread.len()) else { return Ok(false) };
        if !rest.filled.is_empty() {
            return Ok(false);
        }
        let Some(mut block) = shared.take()? else { return Ok(false) };
        if let (Some(from), Some(into)) = (buffer.get(unread.clone()), block.buffer.get_mut(start..HEADROOM)) {
            into.copy_from_slice(from);
        }
        *unread = start..block.filled.end;
        shared.give_back(std::mem::replace(buffer, block.buffer));
        Ok(true)
    }

    /// Once the file is known to be large, and somebody is there to help.
    fn ask_for_help(&mut self) -> io::Result<()> {
        if let Reading::Alone(file, ALONE..) = &self.reading
            && self.help.is_offered()
        {
            let shared = Arc::new(Shared::of(Arc::clone(file))?);
            *locked(&self.help.file) = Arc::downgrade(&shared);
            self.reading = Reading::Shared(shared, Block::default());
        }
        Ok(())
    }
}

impl Read for Helped {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (shared, rest) = match &mut self.reading {
            Reading::Alone(file, bytes) => {
                let count = (&**file).read(into)?;
                *bytes = bytes.saturating_add(count as u64);
                return Ok(count);
            }
            Reading::Shared(shared, rest) => (shared, rest),
        };
        if rest.filled.is_empty() {
            shared.give_back(std::mem::take(rest).buffer);
            let Some(block) = shared.take()? else { return Ok(0) };
            *rest = block;
        }
        let count = rest.buffer.get(rest.filled.clone()).unwrap_or_default().read(into)?;
        rest.filled.start = rest.filled.start.saturating_add(count);
        Ok(count)
    }
}

impl Shared {
    /// The file from where it was read to.
    fn of(file: Arc<File>) -> io::Result<Self> {
        let start = (&*file).stream_position()?;
        Ok(Self { file, start, state: Mutex::default(), read: Condvar::new() })
    }

    /// The next block in the order of the file; none at its end. While another thread reads it, this one reads ahead itself.
    fn take(&self) -> io::Result<Option<Block>> {
        loop {
            let mut state = self.state();
            if let Some(Some(_)) = state.blocks.front() {
                state.next = state.next.saturating_add(1);
                return state.blocks.pop_front().flatten().transpose();
            }
            if state.is_over && state.blocks.is_empty() {
                return Ok(None);
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

    /// Reads the first block that nobody reads; false where there is none, or enough are read.
    fn read_one(&self) -> bool {
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
        let (mut length, mut outcome) = (0_usize, Ok(()));
        while let Some(space @ [_, ..]) = buffer.get_mut(HEADROOM.saturating_add(length)..) {
            match self.file.read_at(space, start.saturating_add(length as u64)) {
                Ok(0) => break,
                Ok(count) => length = length.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        (Block { buffer, filled: HEADROOM..HEADROOM.saturating_add(length) }, outcome)
    }

    /// Puts a block where it belongs. One that is not full is the last, with how reading failed behind it, if it did.
    fn put(&self, number: u64, block: Block, failure: Option<io::Error>) {
        let mut state = self.state();
        let place = usize::try_from(number.saturating_sub(state.next)).unwrap_or(usize::MAX);
        let is_last = block.filled.len() < BLOCK;
        // None where one before it was the last: what comes after that is of a file that grew meanwhile.
        if let Some(slot) = state.blocks.get_mut(place) {
            *slot = Some(Ok(block));
            if is_last {
                state.is_over = true;
                state.blocks.truncate(place.saturating_add(1));
                state.blocks.extend(failure.map(|failure| Some(Err(failure))));
            }
        }
        if state.is_awaited {
            self.read.notify_one();
        }
    }

    /// Takes a buffer back, to be filled again; but not one that grew for a large record.
    fn give_back(&self, buffer: Vec<u8>) {
        let mut state = self.state();
        if buffer.len() == HEADROOM.saturating_add(BLOCK) && state.spare.len() < BLOCKS {
            state.spare.push(buffer);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

/// That a thread panicked with the lock does not matter here: its panic is passed on where it is joined.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
