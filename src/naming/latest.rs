//! The names that were learned last, as far as they find room.

use std::collections::HashMap;
use std::net::IpAddr;

use super::answers::Origin;

/// Bytes that a name takes beside its letters: its address, its parts of tables that are up to twice as large as they would have to be,
/// and what memory that is asked for takes beyond.
const BESIDE: usize = 160;

/// Names that take so many bytes; those of the latest half are certain to be there.
#[derive(Debug)]
pub(super) struct Latest {
    /// Those that were told of since the others were.
    new: HashMap<IpAddr, (Origin, Box<str>)>,
    old: HashMap<IpAddr, (Origin, Box<str>)>,
    /// Bytes that the new ones take.
    bytes: usize,
    /// Bytes that all may take.
    room: usize,
}

impl Latest {
    pub(super) fn of_at_most(room: usize) -> Self {
        Self { new: HashMap::new(), old: HashMap::new(), bytes: 0, room }
    }

    /// Notes a name, unless what is known of its address tells more.
    pub(super) fn note(&mut self, address: IpAddr, origin: Origin, name: String) {
        let known = self.new.remove(&address);
        self.bytes = self.bytes.saturating_sub(known.as_ref().map_or(0, |(_, name)| taken(name)));
        let known = known.or_else(|| self.old.remove(&address));
        let told = known.filter(|(known, _)| *known > origin).unwrap_or_else(|| (origin, name.into()));
        if self.bytes.saturating_add(taken(&told.1)) > self.room / 2 {
            self.old = std::mem::take(&mut self.new);
            self.bytes = 0;
        }
        self.bytes = self.bytes.saturating_add(taken(&told.1));
        self.new.insert(address, told);
    }

    pub(super) fn get(&self, address: IpAddr) -> Option<&str> {
        let (_, name) = self.new.get(&address).or_else(|| self.old.get(&address))?;
        Some(name)
    }
}

fn taken(name: &str) -> usize {
    name.len().saturating_add(BESIDE)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{BESIDE, Latest, Origin, taken};

    fn address(number: u32) -> IpAddr {
        Ipv4Addr::from(number).into()
    }

    /// Bytes that all names take, and those of them that are new.
    fn all_and_new(names: &Latest) -> [usize; 2] {
        let new = names.new.values().map(|(_, name)| taken(name)).sum();
        [names.old.values().map(|(_, name)| taken(name)).sum::<usize>().saturating_add(new), new]
    }

    #[test]
    fn names_without_end_take_no_more_than_their_room() {
        const ROOM: usize = 1 << 20;
        for length in [0, 30, 1000] {
            let mut names = Latest::of_at_most(ROOM);
            for number in 0..20_000 {
                names.note(address(number), Origin::Answer, "x".repeat(length));
                if number % 500 == 0 {
                    let [all, new] = all_and_new(&names);
                    assert!(all <= ROOM && new == names.bytes, "{all}, {new}");
                }
            }
            let certain = ROOM / 2 / taken(&"x".repeat(length));
            let is_known = |number: u32| names.get(address(number)).is_some();
            assert!((0..20_000).rev().take(certain).all(is_known), "the latest {certain} of {length} bytes");
            assert!(!is_known(0), "the first was forgotten");
        }
    }

    #[test]
    fn what_is_told_again_stays_and_is_counted_once() {
        let mut names = Latest::of_at_most(100 * BESIDE);
        for number in 0..10_000 {
            names.note(address(number), Origin::Answer, String::new());
            names.note(address(u32::MAX), Origin::Answer, "told again".to_owned());
            names.note(address(u32::MAX), Origin::Pointer, "tells less".to_owned());
            let [_, new] = all_and_new(&names);
            assert_eq!((names.bytes, names.get(address(u32::MAX))), (new, Some("told again")));
        }
    }

    /// Room in which nothing fits holds the last name all the same.
    #[test]
    fn the_last_name_is_there() {
        let mut names = Latest::of_at_most(0);
        names.note(address(1), Origin::Answer, "one".to_owned());
        names.note(address(2), Origin::Answer, "two".to_owned());
        assert_eq!((names.get(address(2)), names.new.len()), (Some("two"), 1));
    }
}
