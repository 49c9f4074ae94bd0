//! A window that slides over a byte stream: the buffer through which a savefile is read.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::io::{self, Read};
use std::ops::Range;

use super::hands::BLOCK;
use super::helped::Helped;

/// A source of bytes that is read once, from its beginning to its end.
pub(super) enum Stream {
    Any(Box<dyn Read + Send>),
    File(Helped),
}

/// Bytes read at once.
pub(super) const BUFFER: usize = BLOCK;

/// Zeros that are kept before what is none: as many as the head of a record has at most.
pub(super) const KEPT: usize = 24;

/// The part of a stream that is in memory, and where it lies in the stream.
///
/// Files are read, never mapped: a mapped file that is cut meanwhile is a bus error, and what mapping gained was measured to be a
/// twentieth at most on one thread, and less than nothing on two (`benches/README.md`).
pub(super) struct Window {
    stream: Stream,
    buffer: Vec<u8>,
    /// What of the buffer is read and not yet consumed.
    unread: Range<usize>,
    /// What the place of a byte in the buffer and this add up to is its offset in the stream; wraps.
    base: u64,
    ended: bool,
    /// How reading failed while looking ahead, told when the bytes are needed.
    failure: Option<io::Error>,
}

impl Window {
    /// A window that reads `capacity` bytes at once, or takes blocks that others read, and grows for larger records only.
    pub(super) fn new(stream: Stream, capacity: usize) -> Self {
        Self { stream, buffer: vec![0; capacity], unread: 0..0, base: 0, ended: false, failure: None }
    }

    /// Offset in the stream of the first byte not yet consumed.
    pub(super) fn position(&self) -> u64 {
        self.base.wrapping_add(self.unread.start as u64)
    }

