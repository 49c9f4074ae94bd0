//! Inputs that are followed: those that had no more frames are asked again, and directories for new captures.

use std::thread;
use std::time::{Duration, Instant};

use super::directory::Directory;
use super::patience::{PATIENCE, Until};

/// Time between two looks into the directories.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What is followed.
pub(super) struct Following {
    until: Until,
    /// Inputs that had no more frames.
    dormant: Vec<usize>,
    directories: Vec<Directory>,
    looked: Instant,
}

impl Following {
    pub(super) fn new(until: Until, directories: Vec<Directory>) -> Self {
        Self { until, dormant: Vec::new(), directories, looked: Instant::now() }
    }

    /// Until when it is waited for more.
    pub(super) fn until(&self) -> &Until {
        &self.until
    }

    /// Adds an input that has no more frames for now.
    pub(super) fn add(&mut self, input: usize) {
        self.dormant.push(input);
    }

    /// Takes the inputs that had no more frames, all at once.
    pub(super) fn take_dormant(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.dormant)
    }

    /// The directories, where it is time to look into them again.
    pub(super) fn due_directories(&mut self) -> &mut [Directory] {
        if self.looked.elapsed() < LOOK_AGAIN {
            return &mut [];
        }
        self.looked = Instant::now();
        &mut self.directories
    }

    /// Waits a little; false where there is nothing to wait for, or nobody wants it any more.
    pub(super) fn wait(&self) -> bool {
        let may_come = !self.dormant.is_empty() || !self.directories.is_empty();
        if !may_come || self.until.is_over() {
            return false;
        }
        thread::sleep(PATIENCE);
        !self.until.is_over()
    }
}
