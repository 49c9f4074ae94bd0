//! Whether a packet carries another, and which.

use super::{Opened, Tunnels, UdpTunnel, gre, gtp, l2tp, overlay, teredo};
use crate::decode::link::{Header, Rest, descend};
use crate::decode::{Content, Ip, Layer, Packet, Ports, Transport, content, ether_type, protocol};

/// Length of a UDP header (RFC 768).
const UDP_HEADER: usize = 8;

impl Tunnels {
    /// Makes a UDP port known for a tunnel, or for none.
    pub fn assign(&mut self, port: u16, tunnel: Option<UdpTunnel>) {
        self.ports.retain(|&(known, _)| known != port);
        let Some(tunnel) = tunnel else { return };
        self.ports.push((port, tunnel));
        let (word, bit) = residue(port);
        if let Some(word) = self.likely.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    /// What a packet carries: a packet of its own, if this one is of a tunnel that is opened.
    ///
    /// Fragments are not opened. What a tunnel seems to carry has to look like a packet; otherwise it is none, and the
    /// outer packet is one like any other.
    #[inline]
    pub fn inside<'a>(&self, outer: &Packet<'a>) -> Option<Content<'a>> {
        match outer.ip.protocol {
            protocol::UDP => {
                let Transport::Udp(udp) = outer.transport else { return None };
                if self.may_be_at(udp.ports) { self.in_udp(outer, udp.ports) } else { None }
            }
            protocol::IPV4 | protocol::IPV6 | protocol::GRE => self.open(outer, in_ip(&outer.ip)?),
            _ => None,
        }
    }

    /// Whether [`inside`](Self::inside) may find a tunnel in the packet: never no where it does.
    pub fn may_be_in(&self, outer: &Packet<'_>) -> bool {
        match outer.ip.protocol {
            protocol::UDP => outer.transport.ports().is_some_and(|ports| self.may_be_at(ports)),
            protocol::IPV4 | protocol::IPV6 | protocol::GRE => true,
            _ => false,
        }
    }

    /// Whether a packet carries another that is not opened, as too many tunnels are around it already.
    pub fn is_too_deep(&self, outer: &Packet<'_>) -> bool {
        let deeper = || Self { depth: u8::MAX, ..self.clone() };
        outer.depth >= self.depth && self.may_be_in(outer) && deeper().inside(outer).is_some()
    }

    /// Whether a tunnel may be at one of the ports: never no where one is.
    #[inline]
    pub fn may_be_at(&self, ports: Ports) -> bool {
        let likely = |port| {
            let (word, bit) = residue(port);
            self.likely.get(word).map_or(0, |word| word >> bit)
        };
        (likely(ports.destination) | likely(ports.source)) & 1 != 0
    }

    #[cold]
    fn in_udp<'a>(&self, outer: &Packet<'a>, ports: Ports) -> Option<Content<'a>> {
        let assigned = |port: u16| self.ports.iter().find(|&&(known, _)| known == port).map(|&(_, tunnel)| tunnel);
        let payload = outer.ip.payload.get(UDP_HEADER..)?;
        let opened = match assigned(ports.destination).or_else(|| assigned(ports.source))? {
            UdpTunnel::Vxlan => overlay::vxlan(payload),
            UdpTunnel::VxlanGpe => overlay::vxlan_gpe(payload),
            UdpTunnel::Geneve => overlay::geneve(payload),
            UdpTunnel::Gtp => gtp::user_packet(payload),
            UdpTunnel::Teredo => teredo::packet(payload),
            UdpTunnel::L2tp => l2tp::data(payload),
        };
        self.open(outer, opened?)
    }

    #[cold]
    fn open<'a>(&self, outer: &Packet<'a>, (layer, number, rest): Opened<'a>) -> Option<Content<'a>> {
        if outer.depth >= self.depth || outer.ip.is_fragment() {
            return None;
        }
        let mut encapsulation = outer.encapsulation;
        encapsulation.push(layer, number);
        let link = descend(rest, &mut encapsulation).ok()?;
        let room = room(&outer.ip, link.payload);
        let content = content(link, encapsulation, outer.depth.saturating_add(1)).ok()?;
        match &content {
            Content::Packet(packet) if !is_plausible(&packet.ip, room) => None,
            _ => Some(content),
        }
    }
}

/// Where a port stands among the 1024 bits of [`Tunnels::likely`].
#[inline]
fn residue(port: u16) -> (usize, u32) {
    (usize::from(port >> 6 & 15), u32::from(port & 63))
}

/// Tunnels that are IP protocols.
#[cold]
fn in_ip<'a>(outer: &Ip<'a>) -> Option<Opened<'a>> {
    if outer.protocol == protocol::GRE {
        return gre::header(outer.payload);
    }
    let (layer, carried) = match (outer.version(), outer.protocol) {
        (4, protocol::IPV4) => (Layer::Ipip, ether_type::IPV4),
        (4, _) => (Layer::SixInFour, ether_type::IPV6),
        (_, protocol::IPV4) => (Layer::FourInSix, ether_type::IPV4),
        _ => (Layer::SixInSix, ether_type::IPV6),
    };
    Some((layer, 0, Rest::new(Header::Typed(carried), outer.payload)))
}

/// Bytes that the outer packet had on the wire for the inner one, which is the rest of what was captured of it; `None`
/// where the outer length is left to the network card.
fn room(outer: &Ip<'_>, inner: &[u8]) -> Option<u32> {
    let before = outer.payload.len().saturating_sub(inner.len()) as u32;
    (outer.total_length != 0).then(|| outer.declared_payload().saturating_sub(before))
}

/// Whether an inner header's length holds the headers and fits into the outer packet.
fn is_plausible(inner: &Ip<'_>, room: Option<u32>) -> bool {
    let is_offloaded = inner.total_length == 0;
    let fits = room.is_none_or(|room| inner.total_length <= room);
    is_offloaded || (inner.total_length >= u32::from(inner.headers_length) && fits)
}
