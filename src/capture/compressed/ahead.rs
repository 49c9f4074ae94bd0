//! A stream that a thread of its own reads ahead, in blocks that go back and forth, once there is much to read.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::super::fill_up::fill_up;
use super::Taken;

/// Decompressed bytes.
type Stream = Box<dyn Read + Send>;

/// Bytes of a block.
const BLOCK: usize = 256 * 1024;

/// Blocks that are on their way: the reader has one, the thread has one, and two even out the pace.
const BLOCKS: usize = 4;

/// Bytes that are read before it is worth a thread: most of thousands of small captures are read without one.
const ALONE: usize = 256 * 1024;

/// A stream, read where it is asked for its bytes until so many were, and from then on ahead of that.
pub(super) struct Ahead {
    alone: Option<(Stream, usize)>,
    thread: Option<Threaded>,
    /// Compressed bytes that the stream took, and those that it took for what was given out.
    taken: Taken,
    told: Taken,
}

impl Ahead {
    /// How many compressed bytes were `taken` is told as far as their content is given out, by whole blocks: how far ahead the thread
    /// is differs from run to run.
    pub(super) fn of(stream: Stream, taken: Taken, told: Taken) -> Self {
        Self { alone: Some((stream, ALONE)), thread: None, taken, told }
    }
}

impl Read for Ahead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some((stream, left)) = &mut self.alone
            && *left > 0
        {
            let outcome = stream.read(into);
            self.told.note(self.taken.bytes());
            *left = left.saturating_sub(*outcome.as_ref().unwrap_or(&0));
            return outcome;
        }
        if let Some((stream, _)) = self.alone.take() {
            self.thread = Some(Threaded::of(stream, self.taken.clone())?);
        }
        let Some(thread) = &mut self.thread else { return Ok(0) };
        let outcome = thread.read(into);
        self.told.note(thread.current.taken);
        outcome
    }
}

/// What the thread read.
struct Filled {
    block: Vec<u8>,
    /// How the stream ended after these bytes, if it did.
    end: Option<io::Result<()>>,
    /// Compressed bytes that were taken until then.
    taken: u64,
}

/// The reading end. When it is dropped the thread ends with the block that it is at.
struct Threaded {
    filled: Receiver<Filled>,
    emptied: SyncSender<Vec<u8>>,
    current: Filled,
    /// Bytes of the current block that were given out.
    given: usize,
}

impl Threaded {
    /// Starts the thread.
    fn of(stream: Stream, taken: Taken) -> io::Result<Self> {
        let (emptied, to_fill) = sync_channel(BLOCKS);
        let (full, filled) = sync_channel(BLOCKS);
        for _ in 1..BLOCKS {
            // There is room for all of them.
            let _ = emptied.try_send(Vec::new());
        }
        let current = Filled { block: Vec::new(), end: None, taken: taken.bytes() };
        thread::Builder::new().name("decompress".to_owned()).spawn(move || fill(stream, &taken, &to_fill, &full))?;
        Ok(Self { filled, emptied, current, given: 0 })
    }

    /// Trades the block that is given out for the next one.
    fn turn(&mut self) {
        let taken = self.current.taken;
        let failure = || Some(Err(io::Error::other("the decompressor failed")));
        let stopped = |_| Filled { block: Vec::new(), end: failure(), taken };
        let next = self.filled.recv().unwrap_or_else(stopped);
        let block = std::mem::replace(&mut self.current, next).block;
        self.given = 0;
        // The thread may have ended: then nobody needs it.
        let _ = self.emptied.try_send(block);
    }
}

impl Read for Threaded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut left = self.current.block.get(self.given..).unwrap_or_default();
            let count = left.read(into)?;
            self.given += count;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            match &mut self.current.end {
                None => self.turn(),
                // An error is told once.
                Some(end) => return std::mem::replace(end, Ok(())).map(|()| 0),
            }
        }
    }
}

/// The thread: fills blocks until the stream ends, or nobody takes them any more.
fn fill(mut stream: Stream, taken: &Taken, emptied: &Receiver<Vec<u8>>, filled: &SyncSender<Filled>) {
    while let Ok(mut block) = emptied.recv() {
        block.resize(BLOCK, 0);
        let end = fill_one(&mut stream, &mut block);
        let taken = taken.bytes();
        if end.is_some() {
            // Closed before the end is told: who waits for the end may count on it.
            drop(stream);
            let _ = filled.send(Filled { block, end, taken });
            return;
        }
        if filled.send(Filled { block, end, taken }).is_err() {
            return;
        }
    }
}

/// Reads until the block is full, or cuts it to what was there.
fn fill_one(stream: &mut Stream, block: &mut Vec<u8>) -> Option<io::Result<()>> {
    let (length, outcome) = fill_up(block, |space, _| stream.read(space));
    if length == block.len() && outcome.is_ok() {
        return None;
    }
    block.truncate(length);
    Some(outcome)
}
