//! An output with a thread of its own: a reader that is slow, or gone, costs rows, never packets.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::cli::ending::Failure;
use crate::cli::streams;
use crate::report::GrowingFile;

/// Bytes that may wait for a slow reader where memory is not bounded; some ten thousand rows.
pub(super) const ROOM: usize = 8 << 20;

/// Rows handed over at once.
const ROWS: usize = 64;

/// How long the end waits for a reader that takes nothing.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a run waits for a file that takes nothing, as one on a disk that is busy or away: in that time the kernel's buffer of 64 MiB
/// takes all that comes at a gigabit in a second.
const BRIEFLY: Duration = Duration::from_millis(500);

/// How often a file's age is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Where rows go.
pub(super) enum Sink {
    /// Standard output.
    StandardOutput(File),
    /// A pipe or a device, which takes rows as they come.
    Device(File),
    /// A file that grows by whole rows.
    File(Box<GrowingFile>),
    /// A file that grows by what is handed over at once.
    Blocks(Box<GrowingFile>),
}

enum Order {
    Rows(Vec<u8>),
    Reopen,
}

/// What both threads know.
#[derive(Default)]
struct State {
    /// Bytes handed over, and not yet written.
    waiting: AtomicUsize,
    /// Bytes written.
    written: AtomicU64,
    /// Nobody reads any more, or writing failed.
    closed: AtomicBool,
}

/// An output.
pub(super) struct Outlet {
    orders: Sender<Order>,
    state: Arc<State>,
    thread: JoinHandle<Result<(), Failure>>,
    lost: u64,
    name: String,
    /// Bytes that may wait for the reader.
    room: usize,
    /// How long to wait for a reader that takes nothing: not at all, or briefly for files, which take what they are given as a rule; in
    /// the end for everyone.
    patience: Duration,
    /// Bytes that were written when it was waited for in vain: until there are more, it is not waited again.
    in_vain: Option<u64>,
}

impl Sink {
    /// Standard output, past the buffer of the standard library.
    pub(super) fn standard_output() -> io::Result<Self> {
        Ok(Self::StandardOutput(File::from(io::stdout().as_fd().try_clone_to_owned()?)))
    }

    fn write(&mut self, rows: &[u8]) -> Result<(), Failure> {
        match self {
            Self::StandardOutput(file) => file.write_all(rows).map_err(Failure::StandardOutput),
            Self::Device(file) => file.write_all(rows).map_err(Failure::System),
            Self::File(file) => Ok(file.append(rows)?),
            Self::Blocks(file) => Ok(file.append_whole(rows)?),
        }
    }

    fn look(&mut self) -> Result<(), Failure> {
        match self {
            Self::File(file) => Ok(file.rotate_if_old()?),
            Self::StandardOutput(_) | Self::Device(_) | Self::Blocks(_) => Ok(()),
        }
    }

    /// A file that cannot be opened anew is written on as it is.
    fn reopen(&mut self) {
        if let Self::File(file) = self
            && let Err(failure) = file.reopen()
        {
            streams::warn(&format!("{failure}; writing goes on to the file that was open"));
        }
    }

    fn complete(self) -> Result<(), Failure> {
        match self {
            Self::File(file) | Self::Blocks(file) => Ok(file.complete()?),
            Self::StandardOutput(_) | Self::Device(_) => Ok(()),
        }
    }
}

impl Outlet {
    /// Begins the thread, with a header where the sink has none. So many bytes may wait for the reader.
    pub(super) fn begin(name: &str, sink: Sink, header: &[u8], room: usize) -> Self {
        let (orders, taken) = channel();
        let state = Arc::new(State::default());
        let own = Arc::clone(&state);
        let is_file = matches!(sink, Sink::File(_) | Sink::Blocks(_));
        let patience = if is_file { BRIEFLY } else { Duration::ZERO };
        let thread = thread::spawn(move || {
            let outcome = serve(sink, &taken, &own);
            own.closed.store(true, Ordering::Release);
            if let Err(failure) = &outcome
                && !is_closed_pipe(failure)
            {
                streams::complain(failure);
            }
            outcome
        });
        let mut outlet = Self { orders, state, thread, lost: 0, name: name.to_owned(), room, patience, in_vain: None };
        outlet.rows(header);
        outlet
    }

    /// Hands over whole rows. Those that find no room in time are lost and counted.
    pub(super) fn rows(&mut self, rows: &[u8]) {
        for part in rows.split_inclusive(|&byte| byte == b'\n').collect::<Vec<_>>().chunks(ROWS) {
            self.hand_over(part.concat(), part.len() as u64);
        }
    }

    /// Hands over bytes that belong together, and count as one.
    pub(super) fn whole(&mut self, bytes: Vec<u8>) {
        self.hand_over(bytes, 1);
    }

