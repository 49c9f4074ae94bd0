//! Frames for the tests: written byte by byte, or taken from the captures of `testdata`.

use std::collections::BTreeSet;
use std::fmt::Write;

use unreach::decode::{Content, Packet, Stop, Tunnels, frame};
use unreach::frame::{Frame, InputId, LinkType, Timestamp};

use crate::corpus;

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

/// Link type and bytes of every frame of all whole captures of `testdata`, equal ones once.
pub(super) fn every() -> BTreeSet<(LinkType, Vec<u8>)> {
    let captures = ["crafted", "lab", "namespaces", "timelines"].into_iter().flat_map(corpus::all);
    let frames: BTreeSet<_> =
        captures.flat_map(|(_, frames)| frames).map(|captured| (captured.link, captured.bytes)).collect();
    assert!(frames.len() > 8_000, "only {} frames", frames.len());
    frames
}

/// The frames by link type, which are fewer where each is to be read in many ways: the first of each length and beginning.
pub(super) fn shapes() -> Vec<Vec<u8>> {
    let mut seen = BTreeSet::new();
    let mut frames = every();
    frames.retain(|(link, bytes)| seen.insert((*link, bytes.len(), bytes.get(12..16).map(<[u8]>::to_vec))));
    frames.into_iter().map(|(_, bytes)| bytes).collect()
}
