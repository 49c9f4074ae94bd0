"""Scans and traces."""

from .path import *


@scenario
def scan_raw_udp(net):
    """raw-socket UDP scanner over 40 ports of s, two of them open: its own kernel refuses their answers"""
    path(net)
    services(net, udp_ports=(53, 5060), tcp_ports=())
    net.do("s", "sysctl -qw net.ipv4.icmp_ratelimit=0")
    ports = list(range(5040, 5079)) + [53]
    random.Random(3).shuffle(ports)
    for p in ports:
        raw_udp("c", C[4], S[4], 41000, p)
        time.sleep(0.03)
    return [
        at(("closed-port", "target-host", "closed-udp", "late-reply-to-closed-client-port", "no"), outer_src=C[4]),
        at(("closed-port", "target-host", "closed-udp", "port-scan", "no")),
    ]


@scenario
def scan_hosts(net):
    """one port (161) of 30 addresses: two hosts up (closed), r2 says the others are down"""
    path(net, taps=("client",))
    for h in range(10, 40):
        udp("c", B4.format(h), 161, 1, linger=0.01, gap=0.01)
    time.sleep(4)
    return [
        at(("closed-port", "target-host", "closed-udp", "port-scan", "no"), q_dst=S[4]),
        at(("closed-port", "target-host", "closed-udp", "port-scan", "no"), q_dst=S2[4]),
        at(("host-unreachable", "path", "host-down", "port-scan", "no")),
    ]


@scenario
def scan_nmap_router_filter(net):
    """nmap -sU of 30 ports through r2, which rejects 10 of them (admin)"""
    path(net, taps=("client", "mid"))
    services(net, udp_ports=(53,))
    net.do("s", "sysctl -qw net.ipv4.icmp_ratelimit=0")
    net.do("r2", "sysctl -qw net.ipv4.icmp_ratelimit=0")
    net.do("r2", "iptables -A FORWARD -p udp --dport 1010:1019 -j REJECT --reject-with icmp-admin-prohibited")
    sh(["ip", "netns", "exec", PREFIX + "c", "nmap", "-n", "-Pn", "-sU", "-p", "53,1000-1029", "--max-retries", "1", "-T4", S[4]])
    port = lambda m: 1010 <= int(m["q_dport"]) <= 1019
    return [
        at(("network-filter", "path", "ipt-reject-forward", "port-scan", "no"), where=port),
        at(LATE, outer_src=C[4]),
        at(("closed-port", "target-host", "closed-udp", "port-scan", "no")),
    ]


@scenario
def tr_udp(net):
    """traceroute -U, -T and default, v4 and v6 (ends closed); one ends at r2's REJECT"""
    path(net, taps=("client", "mid"))
    for t in ("iptables", "ip6tables"):
        net.do("r2", f"{t} -A FORWARD -p udp --dport 53 -j REJECT")
    for v in VERSIONS:
        for how in ("", "-U -p 53"):
            sh(["ip", "netns", "exec", PREFIX + "c", "sh", "-c", f"traceroute -{v} -n -q 2 -w 1 -m 6 {how} {S[v]}"])
    return [at(nf(circ="traceroute-terminal"), q_dport=53), at(("closed-port", "target-host", "closed-udp", "traceroute-terminal", "no"))]


@scenario
def tr_every_hop(net):
    """traceroute to a host with an open port is no trace end; fixed port 9000 closed, small TTLs 1..6 from one socket"""
    path(net, taps=("client",))
    for v in VERSIONS:
        for ttl in (1, 2, 3, 4, 5):
            udp("c", S[v], 9000, 1, ttl=ttl, linger=0.1)
    return [at(("closed-port", "target-host", "closed-udp", "traceroute-terminal", "no"))]


@scenario
def ttl_small_filter(net):
    """TTL 1..6 towards PREROUTING reject on r2 (7000) and FORWARD reject on r2 (7001)"""
    path(net, taps=("client",))
    services(net)
    net.do(
        "r2",
        "nft 'table inet f { chain p { type filter hook prerouting priority -300; udp dport 7000 reject; }; chain w { type filter hook forward priority 0; udp dport 7001 reject with icmpx admin-prohibited; }; }'",
    )
    healthy(net)
    for p in (7000, 7001):
        for v in VERSIONS:
            for ttl in (1, 2, 3, 4, 5, 6):
                udp("c", S[v], p, 1, ttl=ttl, linger=0.1, gap=0.1)
    return [at(nf("nft-reject-forward"))]


@scenario
def nf_syn_flood_ports(net):
    """r2 refuses TCP 1000-1039 with resets for some, ICMP for the rest; 40 SYNs in a second"""
    path(net, taps=("client",))
    services(net)
    for t, k in (("iptables", "icmp-port-unreachable"), ("ip6tables", "icmp6-port-unreachable")):
        net.do(
            "r2",
            f"{t} -A FORWARD -p tcp --dport 1000:1019 -j REJECT --reject-with tcp-reset",
            f"{t} -A FORWARD -p tcp --dport 1020:1039 -j REJECT --reject-with {k}",
            "sysctl -qw net.ipv4.icmp_ratelimit=0",
        )
    healthy(net)
    for v in VERSIONS:
        for p in range(1000, 1040):
            tcp("c", S[v], p, timeout=0.05, talk=False)
    return [at(("network-filter", "path", "ipt-reject-forward", "port-scan", "no"))]
