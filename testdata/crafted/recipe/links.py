"""Link layers and tags, and what capturing does to packets: padding, offload, snap lengths, fragments of the message."""
import struct

from . import savefile, wire
from .capture import CLIENT, HOPS, ROUTER, SERVER, Capture, outer, probe
from .quotes import LONG

VLAN, QINQ, OLD_QINQ = 0x8100, 0x88A8, 0x9100
# Address families of IPv6: NetBSD and OpenBSD, FreeBSD, macOS, Linux.
FAMILIES_V6 = (24, 28, 30, 10)


def both(capture, versions=(4, 6)):
    """A pair for each IP version."""
    for version in versions:
        capture.pair(version)
    return capture


def tagged(file, *tags):
    """Frames with VLAN tags, which the truth names."""
    names = "/".join(f"vlan:{vlan & 0xFFF}" for _, vlan in tags)
    return both(Capture(file, lambda packet: wire.ethernet(packet, tags), names))


def ethertype(packet):
    return 0x0800 if packet[0] >> 4 == 4 else 0x86DD


def cooked(packet):
    """Linux cooked capture, version 1: packet type, ARPHRD, address, protocol."""
    return struct.pack(">HHH6s2xH", 0, 1, 6, b"\2\0\0\0\0\1", ethertype(packet)) + packet


def cooked2(packet):
    """Linux cooked capture, version 2: protocol, interface index, ARPHRD, packet type, address."""
    return struct.pack(">HHIHBB6s2x", ethertype(packet), 0, 2, 1, 0, 6, b"\2\0\0\0\0\1") + packet


def cooked_vlan(packet):
    """Linux cooked capture, version 1, of a tagged frame."""
    return struct.pack(">HHH6s2xHHH", 0, 1, 6, b"\2\0\0\0\0\1", VLAN, 300, ethertype(packet)) + packet


def loopback(order, family_v6):
    """BSD loopback: the address family in the byte order of the capturing host."""
    return lambda packet: struct.pack(order + "I", 2 if packet[0] >> 4 == 4 else family_v6) + packet


def bare(packet):
    return packet


def link_types():
    """(link type, capture) of everything but Ethernet."""
    yield 113, both(Capture("link_linux_sll.pcap", cooked))
    yield 113, both(Capture("link_linux_sll_vlan.pcap", cooked_vlan, "vlan:300"))
    yield 276, both(Capture("link_linux_sll2.pcap", cooked2))
    for family in FAMILIES_V6:
        yield 0, both(Capture(f"link_null_little_endian_{family}.pcap", loopback("<", family)))
        yield 0, both(Capture(f"link_null_big_endian_{family}.pcap", loopback(">", family)))
    yield 108, both(Capture("link_loop.pcap", loopback(">", 24)))
    for link in (101, 12, 14):
        yield link, both(Capture(f"link_raw_{link}.pcap", bare))
    yield 228, both(Capture("link_raw_ipv4.pcap", bare), (4,))
    yield 229, both(Capture("link_raw_ipv6.pcap", bare), (6,))


def tags():
    """VLAN tags: one, two in every fashion, four, and the priority tag with VLAN 0."""
    yield tagged("vlan_one.pcap", (VLAN, 100))
    yield tagged("vlan_priority.pcap", (VLAN, 0xA000))
    yield tagged("vlan_qinq.pcap", (QINQ, 10), (VLAN, 20))
    yield tagged("vlan_9100.pcap", (OLD_QINQ, 30), (OLD_QINQ, 40))
    yield tagged("vlan_9100_8100.pcap", (OLD_QINQ, 30), (VLAN, 4094))
    yield tagged("vlan_four.pcap", (QINQ, 1), (VLAN, 2), (VLAN, 3), (VLAN, 4))


def padding():
    """Short messages filled up to the least length of an Ethernet frame, and a trailer behind a whole one."""
    capture = Capture("ethernet_padding.pcap")
    for filling in (b"\0", b"\x45"):
        for length in (0, 10, 17):
            refused = capture.fresh()
            packet = outer(4, SERVER[4], CLIENT[4], 3, 3, b"\0\0\0\0", refused.arrived()[:length], 64 - HOPS)
            capture.raw_message(packet, refused, 3, 3, SERVER[4], refused.arrived()[:length], match="none", original_frame="")
            data, when = capture.frames[-1]
            capture.frames[-1] = (data.ljust(60, filling), when)
    refused = capture.fresh()
    capture.message(refused, quote=refused.arrived()[:28])
    data, when = capture.frames[-1]
    capture.frames[-1] = (data + b"\xde\xad\xbe\xef", when)
    return capture


