//! Bounds that keep a run within so many bytes.

use unreach::analyzer::Config;
use unreach::incident::Room;

const MIB: u64 = 1 << 20;

/// Bytes of what is remembered where all of it is as many as it may be, by what each takes (measured): flows, packets that quotes are
/// compared with, nine kinds of everything else, cases, incidents; and the program itself.
fn taken(config: &Config) -> u64 {
    let Room { cases, incidents, .. } = config.room;
    let taken = config.max_flows * 100
        + config.recent as usize * 40
        + config.others * 9 * 120
        + cases * 1536
        + incidents * 3072;
    16 * MIB + taken as u64
}

#[test]
fn what_is_remembered_fits() {
    for memory in (24..64).chain([100, 128, 200, 256, 400]).map(|mib| mib * MIB) {
        let taken = taken(&Config::default().within(memory));
        assert!(taken <= memory, "{taken} bytes of {memory}");
        // Powers of two, and bounds that are reached without.
        assert!(taken >= memory / 2, "{taken} bytes of {memory} are too few");
    }
}

#[test]
fn more_memory_is_no_less_of_anything() {
    let numbers = |config: &Config| {
        let Config { max_flows, recent, others, room, .. } = config;
        [*max_flows, *recent as usize, *others, room.cases, room.incidents]
    };
    let default = numbers(&Config::default());
    let mut less = [0; 5];
    for shift in 0..40 {
        let more = numbers(&Config::default().within(1 << shift));
        assert!(less.iter().zip(more).all(|(less, more)| *less <= more), "{less:?} {more:?}");
        assert!(more.iter().zip(default).all(|(more, default)| *more > 500 && *more <= default), "{more:?}");
        less = more;
    }
    assert_eq!(less, default, "of enough memory nothing is bounded further");
}

#[test]
fn what_was_bounded_already_stays_so() {
    let room = Room { cases: 7, incidents: 8, messages: 9 };
    let little = Config { max_flows: 40, recent: 64, others: 5, room, ..Config::default() };
    let Config { max_flows, recent, others, room, .. } = little.within(1 << 30);
    assert_eq!((max_flows, recent, others), (40, 64, 5));
    assert_eq!((room.cases, room.incidents, room.messages), (7, 8, 9));
}
