//! Tunnels at other ports than the usual ones.

use std::fs;
use std::path::Path;

use unreach::decode::UdpTunnel;

use super::lines::run;
use crate::naming::made::{RESPONSE, address, message};

/// Where the destination port of the outer UDP header stands in the capture's frames: behind Ethernet and IPv4.
const PORT: usize = 14 + 20 + 2;

/// What that UDP header carries.
const PAYLOAD: usize = 14 + 20 + 8;

/// A capture of packets in VXLAN, as it is.
fn vxlan() -> Vec<u8> {
    let path: std::path::PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata/crafted/tunnel_vxlan.pcap"].iter().collect();
    fs::read(path).unwrap()
}

/// Where the frames of a capture are.
fn frames(capture: &[u8]) -> Vec<std::ops::Range<usize>> {
    let (mut record, mut frames) = (24, Vec::new());
    while record < capture.len() {
        let length = u32::from_le_bytes(capture[record + 8..record + 12].try_into().unwrap()) as usize;
        frames.push(record + 16..record + 16 + length);
        record += 16 + length;
    }
    frames
}

/// The capture with its packets to this port in place of 4789.
fn vxlan_at(port: u16) -> Vec<u8> {
    let mut capture = vxlan();
    let mut moved = 0;
    for frame in frames(&capture) {
        let place = frame.start + PORT..frame.start + PORT + 2;
        if capture[place.clone()] == 4789_u16.to_be_bytes() {
            capture[place].copy_from_slice(&port.to_be_bytes());
            moved += 1;
        }
    }
    assert!(moved > 0);
    capture
}

/// What VXLAN carries in the capture, with its own header.
pub(super) fn wrapped() -> Vec<Vec<u8>> {
    let capture = vxlan();
    frames(&capture).into_iter().map(|frame| capture[frame.start + PAYLOAD..frame.end].to_vec()).collect()
}

/// A record of a DNS answer in VXLAN to this port, which names 198.51.100.20.
fn named_at(port: u16) -> Vec<u8> {
    let answer = message(RESPONSE, Some("www.example"), &[address("www.example", "198.51.100.20")], &[]);
    let inner = datagram(53, 40_000, &answer);
    let vxlan = [[8, 0, 0, 0, 0, 0, 42, 0].as_slice(), &ETHERNET, &inner].concat();
    let frame = [ETHERNET.as_slice(), &datagram(40_000, port, &vxlan)].concat();
    let length = (frame.len() as u32).to_le_bytes();
    [[0; 8].as_slice(), &length, &length, &frame].concat()
}

/// Addresses, and the type of IPv4.
const ETHERNET: [u8; 14] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];

/// UDP in IPv4, without checksums.
fn datagram(source: u16, destination: u16, content: &[u8]) -> Vec<u8> {
    let length = 8 + content.len() as u16;
    let ports = [source, destination, length, 0].map(u16::to_be_bytes).concat();
    let total = (20 + length).to_be_bytes();
    let header = [0x45, 0, total[0], total[1], 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 53, 192, 0, 2, 10];
    [header.as_slice(), &ports, content].concat()
}

/// The column that tells what was unwrapped, of all messages.
fn unwrapped(folder: &Path, options: &[&str]) -> Vec<String> {
    let words = [&["read", "tunnel.pcap", "-t", "messages", "-F", "ndjson"], options].concat();
    let told = run(folder, &words);
    assert_eq!(told.status, 0, "{}", told.err);
    let row = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["encapsulation"].to_string();
    told.out.lines().map(row).collect()
}

#[test]
fn a_tunnel_is_opened_at_the_port_it_is_assigned_to() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tunnel.pcap"), vxlan_at(5555)).unwrap();
    assert!(unwrapped(folder.path(), &[]).is_empty());
    assert!(unwrapped(folder.path(), &["--decode-as", "udp:5555=geneve"]).is_empty());
    let found = unwrapped(folder.path(), &["--decode-as", "udp:5555=vxlan"]);
    assert!(!found.is_empty() && found.iter().all(|layers| layers.contains("vxlan:42")), "{found:?}");
    // The later one of two holds.
    let twice = ["--decode-as", "udp:5555=vxlan", "--decode-as", "udp:5555=none"];
    assert!(unwrapped(folder.path(), &twice).is_empty());
}

#[test]
fn names_are_learned_there_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tunnel.pcap"), [vxlan_at(5555), named_at(5555)].concat()).unwrap();
    let words = ["read", "tunnel.pcap", "--names", "-F", "csv", "--columns", "target,target_name", "--decode-as"];
    let told = |port: &str| run(folder.path(), &[&words[..], &[port]].concat()).out;
    let named = told("udp:5555=vxlan");
    assert!(named.contains("198.51.100.20,www.example\n"), "{named}");
    assert!(!told("udp:5556=vxlan").contains("www.example"));
}

#[test]
fn a_usual_port_can_be_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("tunnel.pcap"), vxlan_at(4789)).unwrap();
    assert!(!unwrapped(folder.path(), &[]).is_empty());
    assert!(unwrapped(folder.path(), &["--decode-as", "udp:4789=none"]).is_empty());
}

#[test]
fn what_cannot_be_assigned_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (words, told) in [
        ("8472", "udp:PORT=TUNNEL"),
        ("8472=vxlan", "the port is written udp:8472"),
        ("tcp:8472=vxlan", "tunnels are known by UDP ports only"),
        ("udp:0=vxlan", "`0` is no port from 1 to 65535"),
        ("udp:70000=vxlan", "`70000` is no port from 1 to 65535"),
        ("udp:8472=wireguard", "there are vxlan, vxlan-gpe, geneve, gtp, teredo, l2tp, and none"),
    ] {
        let run = run(folder.path(), &["read", "none.pcap", "--decode-as", words]);
        assert_eq!(run.status, 2);
        assert!(run.err.contains(told), "{words}: {}", run.err);
    }
}

#[test]
fn the_help_names_every_tunnel() {
    let help = run(Path::new("."), &["help", "read"]).out;
    let missing: Vec<_> = UdpTunnel::ALL.map(UdpTunnel::name).into_iter().filter(|name| !help.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
