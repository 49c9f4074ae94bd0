//! Datagrams in fragments: quoted whole, by the first, or by a later one.

use super::made::{Capture, Ip, found, refusal, udp};
use unreach::unreachable::Message;

/// Further fragments follow.
const MORE: u16 = 0x2000;

fn whole() -> Ip {
    Ip::new(17, 900, udp(44000, 9, 0xabcd, &[b'x'; 40]))
}

/// The datagram in three pieces of sixteen bytes.
fn pieces() -> Vec<Ip> {
    let payload = whole().payload;
    let piece = |(place, part): (usize, &[u8])| {
        let more = if place < 2 { MORE } else { 0 };
        Ip { fragment: more | (place as u16 * 2), payload: part.to_vec(), ..whole() }
    };
    payload.chunks(16).enumerate().map(piece).collect()
}

/// What is said of a refusal after the pieces in this order.
fn said(order: &[usize], quote: &[u8]) -> Message {
    let mut capture = Capture::new();
    for &place in order {
        capture.see(&pieces()[place]);
    }
    capture.see(&refusal(quote));
    capture.message()
}

#[test]
fn the_whole_datagram_is_found_by_its_first_fragment() {
    let said = said(&[0, 1, 2], &whole().arrived());
    assert_eq!((found(&said), said.target_port), (("fragment", Some(1)), Some(9)));
    assert!(!said.correlation.is_contradicted);
}

#[test]
fn the_first_fragment_is_found_itself() {
    let said = said(&[0, 1, 2], &pieces()[0].arrived());
    assert_eq!((found(&said), said.target_port), (("fragment", Some(1)), Some(9)));
}

#[test]
fn a_later_fragment_is_found_itself_and_has_no_ports() {
    for place in [1, 2] {
        let said = said(&[0, 1, 2], &pieces()[place].arrived());
        assert_eq!(found(&said), ("fragment", Some(place as u64 + 1)));
        assert_eq!((said.sender_port, said.target_port), (None, None));
        assert_eq!(said.correlation.original_ttl, Some(64));
    }
}

#[test]
fn fragments_may_come_in_any_order() {
    let last_first = said(&[2, 1, 0], &pieces()[1].arrived());
    assert_eq!(found(&last_first), ("fragment", Some(2)));
    let without_first = said(&[1, 2], &pieces()[2].arrived());
    assert_eq!(found(&without_first), ("fragment", Some(2)));
    assert!(without_first.correlation.flow.is_none());
}

#[test]
fn fragments_of_another_datagram_are_not_it() {
    let mut other = pieces()[1].clone();
    other.identification += 1;
    assert_eq!(found(&said(&[0, 1, 2], &other.arrived())), ("none", None));
    other = Ip { protocol: 136, ..pieces()[1].clone() };
    assert_eq!(found(&said(&[0, 1, 2], &other.arrived())), ("none", None));
}
