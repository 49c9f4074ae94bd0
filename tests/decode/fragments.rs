//! Fragments of crafted datagrams in floods: what is remembered of them is bounded.

use unreach::decode::{Content, frame};
use unreach::flow::{Bounds, Observations};

use crate::corpus::{self, Captured};

/// Fragments of a datagram that are remembered, at most: 64 KiB over an MTU of 1500, and as much for copies.
const MOST_OF_ONE: usize = 88;

/// Pieces of the IPv4 datagrams among the crafted ones.
fn pieces() -> Vec<Captured> {
    let path = corpus::captures("crafted").into_iter().find(|path| path.ends_with("match_fragments.pcap"));
    let mut frames = corpus::frames(&[path.expect("a capture of fragments")]);
    // Whether more fragments follow, or some came before.
    frames.retain(|captured| {
        captured.bytes[12..14] == [8, 0] && (captured.bytes[20] & 0x3f, captured.bytes[21]) != (0, 0)
    });
    assert!(frames.len() >= 6, "only {} fragments", frames.len());
    frames
}

fn observe(observations: &mut Observations, captured: &Captured) {
    let frame_of_bytes = captured.frame();
    let Ok(Content::Packet(packet)) = frame(&frame_of_bytes) else { panic!("a packet") };
    assert!(packet.ip.is_fragment());
    observations.observe(&frame_of_bytes, &packet);
}

#[test]
fn a_flood_of_datagrams_in_fragments_takes_bounded_memory() {
    let bounds = Bounds { flows: 512, recent: 512, others: 512, ..Bounds::default() };
    let mut observations = Observations::new(&bounds);
    for mut piece in pieces() {
        for identification in 0..=u16::MAX {
            piece.bytes[18..20].copy_from_slice(&identification.to_be_bytes());
            piece.number += 1;
            observe(&mut observations, &piece);
        }
    }
    assert!(!observations.fragments.is_empty() && observations.fragments.len() <= bounds.others);
    assert!(observations.fragments.forgotten() > 0);
}

#[test]
fn a_datagram_in_very_many_fragments_takes_bounded_memory() {
    let mut observations = Observations::new(&Bounds::default());
    for mut piece in pieces() {
        for offset in 0..0x1fff_u16 {
            piece.bytes[20..22].copy_from_slice(&(0x2000 | offset).to_be_bytes());
            observe(&mut observations, &piece);
        }
    }
    let most = observations.fragments.iter().map(|(_, datagram)| datagram.fragments.len()).max();
    assert!(most.is_some_and(|most| (2..=MOST_OF_ONE).contains(&most)), "{most:?}");
}
