//! The layers that the column `encapsulation` names, and what the number behind each is.

/// By their names.
pub(super) const LAYERS: [(&str, &str); 16] = [
    ("vlan", "A tag of IEEE 802.1Q or 802.1ad; the number is that of the VLAN."),
    ("mpls", "An MPLS label, by its number."),
    ("pppoe", "A PPPoE session, by its number."),
    ("gre", "A GRE tunnel, by its key where it has one; of PPTP, by its call."),
    ("ipip", "A tunnel: IPv4 in IPv4."),
    ("6in4", "A tunnel: IPv6 in IPv4."),
    ("4in6", "A tunnel: IPv4 in IPv6."),
    ("6in6", "A tunnel: IPv6 in IPv6."),
    ("vxlan", "A VXLAN tunnel; the number is that of the network in it (VNI)."),
    ("vxlan-gpe", "A VXLAN tunnel with the protocol extension; the number is that of the network in it (VNI)."),
    ("geneve", "A GENEVE tunnel; the number is that of the network in it (VNI)."),
    ("gtp", "A GTP tunnel of a mobile network, by the identifier of its endpoint; of version 0, by its flow label."),
    ("erspan", "A copy that a switch made of the packet (ERSPAN), by the session where it has one."),
    ("teredo", "A Teredo tunnel: IPv6 in UDP."),
    ("l2tp", "An L2TP tunnel, by its identifier."),
    ("ah", "An authentication header of IPsec before the payload."),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::LAYERS;
    use crate::decode::Layer;

    /// Neither a layer without an explanation, nor an explanation of none.
    #[test]
    fn the_layers_that_are_explained_are_those_that_are_named() {
        let explained: BTreeSet<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
        let named: BTreeSet<&str> = Layer::ALL.iter().map(|layer| layer.name().0).collect();
        assert_eq!(explained, named);
        assert_eq!(explained.len(), LAYERS.len());
    }
}
