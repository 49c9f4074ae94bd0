//! A file that is read by whoever has time: in blocks, each by the thread that comes to it first.
//!
//! To copy a file out of the system's cache takes as long as all that is done with its packets. Of two threads the one that takes
//! frames would do it alone, and the other wait for it.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::hands::{Block, HEADROOM, Hands};
use crate::lock::locked;

/// Bytes that are read before others help: most of thousands of small captures are read by then.
const ALONE: u64 = 1 << 20;

/// What reads ahead, if somebody has time for it, the file that frames are taken from: of several, one at a time.
#[derive(Clone, Debug, Default)]
pub struct Help {
    is_offered: Arc<AtomicBool>,
    file: Arc<Mutex<Weak<Hands>>>,
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
    Together(Arc<Hands>, Block),
}

impl Helped {
    pub(super) fn new(file: File, help: &Help) -> Self {
        Self { help: help.clone(), reading: Reading::Alone(Arc::new(file), 0) }
    }

    /// Exchanges a buffer for another, in which what is `unread` goes on; false where more has to be read by [`Read`], or there
    /// is no more.
    pub(super) fn exchange(&mut self, buffer: &mut Vec<u8>, unread: &mut Range<usize>) -> io::Result<bool> {
        self.ask_for_help();
        let Reading::Together(hands, rest) = &mut self.reading else { return Ok(false) };
        let Some(start) = HEADROOM.checked_sub(unread.len()) else { return Ok(false) };
        if !rest.filled.is_empty() {
            return Ok(false);
        }
        let Some(mut block) = hands.take()? else { return Ok(false) };
        if let (Some(from), Some(into)) = (buffer.get(unread.clone()), block.buffer.get_mut(start..HEADROOM)) {
            into.copy_from_slice(from);
        }
        *unread = start..block.filled.end;
        hands.give_back(std::mem::replace(buffer, block.buffer));
        Ok(true)
    }

    /// Once the file is known to be large, and somebody is there to help, who does not help with another.
    fn ask_for_help(&mut self) {
        let Reading::Alone(file, ALONE..) = &self.reading else { return };
        let mut helped = locked(&self.help.file);
        if self.help.is_offered()
            && helped.strong_count() == 0
            && let Ok(hands) = Hands::of(Arc::clone(file)).map(Arc::new)
        {
            *helped = Arc::downgrade(&hands);
            drop(helped);
            self.reading = Reading::Together(hands, Block::default());
        }
    }
}

impl Read for Helped {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (hands, rest) = match &mut self.reading {
            Reading::Alone(file, bytes) => {
                let count = (&**file).read(into)?;
                *bytes = bytes.saturating_add(count as u64);
                return Ok(count);
            }
            Reading::Together(hands, rest) => (hands, rest),
        };
        if rest.filled.is_empty() {
            hands.give_back(std::mem::take(rest).buffer);
            let Some(block) = hands.take()? else { return Ok(0) };
            *rest = block;
        }
        let count = rest.buffer.get(rest.filled.clone()).unwrap_or_default().read(into)?;
        rest.filled.start = rest.filled.start.saturating_add(count);
        Ok(count)
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use std::io::Write;
    use std::panic::catch_unwind;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use tempfile::NamedTempFile;

    use super::{ALONE, HEADROOM, Help, Helped};
    use crate::capture::hands::{BLOCK, BLOCKS};
    use crate::capture::window::{Stream, Window};

    fn content(length: usize) -> Vec<u8> {
        (0..=length as u32 / 4).flat_map(|number| number.wrapping_mul(0x9e37_79b9).to_le_bytes()).take(length).collect()
    }

    fn file(length: usize) -> NamedTempFile {
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(&content(length)).expect("written");
        file
    }

    fn window(file: &NamedTempFile, help: &Help) -> Window {
        Window::new(Stream::File(Helped::new(file.reopen().expect("opened"), help)), BLOCK)
    }

    /// Takes as many bytes as `sizes` say, in turn, up to the end, or until there are `most`.
    fn take(window: &mut Window, most: usize, sizes: &[usize]) -> Vec<u8> {
        let mut taken = Vec::new();
        for &size in sizes.iter().cycle() {
            assert_eq!(window.position(), taken.len() as u64);
            let is_there = window.ensure(size).expect("read");
            let count = size.min(window.bytes().len());
            taken.extend_from_slice(&window.bytes()[..count]);
            window.consume(count);
            if !is_there || taken.len() >= most {
                break;
            }
        }
        taken
    }

    /// Small ones, some that no room is before a block for, and some that no block holds.
    const SIZES: [usize; 7] = [60, 1514, 16, HEADROOM + 1, 9000, 2 * BLOCK + 7, 1];

    #[test]
    fn all_of_it_comes_in_its_order_whoever_reads() {
        for (length, is_offered) in
            [(0, true), (1000, true), (40 * BLOCK, true), (40 * BLOCK + 5, true), (12 * BLOCK, false)]
        {
            let (file, help, is_over) = (file(length), Help::default(), AtomicBool::new(false));
            if is_offered {
                help.offer();
            }
            let sizes = [&SIZES[..], &[1000]];
            let taken = thread::scope(|scope| {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        help.read_ahead();
                    }
                });
                let taken = catch_unwind(|| sizes.map(|sizes| take(&mut window(&file, &help), usize::MAX, sizes)));
                is_over.store(true, Ordering::Relaxed);
                taken
            });
            let content = content(length);
            assert!(taken.is_ok_and(|taken| taken.iter().all(|taken| *taken == content)), "{length}");
            assert!(!help.read_ahead(), "nobody reads it any more");
        }
    }

    #[test]
    fn as_much_is_read_ahead_as_there_is_room_for_once_much_was_read() {
        let (file, help) = (file(40 * BLOCK), Help::default());
        help.offer();
        let mut window = window(&file, &help);
        take(&mut window, ALONE as usize - BLOCK, &[BLOCK]);
        assert!(!help.read_ahead());
        assert!(window.ensure(window.bytes().len() + 2 * BLOCK).expect("read"));
        let count = (0..=BLOCKS).take_while(|_| help.read_ahead()).count();
        assert!((BLOCKS - 1..=BLOCKS).contains(&count), "{count}");
        assert!(!help.read_ahead());
    }

    #[test]
    fn what_is_cut_meanwhile_ends_there_and_what_grows_where_it_ended() {
        for length in [10 * BLOCK, 12 * BLOCK, 12 * BLOCK + 9] {
            let (file, help) = (file(12 * BLOCK + 5), Help::default());
            help.offer();
            let mut window = window(&file, &help);
            let mut taken = take(&mut window, 9 * BLOCK, &[1000]);
            let grows = length > 12 * BLOCK;
            // Its end is known by then, where it will grow.
            while grows && help.read_ahead() {}
            file.as_file().set_len(length as u64).expect("cut");
            loop {
                let count = window.bytes().len();
                taken.extend_from_slice(window.bytes());
                window.consume(count);
                if !window.ensure(1).expect("read") {
                    break;
                }
            }
            assert!(taken == content(length.min(12 * BLOCK + 5)), "{length}");
        }
    }
}
