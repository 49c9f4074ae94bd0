"""The path that most scenarios share, the addresses on it, and the words for what is true of a message."""

import random
import socket
import struct
import time

from .net import *
from .reading import ip_of, layers
from .traffic import *

A4, A6 = "172.20.1.{}", "2001:db8:a::{}"


B4, B6 = "172.20.2.{}", "2001:db8:b::{}"


C = {4: A4.format(10), 6: A6.format(10)}


C2 = {4: A4.format(11), 6: A6.format(11)}


S = {4: B4.format(20), 6: B6.format(20)}


S2 = {4: B4.format(21), 6: B6.format(21)}


R1 = {4: A4.format(1), 6: A6.format(1)}


R2 = {4: "172.20.9.2", 6: "2001:db8:9::2"}


R2B = {4: B4.format(1), 6: B6.format(1)}


VERSIONS = (4, 6)


SCENARIOS = {}


def scenario(f):
    """Enters a scenario by its name."""
    SCENARIOS[f.__name__] = f
    return f


def path(net, ms=4, taps=("client", "mid", "server"), hosts=("c", "c2", "s", "s2")):
    """c and c2 behind router r1, s and s2 behind router r2; frames take `ms` each way between the routers."""
    net.ns("r1", "r2", *hosts)
    net.router("r1", "r2")
    net.wire("r1", "wan", "r2", "wan", ms) if ms else net.veth("r1", "wan", "r2", "wan")
    for r, lan in (("r1", ("c", "c2")), ("r2", ("s", "s2"))):
        ports = []
        for h in lan:
            if h in hosts:
                net.veth(r, "p" + h, h, "eth0")
                ports.append("p" + h)
        net.bridge(r, "lan", *ports)
    net.addr("r1", "lan", R1[4] + "/24", R1[6] + "/64")
    net.addr("r2", "lan", R2B[4] + "/24", R2B[6] + "/64")
    net.addr("r1", "wan", "172.20.9.1/30", "2001:db8:9::1/64")
    net.addr("r2", "wan", "172.20.9.2/30", "2001:db8:9::2/64")
    net.do("r1", f"ip route add {B4.format(0)}/24 via 172.20.9.2", f"ip route add {B6.format('')}/64 via 2001:db8:9::2")
    net.do("r2", "ip route add default via 172.20.9.1", "ip route add default via 2001:db8:9::1")
    for h, own, gate in (("c", C, R1), ("c2", C2, R1), ("s", S, R2B), ("s2", S2, R2B)):
        if h in hosts:
            net.addr(h, "eth0", own[4] + "/24", own[6] + "/64")
            net.do(h, f"ip route add default via {gate[4]}", f"ip route add default via {gate[6]}")
    for h in hosts:  # resolve neighbours before the capture
        for v in VERSIONS:
            ping(net, h, (S if h.startswith("c") else C)[v])
    for t in taps:
        net.tap(t, *{"client": ("c", "eth0"), "mid": ("r1", "wan"), "server": ("s", "eth0")}[t])


def probe(net, port, n=3, frm="c", to=None, kinds="ut", gap=0.15, **how):
    """Datagrams and a connection attempt in both versions."""
    for v in VERSIONS:
        if "u" in kinds:
            udp(frm, (to or S)[v], port, n, gap=gap, linger=0.15, **how)
        if "t" in kinds:
            tcp(frm, (to or S)[v], port)


def services(net, ns="s", own=None, udp_ports=(53,), tcp_ports=(80,)):
    """Services that answer, on a host."""
    for v in VERSIONS:
        a = (own or S)[v]
        for p in udp_ports:
            serve_udp(net, ns, a, p)
        for p in tcp_ports:
            serve_tcp(net, ns, a, p)


def healthy(net, port=53, frm="c", to=None):
    """Traffic that is answered, so that the hosts are known."""
    for v in VERSIONS:
        udp(frm, (to or S)[v], port, 2)
    for v in VERSIONS:
        tcp(frm, (to or S)[v], 80)


CLOSED = ("closed-port", "target-host", "closed-udp", "service-not-listening", "no")


def hf(mech="ipt-reject-input", circ="policy"):
    """Refused by the host itself."""
    return ("host-firewall", "target-host", mech, circ, "no")


def nf(mech="ipt-reject-forward", circ="policy", imp="no"):
    """Refused by a device in front of it."""
    return ("network-filter", "path", mech, circ, imp)


def nr(mech="route-unreachable"):
    """No route."""
    return ("no-route", "path", mech, "routing", "no")


def hu(mech="host-down"):
    """The host is down."""
    return ("host-unreachable", "path", mech, "routing", "no")


def at(what, **when):
    """A rule: messages with these fields are of that kind."""
    return when, what


LATE = ("closed-port", "target-host", "closed-udp", "late-reply-to-closed-client-port", "no")


def raw_udp(ns, src, dst, sport, dport, payload=b"scan"):
    """A datagram that no socket knows of, in the name of `src`."""
    with inside(ns):
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        u = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload
        h = struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0, 20 + len(u), random.randrange(65535), 0, 64, 17, 0, socket.inet_aton(src), socket.inet_aton(dst)
        )
        s.sendto(h + u, (dst, 0))
        s.close()


def csum(d):
    """The Internet checksum (RFC 1071)."""
    d += b"\0" * (len(d) % 2)
    t = sum(struct.unpack(f">{len(d)//2}H", d))
    while t >> 16:
        t = (t & 0xFFFF) + (t >> 16)
    return ~t & 0xFFFF
