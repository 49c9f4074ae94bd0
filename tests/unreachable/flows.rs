//! Which of several packets between the same ports a quote is of.

use unreach::unreachable::Message;

use super::made::{Capture, Ip, MILLISECOND, SERVER, after, found, refusal, tcp, udp};

/// A datagram with this identification and checksum.
fn datagram(identification: u16, checksum: u16) -> Ip {
    Ip::new(17, identification, udp(40000, 53, checksum, b"question"))
}

/// The quote with two of its bytes replaced.
fn changed(packet: &Ip, at: usize, value: u16) -> Vec<u8> {
    let mut bytes = packet.arrived();
    bytes[at..at + 2].copy_from_slice(&value.to_be_bytes());
    bytes
}

#[test]
fn identification_tells_packets_apart() {
    let packets = [datagram(500, 1), datagram(501, 1), datagram(502, 1)];
    for (number, packet) in (1..).zip(&packets) {
        assert_eq!(found(&after(&packets, &refusal(&packet.arrived()))), ("exact", Some(number)));
    }
}

#[test]
fn without_identification_checksum_and_length_do() {
    let mut packets = vec![datagram(0, 1), datagram(0, 2), datagram(0, 3)];
    packets.push(Ip::new(17, 0, udp(40000, 53, 1, b"a longer question")));
    for (number, packet) in (1..).zip(&packets) {
        assert_eq!(found(&after(&packets, &refusal(&packet.arrived()[..28]))), ("exact", Some(number)));
    }
}

#[test]
fn of_equal_packets_the_latest_is_meant() {
    let packets = [datagram(0, 1), datagram(0, 1), datagram(0, 1)];
    assert_eq!(found(&after(&packets, &refusal(&packets[0].arrived()))), ("exact", Some(3)));
}

#[test]
fn what_stacks_damage_does_not_hide_the_packet() {
    let packets = [datagram(0x1234, 1), datagram(0x5678, 2)];
    let damaged = [
        changed(&packets[0], 4, 0),
        changed(&packets[0], 4, 0x3412),
        changed(&packets[0], 2, 0),
        changed(&packets[0], 2, 16),
        changed(&packets[0], 2, 56),
        changed(&packets[0], 26, 0),
        changed(&packets[0], 10, 0),
        changed(&packets[0], 0, 0x45b8),
        changed(&packets[0], 8, 0x0011),
    ];
    for quote in damaged {
        assert_eq!(found(&after(&packets, &refusal(&quote))), ("exact", Some(1)), "{quote:x?}");
    }
}

#[test]
fn the_ttl_of_original_and_quote_are_both_known() {
    let said = after(&[datagram(500, 1)], &refusal(&datagram(500, 1).arrived()));
    assert_eq!((said.correlation.original_ttl, said.quoted_ttl), (Some(64), Some(61)));
    assert_eq!(said.correlation.delay, Some(MILLISECOND));
}

#[test]
fn a_quote_of_none_of_all_packets_is_contradicted() {
    let packets = [datagram(500, 1), datagram(501, 2)];
    let other = Ip::new(17, 900, udp(40000, 53, 77, b"never asked"));
    let said = after(&packets, &refusal(&other.arrived()));
    assert_eq!((found(&said), said.correlation.is_contradicted), (("flow", Some(2)), true));
    let right = after(&packets, &refusal(&packets[0].arrived()));
    assert!(!right.correlation.is_contradicted);
}

#[test]
fn one_field_alone_contradicts_nothing() {
    let said = after(&[datagram(500, 1)], &refusal(&datagram(777, 1).arrived()));
    assert!(!said.correlation.is_contradicted, "{said:?}");
}

/// Of a message that was cut behind the ports of its quote, the length is left to tell.
#[test]
fn a_cut_quote_without_identification_has_the_length_of_its_packet() {
    let connect = |identification, options: &[u8]| Ip::new(6, identification, tcp(40000, 80, 1000, 2, options));
    let cut = |packet: &Ip, quoted: &Ip| {
        let (mut capture, message) = (Capture::new(), refusal(&quoted.arrived()).bytes());
        capture.see(packet);
        capture.see_cut(&message, 20 + 8 + 20 + 6);
        let said = capture.message();
        found(&said)
    };
    assert_eq!(cut(&connect(0, &[1; 20]), &connect(0, &[1; 20])), ("exact", Some(1)));
    assert_eq!(cut(&connect(500, &[1; 20]), &connect(0, &[1; 20])), ("exact", Some(1)));
    assert_eq!(cut(&connect(500, &[1; 20]), &connect(0, &[])), ("flow", Some(1)));
    assert_eq!(cut(&connect(0, &[1; 20]), &connect(0, &[])), ("flow", Some(1)));
}

#[test]
fn what_resembles_the_packet_is_not_it() {
    let quote = datagram(500, 1).arrived();
    let others = [
        Ip::new(17, 1, udp(40001, 53, 1, b"question")),
        Ip::new(17, 2, udp(40000, 54, 1, b"question")),
        Ip::new(136, 3, udp(40000, 53, 1, b"question")),
        Ip { destination: [198, 51, 100, 21], ..datagram(4, 1) },
        Ip { source: [192, 0, 2, 11], ..datagram(5, 1) },
    ];
    assert_eq!(found(&after(&others, &refusal(&quote))), ("none", None));
}

