//! From header to header until the network layer is reached.

use super::{Header, Rest, Unwrapped, ethernet, mpls, ppp};
use crate::decode::{Encapsulation, Stop, ether_type};

impl<'a> Rest<'a> {
    /// The network layer, if nothing is left to be removed before it.
    #[inline]
    pub(in crate::decode) fn network(self) -> Option<Unwrapped<'a>> {
        let Header::Typed(ether_type @ (ether_type::IPV4 | ether_type::IPV6 | ether_type::ARP)) = self.header else {
            return None;
        };
        Some(Unwrapped { ether_type, payload: self.bytes, source_mac: self.source_mac })
    }
}

/// Removes headers, tags and labels down to the network layer, and names them in `encapsulation`; each takes at least a
/// byte, so the frame's length bounds the loop.
pub(in crate::decode) fn descend<'a>(
    mut rest: Rest<'a>,
    encapsulation: &mut Encapsulation,
) -> Result<Unwrapped<'a>, Stop> {
    loop {
        if let Some(network) = rest.network() {
            return Ok(network);
        }
        rest = match rest.header {
            Header::Typed(number) => named(number, rest, encapsulation)?,
            Header::Ethernet => ethernet::header(rest.bytes)?,
            Header::Llc => ethernet::llc(rest)?,
            Header::Ppp => ppp::protocol(rest)?,
            Header::Ip => Rest { header: version(rest.bytes)?, ..rest },
        };
    }
}

fn named<'a>(number: u16, rest: Rest<'a>, encapsulation: &mut Encapsulation) -> Result<Rest<'a>, Stop> {
    match number {
        _ if ether_type::VLAN.contains(&number) => ethernet::tag(rest, encapsulation),
        _ if ether_type::MPLS.contains(&number) => mpls::labels(rest, encapsulation),
        ether_type::PPPOE_SESSION => ppp::session(rest, encapsulation),
        ether_type::ETHERNET => Ok(Rest { header: Header::Ethernet, ..rest }),
        ether_type::PPP => Ok(Rest { header: Header::Ppp, ..rest }),
        _ => Err(Stop::NotIp),
    }
}

fn version(bytes: &[u8]) -> Result<Header, Stop> {
    match bytes.first().map(|byte| byte >> 4) {
        Some(4) => Ok(Header::Typed(ether_type::IPV4)),
        Some(6) => Ok(Header::Typed(ether_type::IPV6)),
        Some(_) => Err(Stop::NotIp),
        None => Err(Stop::IpCut),
    }
}
