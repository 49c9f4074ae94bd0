"""Capture files: classic pcap in all its variants, and pcapng block by block."""
import struct

BASE = 1_700_000_000_000_000_000
MILLISECOND = 1_000_000
MAGIC = {"micro": 0xA1B2C3D4, "nano": 0xA1B23C4D, "modified": 0xA1B2CD34}


def pcap_header(link=1, order="<", kind="micro", snaplen=262144):
    return struct.pack(order + "IHHiIII", MAGIC[kind], 2, 4, 0, 0, snaplen, link)


def pcap_record(frame, order="<", kind="micro", snaplen=262144):
    """One record; a frame is (bytes, nanoseconds) or (bytes, nanoseconds, length on the wire)."""
    data, when, wire = frame if len(frame) == 3 else (*frame, len(frame[0]))
    data = data[:snaplen]
    fraction = when % 10**9 // (1 if kind == "nano" else 1000)
    head = struct.pack(order + "IIII", when // 10**9, fraction, len(data), wire)
    if kind == "modified":
        # Kuznetzov's format adds interface index, protocol, packet type and a pad byte.
        head += struct.pack(order + "IHBx", 2, 8, 0)
    return head + data


def pcap(frames, link=1, order="<", kind="micro", snaplen=262144):
    return pcap_header(link, order, kind, snaplen) + b"".join(pcap_record(f, order, kind, snaplen) for f in frames)


def block(kind, body, order="<"):
    """A pcapng block: type, length, body padded to four bytes, length again."""
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def option(code, value, order="<"):
    return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def options(pairs, order="<"):
    return b"".join(option(c, v, order) for c, v in pairs) + struct.pack("HH", 0, 0) if pairs else b""


def section(order="<", pairs=()):
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + options(pairs, order), order)


def interface(link=1, snaplen=262144, order="<", resolution=None, offset=None, name=None):
    """An interface description; `resolution` as the option has it: a power of ten, or 0x80 and a power of two."""
    pairs = [(2, name.encode())] if name else []
    pairs += [(9, bytes([resolution]))] if resolution is not None else []
    pairs += [(14, struct.pack(order + "q", offset))] if offset is not None else []
    return block(1, struct.pack(order + "HHI", link, 0, snaplen) + options(pairs, order), order)


def ticks(when, resolution=6, offset=0):
    """Nanoseconds in units of an interface; must come out even."""
    when -= offset * 10**9
    units = (1 << (resolution & 0x7F)) if resolution & 0x80 else 10**resolution
    assert when * units % 10**9 == 0, "a time that this resolution can't hold"
    return when * units // 10**9


def enhanced(data, when, number=0, order="<", wire=None, pairs=()):
    """An enhanced packet block; `when` in units of the interface."""
    head = struct.pack(order + "IIIII", number, when >> 32, when & 0xFFFFFFFF, len(data), wire or len(data))
    return block(6, head + data + b"\0" * (-len(data) % 4) + options(pairs, order), order)


def simple(data, order="<", snaplen=None):
    return block(3, struct.pack(order + "I", len(data)) + data[:snaplen], order)


def obsolete(data, when, number=0, order="<"):
    """The packet block that enhanced ones replaced."""
    head = struct.pack(order + "HHIIII", number, 0, when >> 32, when & 0xFFFFFFFF, len(data), len(data))
    return block(2, head + data, order)


def pcapng(frames, link=1, order="<"):
    """A section with one interface and a packet block for each frame, microseconds."""
    body = b"".join(enhanced(data, ticks(when), order=order) for data, when in frames)
    return section(order) + interface(link, order=order) + body
