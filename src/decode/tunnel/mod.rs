//! Tunnels: packets that carry packets, known by their IP protocol or their UDP port.

mod gre;
mod gtp;
mod inside;
mod l2tp;
mod overlay;
mod teredo;

use super::Layer;
use super::link::Rest;

/// A tunnel in UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UdpTunnel {
    /// VXLAN (RFC 7348).
    Vxlan,
    /// VXLAN with the protocol extension (draft-ietf-nvo3-vxlan-gpe).
    VxlanGpe,
    /// GENEVE (RFC 8926).
    Geneve,
    /// User packets of GTP, version 1 (3GPP TS 29.281) or 0 (GSM 09.60).
    Gtp,
    /// Teredo (RFC 4380).
    Teredo,
    /// Data messages of L2TP, version 2 (RFC 2661).
    L2tp,
}

impl UdpTunnel {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Vxlan, Self::VxlanGpe, Self::Geneve, Self::Gtp, Self::Teredo, Self::L2tp];

    /// Its name, as the layer is called in what was unwrapped.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vxlan => "vxlan",
            Self::VxlanGpe => "vxlan-gpe",
            Self::Geneve => "geneve",
            Self::Gtp => "gtp",
            Self::Teredo => "teredo",
            Self::L2tp => "l2tp",
        }
    }
}

/// The ports that tunnels are known by: as IANA assigned them, but for 8472, where Linux had VXLAN before.
const PORTS: [(u16, UdpTunnel); 8] = [
    (1701, UdpTunnel::L2tp),
    (2152, UdpTunnel::Gtp),
    (3386, UdpTunnel::Gtp),
    (3544, UdpTunnel::Teredo),
    (4789, UdpTunnel::Vxlan),
    (4790, UdpTunnel::VxlanGpe),
    (6081, UdpTunnel::Geneve),
    (8472, UdpTunnel::Vxlan),
];

/// How many tunnels within each other are opened: as many as an entry point of one puts around a packet where nobody said otherwise
/// (RFC 2473 section 6.6).
pub const DEPTH: u8 = 4;

/// Which tunnels are opened, and how deep.
#[derive(Clone, Debug)]
pub struct Tunnels {
    ports: Vec<(u16, UdpTunnel)>,
    /// A bit for each residue of a port that is in the table: what is not in here needs no look at the table.
    likely: [u64; 16],
    depth: u8,
}

impl Default for Tunnels {
    /// The usual ports, and four tunnels within each other.
    fn default() -> Self {
        let mut tunnels = Self { ports: Vec::new(), likely: [0; 16], depth: DEPTH };
        for (port, tunnel) in PORTS {
            tunnels.assign(port, Some(tunnel));
        }
        tunnels
    }
}

/// A tunnel's header, read: how it's called, its number, and what it carries.
type Opened<'a> = (Layer, u32, Rest<'a>);
