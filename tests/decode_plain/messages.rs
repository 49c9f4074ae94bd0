//! The short way of reading messages against the general one, on frames that are whole, cut, or have bits flipped.

use unreach::decode::{Content, frame};
use unreach::flow::Locator;
use unreach::frame::Frame;
use unreach::unreachable::{Message, Unreachable};

use crate::corpus::{self, Captured};

/// Bytes of a frame that are damaged: Ethernet with a tag, both IP headers, ICMP, and the start of what is quoted.
const REACH: usize = 14 + 4 + 40 + 8 + 40 + 8;

/// Whether the short way read a message; fails where both ways read the frame differently.
fn is_plain(captured: &Frame<'_>) -> bool {
    let mut short = Message::blank();
    let Some((addresses, ports, protocol)) = short.read_plain(captured) else {
        assert_eq!(format!("{short:?}"), format!("{:?}", Message::blank()), "{:x?}", captured.bytes);
        return false;
    };
    let Ok(Content::Packet(packet)) = frame(captured) else {
        panic!("plain, but no packet: {short:?} of {:x?}", captured.bytes);
    };
    let Some(unreachable) = Unreachable::parse(&packet) else {
        panic!("plain, but no message: {short:?} of {:x?}", captured.bytes);
    };
    let mut general = Message::blank();
    general.read(captured, &packet, &unreachable);
    assert_eq!(format!("{short:?}"), format!("{general:?}"), "{:x?}", captured.bytes);
    let quote = unreachable.quote.expect("a plain message quotes a packet");
    assert!(!quote.ip.is_fragment(), "{:x?}", captured.bytes);
    let locator = Locator::default();
    let located = (locator.locate_ends(addresses, ports, protocol), locator.locate(&quote.ip, &quote.transport));
    assert_eq!(format!("{:?}", Some(located.0)), format!("{:?}", located.1), "{:x?}", captured.bytes);
    true
}

/// One frame of each length and family with a message that the short way reads.
fn messages() -> Vec<Captured> {
    let mut frames: Vec<Captured> = ["lab", "crafted"].into_iter().flat_map(corpus::all).flat_map(|(_, f)| f).collect();
    frames.sort_by_key(|captured| captured.bytes.len());
    frames.retain(|captured| is_plain(&captured.frame()));
    let is_v6 = |captured: &Captured| captured.bytes.get(12..14) == Some(&[0x86, 0xdd]);
    let (mut v6, mut frames): (Vec<_>, Vec<_>) = frames.into_iter().partition(is_v6);
    for one_family in [&mut v6, &mut frames] {
        one_family.dedup_by_key(|captured| captured.bytes.len());
        assert!(one_family.len() > 4, "only {} lengths of messages", one_family.len());
    }
    frames.append(&mut v6);
    frames
}

#[test]
fn both_ways_agree_on_cut_messages() {
    for mut captured in messages() {
        for length in (0..captured.bytes.len()).rev() {
            captured.bytes.truncate(length);
            is_plain(&captured.frame());
        }
    }
}

/// Such as lengths that are as large as can be.
#[test]
fn both_ways_agree_on_messages_with_two_octets_set() {
    let mut read = 0;
    for captured in messages() {
        for place in 1..captured.bytes.len().min(REACH) {
            let mut captured = captured.clone();
            captured.bytes[place - 1..=place].fill(0xff);
            read += usize::from(is_plain(&captured.frame()));
        }
    }
    assert!(read > 300, "only {read} of the damaged messages were read the short way");
}

#[test]
fn both_ways_agree_on_messages_with_flipped_bits() {
    let mut read = 0;
    for mut captured in messages() {
        for bit in 0..captured.bytes.len().min(REACH) * 8 {
            captured.bytes[bit / 8] ^= 1 << (bit % 8);
            read += usize::from(is_plain(&captured.frame()));
            captured.bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
    assert!(read > 3000, "only {read} of the damaged messages were read the short way");
}
