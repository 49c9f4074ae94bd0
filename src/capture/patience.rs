//! Streams that keep their reader waiting, and pipes, which do.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::format::Format;
use crate::lock::locked;

/// How long is waited before it is asked whether there is more, and whether anybody still wants it.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

/// The same, as the system takes it.
const POLL: Timespec = Timespec { tv_sec: 0, tv_nsec: PATIENCE.as_nanos() as i64 };

/// How long more is waited for: until somebody asks for the end, or a time has passed. The default has no end.
#[derive(Clone, Debug, Default)]
pub struct Until {
    asked: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Until {
    /// Until the flag is set.
    pub fn asked(flag: Arc<AtomicBool>) -> Self {
        Self { asked: flag, deadline: None }
    }

    /// The same, but no longer than `limit` from now on.
    #[must_use]
    pub fn at_most(self, limit: Duration) -> Self {
        Self { deadline: Instant::now().checked_add(limit), ..self }
    }

    /// Sets the flag.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// Whether it has come to that.
    pub fn is_over(&self) -> bool {
        self.asked.load(Ordering::Relaxed) || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// What becomes of one input that has no more bytes for now. Where it is followed, its stream says so by an error of the
/// kind [`WouldBlock`](io::ErrorKind::WouldBlock) and can be asked again; where it is not, a pipe is waited for, and says so
/// when waiting is over.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) until: Until,
    is_followed: Arc<AtomicBool>,
}

impl Waiting {
    pub(super) fn new(until: Until, is_followed: bool) -> Self {
        Self { until, is_followed: Arc::new(AtomicBool::new(is_followed)) }
    }

    /// Whether the end of its bytes is not its end.
    pub(super) fn is_followed(&self) -> bool {
        self.is_followed.load(Ordering::Relaxed)
    }

    /// From now on the end of its bytes is its end.
    pub(super) fn follow_no_more(&self) {
        self.is_followed.store(false, Ordering::Relaxed);
    }
}

/// Bytes of the longest magic number of a compression.
const MAGIC: usize = 4;

/// Bytes of a pipe that are kept to be read again, at most: what a capture is known by is in the first of them.
const KEPT: usize = 1 << 20;

/// A pipe, a terminal, or another source that has an end, but does not always have something to read. It can be read only
/// once: where it is followed, what was read before it is known for a capture is kept, to be read again.
#[derive(Clone)]
pub(super) struct Pipe {
    kept: Arc<Mutex<Kept>>,
    waiting: Waiting,
    /// Bytes of those kept that this reader has read.
    read: usize,
}

struct Kept {
    file: File,
    bytes: Vec<u8>,
    has_begun: bool,
    /// Whether there was too much of it to be kept.
    is_lost: bool,
}

impl Pipe {
    pub(super) fn new(file: File, waiting: &Waiting) -> Self {
        let kept = Kept { file, bytes: Vec::new(), has_begun: false, is_lost: false };
        Self { kept: Arc::new(Mutex::new(kept)), waiting: waiting.clone(), read: 0 }
    }

    /// Whether it begins as compressed captures do, as far as its first bytes have come.
    pub(super) fn is_compressed(&self) -> bool {
        let (mut reader, mut first) = (self.clone(), [0; MAGIC]);
        let mut length = 0;
        while let Some(space) = first.get_mut(length..).filter(|space| !space.is_empty())
            && let Ok(count @ 1..) = reader.read(space)
        {
            length += count;
        }
        Format::of(first.get(..length).unwrap_or_default()).compression().is_some()
    }

    /// Tells that it was recognized: its bytes need not be kept any more.
    pub(super) fn has_begun(&self) {
        let mut kept = locked(&self.kept);
        kept.has_begun = true;
        kept.bytes = Vec::new();
    }
}

impl Read for Pipe {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut kept = locked(&self.kept);
        if kept.is_lost && self.read == 0 {
            return Err(io::Error::other("no capture began in its first MiB"));
        }
        let mut again = kept.bytes.get(self.read..).unwrap_or_default();
        let count = again.read(into)?;
        let count = if count > 0 { count } else { read_when_ready(&mut kept.file, &self.waiting, into)? };
        if !kept.has_begun {
            self.read += count;
            if self.waiting.is_followed() {
                kept.keep(into.get(..count).unwrap_or_default(), self.read);
            }
        }
        Ok(count)
    }
}

impl Kept {
    /// Keeps what of the bytes, which end `end` bytes behind the beginning, was not kept before.
    fn keep(&mut self, bytes: &[u8], end: usize) {
        if self.is_lost {
            return;
        }
        let new = end.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend(bytes.get(bytes.len() - new..).unwrap_or_default());
        if self.bytes.len() > KEPT {
            (self.bytes, self.is_lost) = (Vec::new(), true);
        }
    }
}

/// Reads what is there, or waits for it where it is not followed.
fn read_when_ready(file: &mut File, waiting: &Waiting, into: &mut [u8]) -> io::Result<usize> {
    let is_followed = waiting.is_followed();
    let limit = if is_followed { Timespec::default() } else { POLL };
    // There may be more and more of what makes no frames, such as empty members of a compressed stream.
    if !is_followed && waiting.until.is_over() {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    loop {
        let outcome = match poll(&mut [PollFd::new(&*file, PollFlags::IN)], Some(&limit)) {
            Ok(0) | Err(Errno::INTR) => Err(io::ErrorKind::WouldBlock.into()),
            Ok(_) => file.read(into),
            Err(error) => Err(error.into()),
        };
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && !is_followed && !waiting.until.is_over() => {}
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read;

    use super::{KEPT, Pipe, Until, Waiting};

    /// Reads three times as much as is kept, of what has no end, and tells how much was kept at most.
    fn kept_of(pipe: &Pipe) -> usize {
        let (mut reader, mut piece, mut most) = (pipe.clone(), vec![0; KEPT / 8], 0);
        for _ in 0..24 {
            assert_eq!(reader.read(&mut piece).expect("zeros"), piece.len());
            most = most.max(pipe.kept.lock().expect("whole").bytes.len());
        }
        most
    }

    #[test]
    fn what_is_kept_of_a_pipe_is_bounded_and_read_again_whole_or_not_at_all() {
        let pipe = |follow| {
            let file = File::open("/dev/zero").expect("a device");
            Pipe::new(file, &Waiting::new(Until::default(), follow))
        };
        let followed = pipe(true);
        assert_eq!(kept_of(&followed), KEPT);
        let again = followed.clone().read(&mut [0; 10]);
        assert!(again.is_err_and(|error| error.to_string().contains("first MiB")));
        // One that is not followed is never read again.
        assert_eq!(kept_of(&pipe(false)), 0);
    }
}