    /// Bytes read and not yet consumed.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.unread.clone()).unwrap_or_default()
    }

    /// All bytes in memory, those consumed included: they keep their places until more is read.
    #[inline]
    pub(super) fn held(&self) -> &[u8] {
        &self.buffer
    }

    /// Place of the first unconsumed byte among those held.
    #[inline]
    pub(super) fn start(&self) -> usize {
        self.unread.start
    }

    /// All bytes in memory, the place of the first unconsumed one, to be moved on as far as they go, and where they end.
    #[inline]
    pub(super) fn unread(&mut self) -> (&[u8], &mut usize, usize) {
        (&self.buffer, &mut self.unread.start, self.unread.end)
    }

    /// Whether `count` unconsumed bytes are there without reading.
    #[inline]
    pub(super) fn holds(&self, count: usize) -> bool {
        self.unread.len() >= count
    }

    /// Makes at least `count` bytes available; false where the stream ends before.
    #[inline]
    pub(super) fn ensure(&mut self, count: usize) -> io::Result<bool> {
        if self.holds(count) {
            return Ok(true);
        }
        self.fill(count)
    }

    /// Makes up to `count` bytes available. Where reading fails, that is told when what is there does not suffice.
    pub(super) fn look(&mut self, count: usize) {
        if let Err(error) = self.ensure(count) {
            self.failure = Some(error);
        }
    }

    /// Takes `count` bytes off the front, as far as they are there, and tells where they lie.
    #[inline]
    pub(super) fn consume(&mut self, count: usize) -> Range<usize> {
        let count = count.min(self.unread.len());
        let start = self.unread.start;
        self.unread.start = start.saturating_add(count);
        start..self.unread.start
    }

    /// Passes over `count` bytes without keeping them; false where the stream ends before.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<bool> {
        let mut left = count;
        loop {
            let step = usize::try_from(left).unwrap_or(usize::MAX);
            let taken = self.consume(step).len();
            left = left.saturating_sub(taken as u64);
            if left == 0 {
                return Ok(true);
            }
            if !self.fill(1)? {
                return Ok(false);
            }
        }
    }

    /// Passes over the zeros at the front, but for up to [`KEPT`] of them before the first other byte, wherever buffers end; false where
    /// there are more than `most`, or nothing else follows.
    pub(super) fn pass_zeros(&mut self, most: u64) -> io::Result<bool> {
        let begin = self.position();
        loop {
            let bytes = self.bytes();
            let (zeros, all) = (bytes.iter().position(|&byte| byte != 0), bytes.len());
            self.consume(zeros.unwrap_or(all).saturating_sub(KEPT));
            if zeros.is_some() || self.position().saturating_sub(begin) > most {
                return Ok(zeros.is_some());
            }
            let held = self.bytes().len();
            if !self.ensure(held.saturating_add(1))? {
                return Ok(false);
            }
        }
    }

    /// Ends the stream with what is in memory.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// Reads on until `count` bytes are there. The buffer grows no faster than the stream delivers,
    /// so a length that lies costs at most twice the memory of the bytes that really follow; and no further than it has to.
    #[cold]
    fn fill(&mut self, count: usize) -> io::Result<bool> {
        while self.unread.len() < count && !self.ended {
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            if !self.exchange()? {
                self.make_room(count);
                self.read_once()?;
            }
        }
        Ok(self.unread.len() >= count)
    }

    /// Takes a buffer in which more was read, if there is one.
    fn exchange(&mut self) -> io::Result<bool> {
        let position = self.position();
        let Stream::File(file) = &mut self.stream else { return Ok(false) };
        let is_exchanged = file.exchange(&mut self.buffer, &mut self.unread)?;
        self.base = position.wrapping_sub(self.unread.start as u64);
        Ok(is_exchanged)
    }

    /// Moves what is unread to the front; where that is all, the buffer grows towards `count` bytes.
    fn make_room(&mut self, count: usize) {
        if self.unread.start > 0 {
            self.base = self.position();
            self.buffer.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
        }
        if self.unread.end >= self.buffer.len() {
            let doubled = self.buffer.len().saturating_mul(2).max(BUFFER);
            let length = count.checked_next_multiple_of(BUFFER).map_or(doubled, |enough| enough.min(doubled));
            // Vectors make room for twice as much otherwise.
            self.buffer.reserve_exact(length.saturating_sub(self.buffer.len()));
            self.buffer.resize(length, 0);
        }
    }

    /// Moves unread bytes into `into`; 0 at the end. Where many are wanted of an empty window, they bypass it.
    pub(super) fn give(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.unread.is_empty() && self.failure.is_none() && into.len() >= self.buffer.len() && !self.ended {
            let count = self.stream.read(into)?;
            self.base = self.base.wrapping_add(count as u64);
            self.ended = count == 0;
            return Ok(count);
        }
        self.ensure(1)?;
        let count = self.bytes().read(into)?;
        self.consume(count);
        Ok(count)
    }

    fn read_once(&mut self) -> io::Result<()> {
        let space = self.buffer.get_mut(self.unread.end..).unwrap_or_default();
        match self.stream.read(space) {
            Ok(0) => self.ended = true,
            Ok(count) => self.unread.end = self.unread.end.saturating_add(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Any(stream) => stream.read(into),
            Self::File(file) => file.read(into),
        }
    }
}

/// The rest of a window, as a stream again.
pub(super) struct Rest(pub(super) Window);

impl Read for Rest {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.give(into)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::{BUFFER, Stream, Window};

    /// Gives a hundred bytes, then nothing yet, and so on.
    struct Halting(bool);

    impl Read for Halting {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0 = !self.0;
            if self.0 { io::repeat(1).take(100).read(into) } else { Err(io::ErrorKind::WouldBlock.into()) }
        }
    }

    #[test]
    fn a_window_grows_no_further_than_it_has_to() {
        let mut window = Window::new(Stream::Any(Box::new(io::repeat(1))), 150);
        for count in [1000, BUFFER, 40 * BUFFER + 1, 41 * BUFFER] {
            assert!(window.ensure(count).expect("endless"));
            assert!(window.buffer.capacity() < count + BUFFER, "{} for {count}", window.buffer.capacity());
        }
    }

    #[test]
    fn the_position_stays_where_reading_fails() {
        let mut window = Window::new(Stream::Any(Box::new(Halting(false))), 150);
        for taken in (0..1000).step_by(90) {
            while !window.ensure(90).unwrap_or(false) {
                assert_eq!(window.position(), taken);
            }
            assert_eq!(window.position(), taken);
            window.consume(90);
        }
    }
}
