"""Link layers beyond Ethernet and its tags: PPP, MPLS, wireless, and what capturing software puts before packets."""
import struct

from . import wire
from .capture import Capture
from .links import both, ethertype

STATION, ACCESS_POINT, FAR, FAR_POINT = (b"\2\0\0\0\0" + bytes([n]) for n in (1, 2, 3, 4))
DATA, NULL_DATA, QOS_DATA = 0x08, 0x48, 0x88


def llc(packet):
    """IEEE 802.2 with SNAP (RFC 1042)."""
    return b"\xaa\xaa\3\0\0\0" + struct.pack(">H", ethertype(packet)) + packet


def ethernet_802_3(packet):
    """A length instead of a type; short frames are padded."""
    body = llc(packet)
    return (b"\2\0\0\0\0\2" + STATION + struct.pack(">H", len(body)) + body).ljust(60, b"\0")


def logical_links():
    """Lengths in place of types: SNAP as bridges have it, SNAP behind a tag, a tag within SNAP, and IP by its own access point."""
    head = b"\2\0\0\0\0\2" + STATION
    long = lambda body: head + struct.pack(">H", len(body)) + body
    bridged = lambda packet: b"\xaa\xaa\3\0\0\xf8" + llc(packet)[6:]
    tagged = lambda packet: head + struct.pack(">HHH", 0x8100, 77, len(llc(packet))) + llc(packet)
    tag_within = lambda packet: long(b"\xaa\xaa\3\0\0\0" + struct.pack(">HHH", 0x8100, 78, ethertype(packet)) + packet)
    capture = Capture("link_ethernet_llc.pcap")
    for wrap, names, versions in ((lambda packet: long(bridged(packet)), "", (4, 6)), (tagged, "vlan:77", (4, 6)),
                                  (tag_within, "vlan:78", (4, 6)), (lambda packet: long(b"\x06\x06\3" + packet), "", (4,))):
        capture.wrap, capture.encapsulation = wrap, names
        both(capture, versions)
    return capture


def labels(packet, *numbers):
    """An MPLS label stack (RFC 3032)."""
    last = len(numbers) - 1
    stack = b"".join(struct.pack(">I", n << 12 | (0x100 if i == last else 0) | 64) for i, n in enumerate(numbers))
    return stack + packet


def mpls(*numbers):
    return lambda packet: wire.ethernet(labels(packet, *numbers), kind=0x8847)


def pseudowire(control, first):
    """Ethernet in MPLS, with or without a control word (RFC 4448); `first` begins the inner destination address."""
    return lambda packet: wire.ethernet(labels(control + first + wire.ethernet(packet)[len(first):], 500), kind=0x8847)


def ppp(packet, short=False):
    """The PPP protocol number before its packet; in one byte if `short` (RFC 1661 section 6.5)."""
    number = 0x21 if packet[0] >> 4 == 4 else 0x57
    return (bytes([number]) if short else struct.pack(">H", number)) + packet


def pppoe(packet, session=0x1234):
    body = ppp(packet)
    return struct.pack(">BBHH", 0x11, 0, session, len(body)) + body


def pppoe_ethernet(packet):
    return wire.ethernet(pppoe(packet), [(0x8100, 7)], kind=0x8864)


def cisco_hdlc(packet):
    return b"\x0f\0" + struct.pack(">H", ethertype(packet)) + packet


def cooked_ppp(packet):
    """Linux cooked capture, version 1, of a PPP device that gives no protocol."""
    return struct.pack(">HHH8xH", 0, 512, 0, 0) + packet


def cooked_802_2(packet):
    """Linux cooked capture, version 1, of an 802.2 frame."""
    return struct.pack(">HHH6s2xH", 0, 1, 6, STATION, 4) + llc(packet)


def cooked_hdlc(packet):
    """Linux cooked capture, version 2, of PPP behind HDLC's address and control."""
    return struct.pack(">HHIHBB8x", 7, 0, 2, 512, 4, 0) + b"\xff\3" + ppp(packet)


