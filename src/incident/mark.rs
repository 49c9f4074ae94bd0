//! What messages are found by, as hashes: worked out where they are read, on whichever thread that is.

use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use super::copies::Repeat;
use super::packed::Packed;
use super::repeats::Repeats;
use crate::evidence::{Counted, collective_reporter, initial_ttl};
use crate::flow::{Identity, Signature, address_bits};
use crate::unreachable::{Code, Message, Sought};

/// Marks messages for one tracker. What they are made of comes from the network, so they are hashed with a random seed:
/// nobody who sends messages knows which of them would meet.
#[derive(Clone, Debug, Default)]
pub struct Marker {
    seed: RandomState,
    /// Whether messages get rows, for which they are packed.
    packs: bool,
    /// Of all messages that are marked for the tracker.
    repeats: Arc<Mutex<Repeats>>,
}

/// Hashes of a message.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Of what copies of a message share: of the few thousand that are compared, no two have the same by chance.
    copies: u64,
    /// Of all that messages of its case share but how they stand to what they quote, which is not known yet. Of as many cases as
    /// can be open no two have the same by chance, so that keys need not be compared: that took a tenth of a message's time.
    pub(super) case: u64,
    /// The same of its collective case.
    pub(super) collective: u64,
    /// What the flow of its quote is found by, if it quotes a packet of one.
    pub flow: u32,
    /// What its sender, and its flow, are counted by among distinct ones.
    pub(super) counted: Counted,
}

impl Mark {
    /// How the message repeats another, that many messages back.
    pub fn repeat(&self, back: u32) -> Repeat {
        Repeat { mark: self.copies, back }
    }

    /// Whether both messages are of one case, if they stand alike to what they quote.
    pub fn shares_case_with(&self, other: &Self) -> bool {
        self.case == other.case
    }

    /// The same of their collective cases.
    pub fn shares_collective_with(&self, other: &Self) -> bool {
        self.collective == other.collective
    }
}

impl Marker {
    /// For a tracker that keeps messages for their rows, or does not.
    pub(super) fn new(packs: bool) -> Self {
        Self { packs, ..Self::default() }
    }

    /// Packs a message as far as it was read, where the tracker will keep it.
    #[inline]
    pub fn pack(&self, message: &Message, packed: &mut Packed) {
        if self.packs {
            packed.push(message);
        }
    }

    /// Tells of messages how many messages back the latest is that may be the same; 0 for none. Each message is to be told of once,
    /// in the order in which the tracker takes them: of others it is not known what they repeat.
    pub fn tell_repeats(&self, marks: &[Mark], back: &mut Vec<u32>) {
        self.repeats().tell(marks.iter().map(|mark| mark.copies), back);
    }

    /// Lets go of what messages may repeat: none come any more.
    pub(super) fn end(&self) {
        *self.repeats() = Repeats::default();
    }

    /// A panic with the lock is passed on where its thread is joined.
    fn repeats(&self) -> MutexGuard<'_, Repeats> {
        self.repeats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the mark of a message to those of others.
    #[inline(never)]
    pub fn mark_to(&self, message: &Message, sought: &Sought, marks: &mut Vec<Mark>) {
        marks.push(self.mark(message, sought));
    }

    /// The mark of a message.
    #[inline]
    pub fn mark(&self, message: &Message, sought: &Sought) -> Mark {
        let (copies, case, collective) = (self.copies(message), self.case(message), self.collective(message));
        Mark { copies, case, collective, flow: sought.tag(), counted: Counted::of(message) }
    }

    /// TTL and link layer change on the way.
    fn copies(&self, message: &Message) -> u64 {
        let Code { version, icmp_type, icmp_code } = message.code;
        let header = number([0, 0, 0, 0, 0, version, icmp_type, icmp_code]);
        let ports = u64::from(pair(message.sender_port)) << 32 | u64::from(pair(message.target_port));
        let mut hasher = self.seed.build_hasher();
        feed(
            &mut hasher,
            [message.reporter, message.recipient],
            u64::from(message.outer.identification) << 32 | header,
        );
        let Some(quoted) = &message.quoted else { return hasher.finish() };
        let Identity { identification, total_length, fingerprint, ttl, tos, is_fragment } = quoted.identity;
        let flags = [ttl, tos, u8::from(is_fragment), u8::from(fingerprint.is_some())];
        let rest = u64::from(total_length) << 32 | u64::from(u32::from_be_bytes(flags));
        hasher.write_u128(both(ports, u64::from(identification) << 32 | u64::from(fingerprint.unwrap_or_default())));
        hasher.write_u128(both(1, rest));
        hasher.finish()
    }

    fn case(&self, message: &Message) -> u64 {
        let target = message.target.unwrap_or(message.reporter);
        // A message of IPv6 may quote IPv4, wrongly: such a target has the number of another.
        let family = message.target.map_or(0, |target| 1 + u64::from(target.is_ipv6()));
        let port = family << 23 | u64::from(pair(message.target_port));
        let says = says(message, message.outer.signature.ttl);
        let mut hasher = self.seed.build_hasher();
        feed(&mut hasher, [target, message.reporter], port << 32 | says | looks(message));
        hasher.finish()
    }

    fn collective(&self, message: &Message) -> u64 {
        let is_from_target = u64::from(message.target == Some(message.reporter));
        let says = says(message, initial_ttl(message.outer.signature.ttl));
        let mut hasher = self.seed.build_hasher();
        hasher.write_u128(address_bits(collective_reporter(message)));
        hasher.write_u128(both(is_from_target, says | looks(message)));
        hasher.finish()
    }
}

/// What a message says of which protocol, and its TTL: the lower half of a number.
fn says(message: &Message, ttl: u8) -> u64 {
    let Code { icmp_type, icmp_code, .. } = message.code;
    number([0, 0, 0, 0, icmp_type, icmp_code, ttl, message.protocol.unwrap_or_default()])
}

/// Of which protocols it and its quote are, and how its outer header looks: bits 50 to 54 and 61 to 63 of a number.
fn looks(message: &Message) -> u64 {
    let Signature { version, precedence, dont_fragment, unnumbered, ttl: _ } = message.outer.signature;
    // One bit tells the versions, 4 and 6.
    let versions = u64::from(message.code.version & 2) << 1 | u64::from(version & 2);
    let flags = u64::from(dont_fragment) << 4 | u64::from(unnumbered) << 3 | u64::from(message.protocol.is_some());
    let bits = versions | flags;
    // The upper three bits of an octet.
    u64::from(precedence) << 56 | bits << 50
}

/// Hands two addresses and a number to the hasher, in as few parts as there are.
fn feed(hasher: &mut impl Hasher, addresses: [IpAddr; 2], rest: u64) {
    match addresses {
        [IpAddr::V4(one), IpAddr::V4(other)] => {
            hasher.write_u128(both(u64::from(one.to_bits()) << 32 | u64::from(other.to_bits()), rest));
        }
        [one, other] => {
            hasher.write_u128(address_bits(one));
            hasher.write_u128(address_bits(other));
            hasher.write_u128(rest.into());
        }
    }
}

/// A port and whether there is one.
fn pair(port: Option<u16>) -> u32 {
    port.map_or(0, |port| 1 << 16 | u32::from(port))
}

fn both(high: u64, low: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

fn number(bytes: [u8; 8]) -> u64 {
    u64::from_be_bytes(bytes)
}
