"""Routes that lead nowhere, hosts that are down, links that are too narrow."""

from .path import *


# Of r2: a route to the client's network in place of one to everywhere.
ONLY_BACK = (
    "ip route del default",
    "ip -6 route del default",
    "ip route add 172.20.1.0/24 via 172.20.9.1",
    "ip -6 route add 2001:db8:a::/64 via 2001:db8:9::1",
)


@scenario
def rt_table_mix(net):
    """r2: unreachable, prohibit, throw, blackhole routes, by destination"""
    path(net, taps=("client", "mid"))
    kinds = ["unreachable", "prohibit", "blackhole", "throw"]
    net.do("r1", "ip route add 172.20.50.0/24 via 172.20.9.2", "ip route add 2001:db8:50::/48 via 2001:db8:9::2")
    net.do(
        "r2",
        "ip route del default",
        "ip -6 route del default",
        "ip route add 172.20.1.0/24 via 172.20.9.1",
        "ip route add 2001:db8:a::/64 via 2001:db8:9::1",
    )
    for i, k in enumerate(kinds):
        net.do("r2", f"ip route add {k} 172.20.50.{i+1}", f"ip -6 route add {k} 2001:db8:50:{i+1}::/64")
    for i in range(5):
        for d in (f"172.20.50.{i+1}", f"2001:db8:50:{i+1}::1"):
            udp("c", d, 5000, 2, gap=1.1)
            tcp("c", d, 80)
    P = ("network-filter", "path", "route-prohibit", "routing", "no")
    return [at(P, q_dst="172.20.50.2"), at(P, q_dst="2001:db8:50:2::1"), at(nr())]


@scenario
def rt_rule_by_source(net):
    """r2: ip rule prohibits c (not c2); both ask s"""
    path(net, taps=("client",))
    services(net)
    healthy(net, frm="c2")
    net.do("r2", f"ip rule add from {C[4]} prohibit", f"ip -6 rule add from {C[6]} prohibit")
    for p in (53, 80, 9000):
        probe(net, p, n=2, gap=1.1)
    return [at(("network-filter", "path", "rule-prohibit", "routing", "no"))]


@scenario
def rt_host_own_table(net):
    """s itself has a prohibit route back to c? no: c asks unroutable v4/v6 from c: local, nothing on the wire; r1 has no route"""
    path(net, taps=("client",))
    for d in ("203.0.113.9", "2001:db8:dead::9"):
        udp("c", d, 53, 3, gap=1.1)
        tcp("c", d, 443)
    return [at(nr("route-none"))]


@scenario
def hd_down(net):
    """host does not answer ARP/ND behind r2; others of the LAN do"""
    path(net, taps=("client", "server"))
    services(net)
    healthy(net)
    for v in VERSIONS:
        udp("c", (B4 if v == 4 else B6).format(99), 161, 3, gap=0.3, linger=3.5)
    for v in VERSIONS:
        tcp("c", (B4 if v == 4 else B6).format(98), 22, timeout=4)
    return [at(hu())]


@scenario
def hd_watched(net):
    """a dead host behind r2 is asked at three ports within three seconds: one failed resolution refuses all of them at once"""
    path(net, taps=("client",))
    services(net)
    healthy(net)
    for v in VERSIONS:
        dead = (B4 if v == 4 else B6).format(88)
        udp("c", dead, 161, 1, linger=1.5)
        net.child(lambda dead=dead: tcp("c", dead, 22, timeout=3))
        time.sleep(0.9)
        tcp("c", dead, 443, timeout=3)
    healthy(net)
    return [at(hu())]


@scenario
def hd_dies(net):
    """s2 answers, then its link goes down"""
    path(net, taps=("client",))
    services(net, "s2", S2)
    healthy(net, to=S2)
    net.do("s2", "ip link set eth0 down")
    net.do("r2", "ip neigh flush all")
    for v in VERSIONS:
        udp("c", S2[v], 53, 4, gap=0.3, linger=3.5)
    return [at(hu())]


@scenario
def hd_local_lan(net):
    """neighbour c3 on c's own LAN is down: c's own kernel says so (only on lo) - nothing; c2 asks across"""
    path(net, taps=("client",))
    udp("c", A4.format(77), 137, 2, linger=3.5)
    return []


