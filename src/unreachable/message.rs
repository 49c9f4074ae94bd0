//! One unreachable message: what it says, what it quotes, and what of the capture it matched. Facts, no judgement.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use super::{Code, Correlation, FrameRef, Quote, Unreachable};
use crate::decode::{Encapsulation, Ip, Mac, Packet, TcpFlags, Transport, Udp, protocol};
use crate::flow::{Identity, ServiceKey, Signature};
use crate::frame::{Frame, InputId, Stamp, Timestamp};

/// What the outer header shows of the stack that built the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outer {
    /// TTL, precedence, don't fragment, identification.
    pub signature: Signature,
    /// Identification; 0 in IPv6.
    pub identification: u16,
    /// Whether it has IPv4 options, which a host copies from the refused packet (RFC 1122 section 3.2.2).
    pub has_options: bool,
    /// Hardware address it came from.
    pub mac: Option<Mac>,
}

/// What the quote shows beside addresses and ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Identification, length, transport fields.
    pub identity: Identity,
    /// Whether the IPv4 header checksum is right.
    pub header_checksum_is_valid: Option<bool>,
    /// Whether it has IPv4 options or IPv6 extension headers.
    pub has_options: bool,
    /// UDP with checksum 0, which says that there is none.
    pub lacks_udp_checksum: bool,
    /// Bytes that the IP payload is longer than the UDP length says; negative where it is shorter.
    pub udp_surplus: i32,
    /// Whether it opens a TCP connection.
    pub opens_tcp: bool,
    /// Whether no such message may be sent about it: an ICMP error, a broadcast or multicast packet, or, said to be too big, one
    /// that is not, or may be split.
    pub is_illegal: bool,
}

/// One unreachable message: what its row in the `messages` table says about it, before any judgement.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Message {
    /// The frame that carried it.
    pub frame: FrameRef,
    /// When it was captured.
    pub timestamp: Timestamp,
    /// What was unwrapped to reach it.
    pub encapsulation: Encapsulation,
    /// Type and code.
    pub code: Code,
    /// Outer source.
    pub reporter: IpAddr,
    /// Outer destination.
    pub recipient: IpAddr,
    /// Outer TTL or hop limit.
    pub reporter_ttl: u8,
    /// IP protocol number of the quote; `None` where no IP header is quoted.
    pub protocol: Option<u8>,
    /// Source of the quote.
    pub sender: Option<IpAddr>,
    /// Source port of the quote.
    pub sender_port: Option<u16>,
    /// Destination of the quote.
    pub target: Option<IpAddr>,
    /// Destination port of the quote.
    pub target_port: Option<u16>,
    /// ICMP type and code of the quote.
    pub quoted_icmp: Option<(u8, u8)>,
    /// TTL or hop limit in the quote.
    pub quoted_ttl: Option<u8>,
    /// Bytes of the original datagram that the message carries.
    pub quoted_length: u16,
    /// MTU of the next hop, of packet-too-big messages.
    pub next_hop_mtu: Option<u32>,
    /// What the outer header shows.
    pub outer: Outer,
    /// What the quote shows.
    pub quoted: Option<Quoted>,
    /// Whether extensions follow the quote (RFC 4884).
    pub has_extensions: bool,
    /// The ICMP checksum as sent, which stays the same on the way (RFC 4443 section 2.3): of IPv6, where messages have no
    /// identification, it tells two about equal packets apart.
    pub checksum: u16,
    /// Whether it is right; `None` where it can't be told.
    pub checksum_is_valid: Option<bool>,
    /// What was found of the quoted packet.
    pub correlation: Correlation,
}

