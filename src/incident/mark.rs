//! What messages are found by, as hashes: worked out where they are read, on whichever thread that is.

use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use foldhash::fast::RandomState;

use super::copies::Repeat;
use super::packed::Packed;
use super::repeats::Repeats;
use crate::evidence::{Counted, initial_ttl};
use crate::flow::{Identity, Signature, address_bits};
use crate::lock::locked;
use crate::unreachable::{Code, Message};

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

/// The addresses of a message in numbers: of two of IPv4 one, and hashes of all others.
struct Ends {
    outer: u64,
    quoted: u64,
    /// Those that are of its case: its target, where there is one, and its reporter.
    case: u64,
    has_target: bool,
    /// The reporter alone: of IPv4 its number.
    reporter: u64,
    /// Whether the reporter is the sender, and not nobody.
    is_sender: bool,
    /// Whether it is the target.
    is_target: bool,
    counted: Counted,
}

impl Ends {
    /// Those of a message of which all are of IPv4.
    #[inline(always)]
    fn of_v4(message: &Message) -> Option<Self> {
        use IpAddr::V4;
        let Message { reporter, recipient, sender, target, .. } = message;
        let (V4(reporter), V4(recipient), Some(V4(sender)), Some(V4(target))) = (reporter, recipient, sender, target)
        else {
            return None;
        };
        let [reporter, recipient, sender, target] = [reporter, recipient, sender, target].map(|end| end.to_bits());
        Some(Self {
            outer: joined(reporter, recipient),
            quoted: joined(sender, target),
            case: joined(target, reporter),
            has_target: true,
            reporter: reporter.into(),
            is_sender: reporter == sender && reporter != 0,
            is_target: reporter == target,
            counted: Counted::of(sender.into(), message.sender_port),
        })
    }
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
        self.repeats().tell(marks, |mark| mark.copies, back);
    }

    /// Lets go of what messages may repeat: none come any more.
    pub(super) fn end(&self) {
        *self.repeats() = Repeats::default();
    }

    fn repeats(&self) -> MutexGuard<'_, Repeats> {
        locked(&self.repeats)
    }

    /// Adds the mark of a message to those of others; `flow` is what the flow of its quote is found by. Of floods all addresses are of
    /// IPv4: asked once for all four, what follows has no branch and stays in registers (a quarter fewer instructions for a mark).
    ///
    /// The number alone is given, as what is around it was written a moment before, in other pieces than it would be read: the
    /// load waited for the stores, a seventieth of a scan's time.
    #[inline(never)]
    pub fn mark_to(&self, message: &Message, flow: u32, marks: &mut Vec<Mark>) {
        match Ends::of_v4(message) {
            Some(ends) => marks.push(self.mark_of(message, flow, &ends)),
            None => self.mark_any_to(message, flow, marks),
        }
    }

    /// The same of a message with any addresses.
    #[inline(never)]
    fn mark_any_to(&self, message: &Message, flow: u32, marks: &mut Vec<Mark>) {
        let Message { reporter, recipient, sender, target, .. } = *message;
        let ends = Ends {
            outer: self.number_of_both(Some(reporter), Some(recipient)),
            quoted: self.number_of_both(sender, target),
            case: self.number_of_both(target, Some(reporter)),
            has_target: target.is_some(),
            reporter: self.number(reporter),
            is_sender: sender == Some(reporter) && !reporter.is_unspecified(),
            is_target: target == Some(reporter),
            counted: sender
                .map_or_else(Counted::default, |sender| Counted::of(address_bits(sender), message.sender_port)),
        };
        marks.push(self.mark_of(message, flow, &ends));
    }

    #[expect(clippy::inline_always, reason = "what it is given stays in registers")]
    #[inline(always)]
    fn mark_of(&self, message: &Message, flow: u32, ends: &Ends) -> Mark {
        let says = says(message);
        Mark {
            copies: self.copies(message, ends),
            case: self.case(message, ends, says),
            collective: self.collective(message, ends, says),
            flow,
            counted: ends.counted,
        }
    }

    /// A number that no other two addresses have by chance.
    fn number_of_both(&self, one: Option<IpAddr>, other: Option<IpAddr>) -> u64 {
        if let (Some(IpAddr::V4(one)), Some(IpAddr::V4(other))) = (one, other) {
            return joined(one.to_bits(), other.to_bits());
        }
        let [one, other] = [one, other].map(|end| end.map_or(0, |address| self.number(address)));
        self.hash([both(one, other)])
    }

    /// A number that no other address has by chance.
    #[inline]
    fn number(&self, address: IpAddr) -> u64 {
        match address {
            IpAddr::V4(address) => address.to_bits().into(),
            IpAddr::V6(address) => self.hash([address.to_bits()]),
        }
    }

    #[inline]
    fn hash<const N: usize>(&self, parts: [u128; N]) -> u64 {
        let mut hasher = self.seed.build_hasher();
        for part in parts {
            hasher.write_u128(part);
        }
        hasher.finish()
    }

    /// TTL and link layer change on the way.
    #[expect(clippy::inline_always, reason = "see above")]
    #[inline(always)]
    fn copies(&self, message: &Message, ends: &Ends) -> u64 {
        let Code { version, icmp_type, icmp_code } = message.code;
        // One bit tells the versions, 4 and 6.
        let code = u64::from(version & 2) << 16 | u64::from(icmp_type) << 8 | u64::from(icmp_code);
        let protocol =
            u64::from(message.protocol.is_some()) << 16 | u64::from(message.protocol.unwrap_or_default()) << 24;
        let numbers = u64::from(message.checksum) << 48 | u64::from(message.outer.identification) << 32;
        let head = numbers | protocol | code;
        let ports = u64::from(pair(message.sender_port)) << 32 | u64::from(pair(message.target_port));
        let Some(quoted) = &message.quoted else {
            return self.hash([both(ends.outer, ends.quoted), both(ports, head)]);
        };
        let Identity { identification, total_length, fingerprint, ttl, tos, is_fragment } = quoted.identity;
        let packet = u64::from(identification) << 32 | u64::from(fingerprint.unwrap_or_default());
        let flags = u64::from(is_fragment) << 17 | u64::from(fingerprint.is_some()) << 16;
        let rest = u64::from(total_length) << 32 | flags | u64::from(ttl) << 8 | u64::from(tos);
        self.hash([both(ends.outer, ends.quoted), both(ports, head), both(packet, rest)])
    }

    #[inline]
    fn case(&self, message: &Message, ends: &Ends, says: u64) -> u64 {
        let port = u64::from(ends.has_target) << 17 | u64::from(pair(message.target_port));
        let ttl = u64::from(message.outer.signature.ttl);
        self.hash([both(ends.case, says | port << BESIDE_AT | ttl << TTL_AT)])
    }

    /// As [the key](crate::evidence::CaseKey::collective) has it, all reporters but senders that report themselves are one.
    #[inline]
    fn collective(&self, message: &Message, ends: &Ends, says: u64) -> u64 {
        let reporter = ends.reporter * u64::from(ends.is_sender);
        let ttl = u64::from(initial_ttl(message.outer.signature.ttl));
        self.hash([both(reporter, says | u64::from(ends.is_target) << BESIDE_AT | ttl << TTL_AT)])
    }
}

