//! Packets and the frames they travel in, with all lengths and checksums right.

use std::net::IpAddr;

use etherparse::icmpv4::DestUnreachableHeader;
use etherparse::icmpv6::DestUnreachableCode;
use etherparse::{
    ArpHardwareId, ArpOperation, ArpPacket, EtherType, Ethernet2Header, Icmpv4Type, Icmpv6Type, IpHeaders, IpNumber,
    Ipv4Header, Ipv6Header, PacketBuilder, SingleVlanHeader, TcpHeader, VlanId,
};

/// The router on the link that is captured.
const ROUTER: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// Who refuses, and in which words.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refusal {
    Port,
    Prohibited,
    Host,
}

/// What an IP packet carries.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Udp { ports: (u16, u16), length: usize },
    Tcp { header: Box<TcpHeader>, length: usize },
    Echo { is_reply: bool, identifier: u16, sequence: u16 },
    Unreachable { refusal: Refusal, quote: Vec<u8> },
}

/// A packet as it passes the place of the capture.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) ttl: u8,
    pub(super) identification: u16,
    pub(super) is_first_fragment: bool,
    pub(super) body: Body,
}

impl Packet {
    /// Its bytes from the IP header on.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let builder = PacketBuilder::ip(self.headers());
        let mut bytes = Vec::new();
        let written = match &self.body {
            Body::Udp { ports, length } => builder.udp(ports.0, ports.1).write(&mut bytes, &vec![0; *length]),
            Body::Tcp { header, length } => {
                builder.tcp_header(header.as_ref().clone()).write(&mut bytes, &vec![0; *length])
            }
            Body::Echo { is_reply, identifier, sequence } => match (self.source.is_ipv4(), is_reply) {
                (true, false) => builder.icmpv4_echo_request(*identifier, *sequence).write(&mut bytes, &[0; 56]),
                (true, true) => builder.icmpv4_echo_reply(*identifier, *sequence).write(&mut bytes, &[0; 56]),
                (false, false) => builder.icmpv6_echo_request(*identifier, *sequence).write(&mut bytes, &[0; 56]),
                (false, true) => builder.icmpv6_echo_reply(*identifier, *sequence).write(&mut bytes, &[0; 56]),
            },
            Body::Unreachable { refusal, quote } if self.source.is_ipv4() => {
                builder.icmpv4(refusal.v4()).write(&mut bytes, quote)
            }
            Body::Unreachable { refusal, quote } => builder.icmpv6(refusal.v6()).write(&mut bytes, quote),
        };
        written.expect("the packet is short enough for its headers");
        bytes
    }

    fn headers(&self) -> IpHeaders {
        match (self.source, self.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let header = Ipv4Header {
                    source: source.octets(),
                    destination: destination.octets(),
                    time_to_live: self.ttl,
                    identification: self.identification,
                    more_fragments: self.is_first_fragment,
                    // Set to what follows when the packet is written.
                    protocol: IpNumber::UDP,
                    ..Ipv4Header::default()
                };
                IpHeaders::Ipv4(header, etherparse::Ipv4Extensions::default())
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                let header = Ipv6Header {
                    source: source.octets(),
                    destination: destination.octets(),
                    hop_limit: self.ttl,
                    ..Ipv6Header::default()
                };
                IpHeaders::Ipv6(header, etherparse::Ipv6Extensions::default())
            }
            _ => unreachable!("both addresses of a packet are of one family"),
        }
    }

    /// The frame that carries it, in a VLAN or not. A TTL that no router has lowered is that of a host on this very link.
    pub(super) fn frame(&self, vlan: Option<u16>) -> Vec<u8> {
        let is_from_link = matches!(self.ttl, 64 | 128 | 255);
        let (source, destination) =
            if is_from_link { (mac(self.source), ROUTER) } else { (ROUTER, mac(self.destination)) };
        let payload = if self.source.is_ipv4() { EtherType::IPV4 } else { EtherType::IPV6 };
        let ether_type = if vlan.is_some() { EtherType::VLAN_TAGGED_FRAME } else { payload };
        let mut frame = Ethernet2Header { source, destination, ether_type }.to_bytes().to_vec();
        if let Some(vlan_id) = vlan.and_then(|vlan| VlanId::try_new(vlan).ok()) {
            let tag = SingleVlanHeader { vlan_id, ether_type: payload, ..SingleVlanHeader::default() };
            frame.extend(tag.to_bytes());
        }
        frame.extend(self.bytes());
        frame
    }
}

impl Refusal {
    fn v4(self) -> Icmpv4Type {
        Icmpv4Type::DestinationUnreachable(match self {
            Self::Port => DestUnreachableHeader::Port,
            Self::Prohibited => DestUnreachableHeader::FilterProhibited,
            Self::Host => DestUnreachableHeader::Host,
        })
    }

    fn v6(self) -> Icmpv6Type {
        Icmpv6Type::DestinationUnreachable(match self {
            Self::Port => DestUnreachableCode::Port,
            Self::Prohibited => DestUnreachableCode::Prohibited,
            Self::Host => DestUnreachableCode::Address,
        })
    }
}

/// A frame in which the router asks for the hardware address of a host on the link.
pub(super) fn arp_request(host: [u8; 4]) -> Vec<u8> {
    let asked = ArpPacket::new(
        ArpHardwareId::ETHERNET,
        EtherType::IPV4,
        ArpOperation::REQUEST,
        &ROUTER,
        &[10, 1, 0, 1],
        &[0; 6],
        &host,
    );
    let mut frame = Vec::new();
    let written = PacketBuilder::ethernet2(ROUTER, [0xff; 6]).arp(asked.expect("lengths of Ethernet and IPv4"));
    written.write(&mut frame).expect("memory can be written");
    frame
}

/// The hardware address of a host on the link.
fn mac(host: IpAddr) -> [u8; 6] {
    let [a, b, c, d] = match host {
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(address) => {
            let [.., a, b, c, d] = address.octets();
            [a, b, c, d]
        }
    };
    [6, 0, a, b, c, d]
}