def wireless(packet, kind=QOS_DATA, flags=0x01, high_throughput=False, pad=False, aggregate=False):
    """An IEEE 802.11 data frame; flags 1 to the distribution system, 2 from it, 0x40 protected, 0x80 order."""
    first, second, third = {0: (FAR, STATION, ACCESS_POINT), 1: (ACCESS_POINT, STATION, FAR), 2: (FAR, ACCESS_POINT, STATION),
                            3: (FAR_POINT, ACCESS_POINT, FAR)}[flags & 3]
    head = struct.pack("<BBH", kind, flags, 44) + first + second + third + struct.pack("<H", 0x10)
    head += STATION if flags & 3 == 3 else b""
    head += struct.pack("<H", 0x80 if aggregate else 0) if kind == QOS_DATA else b""
    head += b"\0\0\0\0" if high_throughput else b""
    head += b"\0" * (-len(head) % 4) if pad else b""
    body = llc(packet)
    return head + (FAR + STATION + struct.pack(">H", len(body)) if aggregate else b"") + body


def radiotap(frame, flags=0, timestamp=True, words=1):
    """A radiotap header with a timestamp, flags and a rate; `words` of presence."""
    present = [0x7 if timestamp else 0x6] + [0] * (words - 1)
    present = [word | (1 << 31 if i < words - 1 else 0) for i, word in enumerate(present)]
    head = b"".join(struct.pack("<I", word) for word in present)
    if timestamp:
        head += b"\0" * (-(4 + len(head)) % 8) + struct.pack("<Q", 12345)
    head += struct.pack("<BB", flags, 108)
    return struct.pack("<BBH", 0, 0, 4 + len(head)) + head + frame


def prism(frame):
    """A Prism header without its items: code, length, device."""
    return struct.pack("<II16s", 0x44, 144, b"wlan0") + bytes(120) + frame


def per_packet_information(link, frame):
    """PPI with one field, of unknown type."""
    return struct.pack("<BBHIHH4s", 0, 0, 16, link, 30000, 4, b"note") + frame


