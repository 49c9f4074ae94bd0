//! What a port did, in which order.

use std::net::IpAddr;

use unreach::flow::{Bounds, FlowId, Neighbour, Observations, Service};
use unreach::frame::Timestamp;

use super::made::{Made, see};

const ASKER: [u8; 4] = [192, 0, 2, 1];

/// Ids of two flows.
fn flows() -> [FlowId; 2] {
    let mut seen = Observations::new(&Bounds::default());
    let made = [1, 2].map(|port| Made { is_v6: false, from: 1, to: 2, port });
    for made in made {
        see(&mut seen, made, 1, 0);
    }
    made.map(|made| seen.flows.find(&made.key().0).expect("entered"))
}

/// A service that answered (`a`) and was refused (`r`) in this order, a nanosecond apart.
fn service(events: &str) -> Service {
    let mut service = Service::default();
    let [flow, _] = flows();
    for (now, event) in (1..).zip(events.chars()) {
        match event {
            'a' => service.note_answer(Timestamp(now), ASKER.into(), flow),
            _ => service.note_refusal(Some(ASKER.into()), Timestamp(now)),
        }
    }
    service
}

#[test]
fn turns_are_changes_between_answers_and_refusals() {
    let turns = |events| (service(events).turns, service(events).returns);
    assert_eq!(turns(""), (0, 0));
    assert_eq!(turns("aaaa"), (0, 0));
    assert_eq!(turns("rrrr"), (0, 0));
    assert_eq!(turns("aarr"), (1, 0));
    assert_eq!(turns("rraa"), (1, 1));
    assert_eq!(turns("ararar"), (5, 2));
    assert_eq!(turns("aarraarr"), (3, 1));
}

#[test]
fn a_port_returns_quickly_where_an_answer_lies_between_refusals_soon_after_each_other() {
    const SECOND: i64 = 1_000_000_000;
    let returns = |apart: i64| {
        let (mut service, [flow, _]) = (Service::default(), flows());
        service.note_answer(Timestamp(0), ASKER.into(), flow);
        service.note_refusal(Some(ASKER.into()), Timestamp(SECOND));
        service.note_refusal(Some(ASKER.into()), Timestamp(SECOND + 1));
        service.note_answer(Timestamp(SECOND + 2), ASKER.into(), flow);
        service.note_refusal(Some(ASKER.into()), Timestamp(SECOND + 1 + apart));
        service.quick_returns
    };
    assert_eq!((returns(SECOND / 2), returns(SECOND / 2 + 1)), (1, 0));
}

#[test]
fn who_was_answered_since_it_was_refused_is_known() {
    let (mut service, [flow, _]) = (Service::default(), flows());
    let askers = [1, 2, 3].map(|last| IpAddr::from([192, 0, 2, last]));
    let [before, other, after] = askers;
    service.note_answer(Timestamp(0), before, flow);
    service.note_refusal(Some(before), Timestamp(1));
    service.note_refusal(Some(after), Timestamp(2));
    service.note_answer(Timestamp(3), other, flow);
    service.note_answer(Timestamp(4), after, flow);
    assert_eq!(askers.map(|asker| service.askers_since.may_include(asker)), [false, false, true]);
    assert!(service.askers.may_include(before));
}

#[test]
fn answers_are_known_by_their_first_and_latest() {
    assert_eq!(service("rr").answered(), None);
    assert_eq!(service("rarar").answered(), Some((Timestamp(2), Timestamp(4))));
    assert_eq!(service("rarar").refusals, 3);
}

#[test]
fn answers_out_of_order_widen_the_span() {
    let (mut service, [flow, _]) = (Service::default(), flows());
    for now in [5, 3, 9, 4] {
        service.note_answer(Timestamp(now), ASKER.into(), flow);
    }
    assert_eq!(service.answered(), Some((Timestamp(3), Timestamp(9))));
}

#[test]
fn the_latest_answering_flows_are_kept() {
    let (mut service, [one, other]) = (Service::default(), flows());
    assert_eq!(service.answering(), None);
    for (flow, latest) in [(one, [one, one]), (one, [one, one]), (other, [other, one]), (other, [other, one])] {
        service.note_answer(Timestamp(0), ASKER.into(), flow);
        assert_eq!(service.answering(), Some(latest));
    }
}

#[test]
fn counts_saturate() {
    let mut service = Service::default();
    for _ in 0..70_000 {
        service.note_refusal(Some(ASKER.into()), Timestamp(0));
    }
    assert_eq!(service.refusals, u16::MAX);
}

#[test]
fn askers_are_never_forgotten() {
    let mut service = Service::default();
    let [flow, _] = flows();
    let address = |host: u8| IpAddr::from([192, 0, 2, host]);
    for host in 0..10 {
        service.note_answer(Timestamp(0), address(host), flow);
    }
    assert!((0..10).all(|host| service.askers.may_include(address(host))));
    assert!(!service.askers.has_others_than((0..10).map(address)));
    assert!(service.askers.has_others_than((0..2).map(address)));
    assert!((10..=255).any(|host| !service.askers.may_include(address(host))));
}

#[test]
fn a_neighbour_that_answers_is_no_longer_asked_for() {
    let mut neighbour = Neighbour::default();
    neighbour.note_request(Timestamp(1));
    neighbour.note_request(Timestamp(2));
    assert_eq!((neighbour.unanswered, neighbour.asked_since, neighbour.answered), (2, Some(Timestamp(1)), false));
    neighbour.note_answer(None);
    assert_eq!((neighbour.unanswered, neighbour.asked_since, neighbour.answered), (0, None, true));
    neighbour.note_request(Timestamp(3));
    assert_eq!((neighbour.unanswered, neighbour.asked_since), (1, Some(Timestamp(3))));
}
