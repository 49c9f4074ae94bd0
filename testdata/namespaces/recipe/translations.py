"""Refusals before, behind and by address translations."""

from .path import *


@scenario
def nf_dnat_reject(net):
    """r2 DNATs its own address to s and rejects the translated flow in FORWARD; closed port behind another DNAT"""
    path(net, taps=("client", "mid", "server"))
    services(net)
    net.do(
        "r2",
        f"nft 'table inet k {{ chain d {{ type nat hook prerouting priority -100; ip daddr {R2[4]} udp dport 8000-8010 dnat ip to {S[4]}; ip6 daddr {R2[6]} udp dport 8000-8010 dnat ip6 to {S[6]}; ip daddr {R2[4]} tcp dport 80 dnat ip to {S[4]}; ip6 daddr {R2[6]} tcp dport 80 dnat ip6 to {S[6]}; }}; chain f {{ type filter hook forward priority 0; udp dport 8001 reject; }}; }}'",
    )
    healthy(net)
    probe(net, 8001, to=R2, kinds="u")
    probe(net, 8002, to=R2, kinds="u")
    for v in VERSIONS:
        tcp("c", R2[v], 80)
    return [
        at(nf("dnat-ipt-reject-forward", imp="yes"), q_dport=8001),
        at(("closed-port", "target-host", "dnat-closed-udp", "service-not-listening", "no"), q_dport=8002),
    ]


@scenario
def nat_published_port(net):
    """r2 publishes a port of s under its own address, as a host of containers does; its other ports are closed, one is rejected by itself"""
    path(net, taps=("client", "mid"))
    services(net)
    for t, k, to in (("iptables", "icmp-port-unreachable", S[4]), ("ip6tables", "icmp6-port-unreachable", f"[{S[6]}]")):
        own = R2[4] if t == "iptables" else R2[6]
        net.do(
            "r2",
            f"{t} -t nat -A PREROUTING -d {own} -p tcp --dport 80 -j DNAT --to-destination {to}:80",
            f"{t} -A INPUT -p tcp --dport 22 -j REJECT --reject-with {k}",
        )
    for v in VERSIONS:
        tcp("c", R2[v], 80)
    probe(net, 9000, to=R2, kinds="u")
    probe(net, 22, to=R2, kinds="t")
    for v in VERSIONS:
        tcp("c", R2[v], 80)
    return [at(CLOSED, q_dport=9000), at(hf(), q_dport=22)]


@scenario
def nat_dead_backend(net):
    """r2 publishes ports of its own address: 80 to s, 8050 to a host that is down"""
    path(net, taps=("client", "mid"))
    services(net)
    for t, own, to in (("iptables", R2[4], (S[4], B4.format(99))), ("ip6tables", R2[6], (f"[{S[6]}]", f"[{B6.format(99)}]"))):
        for kind, port, host in (("tcp", 80, to[0]), ("udp", 8050, to[1]), ("tcp", 8050, to[1])):
            net.do("r2", f"{t} -t nat -A PREROUTING -d {own} -p {kind} --dport {port} -j DNAT --to-destination {host}:{port}")
    for v in VERSIONS:
        tcp("c", R2[v], 80)
    for v in VERSIONS:
        udp("c", R2[v], 8050, 2, gap=0.2, linger=4)
        tcp("c", R2[v], 8050)
    time.sleep(4)
    for v in VERSIONS:
        tcp("c", R2[v], 80)
    return [at(hu())]


@scenario
def nat_expired(net):
    """masquerade on r1 with 1 s UDP mappings; the answer comes after 2.5 s"""
    path(net, taps=("client", "mid", "server"))
    net.do(
        "r1",
        "sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1 net.netfilter.nf_conntrack_udp_timeout_stream=1",
        "iptables -t nat -A POSTROUTING -o wan -j MASQUERADE",
        "ip6tables -t nat -A POSTROUTING -o wan -j MASQUERADE",
    )
    for v in VERSIONS:
        serve_udp(net, "s", S[v], 5000, delay=2.5)
        serve_udp(net, "s", S[v], 53)
    for v in VERSIONS:
        udp("c", S[v], 53, 2)
    for _ in range(2):
        for v in VERSIONS:
            udp("c", S[v], 5000, 1, linger=3)
    return [at(("closed-port", "path", "nat-closed-udp", "nat-mapping-expired", "no"))]


@scenario
def nat_closed(net):
    """masquerade on r1; closed 9000 at s, REJECT 7000 on r2"""
    path(net)
    services(net)
    net.do("r1", "iptables -t nat -A POSTROUTING -o wan -j MASQUERADE", "ip6tables -t nat -A POSTROUTING -o wan -j MASQUERADE")
    for t in ("iptables", "ip6tables"):
        net.do("r2", f"{t} -A FORWARD -p udp --dport 7000 -j REJECT")
    healthy(net)
    probe(net, 9000, kinds="u")
    probe(net, 7000, kinds="u")
    return [at(CLOSED, q_dport=9000), at(nf(), q_dport=7000)]


@scenario
def nf_snat_far_side(net):
    """r1 masquerades c; s's firewall rejects; r2 rejects other ports; tap inside (c) and outside (mid)"""
    path(net, taps=("client", "mid", "server"))
    services(net)
    net.do(
        "r1", "iptables -t nat -A POSTROUTING -o wan -j SNAT --to-source 172.20.9.1", "ip6tables -t nat -A POSTROUTING -o wan -j MASQUERADE"
    )
    for t, k in (("iptables", "icmp-host-prohibited"), ("ip6tables", "icmp6-adm-prohibited")):
        net.do("s", f"{t} -A INPUT -p tcp --dport 22 -j REJECT --reject-with {k}")
        net.do("r2", f"{t} -A FORWARD -p tcp --dport 25 -j REJECT --reject-with {k}")
    healthy(net)
    probe(net, 22, kinds="t")
    probe(net, 25, kinds="t")
    probe(net, 9000, kinds="u")
    return [at(CLOSED, q_dport=9000), at(hf(), q_dport=22), at(nf(), q_dport=25)]


