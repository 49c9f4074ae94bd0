"""Quotes: cut at every length, with options and extension headers, with extensions behind, and damaged by their reporter."""
import struct

from . import wire
from .capture import CLIENT, SERVER, Capture, mtu, probe

LONG = bytes(range(65, 91)) * 8
SYN_OPTIONS = bytes.fromhex("020405b40402080a000000010000000001030307")


def lengths(file, version, protocol, **how):
    """A message for every length of the quote, from nothing to the whole packet."""
    capture = Capture(file)
    size = len(probe(version, protocol, **how).bytes)
    for length in range(size + 1):
        refused = capture.fresh(version, protocol=protocol, **how)
        truth = {} if length >= refused.headers + 8 else {"match": "exact|flow"}
        if length < refused.headers + 4:
            # Addresses and identification may be enough for a careful reader, or too little.
            truth = {"match": "*", "original_frame": f"{refused.frame}|"}
        if length < (20 if version == 4 else 40):
            truth = {"match": "none", "original_frame": ""}
        capture.message(refused, quote=refused.arrived()[:length], **truth)
    return capture


def options():
    """IPv4 headers of every length, filled with NOP, record route and timestamp options."""
    capture = Capture("quote_ipv4_options.pcap")
    for words in range(1, 11):
        refused = capture.fresh(options=b"\1" * (words * 4))
        capture.message(refused, quote=refused.arrived()[: refused.headers + 8])
    route = b"\1\7\x27\4" + b"\0" * 36
    times = b"\x44\x24\5\0" + b"\0" * 32
    for content in (route, times):
        refused = capture.fresh(options=content)
        capture.message(refused)
    # Cut among the options: what the fixed header says may be used, and the ports are out of reach.
    refused = capture.fresh(options=b"\1" * 20)
    capture.message(refused, quote=refused.arrived()[:32], match="*", original_frame=f"{refused.frame}|")
    return capture


def extended(capture, chain, following, last=wire.UDP, **truth):
    """An IPv6 packet with extension headers `chain`, and the message about it."""
    number = len(capture.frames)
    segment = wire.udp(CLIENT[6], SERVER[6], 40000 + number, 9, b"unreach!")
    refused = probe(6, protocol=following, segment=chain + segment)
    refused.protocol, refused.sport, refused.dport = last, 40000 + number, 9
    refused.headers += len(chain)
    capture.add(refused)
    capture.message(refused, **truth)


def extension_headers():
    """IPv6 quotes with every extension header in front of the ports."""
    capture = Capture("quote_ipv6_extensions.pcap")
    hop = wire.extension(wire.UDP, b"\5\2\0\0" + b"\1\0")
    long_hop = wire.extension(wire.UDP, wire.padding(6 + 24))
    # Segments left 0, so that the destination in the header is the target.
    routing = wire.extension(wire.UDP, struct.pack(">BBI", 0, 0, 0) + wire.packed(SERVER[6]))
    destination = wire.extension(wire.UDP, wire.padding(6))
    extended(capture, hop, wire.HOP_BY_HOP)
    extended(capture, long_hop, wire.HOP_BY_HOP)
    extended(capture, routing, wire.ROUTING)
    extended(capture, destination, wire.DESTINATION)
    extended(capture, wire.fragment6(wire.UDP, 0, 0, 77), wire.FRAGMENT, match="exact|fragment")
    extended(capture, wire.authentication(wire.UDP), wire.AH)
    chain = bytes([wire.DESTINATION]) + hop[1:] + bytes([wire.ROUTING]) + destination[1:] + routing
    extended(capture, chain, wire.HOP_BY_HOP)
    extended(capture, hop[:0] + bytes([wire.FRAGMENT]) + hop[1:] + wire.fragment6(wire.UDP, 0, 0, 78), wire.HOP_BY_HOP,
             match="exact|fragment")
    return capture


def extension_structure(*objects, total=None):
    """The extension structure of RFC 4884 section 7 with its checksum."""
    data = b"\x20\0\0\0" + b"".join(objects)
    return data[:2] + struct.pack(">H", wire.checksum(data) if total is None else total) + data[4:]


def extension_object(kind, subtype, content):
    return struct.pack(">HBB", 4 + len(content), kind, subtype) + content