def frame_check():
    """Frames with a check sequence, as the header's link type field announces (four bytes)."""
    capture = both(Capture("link_ethernet_fcs.pcap"))
    capture.frames = [(data + b"\xde\xad\xbe\xef", when) for data, when in capture.frames]
    return capture, capture.pcap(link=0x2400_0001)


def offload():
    """Segments before the network card has cut them: total length 0 where it does not fit, as Linux captures it."""
    capture = Capture("offload_total_length_zero.pcap")
    head = {"protocol": wire.TCP, "sport": 45000, "dport": 80, "tcp_flags": 0x18, "flags": 2, "ident": 4000, "seq": 5000}
    big = probe(payload=bytes(2800), total=0, **head)
    capture.add(big)
    first = probe(payload=bytes(1400), **head)
    first.frame = big.frame
    capture.message(first, code=4, rest=struct.pack(">I", 1300), quote=first.arrived()[:548], router=True, next_hop_mtu=1300,
                    match="exact|flow")
    # The message itself was captured like that.
    refused = capture.fresh()
    packet = bytearray(outer(4, ROUTER[4], CLIENT[4], 3, 13, b"\0\0\0\0", refused.arrived(), 64 - HOPS))
    packet[2:4] = b"\0\0"
    capture.raw_message(bytes(packet), refused, 3, 13, ROUTER[4], refused.arrived())
    return capture


def snap_length():
    """A snap length that cuts the quote; its length is what the message carried on the wire."""
    capture = Capture("snap_length.pcap")
    for version in (4, 6):
        refused = capture.fresh(version, payload=LONG)
        # Enough for the ports in either version.
        capture.message(refused)
    return capture, capture.pcap(snaplen=14 + 40 + 8 + 48 + 4)


def message_fragments():
    """Messages in IP fragments: the first holds the header and part of the quote, the second only more of it."""
    capture = Capture("message_in_fragments.pcap")
    for version in (4, 6):
        refused = capture.fresh(version, payload=LONG)
        quote = refused.arrived()
        packet = outer(version, ROUTER[version], CLIENT[version], 3 if version == 4 else 1, 1, b"\0\0\0\0", quote, 64 - HOPS)
        head, body = packet[:20 if version == 4 else 40], packet[20 if version == 4 else 40:]
        for start, end in ((0, 128), (128, len(body))):
            more = end < len(body)
            if version == 4:
                data = wire.ipv4(ROUTER[4], CLIENT[4], wire.ICMP, body[start:end], 64 - HOPS, 7, int(more), start, 0xC0)
            else:
                part = wire.fragment6(wire.ICMP6, start, more, 7) + body[start:end]
                data = wire.ipv6(ROUTER[6], CLIENT[6], wire.FRAGMENT, part, 64 - HOPS)
            if start == 0:
                capture.raw_message(data, refused, body[0], 1, ROUTER[version], quote[: end - 8])
            else:
                capture.add(data)
    return capture


def outer_headers():
    """Messages whose own IP header has options or extension headers."""
    capture = Capture("message_with_options.pcap")
    refused = capture.fresh()
    body = wire.icmp4(3, 3, b"\0\0\0\0", refused.arrived())
    packet = wire.ipv4(SERVER[4], CLIENT[4], wire.ICMP, body, 64 - HOPS, options=b"\x94\4\0\0")
    capture.raw_message(packet, refused, 3, 3, SERVER[4], refused.arrived())
    refused = capture.fresh(6)
    body = wire.icmp6(SERVER[6], CLIENT[6], 1, 4, b"\0\0\0\0", refused.arrived())
    chain = wire.extension(wire.DESTINATION, b"\5\2\0\0\1\0") + wire.extension(wire.ICMP6, wire.padding(6))
    packet = wire.ipv6(SERVER[6], CLIENT[6], wire.HOP_BY_HOP, chain + body, 64 - HOPS)
    capture.raw_message(packet, refused, 1, 4, SERVER[6], refused.arrived())
    return capture


def wrong_checksum():
    """Messages whose ICMP checksum is wrong: they are reported all the same."""
    capture = Capture("message_checksum_wrong.pcap")
    for version in (4, 6):
        capture.pair(version, damage=lambda data: wire.patched(data, 2, b"\x12\x34"))
    return capture


def captures():
    yield from tags()
    yield padding()
    yield offload()
    yield message_fragments()
    yield outer_headers()
    yield wrong_checksum()


def saved():
    for link, capture in link_types():
        yield capture, capture.pcap(link=link)
    yield frame_check()
    yield snap_length()
