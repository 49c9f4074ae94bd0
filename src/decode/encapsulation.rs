//! What was unwrapped before the packet: tags, labels and tunnels, outermost first.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of layer around the packet that is worth naming; most have a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Layer {
    /// An IEEE 802.1Q or 802.1ad tag, by its VLAN identifier.
    Vlan,
    /// An MPLS label.
    Mpls,
    /// A `PPPoE` session.
    Pppoe,
    /// GRE without a key.
    Gre,
    /// GRE by its key; that of PPTP by its call.
    GreKey,
    /// IPv4 in IPv4.
    Ipip,
    /// IPv6 in IPv4.
    SixInFour,
    /// IPv4 in IPv6.
    FourInSix,
    /// IPv6 in IPv6.
    SixInSix,
    /// VXLAN by its network identifier.
    Vxlan,
    /// VXLAN with the protocol extension, by its network identifier.
    VxlanGpe,
    /// GENEVE by its network identifier.
    Geneve,
    /// GTP by its tunnel endpoint identifier; version 0 by its flow label.
    Gtp,
    /// ERSPAN type I, which has no header of its own.
    Erspan,
    /// ERSPAN type II or III by its session.
    ErspanSession,
    /// Teredo.
    Teredo,
    /// L2TP by its tunnel identifier.
    L2tp,
    /// An authentication header between the packet's network header and its transport header.
    Ah,
}

impl Layer {
    /// Every kind, in the order of their numbers here.
    pub(crate) const ALL: [Self; 18] = [
        Self::Vlan,
        Self::Mpls,
        Self::Pppoe,
        Self::Gre,
        Self::GreKey,
        Self::Ipip,
        Self::SixInFour,
        Self::FourInSix,
        Self::SixInSix,
        Self::Vxlan,
        Self::VxlanGpe,
        Self::Geneve,
        Self::Gtp,
        Self::Erspan,
        Self::ErspanSession,
        Self::Teredo,
        Self::L2tp,
        Self::Ah,
    ];

    /// Its name, and whether its number belongs to it.
    pub(crate) fn name(self) -> (&'static str, bool) {
        match self {
            Self::Vlan => ("vlan", true),
            Self::Mpls => ("mpls", true),
            Self::Pppoe => ("pppoe", true),
            Self::Gre => ("gre", false),
            Self::GreKey => ("gre", true),
            Self::Ipip => ("ipip", false),
            Self::SixInFour => ("6in4", false),
            Self::FourInSix => ("4in6", false),
            Self::SixInSix => ("6in6", false),
            Self::Vxlan => ("vxlan", true),
            Self::VxlanGpe => ("vxlan-gpe", true),
            Self::Geneve => ("geneve", true),
            Self::Gtp => ("gtp", true),
            Self::Erspan => ("erspan", false),
            Self::ErspanSession => ("erspan", true),
            Self::Teredo => ("teredo", false),
            Self::L2tp => ("l2tp", true),
            Self::Ah => ("ah", false),
        }
    }
}

/// How many layers are remembered; what lies deeper is decoded all the same, but not named.
const NAMED_LAYERS: usize = 8;

/// The layers around a packet, outermost first; kinds and numbers apart, as every packet has them, and nearly all none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Encapsulation {
    layers: [Option<Layer>; NAMED_LAYERS],
    numbers: [u32; NAMED_LAYERS],
}

impl Encapsulation {
    /// Adds the next layer inwards, with its number, or 0 if it has none.
    pub fn push(&mut self, layer: Layer, number: u32) {
        let slots = self.layers.iter_mut().zip(&mut self.numbers);
        for (slot, slot_number) in slots.filter(|(slot, _)| slot.is_none()).take(1) {
            (*slot, *slot_number) = (Some(layer), number);
        }
    }

    /// Whether the packet lay bare on its link.
    pub fn is_empty(&self) -> bool {
        self.layers.iter().all(Option::is_none)
    }

    /// The layers, outermost first, each with its number, or 0 if it has none.
    pub fn layers(&self) -> impl Iterator<Item = (Layer, u32)> {
        self.layers.into_iter().flatten().zip(self.numbers)
    }
}

impl fmt::Display for Encapsulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.layers.iter().flatten().zip(&self.numbers);
        for (position, (layer, number)) in named.enumerate() {
            if position > 0 {
                f.write_str("/")?;
            }
            match layer.name() {
                (name, true) => write!(f, "{name}:{number}")?,
                (name, false) => f.write_str(name)?,
            }
        }
        Ok(())
    }
}
