//! Tunnels: the packet inside after the one around it, each once, and nothing that is none.

use unreach::analyzer::{Analyzer, Config};
use unreach::decode::{Content, Tunnels, UdpTunnel, frame};
use unreach::frame::LinkType;

use super::frames::{captured, contents, ethernet, ethernet_contents, ipv4, joined, udp, vxlan};

const OUTER: &str = "192.0.2.1 > 192.0.2.2 proto 17\n";

fn inner() -> Vec<u8> {
    ethernet(0x0800, &ipv4(253, b"payload"))
}

#[test]
fn both_packets_are_shown_the_outer_one_first() {
    let shown = ethernet_contents(&vxlan(4789, 42, &inner()));
    assert_eq!(shown, format!("{OUTER}vxlan:42 192.0.2.1 > 192.0.2.2 proto 253\n"));
}

#[test]
fn arp_in_a_tunnel_is_seen() {
    let arp = [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2];
    let shown = ethernet_contents(&vxlan(4789, 42, &ethernet(0x0806, &arp)));
    assert_eq!(shown, format!("{OUTER}arp 10.0.0.1 > 10.0.0.2\n"));
}

#[test]
fn a_tunnel_is_known_by_either_port() {
    let mut bytes = vxlan(50000, 42, &inner());
    // The source port, which so far is 50000 as well.
    bytes.splice(34..36, 4789_u16.to_be_bytes());
    assert!(ethernet_contents(&bytes).contains("vxlan:42"));
}

#[test]
fn ports_can_be_assigned() {
    let mut tunnels = Tunnels::default();
    tunnels.assign(4789, None);
    tunnels.assign(5000, Some(UdpTunnel::Vxlan));
    let shown = |port| contents(LinkType::ETHERNET, &vxlan(port, 1, &inner()), &tunnels).expect("a frame");
    assert_eq!(shown(4789), OUTER);
    assert!(shown(5000).contains("vxlan:1"));
    // A port of the same residue as an assigned one.
    assert_eq!(shown(5000 + 1024), OUTER);
}

#[test]
fn an_inner_packet_has_no_hardware_address_of_the_outer_link() {
    let bytes = ethernet(0x0800, &ipv4(4, &ipv4(253, b"payload")));
    let Ok(Content::Packet(outer)) = frame(&captured(LinkType::ETHERNET, &bytes)) else { panic!("a packet") };
    let Some(Content::Packet(inner)) = Tunnels::default().inside(&outer) else { panic!("a packet inside") };
    assert_eq!((outer.source_mac, outer.depth), (Some([2, 0, 0, 0, 0, 1]), 0));
    assert_eq!((inner.source_mac, inner.depth), (None, 1));
}

#[test]
fn an_inner_packet_may_be_cut_by_the_snap_length() {
    let whole = vxlan(4789, 42, &inner());
    // Up to the end of the inner IP header.
    let cut = whole.get(..14 + 20 + 8 + 8 + 14 + 20).expect("a longer frame");
    assert!(ethernet_contents(cut).contains("vxlan:42"));
}

#[test]
fn a_fragment_stays_closed() {
    let mut bytes = ethernet(0x0800, &ipv4(4, &ipv4(253, b"payload")));
    *bytes.get_mut(20).expect("flags") = 0x20;
    assert_eq!(ethernet_contents(&bytes), "192.0.2.1 > 192.0.2.2 proto 4\n");
}

#[test]
fn the_depth_is_bounded() {
    let mut packet = ipv4(253, b"payload");
    for _ in 0..1000 {
        packet = ipv4(4, &packet);
    }
    assert_eq!(ethernet_contents(&ethernet(0x0800, &packet)).lines().count(), 5);
}

#[test]
fn a_message_in_a_tunnel_finds_its_original_there() {
    let refused = ipv4(17, &udp(9, b"payload"));
    let message = ipv4(1, &joined(&[&[3, 3, 0, 0, 0, 0, 0, 0], &refused]));
    let mut analyzer = Analyzer::new(Config { max_flows: 512, ..Config::default() });
    let frames = [refused, message].map(|packet| vxlan(4789, 42, &ethernet(0x0800, &packet)));
    for (number, bytes) in (1..).zip(&frames) {
        analyzer.push(&unreach::frame::Frame { number, ..captured(LinkType::ETHERNET, bytes) });
    }
    let (_, totals) = analyzer.finish();
    assert_eq!((totals.packets, totals.messages), (2, 1));
}
