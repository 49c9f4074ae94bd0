//! Transport headers, as far as there are bytes: quotes end after eight of them, or after fewer.

use super::{Ip, be16, be32, protocol};

/// A pair of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ports {
    /// Of the source.
    pub source: u16,
    /// Of the destination.
    pub destination: u16,
}

/// The flag byte of a TCP header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TcpFlags(pub u8);

impl TcpFlags {
    /// Whether it opens a connection (SYN without ACK).
    pub const fn is_open(self) -> bool {
        self.0 & 0x17 == 0x02
    }

    /// Whether it accepts a connection (SYN and ACK).
    pub const fn is_accept(self) -> bool {
        self.0 & 0x17 == 0x12
    }

    /// Whether it resets a connection.
    pub const fn is_reset(self) -> bool {
        self.0 & 0x04 != 0
    }
}

/// A UDP (or UDP-Lite) header; fields are `None` where the bytes end before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Udp {
    /// Ports.
    pub ports: Ports,
    /// Length of header and data.
    pub length: Option<u16>,
    /// Checksum; 0 says that there is none.
    pub checksum: Option<u16>,
}

/// A TCP header; fields are `None` where the bytes end before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tcp {
    /// Ports.
    pub ports: Ports,
    /// Sequence number.
    pub sequence: Option<u32>,
    /// Acknowledgment number.
    pub acknowledgment: Option<u32>,
    /// Flags.
    pub flags: Option<TcpFlags>,
}

/// An ICMP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// Type.
    pub icmp_type: u8,
    /// Code.
    pub icmp_code: u8,
    /// Bytes 4 to 7, whose meaning depends on the type; `None` where they were cut off.
    pub rest: Option<u32>,
}

impl Icmp {
    /// Identifier of an echo request or reply, of either version.
    pub fn echo_identifier(&self) -> Option<u16> {
        matches!(self.icmp_type, 0 | 8 | 128 | 129).then_some((self.rest? >> 16) as u16)
    }
}

/// What the transport header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// UDP or UDP-Lite.
    Udp(Udp),
    /// TCP.
    Tcp(Tcp),
    /// `ICMPv4` or `ICMPv6`.
    Icmp(Icmp),
    /// A protocol with ports in the same place (SCTP, DCCP).
    Ported(Ports),
    /// A protocol without ports.
    Portless,
    /// The header is not there: a later fragment, or fewer bytes than the ports take.
    Missing,
}

impl Transport {
    /// The ports, where the header has some and they are there.
    pub fn ports(&self) -> Option<Ports> {
        match self {
            Self::Udp(udp) => Some(udp.ports),
            Self::Tcp(tcp) => Some(tcp.ports),
            Self::Ported(ports) => Some(*ports),
            Self::Icmp(_) | Self::Portless | Self::Missing => None,
        }
    }
}

/// Reads the transport header of a packet or a quote.
#[inline]
pub fn transport(ip: &Ip<'_>) -> Transport {
    if ip.fragment_offset != 0 {
        return Transport::Missing;
    }
    let bytes = ip.payload;
    match ip.protocol {
        protocol::ICMP | protocol::ICMPV6 => icmp(bytes),
        protocol::TCP | protocol::UDP | protocol::UDP_LITE | protocol::SCTP | protocol::DCCP => {
            ported(ip.protocol, bytes)
        }
        _ => Transport::Portless,
    }
}

#[inline]
fn icmp(bytes: &[u8]) -> Transport {
    let [icmp_type, icmp_code, ..] = *bytes else { return Transport::Missing };
    Transport::Icmp(Icmp { icmp_type, icmp_code, rest: be32(bytes, 4) })
}

#[inline]
fn ported(protocol: u8, bytes: &[u8]) -> Transport {
    let (Some(source), Some(destination)) = (be16(bytes, 0), be16(bytes, 2)) else { return Transport::Missing };
    let ports = Ports { source, destination };
    match protocol {
        protocol::TCP => Transport::Tcp(Tcp {
            ports,
            sequence: be32(bytes, 4),
            acknowledgment: be32(bytes, 8),
            flags: bytes.get(13).map(|&flags| TcpFlags(flags)),
        }),
        protocol::UDP | protocol::UDP_LITE => {
            Transport::Udp(Udp { ports, length: be16(bytes, 4), checksum: be16(bytes, 6) })
        }
        _ => Transport::Ported(ports),
    }
}
