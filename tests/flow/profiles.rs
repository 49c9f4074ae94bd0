//! What is learned about hosts, whoever learns it, and when.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::flow::{Bounds, Observations};

use super::made::{Made, SECOND, see};

/// Packets among few hosts, so that many are answers.
fn packets() -> impl Strategy<Value = Vec<Made>> {
    let made = (any::<bool>(), 0..6_u8, 0..6_u8, 0..40_u16);
    vec(made.prop_map(|(is_v6, from, to, port)| Made { is_v6, from, to, port }), 1..1500)
}

/// Few enough that hosts and pairs are forgotten.
fn seen() -> Observations {
    Observations::new(&Bounds { others: 8, ..Bounds::default() })
}

/// Everything that is known of these packets' hosts, and of their pairs.
fn told(seen: &mut Observations, packets: &[Made]) -> Vec<String> {
    let (_, profiles) = seen.learned();
    let of = |made: &Made| {
        let (key, direction) = made.key();
        let ends = [direction, direction.reversed()].map(|way| key.source(way).0);
        let hosts = ends.map(|address| profiles.hosts.get(&address));
        format!("{hosts:?} {:?}", profiles.pairs.get(&ends.into()))
    };
    let forgotten = format!("{} {}", profiles.hosts.forgotten(), profiles.pairs.forgotten());
    packets.iter().map(of).chain([forgotten]).collect()
}

proptest! {
    #[test]
    fn it_comes_to_the_same(packets in packets()) {
        let (mut at_once, mut at_last, mut helped) = (seen(), seen(), seen());
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let helper = helped.helper();
            scope.spawn(|| {
                let helper = helper;
                while !is_over.load(Ordering::Relaxed) {
                    helper.catch_up();
                }
            });
            for (number, &made) in (1..).zip(&packets) {
                for seen in [&mut at_once, &mut at_last, &mut helped] {
                    see(seen, made, number, number.cast_signed() * SECOND);
                }
                drop(at_once.learned());
            }
            is_over.store(true, Ordering::Relaxed);
        });
        let expected = told(&mut at_once, &packets);
        prop_assert_eq!(&told(&mut at_last, &packets), &expected);
        prop_assert_eq!(&told(&mut helped, &packets), &expected);
    }
}
