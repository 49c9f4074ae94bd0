"""Messages that the quoted traffic did not provoke."""

from .path import *


@scenario
def fg_blind(net):
    """c2 forges messages in the names of s and r2 about a live flow of c: wrong ports, wrong id, wrong sequence"""
    path(net, taps=("client", "mid"))
    services(net, udp_ports=(53, 5000))

    def forge(src, dst, kind, code, q):
        with inside("c2"):
            s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            body = struct.pack(">BBHI", kind, code, 0, 0) + q
            cs = csum(body)
            body = body[:2] + struct.pack(">H", cs) + body[4:]
            h = struct.pack(
                ">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), random.randrange(65535), 0, 64, 1, 0, socket.inet_aton(src), socket.inet_aton(dst)
            )
            s.sendto(h + body, (dst, 0))
            s.close()

    def quote(sport, dport, ident, ln, proto=17, rest=None):
        h = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + ln, ident, 0x4000, 60, proto, 0, socket.inet_aton(C[4]), socket.inet_aton(S[4]))
        h = h[:10] + struct.pack(">H", csum(h)) + h[12:]
        return h + (rest or struct.pack(">HHHH", sport, dport, ln, 0x1234))

    net.child(lambda: udp("c", S[4], 5000, 25, gap=0.1, sport=40001, src=C[4]))
    time.sleep(0.6)
    for i in range(3):
        forge(S[4], C[4], 3, 3, quote(40001, 5000, 0x7777 + i, 31))
        time.sleep(0.1)
        forge(R2[4], C[4], 3, 13, quote(40001 + i + 1, 5000, 0x1111, 25))
        time.sleep(0.1)
        forge(S[4], C[4], 3, 1, quote(40001, 80, 0x2222, 20, 6, struct.pack(">HHI", 40001, 80, 0xDEADBEEF)))
        time.sleep(0.1)
    time.sleep(1)
    tcp("c", S[4], 80)
    return [at(("spoofed", "path", "forged-blind", "blind-forged", "no"))]


@scenario
def backscatter(net):
    """hosts and routers answer datagrams that c2 sends in c's name: c never sent them"""
    path(net, taps=("client",))
    services(net)
    healthy(net)
    ports = list(range(20000, 20010))
    for p in ports:
        raw_udp("c2", C[4], S[4], p, 9000)
        time.sleep(0.15)
    net.do("s", "sysctl -qw net.ipv4.icmp_ratelimit=0")
    for p in ports:
        raw_udp("c2", C[4], B4.format(21), p, 9000 + p % 7)
        time.sleep(0.05)
    return [at(("spoofed", "target-host", "backscatter", "backscatter", "no"))]


@scenario
def backscatter_busy(net):
    """c talks to several hosts and ports; meanwhile s and s2 refuse datagrams that c2 sent in c's name"""
    path(net, taps=("client",))
    services(net, udp_ports=(53, 123, 5000))
    services(net, "s2", S2, udp_ports=(53,))
    healthy(net)
    healthy(net, to=S2)
    for d in (S[4], S2[4], R1[4], C2[4]):
        for p in (53, 123, 5000):
            udp("c", d, p, 1, gap=0.01)
    time.sleep(5.5)
    for p in range(20000, 20012):
        raw_udp("c2", C[4], S[4], p, 9000)
        raw_udp("c2", C[4], S2[4], p, 9000 + p % 7)
        time.sleep(0.3)
    real = lambda m: int(m["q_sport"]) >= 30000
    return [at(CLOSED, where=real), at(("spoofed", "target-host", "backscatter", "backscatter", "no"))]


@scenario
def one_way_tap(net):
    """a tap at s that began late: only what arrives at c... messages about flows never seen from their start"""
    path(net, taps=())
    pids = [serve_udp(net, "s", S[v], 5000) for v in VERSIONS]
    net.child(lambda: [udp("c", S[4], 9000, 40, gap=0.1), 0])
    net.child(lambda: [udp("c", S[6], 9000, 40, gap=0.1), 0])
    time.sleep(1.5)
    net.tap("client", "c", "eth0")
    probe(net, 5000, kinds="u")
    time.sleep(3)
    return [at(CLOSED)]


@scenario
def fg_on_path(net):
    """r1 (on the path, 1 hop) forges exact port-unreachables in s's name while s answers the datagrams"""
    path(net, taps=("client",))
    services(net, udp_ports=(53, 5000))
    with inside("r1"):
        rx = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        rx.bind(("pc", 3))
        tx = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def loop():
        while True:
            f, w = rx.recvfrom(9000)
            p = ip_of(f, 1)
            x = layers(p)
            if w[2] == 4 or not x or x[0] != 4 or x[1] != 17 or struct.unpack(">H", x[4][2:4])[0] != 5000:
                continue
            body = struct.pack(">BBHI", 3, 3, 0, 0) + p
            body = body[:2] + struct.pack(">H", csum(body)) + body[4:]
            h = struct.pack(
                ">BBHHHBBH4s4s",
                0x45,
                0xC0,
                20 + len(body),
                random.randrange(65535),
                0,
                64,
                1,
                0,
                socket.inet_aton(x[3]),
                socket.inet_aton(x[2]),
            )
            tx.sendto(h + body, (x[2], 0))

    net.child(loop)
    rx.close()
    tx.close()
    healthy(net)
    udp("c", S[4], 5000, 6, gap=0.2)
    return [at(("spoofed", "path", "forged-exact", "forged-onpath", "no"))]