impl Message {
    /// A place to read a message into.
    pub fn blank() -> Self {
        const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Self {
            frame: FrameRef { input: InputId(0), number: 0 },
            timestamp: Timestamp::default(),
            encapsulation: Encapsulation::default(),
            code: Code { version: 0, icmp_type: 0, icmp_code: 0 },
            reporter: NOBODY,
            recipient: NOBODY,
            reporter_ttl: 0,
            protocol: None,
            sender: None,
            sender_port: None,
            target: None,
            target_port: None,
            quoted_icmp: None,
            quoted_ttl: None,
            quoted_length: 0,
            next_hop_mtu: None,
            outer: Outer {
                signature: Signature { version: 0, ttl: 0, precedence: 0, dont_fragment: false, unnumbered: false },
                identification: 0,
                has_options: false,
                mac: None,
            },
            quoted: None,
            has_extensions: false,
            checksum: 0,
            checksum_is_valid: None,
            correlation: Correlation::default(),
        }
    }

    /// The port that the quoted packet was going to, as profiles of ports have it.
    pub fn service(&self) -> Option<ServiceKey> {
        ServiceKey::of(self.target, self.protocol, self.target_port)
    }

    /// Reads what it says and quotes. What that matches is not known yet: [`find`](super::correlate::find) will say it, and what
    /// it said of an earlier message in this place stands until then, as that may be on another core. All of it is written
    /// straight to its place: put together elsewhere, it would be copied piece by piece, and read back in other pieces than it
    /// was written in.
    pub fn read(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, unreachable: &Unreachable<'_>) {
        self.frame = FrameRef { input: frame.input, number: frame.number };
        self.timestamp = frame.timestamp;
        self.encapsulation = packet.encapsulation;
        self.code = unreachable.code;
        self.reporter = packet.ip.source();
        self.recipient = packet.ip.destination();
        self.reporter_ttl = packet.ip.ttl;
        self.quoted_length = unreachable.quoted_length.saturating_add(missing(frame).min(unreachable.quoted_beyond));
        self.next_hop_mtu = unreachable.next_hop_mtu;
        self.outer = Outer {
            signature: Signature::of(&packet.ip),
            identification: packet.ip.identification as u16,
            has_options: packet.ip.is_ipv4() && packet.ip.has_options,
            mac: packet.source_mac,
        };
        self.has_extensions = unreachable.has_extensions;
        self.checksum = checksum(packet.ip.payload);
        self.checksum_is_valid = unreachable.checksum_is_valid;
        match &unreachable.quote {
            Some(quote) => self.read_quote(quote),
            None => self.quote_nothing(),
        }
    }

    fn read_quote(&mut self, quote: &Quote<'_>) {
        let ports = quote.transport.ports();
        self.protocol = Some(quote.ip.protocol);
        self.sender = Some(quote.ip.source());
        self.sender_port = ports.map(|ports| ports.source);
        self.target = Some(quote.ip.destination());
        self.target_port = ports.map(|ports| ports.destination);
        self.quoted_icmp = match quote.transport {
            Transport::Icmp(icmp) => Some((icmp.icmp_type, icmp.icmp_code)),
            _ => None,
        };
        self.quoted_ttl = Some(quote.ip.ttl);
        self.quoted = Some(Quoted::of(quote));
        if self.code.is_packet_too_big() {
            self.judge_size(may_be_split(&quote.ip));
        }
    }

    /// A packet that is said to be too big may go to many (RFC 4443 section 2.4 e.3). But none may be that fits the next hop, or that a
    /// router may split (RFC 791, RFC 1191 section 4): so attacks on path MTU discovery look (RFC 5927 section 7). Some stacks take the
    /// header off the length that they quote, or write it otherwise, which the header's checksum shows; none at all is not known.
    #[cold]
    pub(super) fn judge_size(&mut self, may_be_split: bool) {
        const HEADER: u32 = 20;
        const LEAST: u32 = 68;
        let Some(quoted) = &mut self.quoted else { return };
        let length = u32::from(quoted.identity.total_length);
        let fits = length >= LEAST && self.next_hop_mtu.is_some_and(|mtu| length + HEADER <= mtu);
        let is_no_matter = (may_be_split || fits) && quoted.header_checksum_is_valid != Some(false);
        let may_go_to_many = self.code.version == 6 && self.target.is_some_and(is_to_many);
        quoted.is_illegal = is_no_matter || (quoted.is_illegal && !may_go_to_many);
    }

