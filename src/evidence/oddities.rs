//! What hardly any message shows: oddities of refused packets, and of how they are quoted.

use crate::decode::protocol;
use crate::unreachable::{Message, Quoted};

/// Some stacks add the header to the total length that they quote, or take it off (nmap's RIPL): that is no oddness of the
/// refused packet.
const IPV4_HEADER: i32 = 20;
/// Others swap its bytes, which makes a multiple of 255 of the difference.
const LARGEST_SURPLUS: i32 = 255;

/// The oddities of a case's messages: how many have each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Oddities {
    /// Messages whose outer header has options, as a host copies them.
    pub echoed_options: u64,
    /// Quotes with options and a wrong header checksum.
    pub altered_options: u64,
    /// Quotes of UDP over IPv6 without a checksum.
    pub without_udp_checksum: u64,
    /// Quotes whose IP payload is longer than their UDP datagram.
    pub udp_trailers: u64,
    /// Quotes whose UDP length is more than the packet holds.
    pub udp_overruns: u64,
}

impl Oddities {
    /// Whether a message may have one.
    #[inline]
    pub(super) fn may_be_of(message: &Message) -> bool {
        let is_odd = |quoted: &Quoted| quoted.has_options || quoted.lacks_udp_checksum || quoted.udp_surplus != 0;
        message.outer.has_options || message.quoted.as_ref().is_some_and(is_odd)
    }

    /// Counts those of a message.
    pub(super) fn add(&mut self, message: &Message) {
        self.echoed_options += u64::from(message.outer.has_options);
        let Some(quoted) = &message.quoted else { return };
        self.altered_options += u64::from(quoted.has_options && quoted.header_checksum_is_valid == Some(false));
        let is_v6_udp = message.quotes(protocol::UDP) && message.code.version == 6;
        self.without_udp_checksum += u64::from(is_v6_udp && quoted.lacks_udp_checksum);
        let is_telling =
            (1..LARGEST_SURPLUS).contains(&quoted.udp_surplus.abs()) && quoted.udp_surplus.abs() != IPV4_HEADER;
        self.udp_trailers += u64::from(is_telling && quoted.udp_surplus > 0);
        self.udp_overruns += u64::from(is_telling && quoted.udp_surplus < 0);
    }
}