#[test]
fn the_way_back_is_the_same_flow() {
    let answer = Ip::new(17, 9, udp(53, 40000, 5, b"answer")).reversed();
    let said = after(
        &[datagram(500, 1), answer.clone()],
        &Ip { source: super::made::CLIENT, destination: SERVER, ..refusal(&answer.arrived()) },
    );
    let flow = &said.correlation;
    assert_eq!(found(&said), ("exact", Some(2)));
    assert_eq!((flow.forward, flow.backward, flow.opened_by_target), (1, 1, true));
    assert_eq!(flow.since_answer, Some(2 * MILLISECOND));
}

#[test]
fn only_the_way_back_is_a_flow_without_a_packet() {
    let answer = Ip::new(17, 9, udp(53, 40000, 5, b"answer")).reversed();
    let said = after(&[answer], &refusal(&datagram(500, 1).arrived()));
    assert_eq!((found(&said), said.correlation.forward), (("flow", None), 0));
}

#[test]
fn a_message_before_its_packet_matches_nothing() {
    let mut capture = Capture::new();
    capture.see(&refusal(&datagram(500, 1).arrived()));
    capture.see(&datagram(500, 1));
    assert_eq!(found(&capture.message()), ("none", None));
}

#[test]
fn the_flow_outlives_the_ring_of_recent_packets() {
    let mut capture = Capture::new();
    capture.see(&datagram(500, 1));
    for number in 0..(1 << 17) + 8 {
        let port = 1024 + (number % 60_000) as u16;
        capture.see(&Ip { destination: [198, 51, 100, 99], ..Ip::new(17, 1, udp(port, 9, 1, b"")) });
    }
    capture.see(&refusal(&datagram(500, 1).arrived()));
    assert_eq!(found(&capture.message()), ("flow", Some(1)));
}

/// How a quote of the packet that many packets back is found once so many quotes came that agree with none of a thousand, and then
/// so many packets more.
fn found_after(flood: u16, more: u16, back: u16) -> &'static str {
    let mut capture = Capture::new();
    (1..=1000).for_each(|number| _ = capture.see(&datagram(number, number)));
    (0..flood).for_each(|number| _ = capture.see(&refusal(&datagram(5000 + number, 9000 + number).arrived())));
    (1001..=1000 + more).for_each(|number| _ = capture.see(&datagram(number, number)));
    let quoted = 1001 + more - back;
    capture.see(&refusal(&datagram(quoted, quoted).arrived()));
    capture.messages().last().map_or("", |message| found(message).0)
}

#[test]
fn a_flood_of_quotes_of_nothing_is_compared_with_few_packets_each() {
    assert_eq!([found_after(2, 0, 100), found_after(2, 0, 1000)], ["exact"; 2]);
    assert_eq!([found_after(200, 0, 10), found_after(200, 0, 100)], ["exact", "flow"]);
    // Packets earn what later quotes spend.
    assert_eq!([found_after(200, 2, 100), found_after(200, 2, 1000)], ["exact", "flow"]);
}

#[test]
fn of_a_stream_each_packet_may_be_refused_two_hundred_packets_later() {
    let mut capture = Capture::new();
    for number in 1..=3000 {
        capture.see(&datagram(number, number));
        if number > 200 {
            capture.see(&refusal(&datagram(number - 200, number - 200).arrived()));
        }
    }
    let messages = capture.messages();
    let exact = messages.iter().filter(|message| found(message).0 == "exact").count();
    assert_eq!([exact, messages.len()], [2800; 2]);
}

#[test]
fn the_same_where_checksums_are_filled_in_behind_the_capture() {
    let mut capture = Capture::new();
    for number in 1..=3000 {
        capture.see(&datagram(number, 77));
        if number > 50 {
            capture.see(&refusal(&datagram(number - 50, number).arrived()));
        }
    }
    // Once there is a message after each packet.
    let messages: Vec<Message> = capture.messages().split_off(100);
    assert!(messages.iter().all(|message| found(message) == ("exact", Some(message.frame.number - 101))));
}

#[test]
fn what_a_flood_leaves_no_time_for_is_told() {
    let told_after = |flood: u16| {
        let mut capture = Capture::new();
        (1..=1000).for_each(|number| _ = capture.see(&datagram(number, number)));
        for number in 0..flood {
            let other = Ip::new(17, 5000 + number, udp(40000, 53, 9000 + number, b"never asked"));
            capture.see(&refusal(&other.arrived()));
        }
        let (findings, totals) = capture.ended();
        let contradicted = findings.messages.iter().filter(|row| row.message.correlation.is_contradicted).count();
        let fewer = |remark: &String| remark.contains("were compared with fewer");
        (contradicted, totals.remarks.into_iter().filter(fewer).collect::<Vec<_>>())
    };
    assert_eq!(told_after(20), (20, Vec::new()));
    let (contradicted, remarks) = told_after(200);
    let fewer = format!("{} quotes were compared with fewer packets", 200 - contradicted);
    assert!((20..200).contains(&contradicted) && remarks.len() == 1 && remarks[0].starts_with(&fewer), "{remarks:?}");
}

#[test]
fn whether_a_packet_was_sent_again_is_looked_for_only_where_a_flood_leaves_time() {
    let after = |flood: usize| {
        let mut capture = Capture::new();
        (1..=50).for_each(|number| _ = capture.see(&datagram(0, number)));
        capture.see(&datagram(0, 1));
        (0..=flood).for_each(|_| _ = capture.see(&refusal(&datagram(0, 1).arrived())));
        let said = capture.messages().pop().map(|message| (found(&message), message.correlation));
        said.map(|(found, correlation)| (found, correlation.is_repeated, correlation.repeats_unknown))
    };
    assert_eq!(after(0), Some((("exact", Some(51)), true, false)));
    assert_eq!(after(1500), Some((("exact", Some(51)), false, true)));
}
