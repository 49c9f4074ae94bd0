//! What is learned about hosts, whoever learns it, and when.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;
use unreach::decode::{self, Content};
use unreach::flow::{Bounds, Observations, ServiceKey};
use unreach::frame::{Frame, InputId, LinkType, Timestamp};

use super::made::{Made, SECOND, see};
use crate::unreachable::made::{Ip, SERVER, tcp};

/// Packets among few hosts, so that many are answers.
fn packets() -> impl Strategy<Value = Vec<Made>> {
    let made = (any::<bool>(), 0..6_u8, 0..6_u8, 0..40_u16);
    vec(made.prop_map(|(is_v6, from, to, port)| Made { is_v6, from, to, port }), 1..1500)
}

/// The port that a packet came from.
fn service(made: Made) -> ServiceKey {
    let (key, direction) = made.key();
    let (address, port) = key.source(direction);
    ServiceKey { address, protocol: key.protocol, port }
}

/// Few enough that hosts and pairs are forgotten.
fn seen() -> Observations {
    Observations::new(&Bounds { others: 8, ..Bounds::default() })
}

/// Everything that is known of these packets' hosts, of their pairs, and of their ports.
fn told(seen: &mut Observations, packets: &[Made]) -> Vec<String> {
    let (seen, profiles) = seen.learned();
    let of = |made: &Made| {
        let (key, direction) = made.key();
        let ends = [direction, direction.reversed()].map(|way| key.source(way).0);
        let hosts = ends.map(|address| profiles.hosts.get(&address));
        let flow =
            seen.flows.find(&key).and_then(|flow| seen.flows.get(flow)).map(|flow| (flow.is_watched(), flow.opened()));
        let (service, answering) = (seen.services.get(&service(*made)), seen.answering.get(&ends[0]));
        format!("{hosts:?} {:?} {service:?} {answering:?} {flow:?}", profiles.pairs.get(&ends.into()))
    };
    let forgotten = format!(
        "{} {} {} {}",
        profiles.hosts.forgotten(),
        profiles.pairs.forgotten(),
        seen.services.forgotten(),
        seen.answering.forgotten()
    );
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
                    if number % 5 == 0 {
                        seen.note_refusal(service(made), None, None, Timestamp(number.cast_signed() * SECOND));
                    }
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

/// An answer to a connection attempt that was sent again may be to the first, or to the second.
#[test]
fn the_way_is_measured_by_what_was_sent_once() {
    const SYN: u8 = 2;
    let asked = |port| Ip::new(6, port, tcp(port, 80, 7, SYN, &[]));
    let answered = |port| Ip::new(6, port, tcp(80, port, 9, SYN | 16, &[])).reversed();
    let mut seen = seen();
    let mut now = 0;
    let mut see = |seen: &mut Observations, packet: Ip| {
        now += SECOND;
        let (bytes, input) = (packet.bytes(), InputId(0));
        let (number, wire_length) = ((now / SECOND).cast_unsigned(), bytes.len() as u32);
        let frame = Frame { input, number, timestamp: Timestamp(now), link: LinkType::RAW, bytes: &bytes, wire_length };
        let Ok(Content::Packet(packet)) = decode::frame(&frame) else { panic!("a packet") };
        seen.observe(&frame, &packet);
    };
    let handshake = |seen: &mut Observations| {
        let (_, profiles) = seen.learned();
        profiles.hosts.get(&SERVER.into()).and_then(|host| host.handshake).map(NonZero::get)
    };
    for packet in [asked(1001), asked(1001), answered(1001)] {
        see(&mut seen, packet);
    }
    assert_eq!(handshake(&mut seen), None, "it was sent twice");
    for packet in [asked(1002), answered(1002)] {
        see(&mut seen, packet);
    }
    assert_eq!(handshake(&mut seen), Some(1_000_000));
}

/// As on all interfaces of a bridge.
#[test]
fn a_question_that_was_captured_twice_was_sent_once() {
    let asked = Made { is_v6: false, from: 1, to: 2, port: 9 };
    let answered = Made { is_v6: false, from: 2, to: 1, port: 9 };
    let mut seen = seen();
    let moments = [0, SECOND / 10_000, SECOND / 100];
    for (number, (made, moment)) in (1..).zip([asked, asked, answered].into_iter().zip(moments)) {
        see(&mut seen, made, number, moment);
    }
    let (_, profiles) = seen.learned();
    let (key, direction) = answered.key();
    assert_eq!(profiles.hosts.get(&key.source(direction).0).and_then(|host| host.round_trip), NonZero::new(9_900));
}
