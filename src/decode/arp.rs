//! ARP for IPv4 (RFC 826): who asks for whom, and who answers.

use std::net::Ipv4Addr;

use super::{Mac, be16};

/// A request or a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arp {
    /// Whether it asks (operation 1); otherwise it answers (operation 2).
    pub is_request: bool,
    /// Hardware address of its sender.
    pub hardware: Mac,
    /// Protocol address of its sender.
    pub sender: Ipv4Addr,
    /// Protocol address that is asked for, or answered to.
    pub target: Ipv4Addr,
}

impl Arp {
    /// Reads an ARP packet about IPv4 over six-byte hardware addresses.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        const IPV4_OVER_MAC: [u8; 4] = [0x08, 0x00, 6, 4];
        if bytes.get(2..6)? != IPV4_OVER_MAC {
            return None;
        }
        let is_request = match be16(bytes, 6)? {
            1 => true,
            2 => false,
            _ => return None,
        };
        let address = |offset: usize| bytes.get(offset..)?.first_chunk::<4>().copied().map(Ipv4Addr::from);
        let hardware = *bytes.get(8..)?.first_chunk()?;
        Some(Self { is_request, hardware, sender: address(14)?, target: address(24)? })
    }
}
