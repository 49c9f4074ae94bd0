//! A stream that a thread of its own reads ahead, in blocks that go back and forth, once there is much to read.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::super::fill_up::fill_up;

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
}

impl Ahead {
    pub(super) fn of(stream: Stream) -> Self {
        Self { alone: Some((stream, ALONE)), thread: None }
    }
}

impl Read for Ahead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some((stream, left)) = &mut self.alone
            && *left > 0
        {
            let count = stream.read(into)?;
            *left = left.saturating_sub(count);
            return Ok(count);
        }
        if let Some((stream, _)) = self.alone.take() {
            self.thread = Some(Threaded::of(stream)?);
        }
        self.thread.as_mut().map_or(Ok(0), |thread| thread.read(into))
    }
}

/// What the thread read.
struct Filled {
    block: Vec<u8>,
    /// How the stream ended after these bytes, if it did.
    end: Option<io::Result<()>>,
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
    fn of(stream: Stream) -> io::Result<Self> {
        let (emptied, to_fill) = sync_channel(BLOCKS);
        let (full, filled) = sync_channel(BLOCKS);
        for _ in 1..BLOCKS {
            // There is room for all of them.
            let _ = emptied.try_send(Vec::new());
        }
        thread::Builder::new().name("decompress".to_owned()).spawn(move || fill(stream, &to_fill, &full))?;
        Ok(Self { filled, emptied, current: Filled { block: Vec::new(), end: None }, given: 0 })
    }

    /// Trades the block that is given out for the next one.
    fn turn(&mut self) {
        let stopped = || Filled { block: Vec::new(), end: Some(Err(io::Error::other("the decompressor failed"))) };
        let next = self.filled.recv().unwrap_or_else(|_| stopped());
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
fn fill(mut stream: Stream, emptied: &Receiver<Vec<u8>>, filled: &SyncSender<Filled>) {
    while let Ok(mut block) = emptied.recv() {
        block.resize(BLOCK, 0);
        let end = fill_one(&mut stream, &mut block);
        if end.is_some() {
            // Closed before the end is told: who waits for the end may count on it.
            drop(stream);
            let _ = filled.send(Filled { block, end });
            return;
        }
        if filled.send(Filled { block, end }).is_err() {
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