    /// From now on, a reader may take its time: nothing else waits.
    pub(super) fn be_patient(&mut self) {
        (self.patience, self.in_vain) = (PATIENCE, None);
    }

    fn hand_over(&mut self, bytes: Vec<u8>, count: u64) {
        if self.is_closed() {
            return;
        }
        if !self.has_room(bytes.len()) {
            self.lost += count;
            return;
        }
        self.state.waiting.fetch_add(bytes.len(), Ordering::AcqRel);
        let _ = self.orders.send(Order::Rows(bytes));
    }

    /// Whether there is room, now or, where it is waited for, as soon as the reader has taken some.
    fn has_room(&mut self, bytes: usize) -> bool {
        let state = &self.state;
        let is_full = || {
            let waiting = state.waiting.load(Ordering::Acquire);
            // What is larger than all the room has to go, too.
            waiting > 0 && waiting + bytes > self.room
        };
        let written = || state.written.load(Ordering::Acquire);
        let (mut before, mut moved) = (written(), Instant::now());
        while is_full() && self.in_vain != Some(before) && !self.is_closed() {
            if moved.elapsed() >= self.patience {
                self.in_vain = Some(before);
                return false;
            }
            thread::sleep(Duration::from_millis(1));
            let now = written();
            if std::mem::replace(&mut before, now) != now {
                moved = Instant::now();
            }
        }
        !is_full()
    }

    /// Opens the file anew.
    pub(super) fn reopen(&self) {
        let _ = self.orders.send(Order::Reopen);
    }

    /// Whether nobody reads it any more.
    pub(super) fn is_closed(&self) -> bool {
        self.state.closed.load(Ordering::Acquire)
    }

    /// Rows that were lost.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Waits until everything is written, unless the reader takes nothing for a while.
    pub(super) fn end(self) -> Result<(), Failure> {
        let Self { orders, state, thread, name, .. } = self;
        drop(orders);
        let mut written = state.written.load(Ordering::Acquire);
        let mut moved = Instant::now();
        while !thread.is_finished() {
            if moved.elapsed() > PATIENCE {
                let waiting = state.waiting.load(Ordering::Acquire);
                streams::warn(&format!("{name}: the last {waiting} bytes found no reader"));
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
            let now = state.written.load(Ordering::Acquire);
            if std::mem::replace(&mut written, now) != now {
                moved = Instant::now();
            }
        }
        match thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
            Err(failure) if is_closed_pipe(&failure) => Ok(()),
            // It was told when it happened.
            other => other,
        }
    }
}

fn serve(mut sink: Sink, orders: &Receiver<Order>, state: &State) -> Result<(), Failure> {
    loop {
        match orders.recv_timeout(LOOK) {
            Ok(Order::Rows(rows)) => {
                sink.write(&rows)?;
                state.waiting.fetch_sub(rows.len(), Ordering::AcqRel);
                state.written.fetch_add(rows.len() as u64, Ordering::AcqRel);
            }
            Ok(Order::Reopen) => sink.reopen(),
            Err(RecvTimeoutError::Timeout) => sink.look()?,
            Err(RecvTimeoutError::Disconnected) => return sink.complete(),
        }
        sink.look()?;
    }
}

/// A reader that has seen enough is no failure.
fn is_closed_pipe(failure: &Failure) -> bool {
    matches!(failure, Failure::StandardOutput(error) | Failure::System(error) if error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{self, Read};
    use std::os::fd::OwnedFd;
    use std::thread;
    use std::time::Duration;

    use super::{BRIEFLY, Outlet, Sink};

    /// A pipe is waited for like a file here: no file can be made to take nothing.
    #[test]
    fn a_file_that_takes_nothing_is_waited_for_once() {
        let (mut reader, writer) = io::pipe().expect("a pipe");
        let mut outlet = Outlet::begin("a pipe", Sink::Device(File::from(OwnedFd::from(writer))), &[], 100);
        outlet.patience = BRIEFLY;
        outlet.whole(vec![b'x'; 1 << 20]);
        outlet.rows(b"a row\n");
        // If it were waited for again, the test would not come to its end.
        outlet.patience = Duration::from_secs(3600);
        (1..10).for_each(|_| outlet.rows(b"a row\n"));
        assert_eq!(outlet.lost(), 10);
        // Once it takes something again, nothing more is lost.
        let taken = thread::spawn(move || {
            let mut all = Vec::new();
            reader.read_to_end(&mut all).map(|_| all)
        });
        while outlet.state.written.load(super::Ordering::Acquire) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        (0..100).for_each(|_| outlet.rows(b"a row\n"));
        assert_eq!(outlet.lost(), 10);
        outlet.end().expect("written");
        assert_eq!(taken.join().expect("no panic").expect("read").len(), (1 << 20) + 600);
    }
}
