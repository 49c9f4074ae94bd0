//! Commands of the next step, as the systems spell them.

use std::net::{IpAddr, Ipv6Addr};

use super::place::Place;
use super::system::System;
use crate::decode::protocol;

/// Where the quote names no target, a command shows what there is to see.
const MESSAGES: &str = "tcpdump -nvv -s 0 'icmp[icmptype] = icmp-unreach or icmp6[0] = 1'";

/// Encapsulating security payload (RFC 4303) and authentication header (RFC 4302).
const ESP: u8 = 50;
const AH: u8 = 51;

/// What commands in the language of Cisco IOS begin with, which other routers spell otherwise.
pub(super) const IOS: &str = "show ";

/// What stands for an interface that the reader has to fill in.
pub(super) const INTERFACE: &str = "IFACE";

/// An address as commands take it: one of a link alone says which (RFC 4007 section 11).
fn zoned(address: IpAddr) -> String {
    let is_of_link = |address: Ipv6Addr| address.is_unicast_link_local() || address.segments()[0] & 0xff0f == 0xff02;
    match address {
        IpAddr::V6(address) if is_of_link(address) => format!("{address}%{INTERFACE}"),
        address => address.to_string(),
    }
}

/// Where the link of an address is given as a word of its own.
fn on_link(address: IpAddr) -> String {
    match zoned(address).split_once('%') {
        Some((address, _)) => format!("{address} dev {INTERFACE}"),
        None => address.to_string(),
    }
}

fn about(place: &Place, command: impl FnOnce(IpAddr) -> String) -> String {
    place.target.map_or_else(|| MESSAGES.to_owned(), command)
}

/// The way to the target, by the refused packets where that can be had.
pub(super) fn trace(place: &Place) -> String {
    about(place, |target| {
        let target = zoned(target);
        match (place.port, place.protocol) {
            (Some(port), Some(protocol::TCP)) => format!("traceroute -T -p {port} {target}"),
            (Some(port), Some(protocol::UDP)) => format!("traceroute -U -p {port} {target}"),
            (_, Some(protocol::ICMP | protocol::ICMPV6)) => format!("traceroute -I {target}"),
            _ => format!("traceroute {target}"),
        }
    })
}

/// Who listens on the port.
pub(super) fn listeners(place: &Place) -> String {
    let (kind, name) = if place.is_tcp() { ('t', "TCP") } else { ('u', "UDP") };
    let Some(port) = place.port else { return format!("ss -ln{kind}p") };
    match place.system {
        System::Windows => {
            format!("Get-Net{name}{} -LocalPort {port}", if place.is_tcp() { "Connection" } else { "Endpoint" })
        }
        System::Bsd => format!("lsof -nP -i{name}:{port}"),
        System::Router if place.is_tcp() => "show tcp brief all".to_owned(),
        System::Router => "show udp".to_owned(),
        System::Linux => format!("ss -ln{kind}p 'sport = :{port}'"),
    }
}

/// Who listens, and which rules reject. IOS takes one command a line: there, the counts of its access lists tell both.
pub(super) fn listeners_and_rules(place: &Place) -> String {
    match place.system {
        System::Router => rules(place.system),
        _ => format!("{}; {}", listeners(place), rules(place.system)),
    }
}

/// Rules that refuse.
pub(super) fn rules(system: System) -> String {
    match system {
        System::Windows => "Get-NetFirewallRule -Enabled True -Action Block",
        System::Bsd => "pfctl -sr -v",
        System::Router => "show access-lists",
        System::Linux => "{ nft -a list ruleset; iptables-save -c; ip6tables-save -c; } | grep -iw reject",
    }
    .to_owned()
}

/// Rules that refuse, and the route, which may refuse as well: on a router of its own make, alone, as access lists there do not
/// filter what it sends itself.
pub(super) fn rules_and_route(place: &Place) -> String {
    match place.system {
        System::Router => route(place),
        _ => format!("{}; {}", rules(place.system), route(place)),
    }
}

/// Programs on the sender that talk to the target.
pub(super) fn programs_talking_to(place: &Place) -> String {
    about(place, |target| match target {
        IpAddr::V4(target) => format!("lsof -nP -i@{target}"),
        // In quotes: shells take brackets for a pattern of file names.
        IpAddr::V6(target) => format!("lsof -nP -i '@[{target}]'"),
    })
}

/// Whether a port is open, by an answer.
pub(super) fn scan(host: Option<IpAddr>, port: Option<u16>) -> String {
    let Some(host) = host else { return MESSAGES.to_owned() };
    let version = if host.is_ipv6() { " -6" } else { "" };
    let port = port.map(|port| format!(" -p {port}")).unwrap_or_default();
    format!("nmap{version} -sU -Pn --reason{port} {}", zoned(host))
}

