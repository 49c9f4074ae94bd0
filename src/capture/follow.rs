//! Inputs that are followed: those that had no more frames are asked again, and directories for new captures.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use super::beginning::Identity;
use super::directory::{Directories, New};
use super::patience::{PATIENCE, Until};
use super::problem::Problem;

/// The first nap where there is nothing more; each that brings nothing is twice as long as the one before, up to [`PATIENCE`]. A pipe
/// holds 64 KiB: who wrote to one was kept waiting for a tenth of a second each time, and `tcpdump` drops packets meanwhile.
const NAP: Duration = Duration::from_micros(250);

/// Inputs that are asked again in the time of a nap: of more, naps are longer.
const AT_ONCE: u32 = 8;

/// Time between two looks into the directories, at least and at most: a ring of two small files may go round in a tenth of a second.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
const LOOK_AT_LAST: Duration = Duration::from_secs(2);

/// That time is so many times as long as the look took: large directories take long, and so do their rings to go round.
const LOOK_SELDOM: u32 = 50;

/// The longest nap where there are directories: a ring that was silent may go round as fast.
const LIGHT: Duration = Duration::from_millis(20);

/// What is followed.
pub(super) struct Following {
    until: Until,
    /// Inputs that had no more frames.
    dormant: Vec<usize>,
    directories: Directories,
    looked: Instant,
    /// Time from one look to the next.
    pause: Duration,
    /// The next nap, at least.
    nap: Duration,
}

impl Following {
    pub(super) fn new(until: Until, directories: Directories) -> Self {
        Self { until, dormant: Vec::new(), directories, looked: Instant::now(), pause: LOOK_AGAIN, nap: NAP }
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

    /// Whether it is time to look into the directories again.
    pub(super) fn is_due(&self) -> bool {
        !self.directories.is_empty() && self.looked.elapsed() >= self.pause
    }

    /// What is new in the directories.
    pub(super) fn look(&mut self) -> New {
        let begun = Instant::now();
        let new = self.directories.look(&self.until);
        self.looked = Instant::now();
        self.pause = begun.elapsed().saturating_mul(LOOK_SELDOM).clamp(LOOK_AGAIN, LOOK_AT_LAST);
        new
    }

    /// Names of the captures of directories that could not be opened at first, and then could; each is given once.
    pub(super) fn take_reopened(&mut self) -> Vec<String> {
        self.directories.take_reopened()
    }

    /// Captures of directories that end within their first frame.
    pub(super) fn cut_at_first(&self) -> Vec<Problem> {
        self.directories.cut_at_first(&self.until)
    }

    /// Where a file of a directory is that has got another name.
    pub(super) fn find(&self, identity: Identity) -> Option<PathBuf> {
        self.directories.find(identity)
    }

    /// Directories are followed no more.
    pub(super) fn end_directories(&mut self) {
        self.directories.end();
    }

    /// Tells that more has come: what comes next may do so soon.
    pub(super) fn has_come(&mut self) {
        self.nap = NAP;
    }

    /// Waits a little; false where there is nothing to wait for, or nobody wants it any more.
    pub(super) fn wait(&mut self) -> bool {
        let may_come = !self.dormant.is_empty() || !self.directories.is_empty();
        if !may_come || self.until.is_over() {
            return false;
        }
        let inputs = u32::try_from(self.dormant.len()).unwrap_or(u32::MAX);
        let least = NAP.saturating_mul(inputs.div_ceil(AT_ONCE));
        let most = if self.directories.is_empty() { PATIENCE } else { LIGHT };
        let nap = self.nap.max(least).min(most);
        thread::sleep(nap);
        self.nap = nap.saturating_mul(2);
        !self.until.is_over()
    }
}

#[cfg(test)]
mod tests {
    use super::{Directories, Following, NAP, PATIENCE, Until};

    #[test]
    fn naps_grow_until_more_comes() {
        let mut following = Following::new(Until::default(), Directories::default());
        assert!(!following.wait(), "for nothing");
        following.add(0);
        let naps: Vec<_> = (0..3).map(|_| following.wait().then_some(following.nap / 2)).collect();
        assert_eq!(naps, [Some(NAP), Some(2 * NAP), Some(4 * NAP)]);
        following.has_come();
        assert!(following.wait() && following.nap == 2 * NAP);
        // Of many that are asked each time, none is asked without a break.
        (1..80).for_each(|input| following.add(input));
        assert!(following.wait() && following.nap == 20 * NAP);
        following.nap = 100 * PATIENCE;
        assert!(following.wait() && following.nap == 2 * PATIENCE);
    }
}
