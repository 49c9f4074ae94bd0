//! From header to header until the network layer is reached.

use super::{Header, Rest, Unwrapped, ethernet, mpls, ppp};
use crate::decode::{Encapsulation, Stop, ether_type};

/// Removes headers, tags and labels down to IP or ARP; each takes at least a byte, so the frame's length bounds the loop.
pub(in crate::decode) fn descend(mut rest: Rest<'_>, mut encapsulation: Encapsulation) -> Result<Unwrapped<'_>, Stop> {
    loop {
        rest = match rest.header {
            Header::Typed(ether_type @ (ether_type::IPV4 | ether_type::IPV6 | ether_type::ARP)) => {
                let Rest { bytes: payload, source_mac, .. } = rest;
                return Ok(Unwrapped { ether_type, payload, source_mac, encapsulation });
            }
            Header::Typed(number) => named(number, rest, &mut encapsulation)?,
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
