//! Extensions behind the quote (RFC 4884): found by a length, or by their checksum at byte 128.

use unreach::decode::internet_checksum;
use unreach::unreachable::Message;

use super::made::{Capture, Ip, after, from, message, udp};

const ROUTER: [u8; 4] = super::made::ROUTER;

fn long() -> Ip {
    Ip::new(17, 500, udp(40000, 53, 0xabcd, &[b'x'; 300]))
}

/// An extension structure with one object of eight bytes.
fn extensions() -> Vec<u8> {
    let mut bytes = [0x20, 0, 0, 0, 0, 8, 1, 1, 0, 1, 0x01, 0x40].to_vec();
    let sum = internet_checksum(&[&bytes]);
    bytes[2..4].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// What is said of a message with a length of this many words, and these parts.
fn said(words: u8, parts: &[&[u8]]) -> Message {
    after(&[long()], &from(ROUTER, message(13, [0, words, 0, 0], &parts.concat())))
}

#[test]
fn a_length_tells_the_quote_from_the_extensions() {
    let quote = long().arrived();
    for words in [32_u8, 40, 75] {
        let length = usize::from(words) * 4;
        let said = said(words, &[&quote[..length], &extensions()]);
        assert_eq!((usize::from(said.quoted_length), said.has_extensions), (length, true));
    }
}

#[test]
fn zeros_before_the_extensions_are_no_quote() {
    let short = Ip::new(17, 500, udp(40000, 53, 0xabcd, b"question"));
    let filled = [short.arrived(), vec![0; 128 - 36]].concat();
    let icmp = message(13, [0, 32, 0, 0], &[filled.as_slice(), &extensions()].concat());
    let said = after(&[short], &from(ROUTER, icmp));
    assert_eq!((said.quoted_length, said.has_extensions, said.target_port), (36, true, Some(53)));
    assert_eq!(said.correlation.matched.name(), "exact");
}

#[test]
fn other_bytes_before_the_extensions_are_quote() {
    let short = Ip::new(17, 500, udp(40000, 53, 0xabcd, b"question"));
    let filled = [short.arrived(), vec![b'z'; 128 - 36]].concat();
    let icmp = message(13, [0, 32, 0, 0], &[filled.as_slice(), &extensions()].concat());
    assert_eq!(after(&[short], &from(ROUTER, icmp)).quoted_length, 128);
}

#[test]
fn without_a_length_extensions_stand_at_byte_128() {
    let quote = long().arrived();
    let legacy = said(0, &[&quote[..128], &extensions()]);
    assert_eq!((legacy.quoted_length, legacy.has_extensions), (128, true));
    let mut wrong = extensions();
    wrong[2] ^= 1;
    let longer = said(0, &[&quote[..128], &wrong]);
    assert_eq!((longer.quoted_length, longer.has_extensions), (140, false));
    let elsewhere = said(0, &[&quote[..132], &extensions()]);
    assert_eq!((elsewhere.quoted_length, elsewhere.has_extensions), (144, false));
}

#[test]
fn damaged_lengths_take_nothing_away() {
    let quote = long().arrived();
    for (words, rest) in [(255, &b""[..]), (10, b""), (32, b"\x20\0"), (32, b"\x40\0\0\0\0\0\0\0")] {
        let carried = [&quote[..128], rest].concat();
        let said = said(words, &[&carried]);
        assert_eq!((usize::from(said.quoted_length), said.has_extensions), (carried.len(), false), "{words} words");
        assert_eq!((said.target_port, said.correlation.matched.name()), (Some(53), "exact"));
    }
}

#[test]
fn the_length_stands_in_for_what_was_not_captured() {
    let quote = long().arrived();
    let icmp = message(13, [0, 32, 0, 0], &[&quote[..128], &extensions()].concat());
    let bytes = from(ROUTER, icmp).bytes();
    let mut capture = Capture::new();
    capture.see_cut(&bytes, 80);
    assert_eq!(capture.message().quoted_length, 128);
}

#[test]
fn messages_of_packet_size_have_mtu_and_length() {
    let quote = long().arrived();
    let icmp = message(4, [0, 32, 0x05, 0x78], &[&quote[..128], &extensions()].concat());
    let said = after(&[long()], &from(ROUTER, icmp));
    assert_eq!((said.next_hop_mtu, said.quoted_length, said.has_extensions), (Some(1400), 128, true));
}
