//! A list with room for all that it may hold, from its first item on: it grows in place, and moves nothing.

use std::ops::Range;

use super::pages::prefer_large;
use super::prefetch::prefetch;

/// Items, and room for more. The room is memory only once it is used.
///
/// In segments instead, none of which ever moves either, each look at an item took two loads from memory, one after the other, in
/// place of one, and twice the instructions.
#[derive(Clone, Debug)]
pub(super) struct Ample<T> {
    items: Vec<T>,
    /// Items that room is made for at once.
    most: usize,
}

/// Items that go to small pages, as those of most captures do.
const FEW: usize = 1 << 17;

impl<T> Ample<T> {
    /// An empty list, of `most` items in its place; more have to move it.
    pub(super) fn new(most: usize) -> Self {
        Self { items: Vec::new(), most }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    #[inline]
    pub(super) fn get(&self, place: usize) -> &T {
        &self.items[place]
    }

    /// The item at a place, where there is one.
    #[inline]
    pub(super) fn find(&self, place: usize) -> Option<&T> {
        self.items.get(place)
    }

    /// The same, to be changed.
    #[inline]
    pub(super) fn find_mut(&mut self, place: usize) -> Option<&mut T> {
        self.items.get_mut(place)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, place: usize) -> &mut T {
        &mut self.items[place]
    }

    /// Adds an item, and returns its place.
    #[inline]
    pub(super) fn push(&mut self, item: T) -> usize {
        if self.items.len() == self.items.capacity() {
            self.make_room();
        }
        self.items.push(item);
        self.items.len() - 1
    }

    /// Makes room for all items. Where the system does not give that much, or there are more by now, it is for as many again.
    #[cold]
    fn make_room(&mut self) {
        let more = self.most.saturating_sub(self.items.len());
        if more == 0 || self.items.try_reserve_exact(more).is_err() {
            self.items.reserve(1);
        }
        prefer_large(&mut self.items, FEW);
    }

    /// Addresses of the room that is of large pages, from where the next item goes; none while items go to small ones.
    pub(super) fn large_room(&self) -> Range<usize> {
        if self.items.len() < FEW {
            return 0..0;
        }
        let start = self.items.as_ptr();
        start.wrapping_add(self.items.len()).addr()..start.wrapping_add(self.items.capacity()).addr()
    }

    /// Brings the place into the cache that an item will have which is added after so many others, of which none has one yet.
    #[inline]
    pub(super) fn prefetch_beyond(&self, others: usize) {
        prefetch(&self.items, self.items.len() + others);
    }

    /// Brings an item into the cache.
    #[inline]
    pub(super) fn prefetch(&self, place: usize) {
        prefetch(&self.items, place);
    }
}

#[cfg(test)]
mod tests {
    use super::{Ample, FEW};

    #[test]
    fn it_stays_where_it_is_until_it_holds_more_than_was_said() {
        let most = FEW + 100;
        let mut list: Ample<u32> = Ample::new(most);
        let place = list.push(0);
        let first = std::ptr::from_ref(list.get(place));
        while list.len() < most {
            list.push(list.len() as u32);
        }
        assert_eq!(std::ptr::from_ref(list.get(0)), first);
        for _ in 0..most {
            list.push(list.len() as u32);
        }
        assert!((0..2 * most).all(|place| *list.get(place) as usize == place));
    }

    #[test]
    fn what_is_not_there_is_not_given() {
        let mut list: Ample<u64> = Ample::new(usize::MAX);
        assert_eq!([list.push(7), list.push(8)], [0, 1]);
        assert_eq!([list.find(1), list.find(2)], [Some(&8), None]);
    }

    #[test]
    fn the_large_room_is_where_the_next_item_goes_but_for_the_first_few() {
        let mut list: Ample<u64> = Ample::new(2 * FEW);
        while list.len() < FEW {
            assert!(list.large_room().is_empty());
            list.push(0);
        }
        let place = list.push(0);
        let room = list.large_room();
        assert_eq!(room.start, std::ptr::from_ref(list.get(place)).addr() + size_of::<u64>());
        assert!(room.len() >= (FEW - 1) * size_of::<u64>());
    }
}
