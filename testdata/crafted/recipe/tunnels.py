"""Packets inside of packets: tunnels in IP and in UDP, within each other, and what is none though it looks like one."""
import struct

from . import wire
from .capture import CLIENT, HOPS, Capture, outer, probe
from .layers import labels, ppp
from .links import both, ethertype

NEAR = {4: "192.0.2.100", 6: "2001:db8:a::1"}
FAR = {4: "198.51.100.200", 6: "2001:db8:b::1"}
TEREDO_CLIENT, TEREDO_PEER = "2001:0:c633:6401::5", "2001:db8:5::20"
IPIP, IN6 = 4, 41
BRIDGED = 0x6558


def carrier(version, protocol, payload, **how):
    """The outer packet between the tunnel's ends."""
    return (wire.ipv4 if version == 4 else wire.ipv6)(NEAR[version], FAR[version], protocol, payload, **how)


def datagram(version, port, payload, sport=50000, **how):
    """The outer UDP packet."""
    return carrier(version, wire.UDP, wire.udp(NEAR[version], FAR[version], sport, port, payload), **how)


def gre(carried, payload, key=None, sequence=None, check=False):
    """GRE (RFC 2784, RFC 2890)."""
    flags = (0x8000 if check else 0) | (0x2000 if key is not None else 0) | (0x1000 if sequence is not None else 0)
    words = (struct.pack(">I", key) if key is not None else b"") + (struct.pack(">I", sequence) if sequence is not None else b"")
    head = struct.pack(">HH", flags, carried)
    if check:
        words = struct.pack(">HH", wire.checksum(head + b"\0\0\0\0" + words + payload), 0) + words
    return head + words + payload


def pptp(packet, call=77, sequence=5, acknowledgment=4):
    """The enhanced GRE of PPTP (RFC 2637): payload length and call, sequence, acknowledgment; then PPP."""
    body = b"\xff\3" + ppp(packet)
    return struct.pack(">HHHHII", 0x3081, 0x880B, len(body), call, sequence, acknowledgment) + body


def erspan(kind, packet, session=300):
    """A mirrored frame (draft-foschiano-erspan)."""
    frame = wire.ethernet(packet)
    if kind == 1:
        return gre(0x88BE, frame)
    if kind == 2:
        return gre(0x88BE, struct.pack(">HHI", 1 << 12 | 10, session, 5) + frame, sequence=1)
    return gre(0x22EB, struct.pack(">HHIHH", 2 << 12 | 10, session, 99, 0, 1) + bytes(8) + frame, sequence=1)


def vxlan(payload, network=42, flags=0x08, following=0):
    return struct.pack(">BBBBI", flags, 0, 0, following, network << 8) + payload


