//! What DNS messages say of addresses, and what they cannot do.

use proptest::prelude::*;
use unreach::decode::Tunnels;
use unreach::naming::{Learned, answers};

use super::made::{RESPONSE, address, alias, message, pointer};

/// `address name` for each that is learned, in order.
fn learned(bytes: &[u8]) -> Vec<String> {
    answers(bytes).into_iter().map(|(address, _, name)| format!("{address} {name}")).collect()
}

#[test]
fn the_name_that_was_asked_for_counts() {
    let chain = [
        alias("www.Example", "cdn.example"),
        alias("cdn.example", "edge.example"),
        address("edge.example", "192.0.2.1"),
    ];
    assert_eq!(learned(&message(RESPONSE, Some("WWW.example"), &chain, &[])), ["192.0.2.1 www.example"]);
}

#[test]
fn aliases_are_followed_in_whatever_order_they_come_and_only_so_far() {
    let name = |place: usize| format!("c{place}.example");
    let asked = |aliases: usize| {
        let mut chain: Vec<_> = (0..aliases).rev().map(|place| alias(&name(place), &name(place + 1))).collect();
        chain.push(address(&name(aliases), "192.0.2.1"));
        learned(&message(RESPONSE, Some("C0.example"), &chain, &[]))
    };
    assert_eq!(asked(16), ["192.0.2.1 c0.example"]);
    assert_eq!(asked(17), ["192.0.2.1 c17.example"], "further than anybody follows");
    let two = [alias("a.example", "b.example"), alias("a.example", "c.example")];
    let of = |last: &str| {
        let records = [&two[..], &[address(last, "192.0.2.1")]].concat();
        learned(&message(RESPONSE, Some("a.example"), &records, &[]))
    };
    assert_eq!(of("b.example"), ["192.0.2.1 a.example"], "the first of two counts");
    assert_eq!(of("c.example"), ["192.0.2.1 c.example"]);
}

#[test]
fn without_a_question_the_records_own_name_counts() {
    let printer = [address("printer.local", "fe80::1"), address("printer.local", "192.0.2.9")];
    assert_eq!(learned(&message(0x8400, None, &printer, &[])), ["fe80::1 printer.local", "192.0.2.9 printer.local"]);
}

#[test]
fn pointers_name_addresses_of_both_versions() {
    let four = pointer("1.2.0.192.IN-ADDR.arpa", "host.example");
    let digits = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    let six = pointer(digits, "six.example");
    assert_eq!(
        learned(&message(RESPONSE, None, &[four, six], &[])),
        ["192.0.2.1 host.example", "2001:db8::1 six.example"]
    );
    for odd in ["1.2.0.in-addr.arpa", "1.2.0.192.0.in-addr.arpa", "x.ip6.arpa", "300.2.0.192.in-addr.arpa", "example"] {
        assert_eq!(learned(&message(RESPONSE, None, &[pointer(odd, "host.example")], &[])), [""; 0], "{odd}");
    }
}

#[test]
fn queries_failures_and_others_teach_nothing() {
    let answer = [address("a.example", "192.0.2.1")];
    for flags in [0x0100, 0x8183, 0x8182] {
        assert_eq!(learned(&message(flags, Some("a.example"), &answer, &[])), [""; 0], "{flags:04x}");
    }
}

#[test]
fn what_tells_more_stays() {
    let mut names = Learned::new(Tunnels::default(), None);
    let ip = "192.0.2.1".parse().unwrap();
    let told = |bytes: Vec<u8>, names: &mut Learned| {
        names.take(&bytes);
        names.name(ip).map(str::to_owned)
    };
    let beside = message(RESPONSE, Some("example"), &[], &[address("ns.example", "192.0.2.1")]);
    let behind = message(RESPONSE, None, &[pointer("1.2.0.192.in-addr.arpa", "ptr.example")], &[]);
    let asked = message(RESPONSE, Some("www.example"), &[address("www.example", "192.0.2.1")], &[]);
    assert_eq!(told(beside.clone(), &mut names).as_deref(), Some("ns.example"));
    assert_eq!(told(behind.clone(), &mut names).as_deref(), Some("ptr.example"));
    assert_eq!(told(asked, &mut names).as_deref(), Some("www.example"));
    assert_eq!(told(behind, &mut names).as_deref(), Some("www.example"));
    assert_eq!(told(beside, &mut names).as_deref(), Some("www.example"));
}

#[test]
fn names_that_mean_harm_are_spelled_out() {
    let evil = "<script>\u{1b}[31m\u{202e}";
    let answer = [address(evil, "192.0.2.1")];
    assert_eq!(learned(&message(RESPONSE, None, &answer, &[])), ["192.0.2.1 <script>\\027[31m\\226\\128\\174"]);
}

#[test]
fn names_that_point_in_circles_end() {
    let mut circle = message(RESPONSE, None, &[], &[]);
    circle[7] = 1;
    for pointer in [[0xc0, 12], [0xc0, 14], [0xff, 0xff]] {
        let mut bytes = circle.clone();
        bytes.extend([1, b'a']);
        bytes.extend(pointer);
        bytes.extend([0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
        assert_eq!(learned(&bytes), [""; 0], "{pointer:?}");
    }
    let mut aliases = vec![alias("a.example", "b.example"), alias("b.example", "a.example")];
    aliases.push(address("a.example", "192.0.2.1"));
    assert_eq!(learned(&message(RESPONSE, Some("a.example"), &aliases, &[])), ["192.0.2.1 a.example"]);
}

#[test]
fn no_room_is_made_for_what_is_only_claimed() {
    let mut bytes = message(RESPONSE, None, &[address("a.example", "192.0.2.1")], &[]);
    bytes[6] = 0xff;
    assert_eq!(learned(&bytes), [""; 0]);
}

proptest! {
    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        answers(&bytes);
    }

    #[test]
    fn nor_do_damaged_messages(place in 0usize..120, value: u8, cut in 0usize..120) {
        let chain = [alias("www.example", "cdn.example"), address("cdn.example", "192.0.2.1")];
        let mut bytes = message(RESPONSE, Some("www.example"), &chain, &[address("x.example", "2001:db8::1")]);
        let place = place % bytes.len();
        bytes[place] = value;
        answers(&bytes);
        bytes.truncate(cut);
        answers(&bytes);
    }
}
