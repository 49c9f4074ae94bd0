//! The decoder: two bytes of link type, then a frame. It ends, and its fast way says what its general way says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unreach::decode::{self, Content, Header, Packet, Plain, PlainIn, TcpFlags, Transport, Tunnels};
use unreach::flow::{Identity, Locator};
use unreach::frame::{Frame, InputId, LinkType, Timestamp};
use unreach::unreachable::{Message, Unreachable};

/// Goes through a packet and those inside of it.
fn go_through(content: &Content<'_>, tunnels: &Tunnels, depth: usize) {
    assert!(depth < 16, "tunnels have an end");
    let Content::Packet(packet) = content else { return };
    let _ = packet.encapsulation.to_string();
    if let Some(unreachable) = Unreachable::parse(packet) {
        let _ = format!("{unreachable:?}");
    }
    if let Some(inside) = tunnels.inside(packet) {
        go_through(&inside, tunnels, depth + 1);
    }
}

/// Holds the fast way of reading a packet to the general one.
fn compare<H: Header>(plain: &PlainIn<'_, H>, packet: &Packet<'_>) {
    let (header, ip) = (plain.header(), &packet.ip);
    assert_eq!((header.ttl(), header.tos(), header.protocol()), (ip.ttl, ip.tos, ip.protocol));
    assert_eq!(header.total_length(), ip.total_length);
    assert_eq!(Some(decode::mac_of_number(plain.source_mac())), packet.source_mac);
    assert_eq!(Some(plain.ports()), packet.transport.ports());
    let identity = Identity::of(ip, &packet.transport);
    assert_eq!(Some(plain.fingerprint()), identity.fingerprint);
    assert_eq!(u32::from(header.identification()), identity.identification);
    match packet.transport {
        Transport::Tcp(tcp) => assert_eq!(tcp.flags, Some(plain.flags())),
        _ => assert_eq!(plain.flags(), TcpFlags(0)),
    }
    let locator = Locator::default();
    let located = locator.locate_ends(header.addresses(), plain.ports(), header.protocol());
    assert_eq!(locator.locate(ip, &packet.transport), Some(located));
}

fuzz_target!(|data: &[u8]| {
    let Some((link, bytes)) = data.split_first_chunk() else { return };
    let frame = Frame {
        input: InputId(0),
        number: 1,
        timestamp: Timestamp(0),
        link: LinkType(u16::from_be_bytes(*link)),
        bytes,
        wire_length: bytes.len() as u32,
    };
    let tunnels = Tunnels::default();
    let general = decode::frame(&frame);
    if let Some(plain) = decode::plain(&frame, &tunnels) {
        let Ok(Content::Packet(packet)) = &general else { panic!("a plain packet is a packet: {plain:?}") };
        match &plain {
            Plain::V4(plain) => compare(plain, packet),
            Plain::V6(plain) => compare(plain, packet),
        }
        assert!(tunnels.inside(packet).is_none());
    }
    let mut short = Message::blank();
    if short.read_plain(&frame).is_some() {
        let Ok(Content::Packet(packet)) = &general else { panic!("a plain message is in a packet: {short:?}") };
        let mut read = Message::blank();
        read.read(&frame, packet, &Unreachable::parse(packet).expect("a message"));
        assert_eq!(format!("{short:?}"), format!("{read:?}"));
    }
    if let Ok(content) = &general {
        go_through(content, &tunnels, 0);
    }
});
