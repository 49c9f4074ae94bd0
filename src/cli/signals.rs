//! Interrupt and termination: the first asks for an orderly end, the second ends at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::capture::Until;

/// Tells whether an end was asked for.
#[derive(Clone, Debug)]
pub(super) struct Stop(Until);

impl Stop {
    /// Listens to SIGINT and SIGTERM from now on.
    pub(super) fn listen() -> io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Registered first, so that it sees the flag as the signal before this one left it.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked))?;
            flag::register(signal, Arc::clone(&asked))?;
        }
        Ok(Self(Until::asked(asked)))
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

    /// Whether to stop.
    pub(super) fn asked(&self) -> bool {
        self.0.is_over()
    }
}
