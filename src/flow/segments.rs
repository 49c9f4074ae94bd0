//! A list that grows by whole segments: growing allocates one, and moves nothing.

use std::ops::Range;

use super::pages::prefer_large;
use super::prefetch::prefetch;

/// Items in segments of `N`.
#[derive(Clone, Debug)]
pub(super) struct Segments<T, const N: usize> {
    segments: Vec<Vec<T>>,
}

impl<T, const N: usize> Segments<T, N> {
    /// Items that go to small pages, at first.
    const FEW: usize = N / 4;

    pub(super) fn new() -> Self {
        Self { segments: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.segments.last().map_or(0, |last| (self.segments.len() - 1) * N + last.len())
    }

    #[inline]
    pub(super) fn get(&self, place: usize) -> &T {
        &self.segments[place / N][place % N]
    }

    /// The item at a place, where there is one.
    #[inline]
    pub(super) fn find(&self, place: usize) -> Option<&T> {
        self.segments.get(place / N)?.get(place % N)
    }

    /// The same, to be changed.
    #[inline]
    pub(super) fn find_mut(&mut self, place: usize) -> Option<&mut T> {
        self.segments.get_mut(place / N)?.get_mut(place % N)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, place: usize) -> &mut T {
        &mut self.segments[place / N][place % N]
    }

    /// Adds an item, and returns its place.
    #[inline]
    pub(super) fn push(&mut self, item: T) -> usize {
        if self.segments.last().is_none_or(|last| last.len() == N) {
            self.add_segment();
        }
        let number = self.segments.len() - 1;
        let segment = &mut self.segments[number];
        segment.push(item);
        number * N + segment.len() - 1
    }

    #[cold]
    fn add_segment(&mut self) {
        let mut segment = Vec::with_capacity(N);
        prefer_large(&mut segment, if self.segments.is_empty() { Self::FEW } else { 0 });
        self.segments.push(segment);
    }

    /// Addresses of the room that is of large pages, from where the next item goes; none while items go to small ones.
    pub(super) fn large_room(&self) -> Range<usize> {
        let is_large = |last: &&Vec<T>| self.segments.len() > 1 || last.len() >= Self::FEW;
        let Some(last) = self.segments.last().filter(is_large) else { return 0..0 };
        let start = last.as_ptr();
        start.wrapping_add(last.len()).addr()..start.wrapping_add(last.capacity()).addr()
    }

    /// Brings the place into the cache that an item will have which is added after so many others, of which none has one yet.
    #[inline]
    pub(super) fn prefetch_beyond(&self, others: usize) {
        if let Some(last) = self.segments.last() {
            prefetch(last, last.len() + others);
        }
    }

    /// Brings an item into the cache.
    #[inline]
    pub(super) fn prefetch(&self, place: usize) {
        if let Some(segment) = self.segments.get(place / N) {
            prefetch(segment, place % N);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Segments;

    #[test]
    fn the_large_room_is_where_the_next_item_goes_but_for_the_first_few() {
        let mut list: Segments<u64, 8> = Segments::new();
        for number in 0..24 {
            let room = list.large_room();
            let place = list.push(number);
            // A segment is added with its first item.
            if place < 2 || place.is_multiple_of(8) {
                assert!(room.is_empty());
            } else {
                assert_eq!(room.start, std::ptr::from_ref(list.get(place)).addr());
                assert_eq!(room.len(), (8 - place % 8) * size_of::<u64>());
            }
        }
    }
}
