//! Link layers: how each begins, down to the network layer.

mod annotated;
mod cooked;
mod descent;
mod ethernet;
mod mpls;
mod ppp;
mod raw;
mod wireless;

use super::{Mac, Stop, ether_type};
use crate::frame::LinkType;
pub(super) use descent::descend;

/// The header that comes next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Header {
    /// What an `EtherType` names.
    Typed(u16),
    /// Ethernet.
    Ethernet,
    /// IEEE 802.2 logical link control.
    Llc,
    /// PPP, from its address and control bytes on, or from its protocol number on.
    Ppp,
    /// IP of the version that its first bits say.
    Ip,
}

/// Bytes still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest<'a> {
    /// What they begin with.
    pub(super) header: Header,
    /// The bytes.
    pub(super) bytes: &'a [u8],
    /// Hardware address of the sender, as far as is known by now.
    pub(super) source_mac: Option<Mac>,
}

impl<'a> Rest<'a> {
    /// Bytes that came from no hardware address.
    pub(super) fn new(header: Header, bytes: &'a [u8]) -> Self {
        Self { header, bytes, source_mac: None }
    }
}

/// A frame without its link header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unwrapped<'a> {
    /// What the payload is: IPv4, IPv6 or ARP.
    pub(super) ether_type: u16,
    /// The network layer's bytes, padding included.
    pub(super) payload: &'a [u8],
    /// Hardware address of the sender, where the link has such addresses.
    pub(super) source_mac: Option<Mac>,
}

/// Removes the outermost header, which depends on the link type alone.
#[inline]
pub(super) fn outermost(link: LinkType, bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    match link {
        LinkType::ETHERNET => ethernet::header(bytes),
        LinkType::PPI => {
            let (link, rest) = annotated::ppi(bytes)?;
            of_link(link, rest)
        }
        _ => of_link(link, bytes),
    }
}

fn of_link(link: LinkType, bytes: &[u8]) -> Result<Rest<'_>, Stop> {
    match link {
        LinkType::ETHERNET => ethernet::header(bytes),
        LinkType::LINUX_SLL => cooked::version_1(bytes),
        LinkType::LINUX_SLL2 => cooked::version_2(bytes),
        LinkType::NULL | LinkType::LOOP => raw::loopback(bytes),
        LinkType::RAW | LinkType::RAW_12 | LinkType::RAW_14 | LinkType::IPV4 | LinkType::IPV6 => {
            Ok(Rest::new(Header::Ip, bytes))
        }
        LinkType::PPP => Ok(Rest::new(Header::Ppp, bytes)),
        LinkType::PPP_HDLC | LinkType::C_HDLC => Ok(ppp::hdlc(bytes)),
        LinkType::PPP_ETHER => Ok(Rest::new(Header::Typed(ether_type::PPPOE_SESSION), bytes)),
        LinkType::IEEE802_11 => wireless::data(bytes, wireless::Padding::None),
        LinkType::IEEE802_11_RADIOTAP => wireless::radiotap(bytes),
        LinkType::IEEE802_11_PRISM => wireless::prism(bytes),
        LinkType::PFLOG => annotated::pflog(bytes),
        LinkType::NFLOG => annotated::nflog(bytes),
        LinkType::IPOIB => raw::infiniband(bytes),
        LinkType::NETLINK => Err(Stop::NotIp),
        _ => Err(Stop::LinkType),
    }
}