    fn quote_nothing(&mut self) {
        (self.protocol, self.sender, self.sender_port) = (None, None, None);
        (self.target, self.target_port, self.quoted_icmp) = (None, None, None);
        (self.quoted_ttl, self.quoted) = (None, None);
    }

    /// Which frame it was, and when.
    #[inline]
    pub fn stamp(&self) -> Stamp {
        Stamp { number: self.frame.number, timestamp: self.timestamp, input: self.frame.input }
    }

    /// Whether the quote is of the protocol.
    #[inline]
    pub fn quotes(&self, protocol_number: u8) -> bool {
        self.protocol == Some(protocol_number)
    }
}

/// The checksum of an ICMP message (RFC 792, RFC 4443 section 2.1).
#[inline]
pub(super) fn checksum(message: &[u8]) -> u16 {
    message.get(2..).and_then(<[u8]>::first_chunk).map_or(0, |&bytes| u16::from_be_bytes(bytes))
}

/// Bytes of the frame that were not captured.
#[inline]
fn missing(frame: &Frame<'_>) -> u16 {
    let missing = (frame.wire_length as usize).saturating_sub(frame.bytes.len());
    missing.min(usize::from(u16::MAX)) as u16
}

impl Quoted {
    fn of(quote: &Quote<'_>) -> Self {
        let udp = match quote.transport {
            Transport::Udp(udp) => Some(udp),
            _ => None,
        };
        let opens_tcp = match quote.transport {
            Transport::Tcp(tcp) => tcp.flags.is_some_and(TcpFlags::is_open),
            _ => false,
        };
        Self {
            identity: Identity::of(&quote.ip, &quote.transport),
            header_checksum_is_valid: quote.ip.header_checksum_is_valid(),
            has_options: quote.ip.has_options,
            lacks_udp_checksum: udp.is_some_and(|udp| udp.checksum == Some(0)),
            udp_surplus: udp.map_or(0, |udp| udp_surplus(quote, udp)),
            opens_tcp,
            is_illegal: is_illegal(quote),
        }
    }
}

#[inline]
fn udp_surplus(quote: &Quote<'_>, udp: Udp) -> i32 {
    let is_whole = !quote.ip.is_fragment() && quote.ip.total_length > u32::from(quote.ip.headers_length);
    let Some(length) = udp.length.filter(|_| is_whole) else { return 0 };
    quote.ip.declared_payload().cast_signed() - i32::from(length)
}

/// RFC 1122 section 3.2.2 and RFC 4443 section 2.4 (e): no error about an ICMP error or redirect, about a packet to many, or from an
/// address that is nobody's.
fn is_illegal(quote: &Quote<'_>) -> bool {
    let about_an_error = match quote.transport {
        Transport::Icmp(icmp) if quote.ip.protocol == protocol::ICMP => matches!(icmp.icmp_type, 3 | 4 | 5 | 11 | 12),
        Transport::Icmp(icmp) if quote.ip.protocol == protocol::ICMPV6 => icmp.icmp_type < 128 || icmp.icmp_type == 137,
        _ => false,
    };
    is_to_many(quote.ip.destination()) || is_from_nobody(quote.ip.source()) || about_an_error
}

/// Whether a router may split the packet.
#[inline]
pub(super) fn may_be_split(ip: &Ip<'_>) -> bool {
    ip.is_ipv4() && !ip.dont_fragment
}

/// Whether a packet with this destination goes to many hosts.
#[inline]
pub(super) fn is_to_many(destination: IpAddr) -> bool {
    match destination {
        IpAddr::V4(address) => address.is_multicast() || address.is_broadcast(),
        IpAddr::V6(address) => address.is_multicast(),
    }
}

/// Whether a packet with this source comes from no one host. Of what the RFCs list, loopback addresses are somebody's on the loopback
/// interface, and those of class E are on systems that take them for ordinary ones (Linux since 2.6.25).
#[inline]
pub(super) fn is_from_nobody(source: IpAddr) -> bool {
    source.is_unspecified() || is_to_many(source)
}
