"""Devices in front of the target that refuse, some in its name."""

from .path import *


@scenario
def nf_reply_direction(net):
    """r2 rejects the ANSWERS of a UDP service (source port): s gets the message, c nothing"""
    path(net)
    services(net, udp_ports=(53, 5000))
    for t, k in (("iptables", "icmp-admin-prohibited"), ("ip6tables", "icmp6-adm-prohibited")):
        net.do("r2", f"{t} -A FORWARD -p udp --sport 5000 -j REJECT --reject-with {k}")
    healthy(net)
    probe(net, 5000, kinds="u")
    return [at(nf())]


@scenario
def nf_codes_r2(net):
    """nft FORWARD on r2, every code for UDP and TCP, beside closed 9000 behind"""
    path(net)
    services(net)
    net.do(
        "r2",
        "nft 'table inet f { chain w { type filter hook forward priority 0; th dport 7000 reject; th dport 7001 reject with icmpx admin-prohibited; th dport 7002 reject with icmpx host-unreachable; th dport 7003 reject with icmpx no-route; }; }'",
    )
    net.do(
        "r2",
        "iptables -A FORWARD -p udp --dport 7004 -j REJECT --reject-with icmp-proto-unreachable",
        "iptables -A FORWARD -p tcp --dport 7005 -j REJECT --reject-with icmp-net-prohibited",
    )
    healthy(net)
    for i in range(6):
        probe(net, 7000 + i, n=2)
    probe(net, 9000, kinds="u")
    return [
        at(CLOSED, q_dport=9000),
        at(CLOSED, q_dport=7005, q_proto=17),
        at(CLOSED, q_dport=7004, ip_version=6),
        at(nf("nft-reject-forward")),
    ]


@scenario
def nf_host_code_beside_closed(net):
    """r1 rejects TCP 5000 and UDP 123 as if the host were down, to equal datagrams one by one; all that is seen of s2 are closed ports"""
    path(net, taps=("client",))
    for t, k in (("iptables", "icmp-host-unreachable"), ("ip6tables", "icmp6-addr-unreachable")):
        for p in ("tcp --dport 5000", "udp --dport 123"):
            net.do("r1", f"{t} -A FORWARD -p {p} -j REJECT --reject-with {k}")
    for port, kinds in ((9000, "u"), (5000, "t"), (123, "u"), (1812, "u")):
        probe(net, port, n=4, to=S2, kinds=kinds)
    return [at(CLOSED, q_dport=9000), at(CLOSED, q_dport=1812), at(nf())]


@scenario
def nf_r1_gateway(net):
    """the client's own gateway r1 rejects UDP 443 (QUIC) to anywhere with port-unreachable; TCP fine"""
    path(net)
    services(net, tcp_ports=(80, 443))
    for t in ("iptables", "ip6tables"):
        net.do("r1", f"{t} -A FORWARD -p udp --dport 443 -j REJECT")
    healthy(net)
    for to in (S, S2):
        probe(net, 443, to=to, kinds="ut")
    return [at(nf())]


@scenario
def nf_netdev_r1(net):
    """netdev ingress reject on r1's LAN port: answers in the target's name"""
    path(net)
    services(net)
    net.do(
        "r1",
        "nft 'table netdev n { chain i { type filter hook ingress device pc priority 0; udp dport 7000 reject; tcp dport 7000 reject; udp dport 7001 reject with icmpx admin-prohibited; }; }'",
    )
    healthy(net)
    ping(net, "c", S[4])
    ping(net, "c", S[6])
    probe(net, 7000)
    probe(net, 7001, kinds="u")
    probe(net, 9000, kinds="u")
    return [at(CLOSED, q_dport=9000), at(nf("nft-reject-netdev-router", imp="yes"))]


@scenario
def nf_netdev_quiet(net):
    """the same, but nothing else is seen of s than one closed port: only the two looks differ"""
    path(net, taps=("client",))
    net.do("r2", "nft 'table netdev n { chain i { type filter hook ingress device wan priority 0; udp dport 7000 reject; }; }'")
    probe(net, 7000, kinds="u")
    probe(net, 9000, kinds="u")
    return [at(CLOSED, q_dport=9000), at(nf("nft-reject-netdev-router", imp="yes"))]


