//! What was unwrapped before the packet: tags, labels and tunnels, outermost first.

use std::fmt;

/// A layer around the packet that is worth naming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// An IEEE 802.1Q or 802.1ad tag with its VLAN identifier.
    Vlan(u16),
    /// An MPLS label.
    Mpls(u32),
    /// A `PPPoE` session.
    Pppoe(u16),
    /// GRE without a key.
    Gre,
    /// GRE with its key; with PPTP, the call.
    GreKey(u32),
    /// IPv4 in IPv4.
    Ipip,
    /// IPv6 in IPv4.
    SixInFour,
    /// IPv4 in IPv6.
    FourInSix,
    /// IPv6 in IPv6.
    SixInSix,
    /// VXLAN with its network identifier.
    Vxlan(u32),
    /// VXLAN with the protocol extension, and its network identifier.
    VxlanGpe(u32),
    /// GENEVE with its network identifier.
    Geneve(u32),
    /// GTP with its tunnel endpoint identifier; in version 0, the flow label.
    Gtp(u32),
    /// ERSPAN type I, which has no header of its own.
    Erspan,
    /// ERSPAN type II or III with its session.
    ErspanSession(u16),
    /// Teredo.
    Teredo,
    /// L2TP with its tunnel identifier.
    L2tp(u16),
    /// An authentication header between the packet's network header and its transport header.
    Ah,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, number) = match *self {
            Self::Vlan(id) => ("vlan", Some(u32::from(id))),
            Self::Mpls(label) => ("mpls", Some(label)),
            Self::Pppoe(session) => ("pppoe", Some(u32::from(session))),
            Self::Gre => ("gre", None),
            Self::GreKey(key) => ("gre", Some(key)),
            Self::Ipip => ("ipip", None),
            Self::SixInFour => ("6in4", None),
            Self::FourInSix => ("4in6", None),
            Self::SixInSix => ("6in6", None),
            Self::Vxlan(network) => ("vxlan", Some(network)),
            Self::VxlanGpe(network) => ("vxlan-gpe", Some(network)),
            Self::Geneve(network) => ("geneve", Some(network)),
            Self::Gtp(endpoint) => ("gtp", Some(endpoint)),
            Self::Erspan => ("erspan", None),
            Self::ErspanSession(session) => ("erspan", Some(u32::from(session))),
            Self::Teredo => ("teredo", None),
            Self::L2tp(tunnel) => ("l2tp", Some(u32::from(tunnel))),
            Self::Ah => ("ah", None),
        };
        match number {
            Some(number) => write!(f, "{name}:{number}"),
            None => f.write_str(name),
        }
    }
}

/// How many layers are remembered; what lies deeper is decoded all the same, but not named.
const NAMED_LAYERS: usize = 8;

/// The layers around a packet, outermost first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Encapsulation {
    layers: [Option<Layer>; NAMED_LAYERS],
}

impl Encapsulation {
    /// Adds the next layer inwards.
    pub fn push(&mut self, layer: Layer) {
        if let Some(free) = self.layers.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(layer);
        }
    }

    /// Whether the packet lay bare on its link.
    pub fn is_empty(&self) -> bool {
        self.layers.iter().all(Option::is_none)
    }
}

impl fmt::Display for Encapsulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, layer) in self.layers.iter().flatten().enumerate() {
            if position > 0 {
                f.write_str("/")?;
            }
            write!(f, "{layer}")?;
        }
        Ok(())
    }
}
