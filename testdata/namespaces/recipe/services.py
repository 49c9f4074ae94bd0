"""Services that stop, that serve one peer, that nobody runs; and a path that is congested."""

from .path import *


@scenario
def svc_stops(net):
    """a service answers, is killed, and comes back"""
    path(net, taps=("client",))
    pids = [serve_udp(net, "s", S[v], 5000) for v in VERSIONS]
    probe(net, 5000, n=4, kinds="u")
    for p in pids:
        stop(net, p)
    probe(net, 5000, n=3, kinds="u", gap=0.3)
    pids = [serve_udp(net, "s", S[v], 5000) for v in VERSIONS]
    probe(net, 5000, n=3, kinds="u")
    return [at(("closed-port", "target-host", "closed-udp", "service-died", "no"))]


@scenario
def svc_stops_same_flow(net):
    """the client keeps its socket while the service is killed (steady one-way stream, answers, then refusals)"""
    path(net, taps=("client", "server"))
    pids = [serve_udp(net, "s", S[v], 5000) for v in VERSIONS]
    net.child(lambda: [udp("c", S[v], 5000, 30, gap=0.1) for v in VERSIONS] and None)
    time.sleep(1.2)
    stop(net, pids[0])
    time.sleep(3)
    stop(net, pids[1])
    time.sleep(3)
    return [at(("closed-port", "target-host", "closed-udp", "service-died", "no"))]


@scenario
def svc_one_way_syslog(net):
    """one-way stream to a dead collector at 20/s: kernel's limiter shows"""
    path(net, taps=("client",))
    udp("c", S[4], 514, 80, gap=0.05)
    udp("c", S[6], 514, 60, gap=0.05)
    return [at(CLOSED)]


@scenario
def svc_bound_to_one_peer(net):
    """the server's socket is connected to c2; c is refused; no filter"""
    path(net, taps=("client", "server"))
    ports = {}
    for v in VERSIONS:
        serve_udp(net, "s", S[v], 5000, peer=(C2[v], 6000))
    for _ in range(3):
        for v in VERSIONS:
            udp("c2", S[v], 5000, 1, sport=6000, src=C2[v])
            udp("c", S[v], 5000, 1)
    return [at(CLOSED)]


@scenario
def svc_alias(net):
    """closed ports on the second and loopback address of s; open port on the first"""
    path(net, taps=("client", "mid"))
    services(net)
    net.addr("s", "eth0", B4.format(30) + "/24", B6.format(30) + "/64")
    net.addr("s", "lo", "172.20.60.1/32", "2001:db8:60::1/128")
    for r in ("r1", "r2"):
        net.do(
            r,
            f"ip route add 172.20.60.1 via {'172.20.9.2' if r == 'r1' else S[4]}",
            f"ip route add 2001:db8:60::1 via {'2001:db8:9::2' if r == 'r1' else S[6]}",
        )
    healthy(net)
    for d in (B4.format(30), B6.format(30), "172.20.60.1", "2001:db8:60::1"):
        udp("c", d, 9000, 3, gap=0.2)
    return [at(CLOSED)]


@scenario
def svc_router_closed(net):
    """closed ports of the routers themselves (gateway DNS off), via near and far address"""
    path(net, taps=("client", "mid"))
    services(net)
    healthy(net)
    for to in (R1, R2, R2B):
        probe(net, 53, to=to, kinds="ut")
    return [at(CLOSED)]


@scenario
def cg_tbf(net):
    """r1's wan is a 300 kbit bottleneck with a short queue: stream to open port loses packets; closed port probed beside"""
    path(net, taps=("client", "mid"))
    services(net, udp_ports=(53, 5000))
    net.do("s", "sysctl -qw net.ipv4.icmp_ratelimit=0")
    net.do("r1", "tc qdisc add dev wan root tbf rate 300kbit burst 3000 limit 12000")
    net.child(lambda: udp("c", S[4], 5000, 120, gap=0.012, payload=b"x" * 700))
    net.child(lambda: udp("c", S[4], 9000, 30, gap=0.06, payload=b"x" * 300))
    time.sleep(4)
    return [at(CLOSED)]


@scenario
def svc_client_gone(net):
    """c subscribes to a stream of s and exits: its kernel refuses what follows"""
    path(net, taps=("client", "server"))
    for v in VERSIONS:
        s = bound("s", socket.SOCK_DGRAM, S[v], 5000)

        def loop(s=s):
            d, w = s.recvfrom(2000)
            for i in range(12):
                s.sendto(b"tick%d" % i, w)
                time.sleep(0.12)

        net.child(loop)
        s.close()
        udp("c", S[v], 5000, 1, linger=0.4)
        time.sleep(1.4)
    return [at(LATE)]


@scenario
def svc_restarts(net):
    """DNS of s is stopped twice for a second, and started again; c asks all along, c2 only while it is up"""
    path(net, taps=("client", "server"))
    services(net, udp_ports=())

    def ask():
        for _ in range(26):
            for v in VERSIONS:
                udp("c", S[v], 53, 1, linger=0.12)

    net.child(ask)
    for _ in range(3):
        pids = [serve_udp(net, "s", S[v], 53) for v in VERSIONS]
        time.sleep(1)
        for v in VERSIONS:
            udp("c2", S[v], 53, 3)
        time.sleep(0.5)
        for pid in pids:
            stop(net, pid)
        time.sleep(1)
    return [at(("closed-port", "target-host", "closed-udp", "service-died", "no"))]


@scenario
def svc_address_moves(net):
    """s2 has an address and answers there, then s has it, where the port is closed, and another rejected; captured on their link"""
    lent = B4.format(66)
    path(net, taps=())
    net.tap("r2_lan", "r2", "lan")
    net.addr("s2", "eth0", lent + "/24")
    pid = serve_udp(net, "s2", lent, 53)
    udp("c", lent, 53, 3)
    stop(net, pid)
    net.do("s2", f"ip addr del {lent}/24 dev eth0")
    net.do("r2", "ip neigh flush all")
    net.addr("s", "eth0", lent + "/24")
    net.do("s", "iptables -A INPUT -p udp --dport 7000 -j REJECT --reject-with icmp-admin-prohibited")
    udp("c", lent, 53, 3, gap=0.2)
    udp("c", lent, 7000, 2, gap=0.2)
    return [at(("closed-port", "target-host", "closed-udp", "service-died", "no"), q_dport=53), at(hf())]
