//! Frames cut at every length, and with every bit of their headers flipped.

use std::collections::HashSet;

use unreach::decode::Tunnels;
use unreach::frame::LinkType;

use super::is_plain;
use crate::corpus::{self, Captured};

/// Bytes of a frame that are damaged: an Ethernet header with a tag, an IPv6 header, and one of TCP.
const REACH: usize = 14 + 4 + 40 + 20;

/// Ethernet frames with their headers in the bytes that are damaged, one of each length and beginning: addresses, ports
/// and identifications make no difference to how a frame is read.
fn various() -> Vec<Captured> {
    let mut seen = HashSet::new();
    let mut frames: Vec<Captured> = ["lab", "crafted"].into_iter().flat_map(corpus::all).flat_map(|(_, f)| f).collect();
    frames.retain(|captured| {
        let (bytes, length) = (&captured.bytes, captured.bytes.len());
        let shape = (length, bytes.get(12..16).map(<[u8]>::to_vec), bytes.get(20..24).map(<[u8]>::to_vec));
        captured.link == LinkType::ETHERNET && seen.insert(shape)
    });
    assert!(frames.len() > 300, "only {} shapes of frames", frames.len());
    frames
}

#[test]
fn both_ways_agree_on_cut_frames() {
    let tunnels = Tunnels::default();
    let mut plain = 0;
    for mut captured in various() {
        for length in (0..captured.bytes.len()).rev() {
            captured.bytes.truncate(length);
            plain += usize::from(is_plain(&captured.frame(), &tunnels));
        }
    }
    assert!(plain > 0, "no frame was longer than its packet");
}

#[test]
fn both_ways_agree_on_frames_with_flipped_bits() {
    let tunnels = Tunnels::default();
    let mut plain = 0;
    for mut captured in various() {
        for bit in 0..captured.bytes.len().min(REACH) * 8 {
            captured.bytes[bit / 8] ^= 1 << (bit % 8);
            plain += usize::from(is_plain(&captured.frame(), &tunnels));
            captured.bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
    assert!(plain > 10_000, "only {plain} of the damaged frames were plain");
}

#[test]
fn both_ways_agree_on_frames_with_replaced_bytes() {
    let tunnels = Tunnels::default();
    let mut plain = 0;
    for mut captured in various() {
        for place in 12..captured.bytes.len().min(REACH) {
            let byte = captured.bytes[place];
            for replaced in [0, 0xff, byte.wrapping_add(1), byte.rotate_left(4), 0x45, 0x60, 17, 6] {
                captured.bytes[place] = replaced;
                plain += usize::from(is_plain(&captured.frame(), &tunnels));
            }
            captured.bytes[place] = byte;
        }
    }
    assert!(plain > 10_000, "only {plain} of the damaged frames were plain");
}
