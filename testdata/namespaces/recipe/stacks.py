"""Stacks and routers that are emulated: the kernel is silent, a program answers as others would."""

from .path import *


def emulate(
    net,
    ns,
    dev,
    wants,
    src=None,
    ttl=64,
    tos=0,
    df=0,
    ident="count",
    quote=None,
    code=(3, 4),
    kind=(3, 1),
    altered=None,
    gap=0.0,
    delay=0.0,
    ext=b"",
):
    """Answers every UDP or TCP packet to the ports `wants` that comes in on `dev`, as another stack or router would."""
    net.do(ns, f"nft 'table netdev e {{ chain i {{ type filter hook ingress device {dev} priority 0; th dport {{ {wants} }} drop; }}; }}'")
    ports = set()
    for w in wants.split(","):
        a, _, b = w.strip().partition("-")
        ports |= set(range(int(a), int(b or a) + 1))
    with inside(ns):
        rx = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        rx.bind((dev, 3))
        tx4 = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        tx6 = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def loop():
        counter, last = random.randrange(1000, 60000), {}
        while True:
            f, w = rx.recvfrom(70000)
            if w[2] == 4:
                continue
            p = ip_of(f, 1)
            x = layers(p)
            if not x or x[1] not in (6, 17) or x[5] or struct.unpack(">H", x[4][2:4])[0] not in ports:
                continue
            v = x[0]
            now = time.monotonic()
            if now - last.get(v, -9) < gap:
                continue
            last[v] = now
            if delay:
                time.sleep(delay)
            own = (src or {}).get(v) or x[3]
            hl = len(p) - len(x[4])
            q = p[: struct.unpack(">H", p[2:4])[0]] if v == 4 else p[: 40 + struct.unpack(">H", p[4:6])[0]]
            q = q[: hl + quote] if quote is not None else q[: (548 if v == 4 else 1232)]
            if altered and v == 4:
                q = altered(bytearray(q))
            rest = b"\0\0\0\0"
            if ext:
                q = (q + b"\0" * 128)[:128]
                rest = bytes([0, 32, 0, 0]) if v == 4 else bytes([16, 0, 0, 0])
                q += ext
            if v == 4:
                body = struct.pack(">BBH", kind[0], code[0], 0) + rest + q
                body = body[:2] + struct.pack(">H", csum(body)) + body[4:]
                counter = (counter + 1) & 0xFFFF
                i = {"count": counter, "zero": 0, "random": random.randrange(1, 65535)}[ident]
                h = struct.pack(
                    ">BBHHHBBH4s4s", 0x45, tos, 20 + len(body), i, df << 14, ttl, 1, 0, socket.inet_aton(own), socket.inet_aton(x[2])
                )
                h = h[:10] + struct.pack(">H", csum(h)) + h[12:]
                tx4.sendto(h + body, (x[2], 0))
            else:
                body = struct.pack(">BBH", kind[1], code[1], 0) + rest + q
                s, d = (socket.inet_pton(socket.AF_INET6, a) for a in (own, x[2]))
                body = body[:2] + struct.pack(">H", csum(s + d + struct.pack(">IxxxB", len(body), 58) + body)) + body[4:]
                tx6.sendto(struct.pack(">IHBB", 6 << 28, len(body), 58, ttl) + s + d + body, (x[2], 0, 0, 0))

    net.child(loop)
    rx.close()
    tx4.close()
    tx6.close()


def ttls(net, ns, dev, n):
    """Another initial TTL for all that a host sends."""
    net.do(ns, f"sysctl -qw net.ipv4.ip_default_ttl={n} net.ipv6.conf.all.hop_limit={n} net.ipv6.conf.{dev}.hop_limit={n}")


def stack(name, host_ttl=64, **how):
    """A scenario of closed ports on a host with another stack."""

    def work(net):
        path(net, taps=("client", "server"))
        services(net)
        ttls(net, "s", "eth0", host_ttl)
        emulate(net, "s", "eth0", "9000-9009,7000", **how)
        healthy(net)
        for v in VERSIONS:
            ping(net, "c", S[v])
        for p in (9000, 9001):
            probe(net, p, kinds="u")
        for v in VERSIONS:
            udp("c", S[v], 9002, 15, gap=0.03)
        return [at(("closed-port", "target-host", "closed-udp-emul-" + name, "service-not-listening", "no"))]

    work.__doc__ = f"EMULATED closed UDP ports: {name}"
    SCENARIOS["emul_" + name] = work


stack("windows", 128, ttl=128, quote=128)


stack("freebsd", 64, ttl=64, quote=8)


stack("openbsd", 64, ttl=255, quote=8, ident="random")


stack("solaris", 64, ttl=255, quote=64, df=1)


stack("lwip", 255, ttl=255, quote=8)


stack("smoltcp", 64, ttl=64, df=1, ident="zero", altered=lambda q: bytes(q[:1] + b"\0" + q[2:4] + b"\0\0" + q[6:]))


stack(
    "printer",
    64,
    ttl=64,
    quote=8,
    altered=lambda q: bytes(q[:2] + struct.pack(">H", struct.unpack(">H", q[2:4])[0] - 20) + q[4:10] + b"\0\0" + q[12:]),
)


def router(name, truth, ports="7000-7009", kinds="ut", **how):
    """A scenario of refusals by a router of another make."""

    def work(net):
        path(net, taps=("client",))
        services(net)
        emulate(net, "r2", "wan", ports, src=R2, **how)
        healthy(net)
        for p in (7000, 7001):
            probe(net, p, n=4, kinds=kinds, to=None, gap=0.2)
        return [at(CLOSED, q_dport=9000), at(truth)]

    work.__doc__ = f"EMULATED router: {name}"
    SCENARIOS["router_" + name] = work


MPLS = struct.pack(">BBHHBBI", 0x20, 0, 0, 8, 1, 1, 0x000101FE)


MPLS = MPLS[:2] + struct.pack(">H", csum(MPLS)) + MPLS[4:]


router("cisco_acl", nf("router-emul-acl"), ttl=255, tos=0, quote=8, code=(13, 1), gap=0.5)


router("junos_reject", nf("router-emul-acl"), ttl=255, df=1, quote=8, code=(13, 1))


router("net_prohibited", nf("router-emul-acl"), ttl=64, tos=0xC0, code=(9, 5))


router("mpls_noroute", nr("router-emul-rfc4884"), ttl=255, tos=0xC0, code=(0, 0), ext=MPLS, kinds="u")


@scenario
def imp_as_dest(net):
    """EMULATED gateway r2 that answers in the target's name (return-icmp-as-dest), TTL 64, quotes eight bytes; s is Linux"""
    path(net, taps=("client", "mid"))
    services(net)
    emulate(net, "r2", "wan", "7000-7009", ttl=64, quote=8)
    healthy(net)
    for v in VERSIONS:
        ping(net, "c", S[v])
    probe(net, 7000)
    probe(net, 9000, kinds="u")
    return [at(CLOSED, q_dport=9000), at(nf("nft-reject-netdev-router", imp="yes"))]


@scenario
def imp_gateway_all(net):
    """EMULATED gateway r1 answers UDP 443 in the name of every target at once (proxy); TCP works"""
    path(net, taps=("client",))
    services(net, tcp_ports=(80, 443))
    services(net, "s2", S2, tcp_ports=(80, 443))
    emulate(net, "r1", "pc", "443", ttl=64)
    healthy(net)
    healthy(net, to=S2)
    for to in (S, S2):
        probe(net, 443, to=to, kinds="u")
    return [at(nf("nft-reject-netdev-router", imp="yes"))]