@scenario
def nf_transparent_bridge(net):
    """bridge before s2 (netdev on its port) impersonates s2; s2 starts from TTL 128"""
    path(net, hosts=("c", "c2", "s", "s2"), taps=("client",))
    services(net, "s2", S2)
    net.do("s2", "sysctl -qw net.ipv4.ip_default_ttl=128 net.ipv6.conf.all.hop_limit=128 net.ipv6.conf.eth0.hop_limit=128")
    net.ns("br")
    net.veth("br", "up", "r2", "pbr")
    net.veth("br", "down", "s2", "eth1")
    net.do("s2", f"ip addr flush dev eth0", "ip link set eth0 down")
    net.addr("s2", "eth1", S2[4] + "/24", S2[6] + "/64")
    net.do(
        "s2",
        f"ip route replace default via {R2B[4]}",
        f"ip -6 route replace default via {R2B[6]}",
        "sysctl -qw net.ipv6.conf.eth1.hop_limit=128",
    )
    net.do("r2", "ip link set pbr master lan")
    net.bridge("br", "b", "up", "down")
    net.do(
        "br",
        "nft 'table netdev n { chain i { type filter hook ingress device up priority 0; udp dport 7000 reject; tcp dport 7000 reject with icmpx admin-prohibited; }; }'",
    )
    healthy(net, to=S2)
    probe(net, 7000, to=S2)
    probe(net, 9000, to=S2, kinds="u")
    return [at(CLOSED, q_dport=9000), at(nf("bridge-netdev", imp="yes"))]


@scenario
def nf_vip_no_endpoints(net):
    """service address routed to node r2, which rejects it in FORWARD (kube-proxy without endpoints); others are balanced by DNAT"""
    path(net, taps=("client", "mid"))
    services(net, udp_ports=(53, 5353), tcp_ports=(80,))
    for n, v in (("172.20.100.0/24", 4), ("2001:db8:100::/64", 6)):
        net.do("r1", f"ip route add {n} via {R2[v]}")
    net.do(
        "r2",
        "nft 'table inet k { chain d { type nat hook prerouting priority -100; ip daddr 172.20.100.10 udp dport 53 dnat ip to 172.20.2.20:53; ip6 daddr 2001:db8:100::10 udp dport 53 dnat ip6 to [2001:db8:b::20]:53; }; chain f { type filter hook forward priority 0; ip daddr 172.20.100.11 reject; ip6 daddr 2001:db8:100::11 reject; }; }'",
    )
    healthy(net)
    for v, vip, dead in ((4, "172.20.100.10", "172.20.100.11"), (6, "2001:db8:100::10", "2001:db8:100::11")):
        udp("c", vip, 53, 2)
        udp("c", dead, 53, 3, gap=0.2)
        tcp("c", dead, 80)
    return [at(nf())]


@scenario
def nf_limit_r1(net):
    """r1 passes 4 datagrams a second to UDP 5000, rejects the rest (admin)"""
    path(net)
    services(net, udp_ports=(53, 5000))
    net.do(
        "r1",
        "nft 'table inet f { chain w { type filter hook forward priority 0; udp dport 5000 limit rate over 4/second burst 3 packets reject with icmpx admin-prohibited; }; }'",
    )
    healthy(net)
    for v in VERSIONS:
        udp("c", S[v], 5000, 15, gap=0.1)
    return [at(nf("nft-reject-forward"))]


