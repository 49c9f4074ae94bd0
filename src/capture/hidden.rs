//! What a capture filter would keep from the analysis: it is tried on packets made up for the addresses and ports it names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::filter::Filter;
use crate::decode::{internet_checksum, protocol};
use crate::frame::{Frame, InputId, LinkType, Timestamp};

/// Words of the language of filters that stand for no host, as `pcap-filter(7)` lists them; with another word among them, it
/// is not known what to try.
const WORDS: &str = "and or not host net port portrange src dst tcp udp icmp icmp6 ip ip6 arp sctp proto less greater len vlan \
    mpls pppoes ether broadcast multicast inbound outbound mask icmptype icmpcode icmp-unreach icmp-echo icmp-echoreply \
    icmp6-destinationunreach icmp6-packettoobig tcpflags tcp-syn tcp-ack tcp-rst tcp-fin tcp-push tcp-urg gateway rarp";

/// Addresses for documentation (RFC 5737 and RFC 3849), for a filter that names none.
const HOSTS: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1)),
];

/// Names in a filter that are tried at most.
const TRIED: usize = 8;

/// What a filter for frames of `link` hides, and one that does not; nothing where it hides nothing, or where that cannot be
/// told.
pub fn hidden(expression: &str, link: LinkType) -> Option<String> {
    let mut filter = Filter::new(expression);
    filter.prepare(link).ok()?;
    let (hosts, ports) = named(expression)?;
    let header = [4, 6].map(|version| header(link, version));
    let [Some(four), Some(six)] = header else { return None };
    let passes = |packet: &[u8], version: u8| {
        let bytes = [if version == 4 { &four } else { &six }, packet].concat();
        let wire_length = bytes.len() as u32;
        filter.admits(&Frame {
            input: InputId(0),
            number: 1,
            timestamp: Timestamp(0),
            link,
            bytes: &bytes,
            wire_length,
        })
    };
    let any = |make: &dyn Fn(IpAddr, IpAddr, u16) -> Option<Vec<u8>>| {
        let pairs = hosts.iter().flat_map(|&one| hosts.iter().map(move |&other| (one, other)));
        pairs.flat_map(|pair| ports.iter().map(move |&port| (pair, port))).any(|((one, other), port)| {
            let version = if one.is_ipv4() { 4 } else { 6 };
            make(one, other, port).is_some_and(|packet| passes(&packet, version))
        })
    };
    let has_messages = any(&message);
    let has_flows = [protocol::UDP, protocol::TCP].into_iter().any(|number| {
        any(&|one, other, port| datagram(number, one, other, (40000, port)))
            || any(&|one, other, port| datagram(number, one, other, (port, 40000)))
    });
    match (has_messages, has_flows) {
        (true, true) => None,
        (true, false) => Some(format!(
            "the filter hides the flows that messages quote, without which the verdicts are less certain: \
             '({expression}) or tcp or udp' lets them through"
        )),
        (false, _) => Some(format!(
            "the filter hides the unreachable messages themselves: '({expression}) or icmp or icmp6' lets them through"
        )),
    }
}

/// Addresses and ports that the filter names, with others to go with them.
fn named(expression: &str) -> Option<(Vec<IpAddr>, Vec<u16>)> {
    let is_separator = |character: char| !(character.is_alphanumeric() || ".:-_/".contains(character));
    let (mut hosts, mut ports) = (Vec::new(), vec![53]);
    for word in expression.split(is_separator).filter(|word| !word.is_empty()) {
        let host = word.split('/').next().unwrap_or_default();
        if let Ok(address) = host.parse() {
            hosts.push(address);
        } else if let Ok(port) = word.parse() {
            ports.push(port);
        } else if let Some(range) = word.split_once('-').and_then(|(first, _)| first.parse().ok()) {
            ports.push(range);
        } else if !WORDS.split_whitespace().any(|known| known == word) && !word.starts_with("0x") {
            // A name of a host or a service, an abbreviated net: its numbers are not known here.
            return None;
        }
    }
    hosts.truncate(TRIED);
    ports.truncate(TRIED);
    hosts.extend(HOSTS);
    Some((hosts, ports))
}

/// What stands before the IP header.
fn header(link: LinkType, version: u8) -> Option<Vec<u8>> {
    let ether_type: [u8; 2] = if version == 4 { [0x08, 0x00] } else { [0x86, 0xdd] };
    match link {
        LinkType::ETHERNET => Some([&[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2][..], &ether_type].concat()),
        LinkType::LINUX_SLL => Some([&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 2, 0, 0][..], &ether_type].concat()),
        LinkType::LINUX_SLL2 => {
            Some([&ether_type[..], &[0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 2, 0, 0]].concat())
        }
        LinkType::RAW | LinkType::RAW_12 => Some(Vec::new()),
        _ => None,
    }
}

/// The refusal of a datagram that went from `other` to `one`.
fn message(one: IpAddr, other: IpAddr, port: u16) -> Option<Vec<u8>> {
    let quote = datagram(protocol::UDP, other, one, (40000, port))?;
    let (number, head) = if one.is_ipv4() { (protocol::ICMP, [3, 3]) } else { (protocol::ICMPV6, [1, 4]) };
    packet(number, one, other, &[&head[..], &[0; 6], &quote].concat())
}

/// The beginning of a flow: UDP, or a TCP segment that opens a connection.
fn datagram(number: u8, one: IpAddr, other: IpAddr, (source, destination): (u16, u16)) -> Option<Vec<u8>> {
    let ports = [source.to_be_bytes(), destination.to_be_bytes()].concat();
    let rest: &[u8] = if number == protocol::UDP {
        &[0, 8, 0, 0]
    } else {
        &[0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x02, 0xff, 0xff, 0, 0, 0, 0]
    };
    packet(number, one, other, &[&ports[..], rest].concat())
}

/// A packet; nothing where the addresses are of different versions.
fn packet(number: u8, one: IpAddr, other: IpAddr, payload: &[u8]) -> Option<Vec<u8>> {
    let length = |head: usize| u16::try_from(payload.len() + head).unwrap_or(u16::MAX).to_be_bytes();
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => {
            let [high, low] = length(20);
            let mut head = vec![0x45, 0, high, low, 0, 1, 0, 0, 64, number, 0, 0];
            head.extend(one.octets());
            head.extend(other.octets());
            let checksum = internet_checksum(&[&head]).to_be_bytes();
            head.splice(10..12, checksum);
            Some([&head[..], payload].concat())
        }
        (IpAddr::V6(one), IpAddr::V6(other)) => {
            let [high, low] = length(0);
            let mut head = vec![0x60, 0, 0, 0, high, low, number, 64];
            head.extend(one.octets());
            head.extend(other.octets());
            Some([&head[..], payload].concat())
        }
        _ => None,
    }
}
