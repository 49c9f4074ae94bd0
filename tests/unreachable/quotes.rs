//! Quotes of every length.

use std::net::IpAddr;

use super::made::{CLIENT, Capture, Ip, SERVER, after, found, from, message, refusal, udp};

fn datagram() -> Ip {
    Ip::new(17, 500, udp(40000, 53, 0xabcd, b"question"))
}

#[test]
fn a_quote_says_what_it_reaches() {
    let packet = datagram();
    for length in 0..=packet.bytes().len() {
        let said = after(std::slice::from_ref(&packet), &refusal(&packet.arrived()[..length]));
        let known = |end: usize| length >= end;
        assert_eq!(usize::from(said.quoted_length), length);
        assert_eq!(said.sender, known(20).then_some(IpAddr::from(CLIENT)), "{length} bytes");
        assert_eq!(said.target, known(20).then_some(IpAddr::from(SERVER)), "{length} bytes");
        assert_eq!((said.protocol, said.quoted_ttl), (known(20).then_some(17), known(20).then_some(61)));
        assert_eq!(said.sender_port, known(24).then_some(40000), "{length} bytes");
        assert_eq!(said.target_port, known(24).then_some(53), "{length} bytes");
        let wanted = if known(24) { ("exact", Some(1)) } else { ("none", None) };
        assert_eq!(found(&said), wanted, "{length} bytes");
    }
}

#[test]
fn a_snap_length_takes_nothing_off_the_quote() {
    let packet = Ip::new(17, 500, udp(40000, 53, 0xabcd, &[b'x'; 400]));
    let bytes = refusal(&packet.arrived()).bytes();
    for captured in [28, 48, 60, 100, bytes.len()] {
        let mut capture = Capture::new();
        capture.see_cut(&bytes, captured);
        assert_eq!(capture.message().quoted_length, 428, "{captured} bytes");
    }
}

#[test]
fn a_quote_is_no_longer_than_its_frame_was() {
    let packet = datagram();
    let mut bytes = refusal(&packet.arrived()).bytes();
    bytes[2..4].copy_from_slice(&[0xff, 0xff]);
    let mut capture = Capture::new();
    capture.see_cut(&bytes, bytes.len());
    assert_eq!(usize::from(capture.message().quoted_length), packet.bytes().len());
}

#[test]
fn link_padding_is_no_quote() {
    let bytes = [refusal(&datagram().arrived()[..28]).bytes(), vec![0; 18]].concat();
    let mut capture = Capture::new();
    capture.see_cut(&bytes, bytes.len());
    assert_eq!(capture.message().quoted_length, 28);
}

#[test]
fn the_mtu_is_read_of_one_code_only() {
    let word = [0, 0, 0x05, 0x78];
    let mtu = |code| after(&[datagram()], &from(SERVER, message(code, word, &datagram().arrived()))).next_hop_mtu;
    assert_eq!((mtu(4), mtu(3), mtu(13)), (Some(1400), None, None));
}

#[test]
fn a_quote_of_nonsense_is_a_message_all_the_same() {
    for nonsense in [&[0xff; 40][..], &[0x45], &[0x4f; 20], &[0x60; 39], b""] {
        let said = after(&[], &refusal(nonsense));
        assert_eq!((said.protocol, said.target, found(&said)), (None, None, ("none", None)), "{nonsense:x?}");
    }
}

#[test]
fn other_icmp_is_no_message() {
    for (icmp_type, code) in [(0, 3), (5, 1), (8, 3), (11, 0), (11, 1), (12, 0), (4, 0)] {
        let mut icmp = message(code, [0; 4], &datagram().arrived());
        icmp[0] = icmp_type;
        let mut capture = Capture::new();
        capture.see(&datagram());
        capture.see(&from(SERVER, icmp));
        assert!(capture.messages().is_empty(), "type {icmp_type} code {code}");
    }
}

/// RFC 1122 section 3.2.2: also where the quote is read the fast way, and where it holds less than that reads.
#[test]
fn no_error_is_sent_about_what_is_from_nobody_or_to_many() {
    let illegal = |source: [u8; 4], destination: [u8; 4], length: usize| {
        let quoted = Ip { source, destination, ..datagram() }.arrived();
        let said = after(&[], &refusal(&quoted[..length.min(quoted.len())]));
        said.quoted.expect("a header").is_illegal
    };
    for length in [20, 28, usize::MAX] {
        for nobody in [[0; 4], [224, 0, 0, 9], [255; 4]] {
            assert!(illegal(nobody, SERVER, length), "from {nobody:?}, {length} bytes");
        }
        for many in [[224, 0, 0, 9], [255; 4]] {
            assert!(illegal(CLIENT, many, length), "to {many:?}, {length} bytes");
        }
        // On the loopback interface the first is somebody, and on some systems the second.
        for somebody in [[127, 0, 0, 1], [240, 0, 0, 1], CLIENT] {
            assert!(!illegal(somebody, SERVER, length), "from {somebody:?}, {length} bytes");
        }
    }
}