@scenario
def nf_ttl255_router(net):
    """r2 starts from TTL 255 (as routers do) and rejects; s starts from 128"""
    path(net)
    services(net)
    net.do("r2", "sysctl -qw net.ipv4.ip_default_ttl=255 net.ipv6.conf.all.hop_limit=255 net.ipv6.conf.wan.hop_limit=255")
    net.do("s", "sysctl -qw net.ipv4.ip_default_ttl=128 net.ipv6.conf.all.hop_limit=128 net.ipv6.conf.eth0.hop_limit=128")
    for t, k in (("iptables", "icmp-host-prohibited"), ("ip6tables", "icmp6-adm-prohibited")):
        net.do("r2", f"{t} -A FORWARD -p tcp --dport 25 -j REJECT --reject-with {k}", f"{t} -A FORWARD -p udp --dport 161 -j REJECT")
    healthy(net)
    probe(net, 25, kinds="t")
    probe(net, 161, kinds="u")
    probe(net, 9000, kinds="u")
    return [at(CLOSED, q_dport=9000), at(nf())]


@scenario
def nf_default_deny_r2(net):
    """r2 is a firewall before a LAN: accepts 53/80, refuses everything else by port-unreachable"""
    path(net, taps=("client", "mid"))
    services(net)
    services(net, "s2", S2)
    net.do(
        "r2",
        "nft 'table inet f { chain w { type filter hook forward priority 0; ct state established,related accept; meta l4proto { icmp, ipv6-icmp } accept; iifname lan accept; udp dport 53 accept; tcp dport 80 accept; reject; }; }'",
    )
    healthy(net)
    healthy(net, to=S2)
    for to in (S, S2):
        for p in (161, 123):
            probe(net, p, to=to, n=1)
    return [at(nf("nft-reject-forward"))]


@scenario
def sysctl_inbound_ifaddr(net):
    """r2 with icmp_errors_use_inbound_ifaddr rejects; message bears the address of the inbound interface; ratelimit 100 ms"""
    path(net)
    services(net)
    net.do("r2", "sysctl -qw net.ipv4.icmp_errors_use_inbound_ifaddr=1 net.ipv4.icmp_ratelimit=100")
    net.do("r2", "iptables -A FORWARD -p udp --dport 7000 -j REJECT")
    healthy(net)
    udp("c", S[4], 7000, 20, gap=0.05)
    return [at(nf())]


@scenario
def brnf_reject(net):
    """bridge with br_netfilter and an address of its own between r2 and s2 rejects in FORWARD"""
    path(net, taps=("client",))
    services(net, "s2", S2)
    net.ns("br")
    net.veth("br", "up", "r2", "pbr")
    net.veth("br", "down", "s2", "eth1")
    net.do("s2", "ip addr flush dev eth0", "ip link set eth0 down")
    net.addr("s2", "eth1", S2[4] + "/24", S2[6] + "/64")
    net.do("s2", f"ip route replace default via {R2B[4]}", f"ip -6 route replace default via {R2B[6]}")
    net.do("r2", "ip link set pbr master lan")
    net.bridge("br", "b", "up", "down")
    net.addr("br", "b", B4.format(200) + "/24", B6.format(200) + "/64")
    net.do(
        "br",
        f"ip route add default via {R2B[4]}",
        f"ip route add default via {R2B[6]}",
        "sysctl -qw net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1",
    )
    for t in ("iptables", "ip6tables"):
        net.do("br", f"{t} -A FORWARD -p udp --dport 7000 -j REJECT", f"{t} -A FORWARD -p tcp --dport 7000 -j REJECT")
    healthy(net, to=S2)
    probe(net, 7000, to=S2)
    probe(net, 9000, to=S2, kinds="u")
    return [at(CLOSED, q_dport=9000), at(nf("brnf-ipt-forward"))]


@scenario
def frag_mix(net):
    """3000-byte datagrams: closed 9000, INPUT REJECT 7000 on s, FORWARD REJECT 7001 on r2 (conntrack)"""
    path(net)
    services(net)
    for t in ("iptables", "ip6tables"):
        net.do("s", f"{t} -A INPUT -p udp --dport 7000 -j REJECT", f"{t} -A INPUT -m conntrack --ctstate INVALID -j DROP")
        net.do("r2", f"{t} -A FORWARD -p udp --dport 7001 -j REJECT", f"{t} -A FORWARD -m conntrack --ctstate INVALID -j DROP")
    healthy(net)
    for p in (9000, 7000, 7001):
        for v in VERSIONS:
            udp("c", S[v], p, 3, payload=b"f" * 3000, gap=0.25)
    return [at(CLOSED, q_dport=9000), at(hf(), q_dport=7000), at(nf(), q_dport=7001)]


