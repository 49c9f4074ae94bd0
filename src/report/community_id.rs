//! Community ID, version 1: the name of a flow that Zeek, Suricata and others give it too.
//!
//! <https://github.com/corelight/community-id-spec>: SHA-1 over the ends in order, the protocol and the ports, in base64.

use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

use crate::decode::protocol;
use crate::unreachable::Message;

/// Bytes that are hashed, at most: the seed, two addresses of IPv6, the protocol, two ports.
const LONGEST: usize = 2 + 2 * 16 + 2 + 2 * 2;

/// The seed that monitors use unless they are told another.
const SEED: [u8; 2] = [0, 0];

/// `ICMPv4` types that ask, and those that answer them: echo, router solicitation, timestamp, information, address mask.
const PAIRS_V4: [(u8, u8); 5] = [(8, 0), (10, 9), (13, 14), (15, 16), (17, 18)];

/// `ICMPv6` types likewise: echo, multicast listeners, router and neighbour solicitation, node information, home agents.
const PAIRS_V6: [(u8, u8); 6] = [(128, 129), (130, 131), (133, 134), (135, 136), (139, 140), (144, 145)];

/// What is hashed in place of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Ports of source and destination.
    Ports(u16, u16),
    /// ICMP type and code.
    Icmp(u8, u8),
    /// The protocol has no ports.
    None,
}

/// The Community ID of a flow: its hash, which becomes text where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommunityId([u8; 20]);

impl CommunityId {
    /// Appends it as text: the version, and the hash in base64.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let mut text = *b"1:0123456789012345678901234567";
        // Twenty bytes are twenty-eight characters.
        let _ = STANDARD.encode_slice(self.0, &mut text[2..]);
        out.extend_from_slice(&text);
    }
}

impl fmt::Display for CommunityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1:{}", Base64Display::new(&self.0, &STANDARD))
    }
}

/// The Community ID of a flow.
pub fn community_id(protocol_number: u8, source: IpAddr, destination: IpAddr, ends: Ends) -> CommunityId {
    let (ports, is_one_way) = match ends {
        Ends::Ports(source, destination) => (Some((source, destination)), false),
        Ends::Icmp(icmp_type, icmp_code) => match counterpart(protocol_number, icmp_type) {
            Some(other) => (Some((u16::from(icmp_type), u16::from(other))), false),
            None => (Some((u16::from(icmp_type), u16::from(icmp_code))), true),
        },
        Ends::None => (None, false),
    };
    let mut ordered = ((source, ports.map(|ports| ports.0)), (destination, ports.map(|ports| ports.1)));
    if ordered.0 > ordered.1 && !is_one_way {
        ordered = (ordered.1, ordered.0);
    }
    let ((lower, lower_port), (upper, upper_port)) = ordered;
    // Hashed at once: each message has one.
    let mut hashed = Hashed { bytes: [0; LONGEST], end: 0 };
    hashed.add(SEED);
    for address in [lower, upper] {
        match address {
            IpAddr::V4(address) => hashed.add(address.octets()),
            IpAddr::V6(address) => hashed.add(address.octets()),
        }
    }
    hashed.add([protocol_number, 0]);
    for port in [lower_port, upper_port].into_iter().flatten() {
        hashed.add(port.to_be_bytes());
    }
    CommunityId(Sha1::digest(&hashed.bytes[..hashed.end]).into())
}

/// What is hashed, one after the other.
struct Hashed {
    bytes: [u8; LONGEST],
    end: usize,
}

impl Hashed {
    fn add<const N: usize>(&mut self, bytes: [u8; N]) {
        self.bytes[self.end..self.end + N].copy_from_slice(&bytes);
        self.end += N;
    }
}

/// The type of the other direction, where messages of that type have one.
fn counterpart(protocol_number: u8, icmp_type: u8) -> Option<u8> {
    let pairs: &[(u8, u8)] = if protocol_number == protocol::ICMP { &PAIRS_V4 } else { &PAIRS_V6 };
    pairs.iter().find_map(|&(asks, answers)| match icmp_type {
        _ if icmp_type == asks => Some(answers),
        _ if icmp_type == answers => Some(asks),
        _ => None,
    })
}

/// The Community ID of the flow that a message quotes; nothing where the quote was cut before its ports.
pub(super) fn of_quote(message: &Message) -> Option<CommunityId> {
    let (number, source, destination) = (message.protocol?, message.sender?, message.target?);
    let ends = match number {
        protocol::TCP | protocol::UDP | protocol::SCTP => Ends::Ports(message.sender_port?, message.target_port?),
        protocol::ICMP | protocol::ICMPV6 => {
            let (icmp_type, icmp_code) = message.quoted_icmp?;
            Ends::Icmp(icmp_type, icmp_code)
        }
        _ => Ends::None,
    };
    Some(community_id(number, source, destination, ends))
}
