//! IP protocols: the numbers that are treated specially, and the names of all, as IANA registers them.

use std::borrow::Cow;

/// `ICMPv4`.
pub const ICMP: u8 = 1;
/// IPv4 in IP (RFC 2003).
pub const IPV4: u8 = 4;
/// TCP.
pub const TCP: u8 = 6;
/// UDP.
pub const UDP: u8 = 17;
/// DCCP.
pub const DCCP: u8 = 33;
/// IPv6 in IP (RFC 4213).
pub const IPV6: u8 = 41;
/// GRE (RFC 2784).
pub const GRE: u8 = 47;
/// `ICMPv6`.
pub const ICMPV6: u8 = 58;
/// SCTP.
pub const SCTP: u8 = 132;
/// UDP-Lite.
pub const UDP_LITE: u8 = 136;

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
pub fn name(number: u8) -> Cow<'static, str> {
    match PROTOCOLS.get(usize::from(number)) {
        Some(name) if !name.is_empty() => Cow::Borrowed(name),
        _ => Cow::Owned(number.to_string()),
    }
}

/// The protocol of a name.
pub fn number(name: &str) -> Option<u8> {
    PROTOCOLS.iter().position(|&keyword| keyword == name).map(|number| number as u8)
}