def geneve(carried, payload, network=42, options=b""):
    return struct.pack(">BBHI", len(options) // 4, 0, carried, network << 8) + options + payload


def gtp(packet, endpoint=0xABCD, flags=0x30, optional=b""):
    """A user packet of GTP, version 1 (TS 29.281)."""
    return struct.pack(">BBHI", flags, 255, len(optional) + len(packet), endpoint) + optional + packet


def gtp_0(packet, label=7):
    """A user packet of GTP, version 0 (GSM 09.60)."""
    return struct.pack(">BBHHHBxxxQ", 0x1E, 255, len(packet), 0, label, 255, 0x4200012143658709) + packet


def gtp_prime(packet, version=0x0E, kind=240):
    """GTP' (TS 32.295), of charging: it shares the port of GTP's version 0, and carries no packets; version 2 has a header of 6 bytes."""
    return struct.pack(">BBHH", version, kind, len(packet), 5) + (bytes(14) if version == 0x0E else b"") + packet


def l2tp(packet, flags=0x0002, tunnel=11, session=12):
    """A data message of L2TP (RFC 2661): 0x4000 gives its length, 0x0800 sequence numbers, 0x0200 an offset."""
    body = b"\xff\3" + ppp(packet)
    middle = struct.pack(">HH", tunnel, session) + (b"\0\1\0\2" if flags & 0x0800 else b"") + (b"\0\2\xee\xee" if flags & 0x0200 else b"")
    length = 2 + 2 + len(middle) + len(body)
    return struct.pack(">H", flags) + (struct.pack(">H", length) if flags & 0x4000 else b"") + middle + body


def ethernet(packet):
    """Of an outer packet."""
    return wire.ethernet(packet)


def tunnel(file, make, encapsulation, versions=(4, 6)):
    """Pairs in a tunnel; `make` gives the outer packet for an inner one."""
    return both(Capture(f"tunnel_{file}.pcap", lambda packet: ethernet(make(packet)), encapsulation), versions)


def in_ip():
    """IP in IP, GRE, and what GRE carries."""
    yield tunnel("ipip", lambda p: carrier(4, IPIP, p), "ipip", (4,))
    yield tunnel("6in4", lambda p: carrier(4, IN6, p), "6in4", (6,))
    yield tunnel("4in6", lambda p: carrier(6, IPIP, p), "4in6", (4,))
    yield tunnel("6in6", lambda p: carrier(6, IN6, p), "6in6", (6,))
    yield tunnel("gre", lambda p: carrier(4, wire.GRE, gre(ethertype(p), p)), "gre")
    yield tunnel("gre_over_ipv6", lambda p: carrier(6, wire.GRE, gre(ethertype(p), p)), "gre")
    yield tunnel("gre_all_fields", lambda p: carrier(4, wire.GRE, gre(ethertype(p), p, 99, 5, True)), "gre:99")
    yield tunnel("gre_ethernet", lambda p: carrier(4, wire.GRE, gre(BRIDGED, wire.ethernet(p, [(0x8100, 8)]))), "gre/vlan:8")
    yield tunnel("gre_nvgre", lambda p: carrier(4, wire.GRE, gre(BRIDGED, wire.ethernet(p), 42 << 8 | 1)), f"gre:{42 << 8 | 1}")
    yield tunnel("gre_mpls", lambda p: carrier(4, wire.GRE, gre(0x8847, labels(p, 17))), "gre/mpls:17")
    yield tunnel("gre_pptp", lambda p: carrier(4, wire.GRE, pptp(p)), "gre:77")
    yield tunnel("erspan_1", lambda p: carrier(4, wire.GRE, erspan(1, p)), "erspan")
    yield tunnel("erspan_2", lambda p: carrier(4, wire.GRE, erspan(2, p)), "erspan:300")
    yield tunnel("erspan_3", lambda p: carrier(4, wire.GRE, erspan(3, p)), "erspan:300")
    yield both(Capture("authentication_header.pcap", lambda p: wire.ethernet(authenticated(p)), "ah"))


def authenticated(packet):
    """The packet with an authentication header before its payload."""
    if packet[0] >> 4 == 6:
        body = wire.authentication(packet[6]) + packet[40:]
        return packet[:4] + struct.pack(">HB", len(body), wire.AH) + packet[7:40] + body
    body = wire.authentication(packet[9]) + packet[20:]
    head = packet[:2] + struct.pack(">H", 20 + len(body)) + packet[4:9] + bytes([wire.AH]) + b"\0\0" + packet[12:20]
    return head[:10] + struct.pack(">H", wire.checksum(head)) + head[12:] + body


def in_udp():
    """Tunnels that are known by their UDP port."""
    yield tunnel("vxlan", lambda p: datagram(4, 4789, vxlan(wire.ethernet(p))), "vxlan:42")
    yield tunnel("vxlan_over_ipv6", lambda p: datagram(6, 4789, vxlan(wire.ethernet(p, [(0x8100, 9)]))), "vxlan:42/vlan:9")
    yield tunnel("vxlan_8472", lambda p: datagram(4, 8472, vxlan(wire.ethernet(p))), "vxlan:42")
    yield tunnel("vxlan_gpe", lambda p: datagram(4, 4790, vxlan(p, flags=0x0C, following=1 if p[0] >> 4 == 4 else 2)), "vxlan-gpe:42")
    yield tunnel("vxlan_gpe_ethernet", lambda p: datagram(4, 4790, vxlan(wire.ethernet(p), flags=0x0C, following=3)), "vxlan-gpe:42")
    yield tunnel("geneve", lambda p: datagram(4, 6081, geneve(BRIDGED, wire.ethernet(p))), "geneve:42")
    options = struct.pack(">HBB4s", 0x0102, 1, 1, b"note")
    yield tunnel("geneve_options", lambda p: datagram(6, 6081, geneve(ethertype(p), p, options=options)), "geneve:42")
    yield tunnel("gtp", lambda p: datagram(4, 2152, gtp(p), 2152), f"gtp:{0xABCD}")
    # Sequence number; PDU session container of one word, and a PDCP number after it.
    yield tunnel("gtp_sequence", lambda p: datagram(4, 2152, gtp(p, flags=0x32, optional=b"\0\5\0\0"), 2152), f"gtp:{0xABCD}")
    extensions = b"\0\0\0\x85" + b"\1\0\5\xc0" + b"\1\0\1\0"
    yield tunnel("gtp_extensions", lambda p: datagram(6, 2152, gtp(p, flags=0x34, optional=extensions), 2152), f"gtp:{0xABCD}")
    yield tunnel("gtp_version_0", lambda p: datagram(4, 3386, gtp_0(p), 3386), "gtp:7")
    yield tunnel("l2tp", lambda p: datagram(4, 1701, l2tp(p), 1701), "l2tp:11")
    yield tunnel("l2tp_all_fields", lambda p: datagram(4, 1701, l2tp(p, flags=0x4A02), 1701), "l2tp:11")


def elsewhere():
    """Every tunnel in UDP at a port that nobody knows, which a reader has to be told."""
    capture = Capture("tunnel_elsewhere.pcap")
    makers = (("vxlan:42", lambda p: vxlan(wire.ethernet(p))), ("vxlan-gpe:42", lambda p: vxlan(wire.ethernet(p), flags=0x0C, following=3)),
              ("geneve:42", lambda p: geneve(ethertype(p), p)), (f"gtp:{0xABCD}", gtp), ("gtp:7", gtp_0), ("teredo", bytes), ("l2tp:11", l2tp))
    for port, (names, make) in enumerate(makers, 5001):
        capture.encapsulation = names
        capture.wrap = lambda packet, port=port, make=make: ethernet(datagram(4, port, make(packet)))
        if names == "teredo":
            capture.message(capture.fresh(6, sender=TEREDO_CLIENT, target=TEREDO_PEER))
        else:
            both(capture)
    return capture


def teredo():
    """IPv6 in UDP from a Teredo client, bare, behind an origin, and behind an authentication as well."""
    origin = struct.pack(">HH4s", 0, 40000 ^ 0xFFFF, b"\x3f\xff\xfd\x9b")
    authentication = struct.pack(">HBB3s2s8sB", 1, 3, 2, b"idn", b"au", b"nonce678", 0)
    capture = Capture("tunnel_teredo.pcap", encapsulation="teredo")
    for before in (b"", origin, authentication, authentication + origin):
        capture.wrap = lambda packet, before=before: ethernet(datagram(4, 3544, before + packet))
        capture.message(capture.fresh(6, sender=TEREDO_CLIENT, target=TEREDO_PEER))
    return capture


def nested():
    """Three tunnels within each other, four, and five, of which the innermost stays closed."""
    capture = Capture("tunnel_nested.pcap")
    for depth, names in ((3, "vlan:5/ipip/gre/vxlan:42"), (4, "vlan:5/ipip/ipip/gre/vxlan:42")):
        capture.encapsulation = names
        capture.wrap = lambda packet, depth=depth: within(packet, depth - 2)
        both(capture)
    capture.wrap = lambda packet: within(packet, 3)
    refused = capture.fresh()
    capture.add(outer(4, refused.target, CLIENT[4], 3, 3, b"\0\0\0\0", refused.arrived(), 64 - HOPS))
    return capture


def within(packet, times):
    """VXLAN in GRE in as many packets of IP in IP, in a VLAN."""
    data = datagram(4, 4789, vxlan(wire.ethernet(packet)))
    data = carrier(4, wire.GRE, gre(0x0800, data))
    for _ in range(times):
        data = carrier(4, IPIP, data)
    return wire.ethernet(data, [(0x8100, 5)])


def refused_tunnels():
    """Refusals of the tunnels' own packets: the message is about the outer flow, and the quote stays closed."""
    capture = Capture("tunnel_refused.pcap")
    makers = [lambda p: vxlan(wire.ethernet(p)), lambda p: geneve(ethertype(p), p), gtp]
    for version in (4, 6):
        for port, make in zip((4789, 6081, 2152), makers):
            inner = probe(version, sport=41000 + port)
            capture.message(capture.fresh(version, dport=port, payload=make(inner.bytes)))
    inner = probe(4, sport=41000)
    capture.message(capture.fresh(protocol=IPIP, segment=inner.bytes), code=2)
    capture.message(capture.fresh(protocol=wire.GRE, segment=gre(0x0800, inner.bytes)), code=2)
    # A charging record, at the port that GTP's version 0 shares with it.
    for version in (4, 6):
        capture.message(capture.fresh(version, dport=3386, payload=gtp_prime(inner.bytes)))
    return capture


def unopened():
    """What only looks like a tunnel, is broken, or is a fragment: no message is to be reported."""
    capture = Capture("not_tunnels.pcap")
    refused = probe()
    message = outer(4, refused.target, CLIENT[4], 3, 3, b"\0\0\0\0", refused.arrived(), 64 - HOPS)
    frame = wire.ethernet(message)
    claims_more = wire.patched(message, 2, struct.pack(">H", len(message) + 1))
    payloads = [
        (4789, vxlan(frame, flags=0)), (4789, vxlan(frame, flags=0x18)), (4789, wire.patched(vxlan(frame), 7, b"\1")),
        (4789, vxlan(wire.ethernet(claims_more))), (4790, vxlan(message, flags=0x0D, following=1)),
        (6081, wire.patched(geneve(0x0800, message), 0, b"\x40")), (6081, wire.patched(geneve(0x0800, message), 1, b"\x80")),
        (2152, wire.patched(gtp(message), 1, b"\1")), (2152, gtp(message, flags=0x20)), (2152, gtp(message, flags=0x34, optional=b"\0\0\0\x85\0\0\0\0")),
        (1701, l2tp(message, flags=0x8002)), (1701, l2tp(message, flags=0x0003)), (3544, message), (4788, vxlan(frame)),
    ]
    for port, payload in payloads:
        capture.add(datagram(4, port, payload))
    for payload in (wire.patched(gre(0x0800, message), 1, b"\2"), wire.patched(gre(0x0800, message), 0, b"\x40"), gre(0x0801, message)):
        capture.add(carrier(4, wire.GRE, payload))
    capture.add(carrier(4, IPIP, claims_more))
    # First and last fragment of a tunnel's packet.
    capture.add(carrier(4, IPIP, message, flags=1))
    capture.add(carrier(4, IPIP, message, offset=8))
    # Charging records, two of them with the number of a user packet.
    for how in ((0x0E, 240), (0x4E, 240), (0x0E, 255), (0x4E, 255)):
        capture.add(datagram(4, 3386, gtp_prime(message, *how)))
    return capture


def captures():
    yield from in_ip()
    yield from in_udp()
    yield teredo()
    yield elsewhere()
    yield nested()
    yield refused_tunnels()
    yield unopened()