@scenario
def mtu_link(net):
    """the wan link of r1 takes 1280 bytes only"""
    path(net, taps=("client",))
    services(net)
    net.do("r1", "ip link set wan mtu 1280")
    net.do("r2", "ip link set wan mtu 1280")
    healthy(net)
    with inside("c"):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IP, 10, 2)
        s.connect((S[4], 53))
        for _ in range(3):
            try:
                s.send(b"x" * 1400)
            except OSError:
                pass
            time.sleep(0.1)
    for v in (6,):
        udp("c", S[v], 53, 2, payload=b"x" * 1400, gap=0.2)
    return [at(("mtu", "path", "mtu", "mtu", "no"))]


@scenario
def rt_beyond_scope(net):
    """c sends from its link-local address to a global one: r1 says beyond scope"""
    path(net, taps=("client",))
    ll = [l.split()[1].split("/")[0] for l in sh(f"ip -n {PREFIX}c -6 addr show dev eth0 scope link").splitlines() if "inet6" in l][0]
    with inside("c"):
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        s.bind((ll, 0, 0, socket.if_nametoindex("eth0")))
        for _ in range(3):
            try:
                s.sendto(b"scope", (S[6], 53))
            except OSError:
                pass
            time.sleep(0.3)
    return [at(("other", "path", "v6-beyond-scope", "routing", "no"))]


@scenario
def rt_flap(net):
    """the route to s goes away on r1 for some seconds, in which an unreachable aggregate answers; s answers before and after"""
    path(net, taps=("client",))
    services(net)
    net.do("r1", "ip route add unreachable 172.20.0.0/16", "ip -6 route add unreachable 2001:db8::/32 metric 4096")
    routes = (f"{B4.format(0)}/24 via 172.20.9.2", f"{B6.format('')}/64 via 2001:db8:9::2")
    healthy(net)
    net.do("r1", *(f"ip route del {route}" for route in routes))
    for _ in range(4):
        for v in VERSIONS:
            udp("c", S[v], 53, 2, gap=0.15, linger=0.15)
            tcp("c", S[v], 80, timeout=0.2)
    net.do("r1", *(f"ip route add {route}" for route in routes))
    for _ in range(3):
        healthy(net)
    return [at(nr())]


@scenario
def rt_outage_goes_on(net):
    """s2 answers, then its link goes down, so that r2 asks for it in vain; then r2 loses the whole network, and has no route left"""
    path(net, taps=("client",))
    net.do("r2", *ONLY_BACK)
    services(net, ns="s2", own=S2)
    healthy(net, to=S2)
    for v in VERSIONS:
        udp("c", S2[v], 53)
        tcp("c", S2[v], 80)
    net.do("s2", "ip link set eth0 down")
    net.do("r2", "ip neigh flush all", "ip -6 neigh flush all")
    for v in VERSIONS:
        udp("c", S2[v], 53, 3, gap=1, linger=3)
        tcp("c", S2[v], 80, timeout=4)
    net.do("r2", "ip link set lan down")
    for v in VERSIONS:
        udp("c", S2[v], 53, 3, gap=1.1, linger=0.3)
        tcp("c", S2[v], 80)
    return [at(nr("route-none"), icmp_code=0), at(hu())]


@scenario
def rt_one_of_two_ways(net):
    """r1 chooses by flow between two ways to the network of s, over r2 and over r3, which has no route there"""
    path(net, taps=("client",))
    net.ns("r3")
    net.router("r3")
    net.veth("r1", "wan3", "r3", "wan")
    net.addr("r1", "wan3", "172.20.8.1/30", "2001:db8:8::1/64")
    net.addr("r3", "wan", "172.20.8.2/30", "2001:db8:8::2/64")
    net.do("r3", "ip route add 172.20.1.0/24 via 172.20.8.1", "ip -6 route add 2001:db8:a::/64 via 2001:db8:8::1")
    four, six = B4.format(0) + "/24", B6.format("") + "/64"
    net.do(
        "r1",
        "sysctl -qw net.ipv4.fib_multipath_hash_policy=1 net.ipv6.fib_multipath_hash_policy=1",
        f"ip route replace {four} nexthop via 172.20.9.2 nexthop via 172.20.8.2",
        f"ip -6 route del {six}",
        f"ip -6 route add {six} nexthop via 2001:db8:9::2 nexthop via 2001:db8:8::2",
    )
    services(net)
    for _ in range(8):
        for v in VERSIONS:
            udp("c", S[v], 53, linger=0.15)
            tcp("c", S[v], 80, timeout=0.3)
    return [at(nr("route-none"))]


