"""Compressed files, in which nothing is made smaller: each format's framing around the bytes as they are, so that they are the same with
every library."""
import struct
import zlib

from . import savefile as file
from .capture import Capture

PRIMES = (2654435761, 2246822519, 3266489917, 668265263, 374761393)
MASK = 0xFFFFFFFF


def gzip(data):
    """One member with one stored block (RFC 1952, RFC 1951 section 3.2.4)."""
    stored = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF) + data
    return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + stored + struct.pack("<II", zlib.crc32(data), len(data))


def zstd(data):
    """One frame of a single segment with raw blocks (RFC 8878 section 3.1.1)."""
    half = len(data) // 2
    blocks = b"".join(struct.pack("<I", len(part) << 3 | last)[:3] + part for part, last in ((data[:half], 0), (data[half:], 1)))
    return struct.pack("<IBI", 0xFD2FB528, 0xA0, len(data)) + blocks


def rotated(value, bits):
    return (value << bits | value >> (32 - bits)) & MASK


def xxh32(data):
    """XXH32 of less than 16 bytes, with seed 0."""
    total = PRIMES[4] + len(data)
    for (word,) in struct.iter_unpack("<I", data[: len(data) // 4 * 4]):
        total = rotated((total + word * PRIMES[2]) & MASK, 17) * PRIMES[3] & MASK
    for byte in data[len(data) // 4 * 4:]:
        total = rotated((total + byte * PRIMES[4]) & MASK, 11) * PRIMES[0] & MASK
    total = (total ^ total >> 15) * PRIMES[1] & MASK
    total = (total ^ total >> 13) * PRIMES[2] & MASK
    return total ^ total >> 16


def lz4(data):
    """One frame of independent blocks that are not compressed, without checksums of the content (LZ4 frame format 1.6)."""
    described = b"\x60\x40"
    block = struct.pack("<I", len(data) | 0x8000_0000) + data
    return struct.pack("<I", 0x184D2204) + described + bytes([xxh32(described) >> 8 & 0xFF]) + block + bytes(4)


def pairs(name, count=1):
    capture = Capture(name)
    for _ in range(count):
        capture.pair(4)
        capture.pair(6)
    return capture


def saved():
    """Each compression around each format, and members in a row, whose seams lie within records."""
    for name, suffix, compress in (("gzip", "gz", gzip), ("zstd", "zst", zstd), ("lz4", "lz4", lz4)):
        capture = pairs(f"compressed_{name}.pcap.{suffix}")
        yield capture, compress(capture.pcap(kind="nano"))
        capture = pairs(f"compressed_{name}.pcapng.{suffix}")
        yield capture, compress(file.pcapng(capture.frames, order=">"))
        capture = pairs(f"compressed_{name}_members.pcap.{suffix}", 2)
        data = capture.pcap()
        yield capture, b"".join(compress(data[at:at + 99]) for at in range(0, len(data), 99))
