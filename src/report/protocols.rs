//! Names of IP protocols and of the services behind ports, as IANA registers them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Keywords of the IANA Protocol Numbers registry by number, in lower case and as they are commonly written
/// (`ospf` for OSPFIGP); empty where the registry has no keyword.
const PROTOCOLS: [&str; 148] = [
    "hopopt",
    "icmp",
    "igmp",
    "ggp",
    "ipv4",
    "st",
    "tcp",
    "cbt",
    "egp",
    "igp",
    "bbn-rcc-mon",
    "nvp-ii",
    "pup",
    "argus",
    "emcon",
    "xnet",
    "chaos",
    "udp",
    "mux",
    "dcn-meas",
    "hmp",
    "prm",
    "xns-idp",
    "trunk-1",
    "trunk-2",
    "leaf-1",
    "leaf-2",
    "rdp",
    "irtp",
    "iso-tp4",
    "netblt",
    "mfe-nsp",
    "merit-inp",
    "dccp",
    "3pc",
    "idpr",
    "xtp",
    "ddp",
    "idpr-cmtp",
    "tp++",
    "il",
    "ipv6",
    "sdrp",
    "ipv6-route",
    "ipv6-frag",
    "idrp",
    "rsvp",
    "gre",
    "dsr",
    "bna",
    "esp",
    "ah",
    "i-nlsp",
    "swipe",
    "narp",
    "min-ipv4",
    "tlsp",
    "skip",
    "ipv6-icmp",
    "ipv6-nonxt",
    "ipv6-opts",
    "",
    "cftp",
    "",
    "sat-expak",
    "kryptolan",
    "rvd",
    "ippc",
    "",
    "sat-mon",
    "visa",
    "ipcv",
    "cpnx",
    "cphb",
    "wsn",
    "pvp",
    "br-sat-mon",
    "sun-nd",
    "wb-mon",
    "wb-expak",
    "iso-ip",
    "vmtp",
    "secure-vmtp",
    "vines",
    "iptm",
    "nsfnet-igp",
    "dgp",
    "tcf",
    "eigrp",
    "ospf",
    "sprite-rpc",
    "larp",
    "mtp",
    "ax.25",
    "ipip",
    "micp",
    "scc-sp",
    "etherip",
    "encap",
    "",
    "gmtp",
    "ifmp",
    "pnni",
    "pim",
    "aris",
    "scps",
    "qnx",
    "a/n",
    "ipcomp",
    "snp",
    "compaq-peer",
    "ipx-in-ip",
    "vrrp",
    "pgm",
    "",
    "l2tp",
    "ddx",
    "iatp",
    "stp",
    "srp",
    "uti",
    "smp",
    "sm",
    "ptp",
    "isis",
    "fire",
    "crtp",
    "crudp",
    "sscopmce",
    "iplt",
    "sps",
    "pipe",
    "sctp",
    "fc",
    "rsvp-e2e-ignore",
    "mobility-header",
    "udplite",
    "mpls-in-ip",
    "manet",
    "hip",
    "shim6",
    "wesp",
    "rohc",
    "ethernet",
    "aggfrag",
    "nsh",
    "homa",
    "bit-emu",
];

/// The protocol's name, or its number where it has none.
pub fn protocol(number: u8) -> Cow<'static, str> {
    match PROTOCOLS.get(usize::from(number)) {
        Some(name) if !name.is_empty() => Cow::Borrowed(name),
        _ => Cow::Owned(number.to_string()),
    }
}

/// The service registered for a port of a transport protocol.
pub fn service(protocol: u8, port: u16) -> Option<&'static str> {
    static SERVICES: LazyLock<HashMap<(u8, u16), &str>> =
        LazyLock::new(|| include_str!("services.txt").lines().flat_map(assignments).collect());
    SERVICES.get(&(protocol, port)).copied()
}

/// What one line of the list of services assigns; nothing where it is a comment.
fn assignments(line: &'static str) -> impl Iterator<Item = ((u8, u16), &'static str)> {
    let mut words = line.split(' ');
    let port = words.next().and_then(|word| word.parse().ok());
    let transports = words.next().unwrap_or_default();
    let name = words.next();
    port.zip(name).into_iter().flat_map(move |(port, name)| {
        transports.split('/').filter_map(transport).map(move |number| ((number, port), name))
    })
}

/// The protocol number of a transport protocol that has ports.
fn transport(name: &str) -> Option<u8> {
    PROTOCOLS.iter().position(|&keyword| keyword == name).map(|number| number as u8)
}
