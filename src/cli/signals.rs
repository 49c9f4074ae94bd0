//! Signals: the first interrupt or termination asks for an orderly end, the second ends at once; others ask a live run for something.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGXFSZ};
use signal_hook::flag;

use crate::capture::Until;

/// Tells whether an end was asked for.
#[derive(Clone, Debug)]
pub(super) struct Stop(Until);

impl Stop {
    /// Listens to SIGINT and SIGTERM from now on. SIGXFSZ ends nothing any more.
    pub(super) fn listen() -> io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Registered first, so that it sees the flag as the signal before this one left it.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked))?;
            flag::register(signal, Arc::clone(&asked))?;
        }
        // Without a handler it ends the run; with one, what is written beyond the limit fails, and can be told.
        flag::register(SIGXFSZ, Arc::default())?;
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
