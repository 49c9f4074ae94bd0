//! Frames of all captures of `testdata`, cut at every length and with flipped bits: every one is read to an end, within the
//! depth's bound.

use unreach::decode::Tunnels;
use unreach::frame::LinkType;

use super::frames::{contents, every, shapes};

/// The outermost packet, and four inside.
const MOST_CONTENTS: usize = 5;

/// All link types that are read, so that each meets frames that were meant for another.
const LINKS: [LinkType; 18] = [
    LinkType::NULL,
    LinkType::ETHERNET,
    LinkType::PPP,
    LinkType::PPP_HDLC,
    LinkType::PPP_ETHER,
    LinkType::RAW,
    LinkType::C_HDLC,
    LinkType::IEEE802_11,
    LinkType::LINUX_SLL,
    LinkType::PFLOG,
    LinkType::IEEE802_11_PRISM,
    LinkType::IEEE802_11_RADIOTAP,
    LinkType::PPI,
    LinkType::NFLOG,
    LinkType::IPOIB,
    LinkType::NETLINK,
    LinkType::LINUX_SLL2,
    LinkType(147),
];

fn read(link: LinkType, bytes: &[u8], tunnels: &Tunnels) {
    let lines = contents(link, bytes, tunnels).map_or(0, |text| text.lines().count());
    assert!(lines <= MOST_CONTENTS, "{lines} packets in one frame");
}

#[test]
fn frames_cut_at_every_length_are_read() {
    let tunnels = Tunnels::default();
    for (link, bytes) in every() {
        for length in 0..=bytes.len() {
            read(link, bytes.get(..length).expect("a part"), &tunnels);
        }
    }
}

#[test]
fn frames_with_flipped_bits_are_read() {
    let tunnels = Tunnels::default();
    for (link, mut bytes) in every() {
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let flip = |bytes: &mut Vec<u8>| bytes.get_mut(position).into_iter().for_each(|byte| *byte ^= 1 << bit);
                flip(&mut bytes);
                read(link, &bytes, &tunnels);
                flip(&mut bytes);
            }
        }
    }
}

#[test]
fn frames_of_another_link_type_are_read() {
    let tunnels = Tunnels::default();
    for bytes in shapes() {
        for link in LINKS {
            for start in 0..bytes.len().min(64) {
                read(link, bytes.get(start..).expect("a part"), &tunnels);
            }
        }
    }
}

#[test]
fn long_chains_of_headers_end() {
    // An Ethernet frame in an MPLS pseudowire in an Ethernet frame, and so on; VLAN tags; IP in IP; GRE in IP.
    let pseudowire = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0x47, 0, 1, 0x01, 64];
    let tag = [0x81, 0x00, 0x00, 0x01];
    let nested = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 4, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    let routed = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 47, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 0, 8, 0];
    let tunnels = Tunnels::default();
    for unit in [pseudowire.as_slice(), &tag, &nested, &routed, &[0x00], &[0xff], &[0x01, 0x00]] {
        let bytes = unit.repeat(262_144 / unit.len());
        for link in LINKS {
            read(link, &bytes, &tunnels);
        }
    }
}

#[test]
fn a_chain_of_extension_headers_may_be_cut() {
    // Destination options, which announce a routing header that is cut, missing, or longer than the packet.
    let header = [[0x60, 0, 0, 0, 0, 0, 60, 64].as_slice(), &[0x20; 32], &[43, 0, 1, 4, 0, 0, 0, 0]].concat();
    for (rest, declared) in [([].as_slice(), 8), (&[17, 0], 10), (&[17, 9, 0, 0, 0, 0, 0, 0], 16), (&[], 100)] {
        let mut bytes = [&header, rest].concat();
        *bytes.get_mut(5).expect("a length") = declared;
        let text = contents(LinkType::RAW, &bytes, &Tunnels::default()).expect("a packet");
        assert!(text.ends_with("proto 43\n"), "{text}");
    }
}
