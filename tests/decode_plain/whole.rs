//! Frames as they were captured.

use unreach::decode::{Content, Packet, Tunnels, frame, protocol};
use unreach::frame::{Frame, LinkType};

use super::is_plain;
use crate::corpus;

/// Whether a packet has nothing that the short way leaves to the general one.
fn is_unremarkable(captured: &Frame<'_>, packet: &Packet<'_>, tunnels: &Tunnels) -> bool {
    let header = match packet.ip.protocol {
        protocol::UDP => 8,
        protocol::TCP => 20,
        _ => return false,
    };
    let ip = &packet.ip;
    let ports = packet.transport.ports();
    captured.link == LinkType::ETHERNET
        && matches!(captured.bytes.get(12..14), Some([0x08, 0x00] | [0x86, 0xdd]))
        && packet.encapsulation.is_empty()
        && !ip.has_options
        && !ip.is_fragment()
        && usize::from(ip.headers_length) == ip.header.len()
        && ip.payload.len() >= header
        && ip.payload.len() as u64 == u64::from(ip.declared_payload())
        && ports.is_some_and(|ports| !tunnels.may_be_at(ports))
}

#[test]
fn both_ways_agree_on_every_frame() {
    let tunnels = Tunnels::default();
    let (mut plain, mut all) = (0, 0);
    for (_, frames) in ["lab", "crafted"].into_iter().flat_map(corpus::all) {
        all += frames.len();
        plain += frames.iter().filter(|captured| is_plain(&captured.frame(), &tunnels)).count();
    }
    assert!(plain * 3 > all, "only {plain} of {all} frames were plain");
}

#[test]
fn what_is_unremarkable_is_read_the_short_way() {
    let tunnels = Tunnels::default();
    for (path, frames) in ["lab", "crafted"].into_iter().flat_map(corpus::all) {
        for captured in &frames {
            let borrowed = captured.frame();
            let Ok(Content::Packet(packet)) = frame(&borrowed) else { continue };
            if is_unremarkable(&borrowed, &packet, &tunnels) {
                assert!(is_plain(&borrowed, &tunnels), "{} frame {}", path.display(), captured.number);
            }
        }
    }
}
