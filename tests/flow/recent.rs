//! The ring of recent packets, and its chains.

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::flow::{Bounds, Direction, Observations};
use unreach::frame::{InputId, Stamp, Timestamp};

use super::made::{Made, SECOND, see};
use super::table::event;

fn seen(recent: u32) -> Observations {
    Observations::new(&Bounds { recent, flow_timeout: 1_000_000 * SECOND, ..Bounds::default() })
}

/// Fingerprints of the packets that a flow's direction is remembered by, latest first.
fn chain(seen: &Observations, made: Made) -> Vec<u32> {
    let (key, direction) = made.key();
    let id = seen.flows.find(&key).expect("a flow");
    let tail = seen.flows.get(id).expect("a flow").side(direction).tail;
    seen.recent.chain(tail).map(|record| record.identity().fingerprint.expect("UDP")).collect()
}

proptest! {
    #[test]
    fn a_chain_is_the_latest_packets_of_a_direction(events in vec(event(3, 2, 10), 1..300), capacity in 1_u32..200) {
        let mut seen = seen(capacity);
        let capacity = capacity.next_power_of_two() as usize;
        for (number, (made, _)) in (1..).zip(&events) {
            see(&mut seen, *made, number, number.cast_signed());
        }
        let numbered: Vec<(u32, Made)> = (1..).zip(events.iter().map(|(made, _)| *made)).collect();
        for (_, made) in &numbered {
            let of_flow = numbered.iter().rev().take(capacity).filter(|(_, other)| other.key() == made.key());
            let wanted: Vec<u32> = of_flow.map(|(number, _)| *number).collect();
            prop_assert_eq!(chain(&seen, *made), wanted, "of {:?}", made);
        }
        let latest: Vec<u32> = seen.recent.latest(u32::MAX).map(|record| record.identity().fingerprint.expect("UDP")).collect();
        let wanted: Vec<u32> = numbered.iter().rev().take(capacity).map(|(number, _)| *number).collect();
        prop_assert_eq!(latest, wanted);
    }
}

#[test]
fn records_know_their_flow_and_direction() {
    let mut seen = seen(64);
    let there = Made { is_v6: true, from: 1, to: 2, port: 7 };
    let back = Made { from: 2, to: 1, ..there };
    see(&mut seen, there, 1, 0);
    see(&mut seen, back, 2, 0);
    let directions: Vec<Direction> = seen.recent.latest(u32::MAX).map(unreach::flow::Record::direction).collect();
    assert_eq!(directions, [Direction::Down, Direction::Up]);
    let id = seen.flows.find(&there.key().0);
    assert!(seen.recent.latest(u32::MAX).all(|record| Some(record.flow()) == id));
}

#[test]
fn frame_numbers_outlast_their_low_half() {
    let mut seen = seen(64);
    let made = Made { is_v6: false, from: 1, to: 2, port: 7 };
    let number = (1 << 32) - 1;
    see(&mut seen, made, number, 0);
    let record = seen.recent.latest(u32::MAX).next().expect("a packet");
    let later = |input, number| Stamp { number, timestamp: Timestamp(1), input: InputId(input) };
    assert_eq!(record.frame_before(&later(0, number + 1)), number);
    assert_eq!(record.frame_before(&later(0, number + 4000)), number);
    assert_eq!(record.frame_before(&later(1, 5)), number, "numbers of another input say nothing");
}

#[test]
fn a_position_that_was_overwritten_holds_nothing() {
    let mut seen = seen(4);
    let made = Made { is_v6: false, from: 1, to: 2, port: 7 };
    for number in 1..=10 {
        see(&mut seen, made, number, 0);
    }
    assert_eq!(seen.recent.position(), 11);
    let held: Vec<u32> = (0..20).filter(|position| seen.recent.get(*position).is_some()).collect();
    assert_eq!(held, [7, 8, 9, 10]);
}