@scenario
def nat_home_router(net):
    """r2 answers pings, and forwards UDP 6881 to s2, which sends from TTL 128, and where that port is closed"""
    path(net, taps=("client",))
    net.do("s2", "sysctl -qw net.ipv4.ip_default_ttl=128")
    net.do("r2", f"iptables -t nat -A PREROUTING -d {R2[4]} -p udp --dport 6881 -j DNAT --to-destination {S2[4]}")
    ping(net, "c", R2[4], 2)
    udp("c", R2[4], 6881, 3, gap=0.3, linger=0.2)
    return [at(CLOSED)]


@scenario
def nat_balancer_255(net):
    """r2 sends from TTL 255, answers pings, and forwards all UDP to s, where 5000 is open and 9000 closed"""
    path(net, taps=("client",))
    net.do("r2", "sysctl -qw net.ipv4.ip_default_ttl=255")
    serve_udp(net, "s", S[4], 5000)
    net.do("r2", f"iptables -t nat -A PREROUTING -d {R2[4]} -p udp -j DNAT --to-destination {S[4]}")
    ping(net, "c", R2[4], 2)
    udp("c", R2[4], 5000, 2)
    udp("c", R2[4], 9000, 3, gap=0.3, linger=0.2)
    udp("c", R2[4], 5000, 2)
    return [at(CLOSED)]


@scenario
def nat_cluster_node(net):
    """r2 publishes ports of a host two hops behind it, as a node of a cluster does; it serves TCP 6443 itself, UDP 9000 is closed, TCP 22 rejected"""
    pod = "10.244.1.5"
    path(net, taps=("client",))
    net.ns("node", "pod")
    net.router("node")
    net.veth("r2", "pnode", "node", "eth0")
    net.do("r2", "ip link set dev pnode master lan")
    net.veth("node", "cni", "pod", "eth0")
    net.addr("node", "eth0", B4.format(30) + "/24")
    net.addr("node", "cni", "10.244.1.1/24")
    net.addr("pod", "eth0", pod + "/24")
    net.do("node", f"ip route add default via {R2B[4]}")
    net.do("pod", "ip route add default via 10.244.1.1")
    net.do("r2", f"ip route add 10.244.1.0/24 via {B4.format(30)}")
    serve_tcp(net, "pod", pod, 8080)
    serve_udp(net, "pod", pod, 53)
    serve_tcp(net, "r2", R2[4], 6443)
    for kind, port, to in (("tcp", 30080, 8080), ("udp", 30530, 53)):
        net.do("r2", f"iptables -t nat -A PREROUTING -d {R2[4]} -p {kind} --dport {port} -j DNAT --to-destination {pod}:{to}")
    net.do("r2", f"iptables -t nat -A POSTROUTING -d {pod} -j MASQUERADE", "iptables -A INPUT -p tcp --dport 22 -j REJECT")
    for _ in range(2):
        tcp("c", R2[4], 6443)
        for _ in range(3):
            tcp("c", R2[4], 30080)
            udp("c", R2[4], 30530, 2)
        udp("c", R2[4], 9000, 2, gap=0.2, linger=0.1)
        tcp("c", R2[4], 22)
    return [at(CLOSED, q_dport=9000), at(hf(), q_dport=22)]


@scenario
def nat_publisher_mix(net):
    """r2 publishes UDP 8053 of s, where 53 answers, 8054, where 9000 is closed, and 8055 of a host that is down; its own 9999 is closed"""
    path(net, taps=("client",))
    services(net)
    for port, to in ((8053, f"{S[4]}:53"), (8054, f"{S[4]}:9000"), (8055, f"{B4.format(77)}:9000")):
        net.do("r2", f"iptables -t nat -A PREROUTING -d {R2[4]} -p udp --dport {port} -j DNAT --to-destination {to}")
    for _ in range(3):
        udp("c", R2[4], 8053, 2)
    udp("c", R2[4], 8055, 2, gap=0.3, linger=3.3)
    udp("c", R2[4], 8054, 3, gap=0.3, linger=0.2)
    udp("c", R2[4], 9999, 3, gap=0.3, linger=0.2)
    return [at(hu(), q_dport=8055), at(CLOSED)]


@scenario
def nf_among_neighbours(net):
    """r1 rejects UDP 7000 in the name of s, and redirects 7001 to a port of its own, which is closed; nothing else is seen of s, but s2 and a host beside it answer"""
    path(net, taps=("client",))
    services(net, "s2", S2)
    beside = B4.format(22)
    net.addr("s2", "eth0", beside + "/24")
    serve_udp(net, "s2", beside, 53)
    net.do(
        "r1",
        "nft 'table netdev n { chain i { type filter hook ingress device pc priority 0; udp dport 7000 reject; }; }'",
        "iptables -t nat -A PREROUTING -i lan -p udp --dport 7001 -j REDIRECT --to-ports 5353",
    )
    for answering in (S2[4], beside):
        udp("c", answering, 53, 3)
    for port in (7000, 7001):
        udp("c", S[4], port, 3, gap=0.2)
    return [at(nf("nft-reject-netdev-router", imp="yes"), q_dport=7000), at(nf("redirect-closed", imp="yes"))]
