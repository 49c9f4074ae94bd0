//! What a DNS message says of addresses.

use std::collections::HashMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, RCODE, ResourceRecord};

/// Length of the header (RFC 1035 section 4.1.1).
const HEADER: usize = 12;
/// Least length of a question: a root name, type and class (RFC 1035 section 4.1.2).
const QUESTION: usize = 5;
/// Least length of a record: the same with a time to live and a length (RFC 1035 section 4.1.3).
const RECORD: usize = 11;
/// Letters and dots that a name has room for at first: as many as it may have bytes (RFC 1035 section 3.1).
const LONGEST: usize = 255;
/// Aliases that are followed from a question on; resolvers give up at about as many.
const ALIASES: usize = 16;

/// How a message came to speak of an address. The later says more of how the host is called by those who talk to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// In passing, beside the answer.
    Additional,
    /// As the name behind the address (PTR).
    Pointer,
    /// As the address that was asked for.
    Answer,
}

/// The names that a response gives to addresses; none where it is no response, or not whole.
pub fn answers(message: &[u8]) -> Vec<(IpAddr, Origin, String)> {
    if !is_plausible(message) {
        return Vec::new();
    }
    let Ok(packet) = Packet::parse(message) else { return Vec::new() };
    if !packet.has_flags(PacketFlag::RESPONSE) || packet.rcode() != RCODE::NoError {
        return Vec::new();
    }
    let asked = asked(&packet);
    let of_answers = packet.answers.iter().filter_map(|record| answer(record, &asked));
    let beside = packet.additional_records.iter().filter_map(|record| {
        let (address, _, name) = answer(record, &[])?;
        Some((address, Origin::Additional, name))
    });
    // What is beside an answer first: the answer itself is to stay.
    let all: Vec<_> = beside.chain(of_answers).collect();
    all.into_iter().filter(|(_, _, name)| !name.is_empty()).collect()
}

/// Whether a message is long enough for what it claims to hold: room is made for that before it is read.
fn is_plausible(message: &[u8]) -> bool {
    let count = |at: usize| match message.get(at..at.saturating_add(2)) {
        Some(&[high, low]) => usize::from(u16::from_be_bytes([high, low])),
        _ => 0,
    };
    let records = count(6).saturating_add(count(8)).saturating_add(count(10));
    let least = count(4).saturating_mul(QUESTION).saturating_add(records.saturating_mul(RECORD)).saturating_add(HEADER);
    message.len() >= least
}

/// The name that was asked for, and those it is an alias of.
fn asked(packet: &Packet<'_>) -> Vec<String> {
    let Some(question) = packet.questions.first() else { return Vec::new() };
    let aliases = aliases(packet);
    let mut names = vec![text(&question.qname)];
    while names.len() <= ALIASES {
        let target = names.last().and_then(|last| aliases.get(last)).map(|target| text(target));
        match target {
            Some(target) if !names.contains(&target) => names.push(target),
            _ => break,
        }
    }
    names
}

/// What names are aliases of; of several records for one the first counts. Each owner is spelled out once: a message may hold thousands,
/// each of two bytes that stand for the longest name there can be.
fn aliases<'a>(packet: &'a Packet<'_>) -> HashMap<String, &'a Name<'a>> {
    let mut aliases = HashMap::new();
    for record in &packet.answers {
        if let RData::CNAME(target) = &record.rdata {
            aliases.entry(text(&record.name)).or_insert(&target.0);
        }
    }
    aliases
}

/// What a record says of an address: the name that was asked for, where the record's own is that or what it stands for.
fn answer(record: &ResourceRecord<'_>, asked: &[String]) -> Option<(IpAddr, Origin, String)> {
    if record.class != CLASS::IN {
        return None;
    }
    let address: IpAddr = match &record.rdata {
        RData::A(a) => Ipv4Addr::from(a.address).into(),
        RData::AAAA(aaaa) => Ipv6Addr::from(aaaa.address).into(),
        RData::PTR(target) => return Some((reversed(&record.name)?, Origin::Pointer, text(&target.0))),
        _ => return None,
    };
    let own = text(&record.name);
    let name = if asked.contains(&own) { asked.first().cloned().unwrap_or(own) } else { own };
    Some((address, Origin::Answer, name))
}

/// The address whose reversed form is a name: `2.0.0.10.in-addr.arpa` (RFC 1035 section 3.5), or the 32 digits of an IPv6
/// address below `ip6.arpa` (RFC 3596 section 2.5).
fn reversed(name: &Name<'_>) -> Option<IpAddr> {
    let name = text(name);
    if let Some(numbers) = name.strip_suffix(".in-addr.arpa") {
        let forward: Vec<&str> = numbers.rsplit('.').collect();
        return forward.join(".").parse::<Ipv4Addr>().ok().map(IpAddr::from);
    }
    let digits: String = name.strip_suffix(".ip6.arpa")?.rsplit('.').collect();
    let bits = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32)?;
    Some(Ipv6Addr::from(bits).into())
}

/// A name in lower case; what is no printable character of ASCII, and dots within a label, as `\\DDD` (RFC 1035 section 5.1).
fn text(name: &Name<'_>) -> String {
    let mut text = String::with_capacity(LONGEST);
    for label in name.as_bytes() {
        if !text.is_empty() {
            text.push('.');
        }
        let is_odd = |byte: &u8| matches!(byte, b'.' | b'\\' | 0..=b' ' | 0x7f..);
        match std::str::from_utf8(label) {
            // Nearly every label, and at once: a message may hold thousands of long names.
            Ok(plain) if !label.iter().any(is_odd) => text.push_str(plain),
            _ => label.iter().for_each(|byte| match byte {
                odd if is_odd(odd) => drop(write!(text, "\\{odd:03}")),
                &plain => text.push(plain.into()),
            }),
        }
    }
    text.make_ascii_lowercase();
    text
}
