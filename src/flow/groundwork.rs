//! Memory that lists are about to grow into, made ready by whoever fills batches: where there are two threads, by another than the
//! one that writes to it.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::pages::{LARGE, clear};
use crate::lock::locked;

/// How many lists announce where they grow.
pub(super) const LISTS: usize = 3;

/// Where lists grow. Whoever has one of its copies can have the system clear the next large page of each, which takes it
/// a third of a millisecond, and several where it has to find the memory first.
#[derive(Clone, Debug, Default)]
pub struct Groundwork {
    fronts: Arc<Mutex<[Front; LISTS]>>,
}

/// Addresses of a list's room, from where it is written next.
#[derive(Clone, Debug, Default)]
struct Front {
    room: Range<usize>,
    /// The page that was made ready last.
    ready: usize,
}

impl Groundwork {
    /// Announces of each list the addresses of its room, from where it is written next.
    pub(super) fn announce(&self, rooms: [Range<usize>; LISTS]) {
        for (front, room) in locked(&self.fronts).iter_mut().zip(rooms) {
            front.room = room;
        }
    }

    /// Makes the next page of each list ready.
    pub fn prepare(&self) {
        // Not while the lock is held, as who announces would wait for it.
        let pages = locked(&self.fronts).each_mut().map(Front::next_page);
        pages.into_iter().flatten().for_each(clear);
    }
}

impl Front {
    /// The address of the first whole page that nothing was written to, if it is not ready yet.
    fn next_page(&mut self) -> Option<usize> {
        let page = self.room.start.checked_next_multiple_of(LARGE)?;
        let is_due = page != self.ready && page.checked_add(LARGE)? <= self.room.end;
        is_due.then(|| {
            self.ready = page;
            page
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Front, Groundwork, LARGE};

    #[test]
    fn each_page_is_made_ready_once_and_before_anything_is_written_to_it() {
        let mut front = Front::default();
        assert_eq!(front.next_page(), None);
        let mut ready = Vec::new();
        for start in (LARGE + 64..4 * LARGE).step_by(LARGE / 4) {
            front.room = start..5 * LARGE - 64;
            ready.extend(front.next_page().inspect(|&page| assert!(page >= start)));
        }
        // The last is not whole.
        assert_eq!(ready, [2 * LARGE, 3 * LARGE]);
        // Another list in its place.
        front.room = LARGE..3 * LARGE;
        assert_eq!(front.next_page(), Some(LARGE));
        front.room = usize::MAX - 64..usize::MAX;
        assert_eq!(front.next_page(), None);
    }

    #[test]
    fn what_is_written_stays() {
        let mut list: Vec<u64> = Vec::with_capacity(3 * LARGE / size_of::<u64>());
        let groundwork = Groundwork::default();
        let start = list.as_ptr().addr();
        while list.len() < list.capacity() {
            let next = start + size_of_val(list.as_slice());
            groundwork.announce([next..start + 3 * LARGE, 0..0, 0..0]);
            // What was announced is stale by then: the page may have been written to.
            list.extend((0..1000).map(|number| number + next as u64).take(list.capacity() - list.len()));
            groundwork.prepare();
        }
        let written = |place: usize| (start + size_of::<u64>() * (place - place % 1000)) as u64 + (place % 1000) as u64;
        assert!(list.iter().enumerate().all(|(place, &number)| number == written(place)));
    }
}
