//! A quote beside a captured packet of the same addresses and ports, field by field.
//!
//! Identification, length, sequence number and checksum are evidence only: real stacks zero, swap or shorten each of
//! them in their quotes (of 5,440 fingerprints of nmap's U1 test some 110 have the length wrong, 200 the
//! identification, 845 the checksum).

use crate::decode::protocol;
use crate::flow::Identity;

/// How a field of the quote compares with that of a captured packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Agreement {
    /// Not there on either side, or without information.
    #[default]
    Unknown,
    /// The same.
    Equal,
    /// Different in a way that real stacks are known for: zeroed, byte-swapped, short by the header.
    Altered,
    /// Different.
    Different,
}

/// A quote beside a captured packet of the same ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    identification: Agreement,
    length: Agreement,
    fingerprint: Agreement,
    ttl_is_possible: bool,
}

impl Comparison {
    pub(super) fn of(quoted: &Identity, captured: &Identity, protocol_number: u8) -> Self {
        let is_reassembled = captured.is_fragment && !quoted.is_fragment;
        Self {
            identification: identification(quoted.identification, captured.identification),
            length: if is_reassembled {
                Agreement::Unknown
            } else {
                length(quoted.total_length, captured.total_length)
            },
            fingerprint: fingerprint(quoted.fingerprint, captured.fingerprint, protocol_number),
            ttl_is_possible: quoted.ttl <= captured.ttl,
        }
    }

    /// Whether no other packet could agree better with the quote, told at once: nearly all of its fields are then equal to this
    /// packet's, and where they are not, nobody can predict which.
    #[expect(clippy::needless_bitwise_bool, reason = "one branch in place of eight")]
    #[expect(clippy::inline_always, reason = "it is called once, for each message")]
    #[inline(always)]
    pub(super) fn is_perfect_of(quoted: &Identity, captured: &Identity) -> bool {
        let is_reassembled = captured.is_fragment & !quoted.is_fragment;
        // As for the fields one by one: 0 says nothing.
        let identification = captured.identification as u16;
        let identifies = (identification == quoted.identification as u16) & (identification != 0);
        let is_as_long = (captured.total_length == quoted.total_length) & (captured.total_length != 0);
        let is_alike = (captured.fingerprint == quoted.fingerprint) & captured.fingerprint.is_some();
        identifies & is_as_long & is_alike & (quoted.ttl <= captured.ttl) & !is_reassembled
    }

    /// For choosing the best among several packets.
    pub(super) fn points(self) -> i32 {
        let of = |agreement, equal, altered, different| match agreement {
            Agreement::Unknown => 0,
            Agreement::Equal => equal,
            Agreement::Altered => altered,
            Agreement::Different => different,
        };
        of(self.identification, 8, 3, -6)
            + of(self.fingerprint, 7, 0, -4)
            + of(self.length, 2, 1, -3)
            + if self.ttl_is_possible { 0 } else { -5 }
    }

    /// Whether this packet, which has the quote's fingerprint, agrees better than any can that has not; then it is the quoted one.
    ///
    /// What such another can get is an equal identification and length, as its fingerprint is altered at best. Where the
    /// identification says nothing of this one the quote has none, and that of another is altered at best, too.
    pub(super) fn outdoes_other_fingerprints(self) -> bool {
        self.points() > if self.identification == Agreement::Unknown { 5 } else { 10 }
    }

    /// Whether no other packet could agree better: of equal ones the nearest is taken.
    pub(super) fn is_perfect(self) -> bool {
        let fields = [self.identification, self.length, self.fingerprint];
        fields.iter().all(|&field| field == Agreement::Equal) && self.ttl_is_possible
    }

    /// Whether all that can be compared is equal, a checksum or sequence number with it.
    pub(super) fn is_undisputed(self) -> bool {
        let is_free = |agreement| matches!(agreement, Agreement::Unknown | Agreement::Equal);
        self.fingerprint == Agreement::Equal
            && is_free(self.identification)
            && is_free(self.length)
            && self.ttl_is_possible
    }

    /// Whether this is the quoted packet and no other of its flow.
    pub(super) fn is_the_packet(self) -> bool {
        use Agreement::{Altered, Different, Equal, Unknown};
        match (self.identification, self.fingerprint) {
            (Equal, _) => self.fingerprint != Different || self.length != Different,
            (Altered | Unknown, Equal) => true,
            // Both fields are known to be damaged by some stacks; what is left of the second is the length of the datagram, and
            // that of the packet has to agree.
            (Altered | Unknown, Altered) => matches!(self.length, Equal | Altered),
            // Where the quote, or the packet, is cut behind its ports, the length alone is left, and has to be the same: a made-up
            // quote of a bare header, without identification, is as long as many a packet but for 20 bytes.
            (Altered | Unknown, Unknown) => self.length == Equal,
            _ => false,
        }
    }

