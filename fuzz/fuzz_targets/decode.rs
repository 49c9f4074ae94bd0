//! The decoder: two bytes of link type, then a frame. It ends, and its fast way says what its general way says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unreach::decode::{self, Content, Tunnels};
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
        assert_eq!((plain.ttl, plain.tos, plain.protocol), (packet.ip.ttl, packet.ip.tos, packet.ip.protocol));
        assert_eq!((plain.total_length, plain.source_mac), (packet.ip.total_length, packet.source_mac));
        assert_eq!(Some(plain.ports), packet.transport.ports());
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
