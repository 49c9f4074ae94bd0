"""Bytes of headers: Ethernet, IP, transport, ICMP. Every function takes values and returns bytes."""
import struct
from ipaddress import ip_address

ICMP, IGMP, TCP, UDP, DCCP, GRE, ESP, AH, ICMP6, SCTP, UDPLITE = 1, 2, 6, 17, 33, 47, 50, 51, 58, 132, 136
HOP_BY_HOP, ROUTING, FRAGMENT, NO_NEXT, DESTINATION = 0, 43, 44, 59, 60


def checksum(data):
    """The Internet checksum (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return ip_address(address).packed


def pseudo(sender, target, protocol, length):
    """The pseudo header that transport checksums cover."""
    source, destination = packed(sender), packed(target)
    if len(source) == 4:
        return source + destination + struct.pack(">BBH", 0, protocol, length)
    return source + destination + struct.pack(">IxxxB", length, protocol)


def ipv4(sender, target, protocol, payload, ttl=64, ident=1, flags=0, offset=0, tos=0, options=b"", total=None):
    """An IPv4 packet; `flags` 2 forbids fragmentation, 1 says that more fragments follow; `offset` in bytes."""
    assert len(options) % 4 == 0 and offset % 8 == 0
    ihl = 5 + len(options) // 4
    length = ihl * 4 + len(payload) if total is None else total
    head = struct.pack(">BBHHHBBH", ihl | 0x40, tos, length, ident, flags << 13 | offset // 8, ttl, protocol, 0)
    head += packed(sender) + packed(target) + options
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def ipv6(sender, target, protocol, payload, ttl=64, label=0, tos=0):
    """An IPv6 packet; `protocol` is the first next header."""
    word = 6 << 28 | tos << 20 | label
    return struct.pack(">IHBB", word, len(payload), protocol, ttl) + packed(sender) + packed(target) + payload


def udp(sender, target, sport, dport, payload, protocol=UDP):
    """A UDP datagram (or UDP-Lite that covers everything) with its checksum."""
    head = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0)
    total = checksum(pseudo(sender, target, protocol, len(head) + len(payload)) + head + payload) or 0xFFFF
    return head[:6] + struct.pack(">H", total) + payload


def tcp(sender, target, sport, dport, seq, ack=0, flags=2, options=b"", payload=b""):
    """A TCP segment; flags 2 is SYN, 0x10 ACK, 0x18 PSH and ACK, 0x12 SYN and ACK."""
    offset = (5 + len(options) // 4) << 12
    head = struct.pack(">HHIIHHHH", sport, dport, seq, ack, offset | flags, 64240, 0, 0) + options
    total = checksum(pseudo(sender, target, TCP, len(head) + len(payload)) + head + payload)
    return head[:16] + struct.pack(">H", total) + head[18:] + payload


def icmp4(kind, code, rest=b"\0\0\0\0", body=b""):
    """An ICMPv4 message; `rest` is the second word of its header."""
    data = struct.pack(">BBH", kind, code, 0) + rest + body
    return data[:2] + struct.pack(">H", checksum(data)) + data[4:]


def icmp6(sender, target, kind, code, rest=b"\0\0\0\0", body=b""):
    """An ICMPv6 message, whose checksum covers the addresses."""
    data = struct.pack(">BBH", kind, code, 0) + rest + body
    total = checksum(pseudo(sender, target, ICMP6, len(data)) + data)
    return data[:2] + struct.pack(">H", total) + data[4:]


def extension(following, content):
    """An IPv6 extension header of the common form (RFC 8200 section 4.2)."""
    assert (2 + len(content)) % 8 == 0
    return struct.pack(">BB", following, (2 + len(content)) // 8 - 1) + content


def padding(length):
    """A PadN option that fills `length` bytes (RFC 8200 section 4.2)."""
    return struct.pack(">BB", 1, length - 2) + b"\0" * (length - 2)


def fragment6(following, offset, more, ident):
    """An IPv6 fragment header (RFC 8200 section 4.5); `offset` in bytes."""
    return struct.pack(">BBHI", following, 0, offset | more, ident)


def authentication(following, spi=0x1000, sequence=1):
    """An authentication header with twelve bytes of check value (RFC 4302)."""
    return struct.pack(">BBHII", following, 4, 0, spi, sequence) + b"\xa5" * 12


def ethernet(packet, tags=(), kind=None):
    """An Ethernet II frame with tags given as (ethertype, VLAN id) pairs, outermost first."""
    kind = kind or (0x0800 if packet[0] >> 4 == 4 else 0x86DD)
    head = bytes.fromhex("020000000002020000000001")
    for ethertype, vlan in tags:
        head += struct.pack(">HH", ethertype, vlan)
    return head + struct.pack(">H", kind) + packet


def with_ttl(packet, ttl):
    """The same packet with another TTL or hop limit, and the header checksum that goes with it."""
    if packet[0] >> 4 == 6:
        return packet[:7] + bytes([ttl]) + packet[8:]
    length = (packet[0] & 15) * 4
    head = packet[:8] + bytes([ttl]) + packet[9:10] + b"\0\0" + packet[12:length]
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + packet[length:]


def patched(packet, position, content):
    """The packet with some of its bytes replaced."""
    return packet[:position] + content + packet[position + len(content):]
