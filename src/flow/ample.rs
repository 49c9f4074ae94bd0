//! A list with room for all that it may hold: it grows in place, and moves nothing.

use std::ops::{Deref, DerefMut, Range};

use super::pages::make_room;

/// Items, and room for more. The room is memory only once it is used.
///
/// In segments instead, none of which ever moves either, each look at an item took two loads from memory, one after the other, in
/// place of one, and twice the instructions.
#[derive(Clone, Debug)]
pub(super) struct Ample<T> {
    items: Vec<T>,
    /// Items that it may hold.
    most: usize,
}

/// Items that the first room is of small pages for: most captures need no more. (With room for no more than these at first, they were
/// moved once there were more, and a scan of two million flows took 8 MiB more.)
const FEW: usize = 1 << 17;

impl<T> Ample<T> {
    /// An empty list of at most `most` items.
    pub(super) fn new(most: usize) -> Self {
        Self { items: Vec::new(), most }
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

    #[cold]
    fn make_room(&mut self) {
        make_room(&mut self.items, self.most, FEW);
    }

    /// Addresses of the room from where the next item goes, once it is of large pages.
    pub(super) fn large_room(&self) -> Range<usize> {
        if self.items.len() < FEW {
            return 0..0;
        }
        let start = self.items.as_ptr();
        start.wrapping_add(self.items.len()).addr()..start.wrapping_add(self.items.capacity()).addr()
    }
}

impl<T> Deref for Ample<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> DerefMut for Ample<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

#[cfg(test)]
mod tests {
    use super::{Ample, FEW};

    #[test]
    fn it_stays_where_it_is() {
        let most = 3 * FEW;
        let mut list: Ample<u32> = Ample::new(most);
        list.push(0);
        let first = std::ptr::from_ref(&list[0]);
        while list.len() < most {
            list.push(list.len() as u32);
        }
        assert_eq!(std::ptr::from_ref(&list[0]), first);
        assert!((0..most).all(|place| list[place] as usize == place));
    }

    /// More than any system gives, and more than was said.
    #[test]
    fn it_grows_without_room_for_all() {
        for most in [usize::MAX, 10] {
            let mut list: Ample<u64> = Ample::new(most);
            assert_eq!(list.first(), None);
            while list.len() < 5 * FEW {
                list.push(list.len() as u64);
            }
            assert!((0..5 * FEW).all(|place| list.get(place) == Some(&(place as u64))));
            assert_eq!(list.get(5 * FEW), None);
        }
    }

    #[test]
    fn the_large_room_is_where_the_next_item_goes_once_there_are_many() {
        let mut list: Ample<u64> = Ample::new(4 * FEW);
        while list.len() < FEW {
            assert!(list.large_room().is_empty());
            list.push(0);
        }
        let room = list.large_room();
        assert_eq!(room.len(), 3 * FEW * size_of::<u64>());
        let place = list.push(0);
        assert_eq!(room.start, std::ptr::from_ref(&list[place]).addr());
        assert_eq!(list.large_room(), room.start + size_of::<u64>()..room.end);
    }
}
