//! What was unwrapped before the packet: tags and tunnels, outermost first.

use std::fmt;

/// A layer around the packet that is worth naming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// An IEEE 802.1Q or 802.1ad tag with its VLAN identifier.
    Vlan(u16),
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vlan(id) => write!(f, "vlan:{id}"),
        }
    }
}

/// How many layers are remembered; what lies deeper is decoded all the same, but not named.
const NAMED_LAYERS: usize = 6;

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
