//! A full flow table makes room for new flows, and for new flows only.

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::decode::protocol;
use unreach::flow::{FlowId, FlowKey, Observations, ServiceKey};
use unreach::frame::Timestamp;

use super::made::{Made, SECOND, bounds, see};
use super::table::event;

/// The smallest bound that a table takes: with so few flows, the one that gives way is the longest idle of all.
const LEAST: usize = 32;

fn made(port: u16) -> Made {
    Made { is_v6: false, from: 1, to: 2, port }
}

/// Sees one packet of each port, a second after another.
fn see_ports(seen: &mut Observations, ports: impl IntoIterator<Item = u16>, from: u64) {
    for (number, port) in (from..).zip(ports) {
        see(seen, made(port), number, number.cast_signed() * SECOND);
    }
}

fn find(seen: &Observations, port: u16) -> Option<FlowId> {
    seen.flows.find(&made(port).key().0)
}

#[test]
fn the_longest_idle_gives_way() {
    let mut seen = Observations::new(&bounds(LEAST, 1_000_000 * SECOND));
    see_ports(&mut seen, 0..LEAST as u16, 1);
    assert_eq!((seen.flows.len(), seen.flows.forgotten_full()), (LEAST, 0));
    see_ports(&mut seen, [0, 100, 101], 100);
    assert!(find(&seen, 0).is_some(), "was used just now");
    assert!(find(&seen, 1).is_none() && find(&seen, 2).is_none() && find(&seen, 3).is_some());
    assert_eq!((seen.flows.len(), seen.flows.forgotten_full()), (LEAST, 2));
}

#[test]
fn a_packet_of_a_known_flow_takes_nobodys_place() {
    let mut seen = Observations::new(&bounds(LEAST, 1_000_000 * SECOND));
    see_ports(&mut seen, 0..LEAST as u16, 1);
    let ids: Vec<Option<FlowId>> = (0..LEAST as u16).map(|port| find(&seen, port)).collect();
    see_ports(&mut seen, 0..LEAST as u16, 100);
    assert_eq!((0..LEAST as u16).map(|port| find(&seen, port)).collect::<Vec<_>>(), ids);
    assert_eq!(seen.flows.forgotten_full(), 0);
}

/// Within a tick it is packets that tell, and answers are packets as others are.
#[test]
fn answers_keep_a_flow_in_use() {
    let mut seen = Observations::new(&bounds(LEAST, 1_000_000 * SECOND));
    (0..LEAST as u16).for_each(|port| see(&mut seen, made(port), port.into(), 0));
    see(&mut seen, Made { from: 2, to: 1, ..made(0) }, 99, 0);
    see(&mut seen, made(100), 100, 0);
    assert!(find(&seen, 0).is_some(), "was answered just now");
    assert!(find(&seen, 1).is_none() && find(&seen, 2).is_some());
    see(&mut seen, made(101), 101, 0);
    assert!(find(&seen, 0).is_some() && find(&seen, 2).is_none() && find(&seen, 3).is_some());
}

proptest! {
    #[test]
    fn flows_add_up(events in vec(event(6, 12, SECOND), 1..500), limit in LEAST..80) {
        let mut seen = Observations::new(&bounds(limit, 20 * SECOND));
        let (mut now, mut created) = (0, 0);
        for (number, (made, gap)) in (1..).zip(events) {
            let key: FlowKey = made.key().0;
            created += u64::from(seen.flows.find(&key).is_none());
            now += gap;
            see(&mut seen, made, number, now);
            prop_assert!(seen.flows.len() <= limit);
            prop_assert!(seen.flows.find(&key).is_some(), "a flow is there after its packet");
        }
        let forgotten = seen.flows.forgotten_idle() + seen.flows.forgotten_full();
        prop_assert_eq!(seen.flows.len() as u64 + forgotten, created);
    }
}

/// That a port refused once says nothing of the flows that it answers since: they are forgotten as any others.
#[test]
fn of_idle_flows_only_those_that_are_evidence_stay() {
    let mut seen = Observations::new(&bounds(1000, 10 * SECOND));
    let asks = |from| Made { is_v6: false, from, to: 1, port: 53 };
    let find = |seen: &Observations, from| seen.flows.find(&asks(from).key().0);
    see(&mut seen, asks(2), 1, 1);
    let service = ServiceKey { address: "192.0.2.1".parse().expect("an address"), protocol: protocol::UDP, port: 53 };
    let refused = find(&seen, 2).expect("a flow");
    seen.note_refusal(service, Some(refused), None, Timestamp(1));
    // Two cases are about it.
    seen.hold(refused);
    seen.hold(refused);
    for from in 3..100 {
        see(&mut seen, asks(from), 2, 2);
        see(&mut seen, Made { from: 1, to: from, ..asks(from) }, 3, 3);
    }
    let go_on = |seen: &mut Observations| (0..10_000).for_each(|number| see(seen, asks(100), number + 4, 20 * SECOND));
    go_on(&mut seen);
    assert!(find(&seen, 2).is_some(), "it is evidence");
    assert_eq!((3..100).filter(|&from| find(&seen, from).is_some()).count(), 0);
    seen.release(refused);
    go_on(&mut seen);
    assert!(find(&seen, 2).is_some(), "it is evidence of the other case");
    seen.release(refused);
    go_on(&mut seen);
    assert!(find(&seen, 2).is_none(), "nobody needs it any more");
}

/// A first frame without a time, or with one that is far off, must not keep the table from ever forgetting again.
#[test]
fn times_that_are_far_apart_do_not_stop_the_clock() {
    let year = 365 * 86_400 * SECOND;
    for (first, then) in [(0, 56 * year), (130 * year, 56 * year), (0, 200 * 86_400 * SECOND)] {
        let mut seen = Observations::new(&bounds(1000, 10 * SECOND));
        see(&mut seen, made(1), 1, first);
        for port in 2..100 {
            see(&mut seen, made(port), u64::from(port), then);
        }
        for number in 0..10_000 {
            see(&mut seen, made(100), number + 100, then + 20 * SECOND);
        }
        assert_eq!(seen.flows.len(), 1, "from {first} to {then}");
    }
}

/// Nor must one in between make everything look idle.
#[test]
fn a_single_time_that_is_far_off_makes_nothing_idle() {
    let then = 1_700_000_000 * SECOND;
    for odd in [0, 2 * then, then - 86_400 * SECOND, then + 86_400 * SECOND] {
        let mut seen = Observations::new(&bounds(1000, 10 * SECOND));
        for number in 0..5000_u64 {
            let time = if number == 2500 { odd } else { then };
            see(&mut seen, made((number / 2 % 100) as u16), number + 1, time);
        }
        assert_eq!(seen.flows.forgotten_idle(), 0, "{odd}");
    }
}