# RFC 4950: a stack of two labels, 16 and 1000, the second at the bottom.
MPLS = extension_object(1, 1, struct.pack(">II", 16 << 12 | 255, 1000 << 12 | 1 << 8 | 64))
# RFC 5837: interface index 3 and its name.
INTERFACE = extension_object(2, 0b00001010, struct.pack(">I", 3) + b"\x08eth0\0\0\0")


def length_word(version, size, low=0):
    """The second word of the header with the length of the quote (RFC 4884 section 4)."""
    return struct.pack(">BBH", 0, size // 4, low) if version == 4 else struct.pack(">BBH", size // 8, 0, 0)


def rfc4884():
    """Quotes whose length is given, with and without extensions behind them."""
    capture = Capture("quote_rfc4884.pcap")
    for version in (4, 6):
        for objects in ((), (MPLS,), (INTERFACE,), (MPLS, INTERFACE)):
            tail = extension_structure(*objects) if objects else b""
            for size in (128, 160):
                refused = capture.fresh(version, payload=LONG)
                capture.message(refused, quote=refused.arrived()[:size], rest=length_word(version, size), tail=tail, router=True)
        padded_quote(capture, version)
        legacy(capture, version)
    refused = capture.fresh(payload=LONG, flags=2)
    capture.message(refused, code=4, quote=refused.arrived()[:128], rest=length_word(4, 128, 576),
                    tail=extension_structure(MPLS), router=True, next_hop_mtu=576)
    return capture


def padded_quote(capture, version):
    """A short packet that was filled up to 128 bytes: the padding is no part of it."""
    refused = capture.fresh(version)
    tail = b"\0" * (128 - len(refused.bytes)) + extension_structure(MPLS)
    capture.message(refused, rest=length_word(version, 128), tail=tail, router=True)


def legacy(capture, version):
    """Extensions at byte 128 without a length (RFC 4884 section 5.5); and bytes that only look like them."""
    refused = capture.fresh(version, payload=LONG)
    capture.message(refused, quote=refused.arrived()[:128], tail=extension_structure(MPLS), router=True)
    false = extension_structure(MPLS, total=0xBEEF)
    start = 128 - refused.headers - 8
    refused = capture.fresh(version, payload=wire.patched(LONG, start, false))
    capture.message(refused, router=True)


def quirks():
    """Quotes that their reporter has damaged, as real stacks do."""
    capture = Capture("quote_damaged_by_reporter.pcap")
    swapped = {"total length short by 20": (2, lambda v: v - 20), "long by 20": (2, lambda v: v + 20),
               "byte-swapped": (2, swap), "zero": (2, lambda _: 0), "identification byte-swapped": (4, swap),
               "identification zero": (4, lambda _: 0)}
    for position, change in swapped.values():
        refused = capture.fresh(payload=LONG[:40])
        quote = refused.arrived()
        value, = struct.unpack_from(">H", quote, position)
        capture.message(refused, quote=wire.patched(quote, position, struct.pack(">H", change(value))), match="exact|flow")
    # Header checksum zero, then UDP checksum zero, then type of service changed.
    for position, content in ((10, b"\0\0"), (26, b"\0\0"), (1, b"\xb8")):
        refused = capture.fresh()
        capture.message(refused, quote=wire.patched(refused.arrived(), position, content))
    # TTL as it was sent, then zero.
    for quote in (lambda p: p.bytes, lambda p: wire.with_ttl(p.bytes, 0)):
        refused = capture.fresh()
        capture.message(refused, quote=quote(refused))
    # UDP checksum zero and flow label gone, in IPv6.
    refused = capture.fresh(6, label=0x12345)
    quote = wire.patched(wire.patched(refused.arrived(), 46, b"\0\0"), 0, b"\x60\0\0\0")
    capture.message(refused, quote=quote, match="exact|flow")
    return capture


def swap(value):
    return (value & 0xFF) << 8 | value >> 8


def captures():
    yield lengths("quote_cut_ipv4_udp.pcap", 4, wire.UDP)
    yield lengths("quote_cut_ipv4_tcp.pcap", 4, wire.TCP, tcp_options=SYN_OPTIONS)
    yield lengths("quote_cut_ipv6_udp.pcap", 6, wire.UDP)
    yield lengths("quote_cut_ipv6_tcp.pcap", 6, wire.TCP, tcp_options=SYN_OPTIONS)
    yield options()
    yield extension_headers()
    yield rfc4884()
    yield quirks()