/// What a message says of which protocol, and how its outer header looks, but for the TTL: bits 0 to 7, 16 to 31, 50 to 54, and 61
/// to 63.
fn says(message: &Message) -> u64 {
    let Code { version: of_message, icmp_type, icmp_code } = message.code;
    let protocol = u64::from(message.protocol.unwrap_or_default());
    let Signature { version, precedence, dont_fragment, unnumbered, ttl: _ } = message.outer.signature;
    // One bit tells the versions, 4 and 6.
    let versions = u64::from(of_message & 2) << 1 | u64::from(version & 2);
    let flags = u64::from(dont_fragment) << 4 | u64::from(unnumbered) << 3 | u64::from(message.protocol.is_some());
    // The upper three bits of an octet.
    let looks = u64::from(precedence) << 56 | (versions | flags) << 50;
    looks | u64::from(icmp_type) << 24 | u64::from(icmp_code) << 16 | protocol
}

/// Where the TTL stands beside what a message [`says`].
const TTL_AT: u32 = 8;
/// Where there is room for eighteen bits more.
const BESIDE_AT: u32 = 32;

/// A port and whether there is one.
fn pair(port: Option<u16>) -> u32 {
    port.map_or(0, |port| 1 << 16 | u32::from(port))
}

fn joined(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn both(high: u64, low: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}