@scenario
def hd_behind_acl(net):
    """r2 refuses SSH to its network (admin), and lets the rest through to a host that is down, and to a network it has no route to"""
    path(net, taps=("client",))
    services(net)
    net.do(
        "r2",
        *ONLY_BACK,
        "nft 'table inet f { chain w { type filter hook prerouting priority 0; tcp dport 22 reject with icmpx admin-prohibited; }; }'",
    )
    net.do("r1", "ip route add 172.20.60.0/24 via 172.20.9.2", "ip route add 2001:db8:60::/64 via 2001:db8:9::2")
    healthy(net)
    for v in VERSIONS:
        down = (B4 if v == 4 else B6).format(99)
        tcp("c", down, 22)
        udp("c", down, 161, 2, gap=0.3, linger=3.3)
    for away in ("172.20.60.1", "2001:db8:60::1"):
        tcp("c", away, 22)
        udp("c", away, 161, 2, gap=1.2)
        tcp("c", away, 80)
    return [at(nf("nft-reject-prerouting"), q_dport=22), at(nr("route-none"), icmp_code=0), at(hu())]


@scenario
def hd_own_link(net):
    """neighbours of c are down: its kernel tells c itself after three seconds, of all that waited at once"""
    path(net, taps=())
    net.tap("lo", "c", "lo")
    for v in VERSIONS:
        udp("c", (A4 if v == 4 else A6).format(77), 137, 3, gap=0.001, linger=3.5)
        tcp("c", (A4 if v == 4 else A6).format(78), 80, timeout=4)
    return [at(("host-unreachable", "sender", "host-down", "routing", "no"))]


@scenario
def rt_way_back_shorter(net):
    """what c asks goes over r1, r3 and r2, and comes back without r3; all that is seen of s and s2 are closed ports"""
    path(net, taps=("client",))
    net.ns("r3")
    net.router("r3")
    net.veth("r1", "out", "r3", "in")
    net.veth("r3", "out", "r2", "in")
    for ns, dev, address in (("r1", "out", "172.20.8.1"), ("r3", "in", "172.20.8.2"), ("r3", "out", "172.20.7.1"), ("r2", "in", "172.20.7.2")):
        net.addr(ns, dev, address + "/30")
    net.do("r3", f"ip route add {B4.format(0)}/24 via 172.20.7.2", "ip route add 172.20.1.0/24 via 172.20.8.1")
    net.do("r1", f"ip route replace {B4.format(0)}/24 via 172.20.8.2")
    udp("c", S[4], 9000, 3, gap=0.2)
    udp("c", S2[4], 9000, 3, gap=0.2)
    return [at(CLOSED)]


@scenario
def hd_icmp_only(net):
    """hosts behind r2 are down, and r2 has an unreachable route; only ICMP is captured"""
    path(net, taps=())
    net.tap("client", "c", "eth0", "icmp or icmp6")
    net.do("r1", "ip route add 172.20.50.0/24 via 172.20.9.2")
    net.do("r2", "ip route add unreachable 172.20.50.1")
    for address in (B4.format(99), B4.format(98)):
        udp("c", address, 161, 1, linger=3.3)
    udp("c", "172.20.50.1", 161, 2, gap=0.3)
    return [at(nr(), q_dst="172.20.50.1"), at(hu())]


@scenario
def hd_joined(net):
    """s2 answers c, then its link goes down; r2 seeks it for a packet of c2, and c, whose packets alone are seen, comes late to that"""
    path(net, taps=("client",))
    services(net, ns="s2", own=S2)
    for _ in range(2):
        udp("c", S2[4], 53, 2)
    net.do("s2", "ip link set eth0 down")
    net.do("r2", "ip neigh flush all")
    net.child(lambda: udp("c2", S2[4], 53))
    time.sleep(2.5)
    udp("c", S2[4], 53, linger=1)
    return [at(hu())]