def attribute(kind, value, order):
    return struct.pack(order + "HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def nflog(order):
    """A packet logged by netfilter: hook and protocol, prefix, hardware address, payload."""
    def wrapped(packet):
        head = struct.pack(">BBH", 2 if packet[0] >> 4 == 4 else 10, 0, 5)
        body = attribute(1, struct.pack(">HBB", ethertype(packet), 1, 0), order) + attribute(10, b"drop\0", order)
        body += attribute(8, struct.pack(">HH", 6, 0) + STATION + b"\0\0", order)
        return head + body + attribute(9, packet, order)
    return wrapped


def pflog(length):
    """A packet logged by pf; the header's length counts no padding."""
    def wrapped(packet):
        family = 2 if packet[0] >> 4 == 4 else 24
        head = struct.pack(">BBBB16s16sIIIiIiB", length, family, 1, 0, b"em0", b"", 0, 0, 0, 0, 0, 0, 1)
        return head.ljust((length + 3) // 4 * 4, b"\0") + packet
    return wrapped


def infiniband(packet):
    """A global routing header, the type, two reserved bytes (RFC 4391)."""
    return bytes(40) + struct.pack(">HH", ethertype(packet), 0) + packet


def ethernets():
    yield both(Capture("link_ethernet_802_3.pcap", ethernet_802_3))
    yield logical_links()
    yield both(Capture("mpls_one.pcap", mpls(16001), "mpls:16001"))
    yield both(Capture("mpls_three.pcap", mpls(100, 200, 0), "mpls:100/mpls:200/mpls:0"))
    yield both(Capture("mpls_pseudowire.pcap", pseudowire(b"\0\0\0\7", b"\2"), "mpls:500"))
    yield both(Capture("mpls_pseudowire_without_control.pcap", pseudowire(b"", b"\x60"), "mpls:500"))
    yield both(Capture("pppoe.pcap", pppoe_ethernet, f"vlan:7/pppoe:{0x1234}"))


def wireless_frames():
    """Data frames in every direction, and some that hold no packet: encrypted, without data, a later fragment."""
    capture = Capture("link_ieee802_11.pcap")
    kinds = [{"flags": 1}, {"flags": 2}, {"flags": 3}, {"flags": 0}, {"kind": DATA, "flags": 1}, {"flags": 0x81, "high_throughput": True},
             {"flags": 2, "aggregate": True}]
    for how in kinds:
        capture.wrap = lambda packet, how=how: wireless(packet, **how)
        both(capture)
    refused = capture.fresh()
    message = unlisted_message(refused)
    for how in ({"flags": 0x41}, {"kind": NULL_DATA}):
        capture.add_frame(wireless(message, **how))
    capture.add_frame(wire.patched(wireless(message), 22, struct.pack("<H", 0x11)))
    return capture


def unlisted_message(refused):
    """The bytes of a message that no truth knows of."""
    body = wire.icmp4(3, 3, b"\0\0\0\0", refused.arrived())
    return wire.ipv4(refused.target, refused.sender, wire.ICMP, body, 61)


def radiotaps():
    """Radiotap headers with and without a timestamp, with padding behind the 802.11 header, with two words of presence."""
    capture = Capture("link_radiotap.pcap")
    for how, frame in (({}, {}), ({"timestamp": False}, {}), ({"flags": 0x20}, {"pad": True}), ({"words": 2, "flags": 0x20}, {"pad": True})):
        capture.wrap = lambda packet, how=how, frame=frame: radiotap(wireless(packet, **frame), **how)
        both(capture)
    return capture


def link_types():
    """(link type, capture) of all these but Ethernet."""
    yield 9, both(Capture("link_ppp.pcap", ppp))
    yield 9, both(Capture("link_ppp_framed.pcap", lambda packet: b"\xff\3" + ppp(packet, short=True)))
    yield 50, both(Capture("link_ppp_hdlc.pcap", lambda packet: b"\xff\3" + ppp(packet)))
    yield 51, both(Capture("link_pppoe.pcap", pppoe, f"pppoe:{0x1234}"))
    yield 104, both(Capture("link_cisco_hdlc.pcap", cisco_hdlc))
    yield 113, both(Capture("link_linux_sll_ppp.pcap", cooked_ppp))
    yield 113, both(Capture("link_linux_sll_802_2.pcap", cooked_802_2))
    yield 276, both(Capture("link_linux_sll2_hdlc.pcap", cooked_hdlc))
    yield 105, wireless_frames()
    yield 119, both(Capture("link_prism.pcap", lambda packet: prism(wireless(packet))))
    yield 127, radiotaps()
    yield 192, both(Capture("link_ppi_ethernet.pcap", lambda packet: per_packet_information(1, wire.ethernet(packet))))
    yield 192, both(Capture("link_ppi_ieee802_11.pcap", lambda packet: per_packet_information(105, wireless(packet))))
    yield 239, both(Capture("link_nflog_little_endian.pcap", nflog("<")))
    for length in (61, 69, 100):
        yield 117, both(Capture(f"link_pflog_{length}.pcap", pflog(length)))
    yield 242, both(Capture("link_infiniband.pcap", infiniband))


def netlink():
    """Netlink messages, which hold no packet; the only frames of their link type."""
    capture = Capture("link_netlink.pcap")
    capture.add_frame(struct.pack(">HH10xH", 4, 824, 0) + bytes(32))
    return capture


def captures():
    yield from ethernets()


def saved():
    for link, capture in link_types():
        yield capture, capture.pcap(link=link)
    # Attributes are in the order of the host, as the file is.
    capture = both(Capture("link_nflog_big_endian.pcap", nflog(">")))
    yield capture, capture.pcap(link=239, order=">")
    yield netlink(), netlink().pcap(link=253)
