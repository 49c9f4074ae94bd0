//! What hardly any message shows: oddities of refused packets, and of how they are quoted.

use crate::decode::protocol;
use crate::unreachable::{Message, Quoted};

/// Some stacks add the header to the total length that they quote, or take it off (nmap's RIPL): that is no oddness of the
/// refused packet.
const IPV4_HEADER: i32 = 20;
/// Others swap its bytes, which makes a multiple of 255 of the difference.
const LARGEST_SURPLUS: i32 = 255;

/// The oddities of a case's messages: how many have each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// Those of a message, if it has any.
    #[inline]
    pub(super) fn of(message: &Message) -> Option<Self> {
        let may_be_odd = |quoted: &Quoted| quoted.has_options || quoted.lacks_udp_checksum || quoted.udp_surplus != 0;
        let found = message.outer.has_options || message.quoted.as_ref().is_some_and(may_be_odd);
        found.then(|| Self::count(message)).filter(|odd| *odd != Self::default())
    }

    fn count(message: &Message) -> Self {
        let echoed_options = u64::from(message.outer.has_options);
        let Some(quoted) = &message.quoted else { return Self { echoed_options, ..Self::default() } };
        let is_v6_udp = message.quotes(protocol::UDP) && message.code.version == 6;
        let surplus = quoted.udp_surplus;
        let is_telling = (1..LARGEST_SURPLUS).contains(&surplus.abs()) && surplus.abs() != IPV4_HEADER;
        Self {
            echoed_options,
            altered_options: u64::from(quoted.has_options && quoted.header_checksum_is_valid == Some(false)),
            without_udp_checksum: u64::from(is_v6_udp && quoted.lacks_udp_checksum),
            udp_trailers: u64::from(is_telling && surplus > 0),
            udp_overruns: u64::from(is_telling && surplus < 0),
        }
    }

    /// Counts what others have.
    pub(super) fn add(&mut self, others: &Self) {
        self.echoed_options += others.echoed_options;
        self.altered_options += others.altered_options;
        self.without_udp_checksum += others.without_udp_checksum;
        self.udp_trailers += others.udp_trailers;
        self.udp_overruns += others.udp_overruns;
    }
}
