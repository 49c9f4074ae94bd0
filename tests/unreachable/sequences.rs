//! TCP: retransmissions, and sequence numbers within and beyond what was sent.

use super::made::{Ip, ROUTER, after, found, from, message, tcp};
use unreach::unreachable::Message;

const DATA: u8 = 0x18;

fn segment(identification: u16, sequence: u32, data: &[u8]) -> Ip {
    Ip::new(6, identification, tcp(45000, 443, sequence, DATA, data))
}

fn said(packets: &[Ip], quoted: &Ip) -> Message {
    after(packets, &from(ROUTER, message(13, [0; 4], &quoted.arrived()[..28])))
}

#[test]
fn a_retransmission_is_told_by_its_identification() {
    let tries = [10, 11, 12].map(|identification| Ip::new(6, identification, tcp(45000, 443, 1000, 2, b"")));
    for (number, refused) in (1..).zip(&tries) {
        assert_eq!(found(&said(&tries, refused)), ("exact", Some(number)));
    }
}

#[test]
fn without_identification_the_sequence_number_tells() {
    let parts = [1000, 1008, 1016].map(|sequence| segment(0, sequence, b"abcdefgh"));
    for (number, refused) in (1..).zip(&parts) {
        assert_eq!(found(&said(&parts, refused)), ("exact", Some(number)));
    }
}

#[test]
fn a_number_within_a_large_segment_was_sent() {
    // The network card cuts the segment: what is refused begins within it.
    let large = segment(10, 5000, &[b'x'; 4000]);
    let part = segment(99, 5000 + 1448, &[b'x'; 1448]);
    let said = said(&[large], &part);
    assert_eq!((found(&said), said.correlation.is_contradicted), (("flow", Some(1)), false));
}

#[test]
fn a_number_far_off_was_never_sent() {
    let packets = [segment(10, 5000, b"abcdefgh"), segment(11, 5008, b"abcdefgh")];
    for sequence in [5008 + (1 << 17), 4000, 5000 + (1 << 31), 0] {
        let said = said(&packets, &segment(99, sequence, b"forged!!"));
        assert_eq!((said.correlation.matched.name(), said.correlation.is_contradicted), ("flow", true), "{sequence}");
    }
}

#[test]
fn numbers_wrap_around() {
    let packets = [segment(10, u32::MAX - 7, b"abcdefgh"), segment(11, 0, b"abcdefgh")];
    let within = said(&packets, &segment(99, u32::MAX - 3, b"efgh"));
    assert!(!within.correlation.is_contradicted, "{within:?}");
    let before = said(&packets, &segment(99, u32::MAX - 70_000, b"forged!!"));
    assert!(before.correlation.is_contradicted, "{before:?}");
}

#[test]
fn a_reset_or_close_opens_nothing() {
    let opens = |flags| {
        let packet = Ip::new(6, 1, tcp(45000, 443, 1, flags, b""));
        let whole = from(ROUTER, message(13, [0; 4], &packet.arrived()));
        after(&[packet], &whole).quoted.expect("a quote").opens_tcp
    };
    assert!(opens(0x02) && opens(0xc2));
    assert!(!opens(0x12) && !opens(0x04) && !opens(0x11) && !opens(0x10));
}
