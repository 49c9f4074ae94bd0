"""Hosts that refuse by policy."""

from .path import *


@scenario
def hf_icmp_codes_legacy(net):
    """iptables-legacy REJECT with every type in INPUT on s, for UDP and TCP; closed 9000"""
    path(net)
    services(net)
    kinds = ["icmp-net-prohibited", "icmp-host-prohibited", "icmp-proto-unreachable", "icmp-port-unreachable"]
    for i, k in enumerate(kinds):
        for p in ("udp", "tcp"):
            net.do("s", f"iptables-legacy -A INPUT -p {p} --dport {7000+i} -j REJECT --reject-with {k}")
    for i, k in enumerate(["icmp6-addr-unreachable", "icmp6-adm-prohibited", "icmp6-no-route", "icmp6-port-unreachable"]):
        for p in ("udp", "tcp"):
            net.do("s", f"ip6tables-legacy -A INPUT -p {p} --dport {7000+i} -j REJECT --reject-with {k}")
    healthy(net)
    for i in range(4):
        probe(net, 7000 + i, n=2)
    probe(net, 9000, kinds="u")
    return [at(CLOSED, q_dport=9000), at(hf("ipt-legacy-reject-input"))]


@scenario
def hf_ufw_style(net):
    """nft: accept 53/80, reject UDP by port-unreachable, TCP by reset, everything (ufw reject, pf return)"""
    path(net)
    services(net)
    net.do(
        "s",
        "nft 'table inet f { chain i { type filter hook input priority 0; ct state established,related accept; iif lo accept; meta l4proto ipv6-icmp accept; meta l4proto icmp accept; udp dport 53 accept; tcp dport {80} accept; meta l4proto tcp reject with tcp reset; reject; }; }'",
    )
    healthy(net)
    for p in (161, 123, 514, 5060):
        probe(net, p, n=1)
    return [at(hf("nft-reject-input"))]


@scenario
def hf_firewalld_style(net):
    """nft: accept 53/80/22, the rest icmpx admin-prohibited, TTL 128 stack"""
    path(net)
    services(net)
    net.do("s", "sysctl -qw net.ipv4.ip_default_ttl=128 net.ipv6.conf.all.hop_limit=128 net.ipv6.conf.eth0.hop_limit=128")
    net.do(
        "s",
        "nft 'table inet f { chain i { type filter hook input priority 0; ct state established,related accept; iif lo accept; meta l4proto ipv6-icmp accept; meta l4proto icmp accept; udp dport 53 accept; tcp dport {80,22} accept; reject with icmpx admin-prohibited; }; }'",
    )
    healthy(net)
    for p in (161, 22, 443):
        probe(net, p, n=1)
    return [at(hf("nft-reject-input"))]


@scenario
def hf_limit(net):
    """ufw limit: more than 3 new datagrams a second of one port are rejected, the others answered"""
    path(net)
    services(net, udp_ports=(53, 5000))
    for t in ("iptables", "ip6tables"):
        net.do(
            "s",
            f"{t} -A INPUT -p udp --dport 5000 -m hashlimit --hashlimit-above 3/sec --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name h{t} -j REJECT",
        )
    healthy(net)
    for v in VERSIONS:
        udp("c", S[v], 5000, 14, gap=0.1)
    probe(net, 9000, kinds="u")
    return [at(CLOSED, q_dport=9000), at(hf())]


@scenario
def hf_connlimit(net):
    """connlimit: c may hold 2 connections to TCP 80 at once, the third is REJECTed (port unreachable)"""
    path(net)
    services(net)
    for t, m in (("iptables", 32), ("ip6tables", 128)):
        net.do(
            "s",
            f"{t} -A INPUT -p tcp --syn --dport 80 -m connlimit --connlimit-above 2 --connlimit-mask {m} -j REJECT --reject-with {'icmp-port-unreachable' if m == 32 else 'icmp6-port-unreachable'}",
        )
    healthy(net)
    for v in VERSIONS:
        with inside("c"):
            held = []
            for _ in range(5):
                s = socket.socket(family(S[v]), socket.SOCK_STREAM)
                s.settimeout(0.5)
                try:
                    s.connect((S[v], 80))
                    held.append(s)
                except OSError:
                    pass
            for s in held:
                s.close()
    return [at(hf())]


@scenario
def hf_source_set(net):
    """ipset of sources: c2 served, c rejected (port unreachable) on the same UDP port; TCP reset for c"""
    path(net, taps=("client", "server"))
    services(net, udp_ports=(53, 5000))
    net.do(
        "s",
        "ipset create bad hash:ip",
        f"ipset add bad {C[4]}",
        "ipset create bad6 hash:ip family inet6",
        f"ipset add bad6 {C[6]}",
        "iptables -A INPUT -p udp --dport 5000 -m set --match-set bad src -j REJECT",
        "ip6tables -A INPUT -p udp --dport 5000 -m set --match-set bad6 src -j REJECT",
    )
    healthy(net)
    for _ in range(3):
        for v in VERSIONS:
            udp("c2", S[v], 5000, 1)
            udp("c", S[v], 5000, 1)
    return [at(hf())]


@scenario
def server_output_reject(net):
    """REJECT of the answers in OUTPUT on s: the message is local (lo), nothing on the wire; query never answered"""
    path(net, taps=("client",))
    services(net, udp_ports=(53, 5000))
    for t in ("iptables", "ip6tables"):
        net.do("s", f"{t} -A OUTPUT -p udp --sport 5000 -j REJECT")
    net.tap("lo", "s", "lo")
    healthy(net)
    probe(net, 5000, kinds="u")
    return [at(("host-firewall", "sender", "ipt-reject-output-local", "policy", "no"))]


