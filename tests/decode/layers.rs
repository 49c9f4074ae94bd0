//! Link layers: what the crafted captures don't show, and what is left alone.

use unreach::decode::{Content, Stop, Tunnels, frame};
use unreach::frame::LinkType;

use super::frames::{captured, contents, ethernet, ethernet_contents, ipv4, joined};

const INNER: &str = "192.0.2.1 > 192.0.2.2 proto 253\n";

/// A packet of a protocol that means nothing (RFC 3692).
fn packet() -> Vec<u8> {
    ipv4(253, b"payload")
}

/// Why a frame is not read.
fn stop(link: LinkType, bytes: &[u8]) -> Stop {
    contents(link, bytes, &Tunnels::default()).expect_err("a frame that can't be read")
}

#[test]
fn tags_labels_and_sessions_may_alternate() {
    let session = joined(&[&[0x11, 0, 0, 9, 0, 0, 0x00, 0x21], &packet()]);
    let tagged = joined(&[&[0, 5, 0x88, 0x64], &session]);
    let labelled = joined(&[&[0, 1, 0x11, 64], &[0, 0, 0, 0], &ethernet(0x8100, &tagged)]);
    assert_eq!(ethernet_contents(&ethernet(0x8847, &labelled)), format!("mpls:17/vlan:5/pppoe:9 {INNER}"));
}

#[test]
fn more_layers_than_are_named_are_passed() {
    let mut frame = packet();
    let mut ether_type = 0x0800_u16;
    for id in 0..12_u8 {
        frame = joined(&[&[0, id], &ether_type.to_be_bytes(), &frame]);
        ether_type = 0x8100;
    }
    let names = "vlan:11/vlan:10/vlan:9/vlan:8/vlan:7/vlan:6/vlan:5/vlan:4";
    assert_eq!(ethernet_contents(&ethernet(ether_type, &frame)), format!("{names} {INNER}"));
}

#[test]
fn a_control_word_is_told_from_a_hardware_address() {
    let bottom = [0, 1, 0xf1, 64];
    let inner = ethernet(0x0800, &packet());
    let zero = joined(&[&[0, 0x1b, 0x21], inner.get(3..).expect("more than an address")]);
    for below in [joined(&[&[0, 0, 0, 1], &inner]), joined(&[&[0, 0, 0, 1], &zero]), zero, packet()] {
        assert_eq!(ethernet_contents(&ethernet(0x8847, &joined(&[&bottom, &below]))), format!("mpls:31 {INNER}"));
    }
}

#[test]
fn frames_without_a_packet_are_not_ip() {
    let spanning_tree = ethernet(38, &[0x42, 0x42, 0x03, 0, 0, 0, 0, 0]);
    let discovery = ethernet(0x8863, &[0x11, 0x09, 0, 0, 0, 0]);
    let vendor = ethernet(16, &[0xaa, 0xaa, 0x03, 0, 0, 0x0c, 0x20, 0]);
    let terminate = ethernet(0x8864, &[0x11, 0xa7, 0, 9, 0, 0]);
    let link_control = ethernet(0x8864, &[0x11, 0, 0, 9, 0, 8, 0xc0, 0x21, 9, 0, 0, 6, 0, 0]);
    for bytes in [spanning_tree, discovery, vendor, terminate, link_control] {
        assert_eq!(stop(LinkType::ETHERNET, &bytes), Stop::NotIp);
    }
    assert_eq!(stop(LinkType::NETLINK, &packet()), Stop::NotIp);
    assert_eq!(stop(LinkType(147), &packet()), Stop::LinkType);
}

#[test]
fn an_encrypted_wireless_frame_is_counted_as_such() {
    let header = joined(&[&[0x08, 0x41, 0, 0], &[2; 18], &[0x10, 0]]);
    assert_eq!(stop(LinkType::IEEE802_11, &joined(&[&header, &packet()])), Stop::Protected);
}

#[test]
fn per_packet_information_is_no_link_of_its_own() {
    let inner = joined(&[&[0, 0, 8, 0, 192, 0, 0, 0], &packet()]);
    assert_eq!(stop(LinkType::PPI, &joined(&[&[0, 0, 8, 0, 192, 0, 0, 0], &inner])), Stop::LinkType);
    let raw = joined(&[&[0, 0, 8, 0, 101, 0, 0, 0], &packet()]);
    assert_eq!(contents(LinkType::PPI, &raw, &Tunnels::default()), Ok(INNER.to_owned()));
}

#[test]
fn the_sender_s_hardware_address_is_read_where_there_is_one() {
    let mac = |link, bytes: &[u8]| match frame(&captured(link, bytes)) {
        Ok(Content::Packet(packet)) => packet.source_mac,
        _ => None,
    };
    assert_eq!(mac(LinkType::ETHERNET, &ethernet(0x0800, &packet())), Some([2, 0, 0, 0, 0, 1]));
    let attributes = joined(&[&[16, 0, 8, 0, 0, 6, 0, 0, 2, 0, 0, 0, 0, 7, 0, 0], &[31, 0, 9, 0], &packet()]);
    assert_eq!(mac(LinkType::NFLOG, &joined(&[&[2, 0, 0, 5], &attributes])), Some([2, 0, 0, 0, 0, 7]));
    assert_eq!(mac(LinkType::PPP, &joined(&[&[0x21], &packet()])), None);
}
