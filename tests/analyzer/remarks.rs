//! What of a capture could not be judged is said.

use unreach::analyzer::Totals;

use crate::unreachable::made::{Capture, Ip, ROUTER, SERVER, from, message, udp};

fn probe() -> Ip {
    Ip::new(17, 500, udp(40000, 9, 0xabcd, b"question"))
}

/// So many tunnels around a packet, each an IP header more.
fn wrapped(packet: &Ip, tunnels: u16) -> Ip {
    (0..tunnels).fold(packet.clone(), |inside, number| Ip {
        source: [192, 0, 2, 99],
        destination: [192, 0, 2, 98],
        ..Ip::new(4, number, inside.bytes())
    })
}

fn totals(packets: &[(Ip, usize)]) -> Totals {
    let mut capture = Capture::new();
    for (packet, left_out) in packets {
        let bytes = packet.bytes();
        capture.see_cut(&bytes, bytes.len() - left_out);
    }
    capture.ended().1
}

fn says(totals: &Totals, words: &str) -> bool {
    totals.remarks.iter().any(|remark| remark.contains(words))
}

#[test]
fn packets_in_more_tunnels_than_are_opened_are_counted() {
    let refusal = from(SERVER, message(3, [0; 4], &probe().arrived()));
    for (tunnels, messages) in [(4, 1), (5, 0), (6, 0)] {
        let totals = totals(&[(wrapped(&probe(), tunnels), 0), (wrapped(&refusal, tunnels), 0)]);
        assert_eq!(totals.messages, messages);
        assert_eq!(says(&totals, "more than 4 tunnels lie around 2 packets"), messages == 0, "{:?}", totals.remarks);
    }
    // What only says to be a tunnel is none.
    let odd = Ip::new(4, 7, b"nothing of the kind".to_vec());
    assert!(!says(&totals(&[(wrapped(&odd, 4), 0)]), "tunnels"));
}

/// That a quote is found nowhere is no news then: how little was captured is.
#[test]
fn messages_cut_by_the_snap_length_before_what_they_quote_are_counted() {
    let quoting = |bytes: &[u8]| from(ROUTER, message(3, [0; 4], bytes));
    let refusal = quoting(&probe().arrived());
    let quoted = probe().bytes().len();
    let unmatched = "that the capture does not hold";
    // Without addresses; without ports; with both, but nothing else.
    for (left, is_told) in [(18, true), (20, true), (23, true), (24, false)] {
        let totals = totals(&[(probe(), 0), (refusal.clone(), quoted - left), (refusal.clone(), 0)]);
        assert_eq!(totals.messages, 2);
        let told = says(&totals, "1 of 2 unreachables was captured without the addresses or ports");
        assert_eq!(told, is_told, "{left}: {:?}", totals.remarks);
        assert!(!says(&totals, unmatched), "{left}: {:?}", totals.remarks);
    }
    // A later fragment has no ports, however much of it is captured.
    let fragment = Ip { fragment: 185, ..probe() };
    let of_fragment = totals(&[(quoting(&fragment.arrived()), 2)]);
    assert!(!says(&of_fragment, "captured without"), "{:?}", of_fragment.remarks);
    // A router that quotes that little is no fault of the capture.
    let totals = totals(&[(probe(), 0), (quoting(&probe().arrived()[..18]), 0)]);
    assert!(says(&totals, unmatched) && !says(&totals, "captured without"), "{:?}", totals.remarks);
}