@scenario
def macvlan_host(net):
    """s is a macvlan beside another on the same parent; closed port on one, REJECT in the other"""
    net.ns("h")
    path(net, taps=("client",), hosts=("c", "c2", "s"))
    net.veth("r2", "pm", "h", "m0")
    net.do("r2", "ip link set pm master lan")
    net.ns("v1", "v2")
    for n, a in (("v1", 41), ("v2", 42)):
        net.do("h", f"ip link add {n} link m0 type macvlan mode bridge")
        sh(f"ip -n {PREFIX}h link set {n} netns {PREFIX}{n}")
        net.do(n, f"ip link set {n} name eth0", "ip link set eth0 up")
        net.addr(n, "eth0", B4.format(a) + "/24", B6.format(a) + "/64")
        net.do(n, f"ip route add default via {R2B[4]}", f"ip route add default via {R2B[6]}")
    V2 = {4: B4.format(42), 6: B6.format(42)}
    V1 = {4: B4.format(41), 6: B6.format(41)}
    for t in ("iptables", "ip6tables"):
        net.do("v2", f"{t} -A INPUT -p tcp --dport 7000 -j REJECT", f"{t} -A INPUT -p udp --dport 7000 -j REJECT")
    services(net, "v1", V1)
    healthy(net, to=V1)
    probe(net, 7000, to=V1, kinds="u")
    probe(net, 7000, to=V2)
    return [at(hf(), q_dst=V2[4]), at(hf(), q_dst=V2[6]), at(CLOSED)]


@scenario
def proto_from_filter(net):
    """proto-unreachable about UDP by INPUT REJECT of s; SCTP and GRE truly unknown"""
    path(net, taps=("client",))
    services(net)
    net.do("s", "iptables -A INPUT -p udp --dport 7000 -j REJECT --reject-with icmp-proto-unreachable")
    healthy(net)
    udp("c", S[4], 7000, 2, gap=0.2)
    with inside("c"):
        for pr in (132, 47, 99):
            s = socket.socket(socket.AF_INET, socket.SOCK_RAW, pr)
            s.sendto(struct.pack(">HHII", 5000, 5001, 0, 0) + b"x" * 8, (S[4], 0))
            time.sleep(0.1)
            s.close()
    return [at(hf(), q_proto=17), at(("protocol-unreachable", "target-host", "proto-unreach", "service-not-listening", "no"))]


@scenario
def hf_other_client_served(net):
    """s rejects c by source with admin code while c2 is served on the same UDP and TCP port at once"""
    path(net, taps=("server", "mid"))
    services(net, udp_ports=(53, 5000), tcp_ports=(80, 8080))
    for v, t, k in ((4, "iptables", "icmp-admin-prohibited"), (6, "ip6tables", "icmp6-adm-prohibited")):
        for p in ("udp --dport 5000", "tcp --dport 8080"):
            net.do("s", f"{t} -A INPUT -s {C[v]} -p {p} -j REJECT --reject-with {k}")
    for _ in range(3):
        for v in VERSIONS:
            udp("c2", S[v], 5000, 1)
            udp("c", S[v], 5000, 1)
            tcp("c2", S[v], 8080)
            tcp("c", S[v], 8080)
    return [at(hf())]


@scenario
def hf_own_output(net):
    """c rejects by its own rules in OUTPUT: port 7000 by host-unreachable, 7001 by net-unreachable, 7002 as prohibited; its programs try again at once"""
    path(net, taps=())
    services(net)
    net.tap("lo", "c", "lo")
    for t, kinds in (
        ("iptables", ("icmp-host-unreachable", "icmp-net-unreachable", "icmp-admin-prohibited")),
        ("ip6tables", ("icmp6-addr-unreachable", "icmp6-no-route", "icmp6-adm-prohibited")),
    ):
        for port, k in enumerate(kinds, 7000):
            for p in ("udp", "tcp"):
                net.do("c", f"{t} -A OUTPUT -p {p} --dport {port} -j REJECT --reject-with {k}")
    for v in VERSIONS:
        for port in (7000, 7001):
            udp("c", S[v], port, 5, gap=0.0005)
            for _ in range(4):
                tcp("c", S[v], port, timeout=0.05)
        for _ in range(3):
            tcp("c", S[v], 7002, timeout=0.05)
    return [at(("host-firewall", "sender", "ipt-reject-output-local", "policy", "no"))]


@scenario
def hf_bans(net):
    """s bans c twice amid a service that c and c2 use all along, and takes it back: port unreachable for c, answers for c2"""
    path(net, taps=("server",))
    services(net, udp_ports=(5060,))

    def talk(ns, port):
        for v in VERSIONS:
            udp(ns, S[v], 5060, 14, gap=0.2, sport=port)

    net.child(talk, "c", 4000)
    net.child(talk, "c2", 4001)
    for _ in VERSIONS:
        time.sleep(1)
        for action in "ID":
            for t, v in (("iptables", 4), ("ip6tables", 6)):
                net.do("s", f"{t} -{action} INPUT -s {C[v]} -j REJECT")
            time.sleep(0.9)
    time.sleep(1.5)
    return [at(hf())]
