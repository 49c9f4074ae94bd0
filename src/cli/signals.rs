//! Signals: the first interrupt or termination asks for an orderly end, a later or another one ends at once; others ask a live run for something.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{fs, io, thread};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGXFSZ};
use signal_hook::flag;
use signal_hook::low_level::pipe;

use crate::capture::Until;

/// Signals that ask for the end.
const ENDING: [i32; 2] = [SIGINT, SIGTERM];

/// The same one that comes sooner after the first is the same request: `timeout` sends a signal to the process and one to its group,
/// and a supervisor may pass on to its child what the terminal sent to both. Another one is a request of its own.
const APART: Duration = Duration::from_millis(500);

/// Tells whether an end was asked for.
#[derive(Clone, Debug)]
pub(super) struct Stop(Until);

impl Stop {
    /// Listens to SIGINT and SIGTERM from now on, also where they were ignored before, as in children that a script started in the
    /// background: to interrupt these is how it ends them. SIGXFSZ ends nothing any more.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self(Until::asked(asked_by_signals(None)?)))
    }

    /// Listens to SIGHUP as well, which a terminal sends that is gone, as with a lost connection. Who has it ignored, as `nohup`
    /// does, wants the process to outlive that. A second one ends nothing at once: shell and kernel send one each; an interrupt that
    /// comes a while after it does. SIGUSR1 ends nothing.
    pub(super) fn listen_for_hangup() -> io::Result<Self> {
        let hangup = Some(SIGHUP).filter(|&signal| !ignores(signal));
        let asked = asked_by_signals(hangup)?;
        // Who asks a live run how it stands may ask another one: without a handler that would end it, and all that was found be lost.
        flag::register(SIGUSR1, Arc::default())?;
        Ok(Self(Until::asked(asked)))
    }

    /// Listens to nobody.
    #[cfg(test)]
    pub(super) fn of(until: Until) -> Self {
        Self(until)
    }

    /// The same, or once this time has passed from now on.
    pub(super) fn within(self, limit: Option<Duration>) -> Self {
        match limit {
            Some(limit) => Self(self.0.at_most(limit)),
            None => self,
        }
    }

    /// For those who wait: until when.
    pub(super) fn until(&self) -> &Until {
        &self.0
    }

    /// Stops as if it had been asked by a signal.
    pub(super) fn ask(&self) {
        self.0.ask();
    }

    /// Whether to stop.
    pub(super) fn asked(&self) -> bool {
        self.0.is_over()
    }
}

/// Set by SIGINT, SIGTERM, and a hangup where that is given. An interrupt or termination ends the process where it comes a while after
/// the first of these, or after the other of both.
fn asked_by_signals(hangup: Option<i32>) -> io::Result<Arc<AtomicBool>> {
    let asked = Arc::new(AtomicBool::new(false));
    let later = [(); ENDING.len()].map(|()| Arc::new(AtomicBool::new(false)));
    // Where there is no thread to be had, the next one ends it, however soon.
    let later = match set_a_while_after_the_first(&later, hangup) {
        Ok(()) => later,
        Err(_) => later.map(|_| Arc::clone(&asked)),
    };
    for (signal, is_later) in ENDING.into_iter().zip(&later) {
        // Registered first, so that it sees the flags as the signal before this one left them.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(is_later))?;
        flag::register(signal, Arc::clone(&asked))?;
        for (_, other) in ENDING.into_iter().zip(&later).filter(|&(other, _)| other != signal) {
            flag::register(signal, Arc::clone(other))?;
        }
    }
    if let Some(hangup) = hangup {
        flag::register(hangup, Arc::clone(&asked))?;
    }
    // Without a handler it ends the run; with one, what is written beyond the limit fails, and can be told.
    flag::register(SIGXFSZ, Arc::default())?;
    Ok(asked)
}

/// Sets flags once [some time](APART) has gone since the first of the signals. A thread waits for that: the others may be busy writing
/// to somebody who does not read, which is what a second signal is to end.
fn set_a_while_after_the_first(flags: &[Arc<AtomicBool>], hangup: Option<i32>) -> io::Result<()> {
    let (mut signals, sender) = UnixStream::pair()?;
    let flags = flags.to_vec();
    thread::Builder::new().spawn(move || {
        if signals.read(&mut [0]).is_ok() {
            thread::sleep(APART);
            for flag in flags {
                flag.store(true, Ordering::Relaxed);
            }
        }
    })?;
    for signal in ENDING.into_iter().chain(hangup) {
        pipe::register(signal, sender.try_clone()?)?;
    }
    Ok(())
}

/// Whether this process was started with the signal ignored; where the system does not tell, it was not.
fn ignores(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit stands for signal 1.
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// What a live run may be asked by signals.
#[derive(Clone, Debug)]
pub(super) struct Requests {
    reopen: Arc<AtomicBool>,
    tell: Arc<AtomicBool>,
}

impl Requests {
    /// Listens to SIGHUP and SIGUSR1 from now on.
    pub(super) fn listen() -> io::Result<Self> {
        let requests = Self { reopen: Arc::default(), tell: Arc::default() };
        flag::register(SIGHUP, Arc::clone(&requests.reopen))?;
        flag::register(SIGUSR1, Arc::clone(&requests.tell))?;
        Ok(requests)
    }

    /// Whether the output files are to be opened anew: asked by SIGHUP since the last call.
    pub(super) fn take_reopen(&self) -> bool {
        self.reopen.swap(false, Ordering::Relaxed)
    }

    /// Whether the summary so far is to be told: asked by SIGUSR1 since the last call.
    pub(super) fn take_tell(&self) -> bool {
        self.tell.swap(false, Ordering::Relaxed)
    }
}