    /// Whether at least two fields say that it is not, and none that it is.
    pub(super) fn is_of_another(self) -> bool {
        let fields = [self.identification, self.length, self.fingerprint];
        let count = |wanted| fields.iter().filter(|&&field| field == wanted).count();
        count(Agreement::Equal) == 0 && count(Agreement::Different) >= 2
    }
}

/// Whether a quote is of a captured packet, and of no other of its flow.
pub fn is_quote_of(quoted: &Identity, captured: &Identity, protocol_number: u8) -> bool {
    Comparison::of(quoted, captured, protocol_number).is_the_packet()
}

fn identification(quoted: u32, captured: u32) -> Agreement {
    // IPv6 identifications are remembered to their low half.
    let (quoted, captured) = (quoted as u16, captured as u16);
    match (quoted, captured) {
        (0, 0) => Agreement::Unknown,
        _ if quoted == captured => Agreement::Equal,
        (0, _) => Agreement::Altered,
        _ if quoted == captured.swap_bytes() => Agreement::Altered,
        _ => Agreement::Different,
    }
}

fn length(quoted: u16, captured: u16) -> Agreement {
    match (quoted, captured) {
        // Segmentation offload leaves 0 in the captured packet.
        (_, 0) => Agreement::Unknown,
        _ if quoted == captured => Agreement::Equal,
        // Zeroed, byte-swapped, or with the header's length added or taken off (nmap's RIPL).
        _ if quoted == 0 || quoted == captured.swap_bytes() || quoted.abs_diff(captured) == 20 => Agreement::Altered,
        _ => Agreement::Different,
    }
}

fn fingerprint(quoted: Option<u32>, captured: Option<u32>, protocol_number: u8) -> Agreement {
    let (Some(quoted), Some(captured)) = (quoted, captured) else { return Agreement::Unknown };
    if quoted == captured {
        return Agreement::Equal;
    }
    // Some stacks zero the UDP checksum of what they quote. Another checksum at the same length is another packet, or the
    // same behind a translation or checksum offload: the other fields decide.
    let is_udp = matches!(protocol_number, protocol::UDP | protocol::UDP_LITE);
    if is_udp && quoted as u16 == 0 && quoted >> 16 == captured >> 16 {
        Agreement::Altered
    } else {
        Agreement::Different
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Comparison;
    use crate::decode::protocol;
    use crate::flow::Identity;

    prop_compose! {
        /// Few values, so that fields often agree, or are altered.
        fn identity()(
            identification in prop::sample::select(vec![0, 1, 0x0100, 0x1_0001]),
            total_length in prop::sample::select(vec![0_u16, 20, 40]),
            fingerprint in prop::option::of(prop::sample::select(vec![0, 1, 0x1_0000, 0x1_0001])),
            ttl in 0_u8..3,
            is_fragment: bool,
        ) -> Identity {
            Identity { identification, total_length, fingerprint, ttl, tos: 0, is_fragment }
        }
    }

    proptest! {
        #[test]
        fn what_is_told_at_once_is_what_the_fields_say(
            quoted in identity(),
            captured in identity(),
            number in prop::sample::select(vec![protocol::TCP, protocol::UDP]),
        ) {
            let is_perfect = Comparison::of(&quoted, &captured, number).is_perfect();
            prop_assert_eq!(Comparison::is_perfect_of(&quoted, &captured), is_perfect);
        }

        #[test]
        fn what_outdoes_other_fingerprints_does(
            quoted in identity(),
            alike in identity(),
            other in identity(),
            number in prop::sample::select(vec![protocol::TCP, protocol::UDP]),
        ) {
            let alike = Identity { fingerprint: quoted.fingerprint, ..alike };
            let is_another = quoted.fingerprint.is_some() && other.fingerprint != quoted.fingerprint;
            let [alike, other] = [alike, other].map(|captured| Comparison::of(&quoted, &captured, number));
            if is_another && alike.outdoes_other_fingerprints() {
                prop_assert!(alike.points() > other.points() && alike.is_the_packet());
            }
        }
    }
}
