//! A list that grows by whole segments: growing allocates one, and moves nothing.

use super::pages::prefer_large;
use super::prefetch::prefetch;

/// Items in segments of `N`.
#[derive(Clone, Debug)]
pub(super) struct Segments<T, const N: usize> {
    segments: Vec<Vec<T>>,
}

impl<T, const N: usize> Segments<T, N> {
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
        prefer_large(&mut segment, if self.segments.is_empty() { N / 4 } else { 0 });
        self.segments.push(segment);
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
