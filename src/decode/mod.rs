//! From bytes to packets: link layers, IP, transport. The only place that reads headers.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

mod arp;
mod bare;
mod bytes;
mod encapsulation;
mod ether_type;
mod ip;
mod link;
mod plain;
pub mod protocol;
mod transport;
mod tunnel;

pub use arp::Arp;
pub use bare::{BareLink, bare_ip, bare_link};
pub use bytes::{be16, be32, internet_checksum};
pub use encapsulation::{Encapsulation, Layer};
pub use ip::{Extent, Ip, ip};
pub use plain::{Addresses, Header, Plain, PlainIn, plain};
pub use transport::{Icmp, Ports, Tcp, TcpFlags, Transport, Udp, transport};
pub use tunnel::{DEPTH, Tunnels, UdpTunnel};

use crate::frame::Frame;

/// Why a frame was not decoded to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stop {
    /// The link type has no decoder.
    LinkType,
    /// The frame ends within its link header or tags.
    LinkCut,
    /// The frame carries something other than IP or ARP.
    NotIp,
    /// The frame ends within the IP header.
    IpCut,
    /// The IP header contradicts itself (version, header length).
    IpInvalid,
    /// An ARP packet that is cut short, or not about IPv4.
    Arp,
    /// A wireless frame that is encrypted.
    Protected,
}

impl Stop {
    /// Every reason.
    pub const ALL: [Self; 7] =
        [Self::LinkType, Self::LinkCut, Self::NotIp, Self::IpCut, Self::IpInvalid, Self::Arp, Self::Protected];

    /// The reason in words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::LinkType => "link type not supported",
            Self::LinkCut => "link header cut short",
            Self::NotIp => "not IP",
            Self::IpCut => "IP header cut short",
            Self::IpInvalid => "IP header invalid",
            Self::Arp => "ARP not readable",
            Self::Protected => "wireless frame encrypted",
        }
    }
}

/// A hardware address.
pub type Mac = [u8; 6];

/// A hardware address as a number of 48 bits, its first byte lowest.
pub fn number_of_mac(mac: Mac) -> u64 {
    mac.iter().rfold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// The hardware address that is this number.
#[inline]
pub fn mac_of_number(number: u64) -> Mac {
    let [mac @ .., _, _] = number.to_le_bytes();
    mac
}

/// An IP packet of the capture.
#[derive(Clone, Debug)]
pub struct Packet<'a> {
    /// Its network header.
    pub ip: Ip<'a>,
    /// What the transport header says, as far as it is there.
    pub transport: Transport,
    /// Hardware address it was sent from, where the link has such addresses.
    pub source_mac: Option<Mac>,
    /// What was unwrapped to reach it.
    pub encapsulation: Encapsulation,
    /// How many tunnels it came through.
    pub depth: u8,
}

/// What a frame or a tunnel carries.
#[derive(Clone, Debug)]
pub enum Content<'a> {
    /// An IP packet.
    Packet(Packet<'a>),
    /// An ARP request or reply.
    Arp(Arp),
}

/// Reads a frame down to its outermost transport header; [`Tunnels::inside`] goes on from there.
#[inline]
pub fn frame<'a>(frame: &Frame<'a>) -> Result<Content<'a>, Stop> {
    let rest = link::outermost(frame.link, frame.bytes)?;
    let mut encapsulation = Encapsulation::default();
    let network = match rest.network() {
        Some(network) => network,
        None => link::descend(rest, &mut encapsulation)?,
    };
    content(network, encapsulation, 0)
}

/// Reads what a link layer, or a tunnel in its place, carries.
#[expect(clippy::inline_always, reason = "the packet is built in its place (measured)")]
#[inline(always)]
fn content(network: link::Unwrapped<'_>, mut encapsulation: Encapsulation, depth: u8) -> Result<Content<'_>, Stop> {
    if network.ether_type == ether_type::ARP {
        return Arp::read(network.payload).map(Content::Arp).ok_or(Stop::Arp);
    }
    let ip = ip(network.payload, Extent::Declared)?;
    let transport = transport(&ip);
    if ip.is_authenticated {
        encapsulation.push(Layer::Ah, 0);
    }
    Ok(Content::Packet(Packet { ip, transport, source_mac: network.source_mac, encapsulation, depth }))
}
