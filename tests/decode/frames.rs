//! Frames for the tests: written byte by byte, or taken from the crafted captures.

use std::fmt::Write;
use std::io::Cursor;
use std::path::PathBuf;

use unreach::capture::blocks::Blocks;
use unreach::decode::{Content, Packet, Stop, Tunnels, frame};
use unreach::frame::{Frame, InputId, LinkType, Timestamp};

/// A frame of one of the link types.
pub(super) fn captured(link: LinkType, bytes: &[u8]) -> Frame<'_> {
    let wire_length = bytes.len() as u32;
    Frame { input: InputId(0), number: 1, timestamp: Timestamp(0), link, bytes, wire_length }
}

/// A packet with its path and its ends: `vlan:1 192.0.2.1 > 192.0.2.2 proto 17`.
fn described(packet: &Packet<'_>) -> String {
    let (ip, path) = (&packet.ip, packet.encapsulation);
    format!("{path} {} > {} proto {}", ip.source(), ip.destination(), ip.protocol).trim_start().to_owned()
}

/// Everything that a frame holds, outermost first, a line each.
pub(super) fn contents(link: LinkType, bytes: &[u8], tunnels: &Tunnels) -> Result<String, Stop> {
    let frame_of_bytes = captured(link, bytes);
    let mut next = Some(frame(&frame_of_bytes)?);
    let mut text = String::new();
    while let Some(content) = next {
        next = match content {
            Content::Packet(packet) => {
                writeln!(text, "{}", described(&packet)).expect("writing to a string");
                tunnels.inside(&packet)
            }
            Content::Arp(arp) => {
                writeln!(text, "arp {} > {}", arp.sender, arp.target).expect("writing to a string");
                None
            }
        };
    }
    Ok(text)
}

/// What the usual settings show of an Ethernet frame.
pub(super) fn ethernet_contents(bytes: &[u8]) -> String {
    contents(LinkType::ETHERNET, bytes, &Tunnels::default()).expect("a frame that can be read")
}

/// The parts in one.
pub(super) fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// An IPv4 packet from 192.0.2.1 to 192.0.2.2, without a right checksum.
pub(super) fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = (20 + payload.len() as u16).to_be_bytes();
    joined(&[&[0x45, 0, high, low, 0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2], payload])
}

/// A UDP datagram from port 50000.
pub(super) fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let length = 8 + payload.len() as u16;
    let words = [50000, port, length, 0].map(u16::to_be_bytes);
    joined(&[&words.concat(), payload])
}

/// An Ethernet frame from 02:00:00:00:00:01.
pub(super) fn ethernet(ether_type: u16, payload: &[u8]) -> Vec<u8> {
    joined(&[&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1], &ether_type.to_be_bytes(), payload])
}

/// An IPv4 packet in VXLAN in an Ethernet frame.
pub(super) fn vxlan(port: u16, network: u8, inner: &[u8]) -> Vec<u8> {
    ethernet(0x0800, &ipv4(17, &udp(port, &joined(&[&[8, 0, 0, 0, 0, 0, network, 0], inner]))))
}

/// Link type and bytes of every frame of the crafted captures.
pub(super) fn crafted() -> Vec<(LinkType, Vec<u8>)> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata", "crafted"].iter().collect();
    let mut paths: Vec<PathBuf> =
        folder.read_dir().expect("testdata/crafted").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "pcap"));
    paths.sort();
    paths.into_iter().flat_map(|path| frames_of(std::fs::read(&path).expect("reading"))).collect()
}

fn frames_of(file: Vec<u8>) -> Vec<(LinkType, Vec<u8>)> {
    let mut blocks = match Blocks::open(Box::new(Cursor::new(file)), InputId(0)) {
        Ok(blocks) => blocks,
        Err(fault) => panic!("not a capture: {fault:?}"),
    };
    let mut frames = Vec::new();
    while let Ok(true) = blocks.advance() {
        frames.extend(blocks.frames().map(|frame| (frame.link, frame.bytes.to_vec())));
    }
    frames
}