/// How long a translator keeps UDP mappings.
pub(super) fn mapping_timeouts(place: &Place) -> String {
    match place.system {
        System::Router => "show ip nat translations verbose",
        System::Bsd => "pfctl -st",
        System::Linux | System::Windows => {
            "sysctl net.netfilter.nf_conntrack_udp_timeout net.netfilter.nf_conntrack_udp_timeout_stream"
        }
    }
    .to_owned()
}

/// To which addresses a service is bound.
pub(super) fn bound_addresses(port: Option<u16>) -> String {
    port.map_or_else(|| "ss -lnup".to_owned(), |port| format!("ss -lnup 'sport = :{port}'"))
}

/// How many datagrams came to ports that nothing listened on.
pub(super) fn refusal_counters(system: System) -> String {
    match system {
        System::Linux => "nstat -az UdpNoPorts Udp6NoPorts",
        System::Windows => "netstat -s -p udp",
        System::Bsd | System::Router => "netstat -s",
    }
    .to_owned()
}

/// The reporter's route to the target.
pub(super) fn route(place: &Place) -> String {
    about(place, |target| match (place.system, target) {
        (System::Router, IpAddr::V4(_)) => format!("show ip route {target}"),
        (System::Router, IpAddr::V6(_)) => format!("show ipv6 route {target}"),
        (System::Windows, _) => format!("Find-NetRoute -RemoteIPAddress {}", zoned(target)),
        (System::Bsd, IpAddr::V4(_)) => format!("route -n get {target}"),
        (System::Bsd, IpAddr::V6(_)) => format!("route -n get -inet6 {}", zoned(target)),
        (System::Linux, _) => format!("ip route get {}", on_link(target)),
    })
}

/// From which of its addresses the sender goes to the target, and by which way.
pub(super) fn source(place: &Place) -> String {
    about(place, |target| match place.sender {
        Some(sender) => format!("ip route get {} from {sender}; ip address show to {sender}", on_link(target)),
        None => format!("ip route get {}", on_link(target)),
    })
}

/// To which hosts a translator forwards ports of its own.
pub(super) fn forwarding(system: System) -> String {
    match system {
        System::Windows => "Get-NetNatStaticMapping",
        System::Bsd => "pfctl -sn",
        System::Router => "show ip nat translations",
        System::Linux => "{ nft list ruleset; iptables-save -t nat; ip6tables-save -t nat; } | grep -iw dnat",
    }
    .to_owned()
}

/// Whether the target answers on its link, asked on the reporter.
pub(super) fn neighbour(place: &Place) -> String {
    about(place, |target| match (place.system, target) {
        (System::Router, IpAddr::V4(_)) => format!("show ip arp {target}"),
        (System::Router, IpAddr::V6(_)) => format!("show ipv6 neighbors {target}"),
        (System::Windows, _) => format!("Get-NetNeighbor -IPAddress {target}"),
        (_, IpAddr::V4(_)) => format!("arping -c 3 {target} || ip neigh show {target}"),
        (_, IpAddr::V6(_)) => format!("ping -c 3 {} || ip neigh show {}", zoned(target), on_link(target)),
    })
}

/// Whether the target answers at all.
pub(super) fn ping(place: &Place) -> String {
    about(place, |target| format!("ping -c 3 {}", zoned(target)))
}

/// Largest packet that the way to the target takes.
pub(super) fn path_mtu(place: &Place) -> String {
    about(place, |target| format!("tracepath -n {}", zoned(target)))
}

/// What passes between the sender and the target, and the messages about it.
pub(super) fn watch(place: &Place) -> String {
    let Some((sender, target)) = place.sender.zip(place.target) else { return MESSAGES.to_owned() };
    format!("tcpdump -n -w watch.pcap 'host {sender} and (host {target} or icmp or icmp6)'")
}

/// Whether the sender had sent what a message quotes. Linux counts messages about sequence numbers that are not under way
/// (`tcp_v4_err`, `tcp_v6_err`); a datagram has none, and only what was sent tells.
pub(super) fn forgery(place: &Place) -> String {
    if place.is_tcp() { "nstat -az TcpExtOutOfWindowIcmps".to_owned() } else { watch(place) }
}

/// Whether a host knows a protocol.
pub(super) fn protocol_support(number: Option<u8>) -> String {
    match number {
        Some(protocol::SCTP) => "modprobe --dry-run --verbose sctp; ss -lnS".to_owned(),
        Some(protocol::GRE) => "ip -d tunnel show; lsmod | grep gre".to_owned(),
        Some(ESP | AH) => "ip xfrm state; ip xfrm policy".to_owned(),
        Some(number) => format!("grep -w {number} /etc/protocols; lsmod"),
        None => "lsmod".to_owned(),
    }
}
