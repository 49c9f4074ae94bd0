//! Checksums of messages and of what they quote.

use super::made::{Capture, Ip, SERVER, after, from, message, refusal, udp};

fn datagram() -> Ip {
    Ip::new(17, 500, udp(40000, 53, 0xabcd, b"question"))
}

#[test]
fn a_wrong_checksum_is_told() {
    let mut icmp = message(3, [0; 4], &datagram().arrived());
    assert_eq!(after(&[], &from(SERVER, icmp.clone())).checksum_is_valid, Some(true));
    icmp[2] ^= 0x80;
    assert_eq!(after(&[], &from(SERVER, icmp)).checksum_is_valid, Some(false));
}

#[test]
fn of_a_cut_message_it_is_unknown() {
    let bytes = refusal(&datagram().arrived()).bytes();
    let mut capture = Capture::new();
    capture.see_cut(&bytes, bytes.len() - 1);
    assert_eq!(capture.message().checksum_is_valid, None);
}

#[test]
fn of_a_message_in_fragments_it_is_unknown() {
    let packet = Ip { fragment: 0x2000, ..refusal(&datagram().arrived()) };
    assert_eq!(after(&[], &packet).checksum_is_valid, None);
}

#[test]
fn the_quoted_header_has_one_of_its_own() {
    let quoted = |bytes: &[u8]| after(&[], &refusal(bytes)).quoted.expect("a quote").header_checksum_is_valid;
    let mut bytes = datagram().arrived();
    assert_eq!(quoted(&bytes), Some(true));
    bytes[8] -= 1;
    assert_eq!(quoted(&bytes), Some(false));
}

#[test]
fn udp_lengths_are_compared_with_those_of_ip() {
    let surplus =
        |payload: Vec<u8>| after(&[], &refusal(&Ip::new(17, 1, payload).arrived())).quoted.map(|q| q.udp_surplus);
    assert_eq!(surplus(udp(1, 2, 3, b"right")), Some(0));
    assert_eq!(surplus([udp(1, 2, 3, b"right"), vec![0; 6]].concat()), Some(6));
    assert_eq!(surplus(udp(1, 2, 3, b"missing")[..12].to_vec()), Some(-3));
}
