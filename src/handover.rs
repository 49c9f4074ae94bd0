//! Work that one thread hands over, done by whichever thread comes to it first.
//!
//! Of two threads the one that holds the flows mostly has more to do than the one that reads packets. What nobody waits for it
//! hands over, and the other does it between its batches; where there is no other, or work piles up, it is done by who hands it
//! over. Jobs are done one at a time and in their order, so that all comes to the same, whoever does it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult,
};

use crate::lock::locked;

/// What jobs are done by, and what comes of them.
pub trait Worker {
    /// A job; by default one that is empty.
    type Job: Default;

    /// Jobs that may wait: where more do, all are done by who hands over one more.
    const MOST: usize;

    /// Does a job; returns it empty, for its room to be used again, where it can.
    fn work(&mut self, job: Self::Job) -> Option<Self::Job>;
}

/// A worker, and the jobs that wait for it. Whoever has one of its copies can have them done.
pub struct Handover<W: Worker> {
    shared: Arc<Shared<W>>,
}

struct Shared<W: Worker> {
    /// Jobs are taken from the queue by who holds this for writing, so that they are done in their order.
    worker: RwLock<W>,
    queue: Mutex<Queue<W::Job>>,
}

struct Queue<J> {
    waiting: VecDeque<J>,
    /// Jobs that are empty again.
    spare: Vec<J>,
}

impl<W: Worker> Handover<W> {
    /// Nothing waits yet.
    pub fn new(worker: W) -> Self {
        let queue = Mutex::new(Queue { waiting: VecDeque::new(), spare: Vec::new() });
        Self { shared: Arc::new(Shared { worker: RwLock::new(worker), queue }) }
    }

    /// Hands over a job; leaves an empty one in its place.
    pub fn put(&self, job: &mut W::Job) {
        let mut queue = self.queue();
        let empty = queue.spare.pop().unwrap_or_default();
        queue.waiting.push_back(std::mem::replace(job, empty));
        let is_full = queue.waiting.len() > W::MOST;
        drop(queue);
        if is_full {
            drop(self.caught_up());
        }
    }

    /// Has done what waits, unless somebody else is at it.
    pub fn catch_up(&self) {
        if self.queue().waiting.is_empty() {
            return;
        }
        if let Some(mut worker) = held(self.shared.worker.try_write()) {
            self.work_off(&mut worker);
        }
    }

    /// The worker, once it has done everything that was handed over. The room of jobs is given back.
    pub fn finish(&self) -> RwLockWriteGuard<'_, W> {
        let worker = self.caught_up();
        self.queue().spare = Vec::new();
        worker
    }

    fn caught_up(&self) -> RwLockWriteGuard<'_, W> {
        let mut worker = self.shared.worker.write().unwrap_or_else(PoisonError::into_inner);
        self.work_off(&mut worker);
        worker
    }

    /// The worker as it is now; nothing where it is at work.
    pub fn idle(&self) -> Option<RwLockWriteGuard<'_, W>> {
        held(self.shared.worker.try_write())
    }

    /// The worker as it is now, for several to look at.
    pub fn look(&self) -> RwLockReadGuard<'_, W> {
        self.shared.worker.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn work_off(&self, worker: &mut W) {
        while let Some(job) = self.next() {
            if let Some(empty) = worker.work(job) {
                self.queue().spare.push(empty);
            }
        }
    }

    fn next(&self) -> Option<W::Job> {
        self.queue().waiting.pop_front()
    }

    fn queue(&self) -> MutexGuard<'_, Queue<W::Job>> {
        locked(&self.shared.queue)
    }
}

impl<W: Worker + Default> Default for Handover<W> {
    fn default() -> Self {
        Self::new(W::default())
    }
}

impl<W: Worker + fmt::Debug> fmt::Debug for Handover<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handover").field("worker", &self.shared.worker).finish_non_exhaustive()
    }
}

impl<W: Worker> Clone for Handover<W> {
    /// The same: what either is given, both have.
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// What a lock gives that nobody waits for.
fn held<T>(tried: TryLockResult<T>) -> Option<T> {
    match tried {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::{Handover, Worker};

    /// Keeps what it is told.
    #[derive(Default)]
    struct Told(Vec<u32>);

    impl Worker for Told {
        type Job = Vec<u32>;
        const MOST: usize = 5;

        fn work(&mut self, mut job: Vec<u32>) -> Option<Vec<u32>> {
            self.0.append(&mut job);
            Some(job)
        }
    }

    #[test]
    fn the_order_stays_whoever_does_it() {
        let handover = Handover::<Told>::default();
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let helper = handover.clone();
            let is_over = &is_over;
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    helper.catch_up();
                }
            });
            for number in 0..10_000 {
                let mut job = vec![number];
                handover.put(&mut job);
                assert!(job.is_empty());
                if number % 1000 == 0 {
                    assert_eq!(handover.finish().0.len() as u32, number + 1);
                }
            }
            is_over.store(true, Ordering::Relaxed);
        });
        assert_eq!(handover.finish().0, (0..10_000).collect::<Vec<_>>());
    }

    #[test]
    fn where_nobody_helps_no_more_waits_than_may() {
        let handover = Handover::<Told>::default();
        for number in 0..3 * Told::MOST as u32 {
            handover.put(&mut vec![number]);
            let queue = handover.queue();
            assert!(queue.waiting.len() <= Told::MOST && queue.spare.len() <= Told::MOST + 1);
        }
        assert!(handover.idle().is_some_and(|told| !told.0.is_empty()));
    }

    #[test]
    fn who_looks_keeps_nobody_waiting_but_is_not_idle() {
        let handover = Handover::<Told>::default();
        let looked = handover.look();
        handover.put(&mut vec![1]);
        handover.catch_up();
        assert!(looked.0.is_empty() && handover.idle().is_none());
        drop(looked);
        assert_eq!(handover.finish().0, [1]);
    }
}
