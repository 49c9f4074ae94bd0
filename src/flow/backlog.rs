//! Lessons that wait to be learned, by whichever thread comes to it first.
//!
//! Of two threads the one that holds the flows has more to do than the one that reads packets. So it only writes down what
//! packets teach about hosts, and the other learns it: a tenth of the time that a scan of two million flows took.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use super::Profiles;
use super::lesson::Lesson;

/// Lessons that are handed over together: enough that it costs next to nothing.
pub(super) const LESSONS: usize = 256;
/// Lists that wait, at most: where nobody else learns them, who writes them does.
const WAITING: usize = 16;

/// Profiles, and the lessons that are still to be learned for them.
#[derive(Debug)]
pub(super) struct Backlog {
    shared: Arc<Shared>,
}

/// Learns what waits in a backlog, on another thread than that of its owner.
#[derive(Clone, Debug)]
pub struct Helper {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Lists are taken from the queue by who holds this, so that they are learned in their order.
    profiles: Mutex<Profiles>,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Vec<Lesson>>,
    /// Lists that were learned, to be written again.
    spare: Vec<Vec<Lesson>>,
}

impl Backlog {
    pub(super) fn new(profiles: Profiles) -> Self {
        Self { shared: Arc::new(Shared { profiles: Mutex::new(profiles), queue: Mutex::default() }) }
    }

    /// What can learn what waits here.
    pub(super) fn helper(&self) -> Helper {
        Helper { shared: Arc::clone(&self.shared) }
    }

    /// Hands lessons over, and leaves an empty list in their place.
    pub(super) fn put(&self, lessons: &mut Vec<Lesson>) {
        if self.shared.put(lessons) > WAITING {
            drop(self.profiles());
        }
    }

    /// The profiles, once everything that waited has been learned.
    pub(super) fn profiles(&self) -> MutexGuard<'_, Profiles> {
        let mut profiles = lock(&self.shared.profiles);
        self.shared.catch_up(&mut profiles);
        profiles
    }
}

impl Clone for Backlog {
    /// Another, of the same that was learned until now.
    fn clone(&self) -> Self {
        Self::new(self.profiles().clone())
    }
}

impl Helper {
    /// Learns what waits, unless somebody else is about to.
    pub fn catch_up(&self) {
        let mut profiles = match self.shared.profiles.try_lock() {
            Ok(profiles) => profiles,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        self.shared.catch_up(&mut profiles);
    }
}

impl Shared {
    /// Puts a list to those that wait; returns how many these are.
    fn put(&self, lessons: &mut Vec<Lesson>) -> usize {
        let mut queue = lock(&self.queue);
        let empty = queue.spare.pop().unwrap_or_else(|| Vec::with_capacity(LESSONS));
        queue.waiting.push_back(std::mem::replace(lessons, empty));
        queue.waiting.len()
    }

    fn catch_up(&self, profiles: &mut Profiles) {
        while let Some(mut lessons) = self.next() {
            profiles.learn(&lessons);
            lessons.clear();
            lock(&self.queue).spare.push(lessons);
        }
    }

    fn next(&self) -> Option<Vec<Lesson>> {
        lock(&self.queue).waiting.pop_front()
    }
}

/// A lock that no panic of another thread keeps: that thread's panic is passed on where it is joined.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{Backlog, LESSONS, WAITING};
    use crate::flow::lesson::Lesson;
    use crate::flow::{Profiles, Signature};

    #[test]
    fn where_nobody_helps_no_more_waits_than_may() {
        let backlog = Backlog::new(Profiles::new(1 << 12));
        let mut lessons = Vec::new();
        for number in 0..(2 * WAITING + 3) as u32 {
            let signature = Signature { version: 4, ttl: 64, precedence: 0, dont_fragment: false, unnumbered: false };
            lessons.resize(LESSONS, Lesson::echo(Ipv4Addr::from_bits(number).into(), signature));
            backlog.put(&mut lessons);
            assert!(lessons.is_empty());
            let queue = backlog.shared.queue.lock().expect("nobody panics");
            assert!(queue.waiting.len() <= WAITING && queue.spare.len() <= WAITING + 1);
        }
        assert_eq!(backlog.profiles().hosts.len(), 2 * WAITING + 3);
    }
}
