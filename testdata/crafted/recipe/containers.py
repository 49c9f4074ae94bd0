"""Capture files of every kind: byte orders, resolutions, sections, interfaces, and blocks that carry no packet."""
import struct

from . import savefile as file
from .capture import Capture
from .links import cooked, cooked2

# Even in every resolution used, binary ones included.
EIGHTH = 125_000_000


def plain(name, step=file.MILLISECOND):
    """Two pairs in Ethernet frames."""
    capture = Capture(name, step=step)
    capture.pair(4)
    capture.pair(6)
    return capture


def classic():
    """Classic captures in every byte order and precision."""
    for name, how in {
        "pcap_big_endian": {"order": ">"},
        "pcap_nanoseconds": {"kind": "nano"},
        "pcap_nanoseconds_big_endian": {"order": ">", "kind": "nano"},
        "pcap_modified": {"kind": "modified"},
        "pcap_modified_big_endian": {"kind": "modified", "order": ">"},
    }.items():
        # An odd number of nanoseconds, which microseconds can't hold.
        capture = plain(f"{name}.pcap", 1_000_001 if how.get("kind") == "nano" else file.MILLISECOND)
        yield capture, capture.pcap(**how)
    yield Capture("pcap_without_packets.pcap"), file.pcap([])
    capture = Capture("pcap_empty_frames.pcap")
    capture.add_frame(b"")
    capture.pair(4)
    capture.add_frame(b"", 60)
    capture.pair(6)
    capture.add_frame(b"\xff")
    yield capture, capture.pcap()


def byte_orders():
    """pcapng of one section in either byte order, and of two sections that differ."""
    for name, order in (("pcapng_little_endian", "<"), ("pcapng_big_endian", ">")):
        capture = plain(f"{name}.pcapng")
        yield capture, file.pcapng(capture.frames, order=order)
    capture = plain("pcapng_two_sections.pcapng")
    capture.pair(4)
    first, second = capture.frames[:2], capture.frames[2:]
    yield capture, file.pcapng(first) + file.pcapng(second, order=">")
    # The second section has another link type, and its interfaces count from 0 again.
    capture = plain("pcapng_sections_of_two_links.pcapng")
    capture.wrap = cooked2
    capture.pair(4)
    capture.pair(6)
    yield capture, file.pcapng(capture.frames[:4], order=">") + file.pcapng(capture.frames[4:], link=276)


def interfaces():
    """One section whose interfaces differ in link type, snap length, resolution and time offset."""
    capture = Capture("pcapng_interfaces.pcapng", step=EIGHTH)
    body = file.section()
    wanted = ((1, 262144, 3, None), (276, 120, 6, None), (1, 2048, 9, None), (1, 65535, 0x80 | 20, None), (101, 128, 6, 1_000_000_000),
              (1, 0, None, None))
    for link, snaplen, resolution, offset in wanted:
        body += file.interface(link, snaplen, resolution=resolution, offset=offset, name=f"if{link}")
    for number, (link, snaplen, resolution, offset) in enumerate(wanted):
        capture.wrap = {1: Capture("").wrap, 276: cooked2, 101: bytes}[link]
        for version in (4, 6):
            capture.pair(version)
            for data, when in capture.frames[-2:]:
                moment = file.ticks(when, 6 if resolution is None else resolution, offset or 0)
                body += file.enhanced(data[: snaplen or None], moment, number, wire=len(data))
    return capture, body


def many_interfaces():
    """More interfaces than one byte counts, which differ in everything, with packets of some and statistics of all."""
    capture = Capture("pcapng_many_interfaces.pcapng", step=EIGHTH)
    wraps = {1: Capture("").wrap, 113: cooked, 276: cooked2, 101: bytes}
    links, resolutions = tuple(wraps), (None, 3, 6, 9, 0x80 | 3, 0x80 | 20, 0x80 | 32)
    described = [(links[n % 4], 0 if n % 3 else 120 + n, resolutions[n % 7], n * 1000 if n % 5 == 0 else None) for n in range(300)]
    body = file.section()
    body += b"".join(file.interface(link, snaplen, resolution=unit, offset=offset, name=f"port{n}")
                     for n, (link, snaplen, unit, offset) in enumerate(described))
    for number in (0, 1, 99, 100, 101, 127, 128, 254, 255, 256, 257, 299):
        link, snaplen, unit, offset = described[number]
        capture.wrap = wraps[link]
        for version in (4, 6):
            capture.pair(version)
            for data, when in capture.frames[-2:]:
                moment = file.ticks(when, 6 if unit is None else unit, offset or 0)
                body += file.enhanced(data[: snaplen or None], moment, number, wire=len(data))
    body += b"".join(file.block(5, struct.pack("<III", n, 0, 0) + file.options(((4, struct.pack("<Q", 9)),))) for n in range(300))
    return capture, body


def simple_packets():
    """Simple packet blocks: they have no time, and the first interface is theirs."""
    capture = plain("pcapng_simple_packets.pcapng")
    for row in capture.rows:
        row["timestamp"] = "*"
    body = b"".join(file.simple(data) for data, _ in capture.frames)
    yield capture, file.section() + file.interface() + body
    # The interface's snap length cuts them, which only the interface tells.
    capture = plain("pcapng_simple_packets_cut.pcapng")
    for row in capture.rows:
        row["timestamp"] = "*"
    body = b"".join(file.simple(data, snaplen=110) for data, _ in capture.frames)
    yield capture, file.section() + file.interface(snaplen=110) + body


def obsolete_packets():
    """The packet block of early pcapng, beside enhanced ones."""
    capture = plain("pcapng_obsolete_packets.pcapng")
    body = b""
    for number, (data, when) in enumerate(capture.frames):
        make = file.obsolete if number % 2 == 0 else file.enhanced
        body += make(data, file.ticks(when), 0)
    return capture, file.section() + file.interface() + body


def other_blocks():
    """Name resolution, statistics, secrets, custom and unknown blocks between the packets, and options on every block."""
    capture = plain("pcapng_other_blocks.pcapng")
    packets = [file.enhanced(data, file.ticks(when), pairs=((1, b"a comment"), (2, struct.pack("<I", 1)))) for data, when in capture.frames]
    names = file.block(4, struct.pack("<HH4s", 1, 12, bytes([198, 51, 100, 20])) + b"server\0\0" + struct.pack("<HH", 0, 0))
    statistics = file.block(5, struct.pack("<III", 0, 0, 0) + file.options(((4, struct.pack("<Q", 4)), (5, struct.pack("<Q", 1)))))
    secrets = file.block(10, struct.pack("<II", 0x544C534B, 4) + b"none")
    custom = file.block(0x0BAD, struct.pack("<I", 32473) + b"\6\0\0\0\x7f\xff\xff\xff")
    uncopied = file.block(0x4000_0BAD, struct.pack("<I", 32473) + b"data")
    unknown = file.block(0x7777, b"whatever this is")
    head = file.section(pairs=((2, b"a machine"), (3, b"an operating system"), (4, b"make.py")))
    body = head + file.interface(name="eth0", resolution=6) + names + packets[0] + unknown + statistics
    body += packets[1] + secrets + packets[2] + file.block(4, struct.pack("<HH", 0, 0)) + packets[3] + statistics
    # Wireshark numbers custom blocks as if they were frames, so they stand behind all of these.
    return capture, body + custom + uncopied


def saved():
    yield from classic()
    yield from byte_orders()
    yield interfaces()
    yield many_interfaces()
    yield from simple_packets()
    yield obsolete_packets()
    yield other_blocks()
