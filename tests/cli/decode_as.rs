//! Tunnels at other ports than the usual ones.

use std::fs;
use std::path::Path;

use unreach::decode::UdpTunnel;

use super::lines::run;

/// Where the destination port of the outer UDP header stands in the capture's frames: behind Ethernet and IPv4.
const PORT: usize = 14 + 20 + 2;

/// A capture of packets in VXLAN, to this port in place of 4789.
fn vxlan_at(port: u16) -> Vec<u8> {
    let path: std::path::PathBuf = [env!("CARGO_MANIFEST_DIR"), "testdata/crafted/tunnel_vxlan.pcap"].iter().collect();
    let mut capture = fs::read(path).unwrap();
    let (mut record, mut moved) = (24, 0);
    while record < capture.len() {
        let frame = record + 16;
        let length = u32::from_le_bytes(capture[record + 8..record + 12].try_into().unwrap()) as usize;
        if capture[frame + PORT..frame + PORT + 2] == 4789_u16.to_be_bytes() {
            capture[frame + PORT..frame + PORT + 2].copy_from_slice(&port.to_be_bytes());
            moved += 1;
        }
        record = frame + length;
    }
    assert!(moved > 0);
    capture
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
