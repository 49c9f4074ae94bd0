//! Counts in constant memory: TTLs, distinct addresses, distinct ports.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::flow::{Distinct, FewAddresses, Pair, TtlTally};
use unreach::frame::Timestamp;

fn tally(ttls: &[u8]) -> TtlTally {
    let mut tally = TtlTally::default();
    for &ttl in ttls {
        tally.add(ttl);
    }
    tally
}

fn address(number: u32) -> IpAddr {
    IpAddr::from(number.to_be_bytes())
}

fn distinct(numbers: impl Iterator<Item = u32>) -> Distinct {
    let mut distinct = Distinct::default();
    numbers.for_each(|number| distinct.add(address(number), 0));
    distinct
}

proptest! {
    #[test]
    fn three_ttls_are_counted_exactly(ttls in vec(prop_oneof![Just(61_u8), Just(64), Just(128)], 1..200)) {
        let mut counts: HashMap<u8, u16> = HashMap::new();
        for ttl in &ttls {
            *counts.entry(*ttl).or_default() += 1;
        }
        let tally = tally(&ttls);
        prop_assert_eq!(tally.iter().collect::<HashMap<u8, u16>>(), counts.clone());
        let most = counts.values().max().copied();
        prop_assert_eq!(tally.usual().and_then(|ttl| counts.get(&ttl).copied()), most);
    }

    #[test]
    fn a_dominant_ttl_is_that_of_most(ttls in vec(any::<u8>(), 1..200), usual in any::<u8>(), times in 0_usize..400) {
        let all: Vec<u8> = ttls.iter().copied().chain(std::iter::repeat_n(usual, times)).collect();
        let dominant = tally(&all).dominant();
        let share = |ttl: u8| all.iter().map(|other| usize::from(*other == ttl)).sum::<usize>();
        if let Some(ttl) = dominant {
            prop_assert!(share(ttl) * 2 > all.len(), "{ttl} is {} of {}", share(ttl), all.len());
        }
    }

    #[test]
    fn merging_counts_what_both_counted(one in vec(any::<u32>(), 0..300), other in vec(any::<u32>(), 0..300)) {
        let mut merged = distinct(one.iter().copied());
        merged.merge(&distinct(other.iter().copied()));
        prop_assert_eq!(merged, distinct(one.into_iter().chain(other)));
    }

    #[test]
    fn distinct_addresses_are_counted_roughly(numbers in vec(any::<u32>(), 0..300)) {
        let truth = numbers.iter().collect::<HashSet<_>>().len() as f64;
        let estimate = distinct(numbers.iter().copied()).estimate() as f64;
        prop_assert_eq!(estimate == 0.0, truth == 0.0);
        prop_assert!((estimate - truth).abs() <= 3.0 + truth * 0.25, "{estimate} for {truth}");
    }

    #[test]
    fn few_addresses_are_the_first_ones(numbers in vec(0_u32..10, 0..30)) {
        let mut few = FewAddresses::default();
        let mut first: Vec<IpAddr> = Vec::new();
        for number in numbers {
            few.add(address(number));
            if !first.contains(&address(number)) && first.len() < 4 {
                first.push(address(number));
            }
        }
        prop_assert_eq!(few.iter().collect::<Vec<_>>(), first.clone());
        prop_assert!(first.iter().all(|address| few.contains(*address)));
        prop_assert!(!few.contains(address(99)));
    }
}

#[test]
fn nothing_has_no_usual_ttl() {
    assert_eq!((tally(&[]).usual(), tally(&[]).dominant()), (None, None));
}

#[test]
fn of_equally_frequent_ttls_the_highest_is_usual() {
    assert_eq!(tally(&[61, 64]).usual(), Some(64));
    assert_eq!(tally(&[64, 61]).usual(), Some(64));
    assert_eq!(tally(&[61, 64, 61]).usual(), Some(61));
}

#[test]
fn ports_of_a_pair_are_counted_roughly() {
    let opened = |ports: std::ops::Range<u16>| {
        let mut pair = Pair::default();
        ports.for_each(|port| pair.note_opened(port, 64, Timestamp(port.into())));
        pair
    };
    assert_eq!(opened(0..0).ports(), 0);
    assert_eq!(opened(5000..5001).ports(), 1);
    for (count, tolerance) in [(5, 1), (15, 3), (40, 8), (80, 16)] {
        let estimate = opened(5000..5000 + count).ports();
        assert!(estimate.abs_diff(count.into()) <= tolerance, "{estimate} for {count} ports");
    }
    let mut pair = opened(10..30);
    assert_eq!((pair.opened, pair.first, pair.last), (20, Timestamp(10), Timestamp(29)));
    pair.note_opened(5, 64, Timestamp(5));
    assert_eq!((pair.first, pair.last), (Timestamp(5), Timestamp(29)), "where the clock runs back");
}
