//! Messages whose cases have the same key are found by the same mark, and no others: keys are not compared.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use unreach::evidence::{CaseKey, Standing};
use unreach::incident::Marker;
use unreach::unreachable::Message;

use super::packed::message;

/// The first message, with some of the fields of the second that a case's key is made of.
fn mixed(first: &Message, second: &Message, which: u32) -> Message {
    let mut mixed = *first;
    let takes = |field: u32| which & 1 << field != 0;
    if takes(0) {
        mixed.target = second.target;
    }
    if takes(1) {
        mixed.target_port = second.target_port;
    }
    if takes(2) {
        mixed.protocol = second.protocol;
    }
    if takes(3) {
        mixed.reporter = second.reporter;
    }
    if takes(4) {
        mixed.code = second.code;
    }
    if takes(5) {
        mixed.outer.signature = second.outer.signature;
    }
    if takes(6) {
        (mixed.quoted, mixed.correlation) = (second.quoted, second.correlation);
    }
    if takes(8) {
        mixed.target = mixed.target.map(of_other_family);
    }
    if takes(7) {
        (mixed.sender, mixed.sender_port) = (second.sender, second.sender_port);
    }
    mixed
}

/// With what headers can hold: a version that is that of the addresses beside it, and three bits of precedence. What is quoted may
/// be of another.
fn as_read(mut message: Message) -> Message {
    message.code.version = if message.reporter.is_ipv6() { 6 } else { 4 };
    message.outer.signature.version = message.code.version;
    message.outer.signature.precedence &= 0xe0;
    message
}

/// An address of the other family with the same number, as far as there is one.
fn of_other_family(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V6(Ipv6Addr::from_bits(v4.to_bits().into())),
        IpAddr::V6(v6) => IpAddr::V4(Ipv4Addr::from_bits(v6.to_bits() as u32)),
    }
}

proptest! {
    #[test]
    fn cases_with_one_key_have_one_mark(
        first in message(),
        second in message(),
        // Mostly few fields, so that often both are of one case.
        which in (any::<u32>(), any::<u32>()).prop_map(|(one, other)| one & other),
    ) {
        let (first, message) = (as_read(first), as_read(mixed(&first, &second, which)));
        // What the mark leaves out, as it is not known where it is made.
        let standing = Standing::Asked;
        let key = |message: &Message| CaseKey { standing, ..CaseKey::of(message) };
        let marker = Marker::default();
        let mut marks = Vec::new();
        marker.mark_to(&first, 0, &mut marks);
        marker.mark_to(&message, 0, &mut marks);
        let [mark, own] = marks[..] else { panic!("one for each") };
        prop_assert_eq!(mark.shares_case_with(&own), key(&first) == key(&message));
        let collective = |message: &Message| key(message).collective(message);
        prop_assert_eq!(mark.shares_collective_with(&own), collective(&first) == collective(&message));
    }
}
