//! Rows in an order that was asked for: of those that come first so many are found as there is room for, then the next.
//!
//! Messages may be millions, and most of them may have been put away outside memory: held are what rows are ordered by, and where each
//! is found again.

use std::cmp::Ordering;
use std::vec;

use super::column::{Column, Table};
use super::key::Key;
use super::{Names, Report};

/// Rows that can be gone through several times, and found again one by one.
pub(super) trait Source<'a, T: Table>: Copy {
    /// The rows in the table's own order, with their places, which ascend.
    fn placed(self) -> impl Iterator<Item = (u64, T::Row<'a>)> + 'a;

    /// The row at a place; nothing where it cannot be read any more.
    fn at(self, place: u64) -> Option<T::Row<'a>>;
}

impl<'a, T: Table> Source<'a, T> for &'a [T::Row<'a>] {
    fn placed(self) -> impl Iterator<Item = (u64, T::Row<'a>)> + 'a {
        (0..).zip(self.iter().copied())
    }

    fn at(self, place: u64) -> Option<T::Row<'a>> {
        self.get(usize::try_from(place).ok()?).copied()
    }
}

/// All rows of a report that are to be printed.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a>(pub(super) Report<'a>);

impl<'a, T: Table> Source<'a, T> for Whole<'a> {
    fn placed(self) -> impl Iterator<Item = (u64, T::Row<'a>)> + 'a {
        T::placed(self.0)
    }

    fn at(self, place: u64) -> Option<T::Row<'a>> {
        T::at(self.0, place)
    }
}

/// What rows are ordered by. Empty cells come last in either direction, and equal rows keep the table's own order.
pub(super) struct By<'a, T: Table> {
    pub(super) column: &'static Column<T>,
    pub(super) is_descending: bool,
    pub(super) names: Names<'a>,
}

/// How many rows are wanted, and how many bytes may be held at once of what they are ordered by.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) rows: usize,
    pub(super) bytes: usize,
}

/// Rows in order. Each time all of them are gone through, the first of those that are left are found.
pub(super) struct Ordered<'a, T: Table, S> {
    source: S,
    by: By<'a, T>,
    room: Room,
    found: vec::IntoIter<Entry>,
    /// The last of those that were found.
    last: Option<Entry>,
    /// Whether there are more behind it.
    has_more: bool,
}

impl<'a, T: Table, S: Source<'a, T>> Ordered<'a, T, S> {
    pub(super) fn of(source: S, by: By<'a, T>, room: Room) -> Self {
        Self { source, by, room, found: Vec::new().into_iter(), last: None, has_more: true }
    }

    /// Finds the first rows of those behind the last.
    fn find(&mut self) {
        // What was found before is not held meanwhile.
        self.found = Vec::new().into_iter();
        let Self { source, by, room, last, .. } = self;
        let mut first = First::of(*room, by.is_descending);
        for (place, row) in source.placed() {
            let entry = Entry { key: Key::of(&by.column.cell(&row, by.names)), place };
            if last.as_ref().is_none_or(|last| last.cmp(&entry, by.is_descending).is_lt()) {
                first.put(entry);
            }
        }
        first.cut();
        self.has_more = first.has_left_out;
        self.last = first.entries.last().cloned();
        self.found = first.entries.into_iter();
    }
}

impl<'a, T: Table, S: Source<'a, T>> Iterator for Ordered<'a, T, S> {
    type Item = T::Row<'a>;

    fn next(&mut self) -> Option<T::Row<'a>> {
        loop {
            let Some(entry) = self.found.next() else {
                if !self.has_more || self.room.rows == 0 {
                    return None;
                }
                self.find();
                continue;
            };
            self.room.rows -= 1;
            // One that cannot be read back is missed where rows are counted.
            if let Some(row) = self.source.at(entry.place) {
                return Some(row);
            }
        }
    }
}

/// A row: what it is ordered by, and its place.
#[derive(Clone)]
struct Entry {
    key: Option<Key>,
    place: u64,
}