@scenario
def nf_partly_captured(net):
    """r2 rejects UDP 7000 and SSH to s2, the firewall of s its own SSH; captured on c by filters that leave out UDP, and port 22"""
    path(net, taps=())
    services(net, tcp_ports=(80, 443))
    services(net, "s2", S2)
    net.tap("without_udp", "c", "eth0", "tcp or icmp or icmp6")
    net.tap("without_ssh", "c", "eth0", "not port 22")
    for t, k in (("iptables", "icmp-admin-prohibited"), ("ip6tables", "icmp6-adm-prohibited")):
        to = S2[4] if t == "iptables" else S2[6]
        net.do("s", f"{t} -A INPUT -p tcp --dport 22 -j REJECT --reject-with {k}")
        net.do("r2", f"{t} -A FORWARD -p udp --dport 7000 -j REJECT", f"{t} -A FORWARD -d {to} -p tcp --dport 22 -j REJECT")
    for v in VERSIONS:
        for to in (S[v], S2[v]):
            for port in (80, 443, 8080):
                tcp("c", to, port)
            udp("c", to, 53, 2)
    for _ in range(2):
        for v in VERSIONS:
            tcp("c", S[v], 22)
            tcp("c", S2[v], 22)
            udp("c", S[v], 7000, 2, gap=0.2, linger=0.1)
    return [at(nf(), q_dport=7000), at(hf(), q_dst=S[4]), at(hf(), q_dst=S[6]), at(nf())]


@scenario
def nf_redirect(net):
    """r1 redirects UDP 53 to a resolver of its own, which is dead: it answers in the name of s, two hops behind it"""
    path(net, taps=("client",))
    services(net, udp_ports=(123,))
    net.do("r1", "iptables -t nat -A PREROUTING -i lan -p udp --dport 53 -j REDIRECT --to-ports 5353")
    for _ in range(2):
        udp("c", S[4], 123, 1)
        tcp("c", S[4], 80)
        udp("c", S[4], 53, 2, gap=0.2, linger=0.1)
    return [at(nf("redirect-closed", imp="yes"))]


@scenario
def nf_says_host_down(net):
    """r2 rejects port 7000 of s by host-unreachable, asked again at once; s answers at other ports before and after"""
    path(net, taps=("client",))
    services(net)
    for t, k in (("iptables", "icmp-host-unreachable"), ("ip6tables", "icmp6-addr-unreachable")):
        net.do("r2", f"{t} -A FORWARD -p udp --dport 7000 -j REJECT --reject-with {k}")
        net.do("r2", f"{t} -A FORWARD -p tcp --dport 7000 -j REJECT --reject-with {k}")
    healthy(net)
    for v in VERSIONS:
        udp("c", S[v], 7000, 5, gap=0.002)
        for _ in range(4):
            tcp("c", S[v], 7000, timeout=0.05)
    healthy(net)
    return [at(nf())]


@scenario
def nf_node_no_endpoints(net):
    """a process on node c asks services without endpoints: kube-proxy's rules in OUTPUT of c reject it; captured on any"""
    path(net, taps=())
    services(net)
    net.tap("any", "c", "any")
    net.do(
        "c",
        "nft 'table ip k { chain d { type nat hook output priority -100; ip daddr 10.96.0.10 udp dport 53 dnat to 172.20.2.20:53; }; chain f { type filter hook output priority 0; ip daddr 10.96.0.12 tcp dport 8080 reject; ip daddr 10.96.0.13 udp dport 4317 reject; }; }'",
    )
    for _ in range(3):
        udp("c", "10.96.0.10", 53, 2)
        tcp("c", "10.96.0.12", 8080)
        tcp("c", "10.96.0.12", 8080)
        udp("c", "10.96.0.13", 4317, 2, gap=0.2)
    return [at(("host-firewall", "sender", "nft-reject-output-local", "policy", "no"))]
