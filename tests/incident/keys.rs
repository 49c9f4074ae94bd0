//! A message belongs to a case where their keys are the same, though none is put together for it.

use proptest::prelude::*;
use unreach::evidence::CaseKey;
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
    if takes(7) {
        (mixed.sender, mixed.sender_port) = (second.sender, second.sender_port);
    }
    mixed
}

proptest! {
    #[test]
    fn what_is_of_a_case_has_its_key(
        first in message(),
        second in message(),
        // Mostly few fields, so that often both are of one case.
        which in (any::<u32>(), any::<u32>()).prop_map(|(one, other)| one & other),
    ) {
        let message = mixed(&first, &second, which);
        let (key, own) = (CaseKey::of(&first), CaseKey::of(&message));
        prop_assert_eq!(key.is_of(&message), key == own);
        prop_assert!(own.is_of(&message) && !own.is_collective_of(&message));
        let (collective, of_own) = (key.collective(&first), own.collective(&message));
        prop_assert_eq!(collective.is_collective_of(&message), collective == of_own);
        prop_assert!(of_own.is_collective_of(&message) && !of_own.is_of(&message));
    }
}