impl Entry {
    /// Which of two comes first. No two are equal.
    fn cmp(&self, other: &Self, is_descending: bool) -> Ordering {
        let by_key = match (&self.key, &other.key) {
            (Some(key), Some(other)) if is_descending => other.cmp(key),
            (Some(key), Some(other)) => key.cmp(other),
            (key, other) => key.is_none().cmp(&other.is_none()),
        };
        by_key.then(self.place.cmp(&other.place))
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.key.as_ref().map_or(0, Key::bytes_elsewhere)
    }
}

/// The first rows of those that were put in: as many as there is room for, and for a while a quarter more, so that they need not be
/// sorted for each.
struct First {
    entries: Vec<Entry>,
    bytes: usize,
    room: Room,
    is_descending: bool,
    /// What is no earlier than this is not among them.
    end: Option<Entry>,
    has_left_out: bool,
}

/// Rows that are too many before they are sorted, at least.
const FEWEST: usize = 64;

impl First {
    fn of(room: Room, is_descending: bool) -> Self {
        Self { entries: Vec::new(), bytes: 0, room, is_descending, end: None, has_left_out: false }
    }

    fn put(&mut self, entry: Entry) {
        if self.end.as_ref().is_some_and(|end| end.cmp(&entry, self.is_descending).is_le()) {
            self.has_left_out = true;
            return;
        }
        self.bytes += entry.bytes();
        self.entries.push(entry);
        let most = |room: usize| room.saturating_add(room / 4);
        let too_many = self.entries.len() >= most(self.room.rows).max(FEWEST);
        if too_many || self.bytes >= most(self.room.bytes) {
            self.cut();
        }
    }

    /// Sorts them, and leaves out those that there is no room for. One there always is.
    fn cut(&mut self) {
        self.entries.sort_unstable_by(|one, other| one.cmp(other, self.is_descending));
        let (mut kept, mut bytes) = (0, 0);
        for entry in self.entries.iter().take(self.room.rows) {
            if kept > 0 && bytes + entry.bytes() > self.room.bytes {
                break;
            }
            (kept, bytes) = (kept + 1, bytes + entry.bytes());
        }
        if kept < self.entries.len() {
            self.entries.truncate(kept);
            self.end = self.entries.last().cloned();
            self.has_left_out = true;
        }
        self.bytes = bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, FEWEST, First, Room};
    use crate::report::key::Key;

    /// Puts numbers from many down to few, the worst that can come; returns the most that was held, in rows and in bytes.
    fn held(first: &mut First) -> (usize, usize) {
        let mut most = (0, 0);
        for number in (0..100_000).rev() {
            first.put(Entry { key: Some(Key::Number(number)), place: number });
            let bytes: usize = first.entries.iter().map(Entry::bytes).sum();
            most = (most.0.max(first.entries.len()), most.1.max(bytes));
        }
        most
    }

    #[test]
    fn no_more_rows_are_held_than_are_wanted() {
        for rows in [1, 50, 1000] {
            let mut first = First::of(Room { rows, bytes: usize::MAX }, false);
            let (most, _) = held(&mut first);
            first.cut();
            assert!(most <= (rows + rows / 4).max(FEWEST), "{most} for {rows}");
            assert!(first.entries.iter().map(|entry| entry.place).eq(0..rows as u64), "the first of all");
        }
    }

    #[test]
    fn no_more_bytes_are_held_than_there_is_room_for() {
        const BYTES: usize = 40_000;
        let mut first = First::of(Room { rows: usize::MAX, bytes: BYTES }, false);
        let (_, most) = held(&mut first);
        assert!(most < BYTES + BYTES / 4 + 100, "{most}");
        first.cut();
        let kept = first.entries.len();
        assert!(kept > BYTES / 2 / size_of::<Entry>() && kept <= BYTES / size_of::<Entry>(), "{kept}");
        assert!(first.entries.iter().map(|entry| entry.place).eq(0..kept as u64), "the first of all");
    }

    /// Words may be as long as names from outside are.
    #[test]
    fn what_long_words_take_is_counted() {
        let mut first = First::of(Room { rows: usize::MAX, bytes: 100_000 }, true);
        for place in 0..10_000 {
            first.put(Entry { key: Some(Key::Text("x".repeat(1000).into())), place });
            assert!(first.entries.len() <= 128, "{}", first.entries.len());
        }
    }
}
