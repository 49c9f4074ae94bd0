//! The short way of reading messages against the general one, on frames that are whole, cut, or have bits flipped.

use unreach::decode::{Content, bare_packet, frame};
use unreach::frame::Frame;
use unreach::unreachable::Unreachable;

use crate::corpus::{self, Captured};

/// Bytes of a frame that are damaged: Ethernet with a tag, both IPv4 headers, ICMP, and the start of what is quoted.
const REACH: usize = 14 + 4 + 20 + 8 + 20 + 8;

/// Whether the short way read a message; fails where both ways read the frame differently.
fn is_bare(captured: &Frame<'_>) -> bool {
    let Some(bare) = bare_packet(captured) else { return false };
    let Ok(Content::Packet(packet)) = frame(captured) else {
        panic!("bare, but no packet: {bare:?} of {:x?}", captured.bytes);
    };
    assert_eq!(format!("{bare:?}"), format!("{packet:?}"), "{:x?}", captured.bytes);
    let Some(short) = Unreachable::parse_bare(&bare) else { return false };
    let general = Unreachable::parse(&packet).map(|unreachable| format!("{unreachable:?}"));
    assert_eq!(Some(format!("{short:?}")), general, "{:x?}", captured.bytes);
    true
}

/// One frame of each length with a message that the short way reads.
fn messages() -> Vec<Captured> {
    let mut frames: Vec<Captured> = ["lab", "crafted"].into_iter().flat_map(corpus::all).flat_map(|(_, f)| f).collect();
    frames.sort_by_key(|captured| captured.bytes.len());
    frames.retain(|captured| is_bare(&captured.frame()));
    frames.dedup_by_key(|captured| captured.bytes.len());
    assert!(frames.len() > 20, "only {} lengths of messages", frames.len());
    frames
}

#[test]
fn both_ways_agree_on_cut_messages() {
    for mut captured in messages() {
        for length in (0..captured.bytes.len()).rev() {
            captured.bytes.truncate(length);
            is_bare(&captured.frame());
        }
    }
}

#[test]
fn both_ways_agree_on_messages_with_flipped_bits() {
    let mut read = 0;
    for mut captured in messages() {
        for bit in 0..captured.bytes.len().min(REACH) * 8 {
            captured.bytes[bit / 8] ^= 1 << (bit % 8);
            read += usize::from(is_bare(&captured.frame()));
            captured.bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
    assert!(read > 3000, "only {read} of the damaged messages were read the short way");
}
