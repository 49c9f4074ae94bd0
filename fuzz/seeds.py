#!/usr/bin/env python3
"""Makes the seeds from testdata: `python3 fuzz/seeds.py` in the repository's root.

seeds/readers   a capture of each kind, plain and compressed, with the byte behind it that tells in which pieces it comes
seeds/decode    the first frames of each crafted capture of a link type, behind the number of that link type
seeds/analysis  the crafted captures that fit into a few kilobytes
"""

import gzip
import pathlib
import shutil
import struct
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDS = ROOT / "fuzz" / "seeds"
CRAFTED = sorted((ROOT / "testdata" / "crafted").glob("*.pcap*"))
DAMAGED = sorted(path for path in (ROOT / "testdata" / "damaged").glob("*.pcap*"))
# Bytes of a seed at most: the fuzzer changes small inputs faster.
MOST = 4096
# Frames taken of a capture for the decoder.
FRAMES = 3


def write(kind, name, data):
    folder = SEEDS / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def compressed(data):
    yield "gz", gzip.compress(data, mtime=0)
    for command, suffix in ((["zstd", "-c"], "zst"), (["lz4", "-c"], "lz4")):
        yield suffix, subprocess.run(command, input=data, capture_output=True, check=True).stdout


def frames(data):
    """Link type and frames of a classic capture."""
    order = ">" if data[:2] == b"\xa1\xb2" else "<"
    head = 24 if b"\xcd\x34" in (data[2:4], data[1::-1]) else 16
    (link,) = struct.unpack_from(order + "I", data, 20)
    offset = 24
    while offset < len(data):
        (length,) = struct.unpack_from(order + "I", data, offset + 8)
        yield link & 0xFFFF, data[offset + head : offset + head + length]
        offset += head + length


def main():
    shutil.rmtree(SEEDS, ignore_errors=True)
    containers = [path for path in CRAFTED if path.name.startswith(("pcap_", "pcapng_"))]
    for path in containers + DAMAGED:
        data = path.read_bytes()
        if len(data) <= MOST:
            write("readers", path.name, data + b"\x06")
    for path in containers[:1] + containers[-1:]:
        data = path.read_bytes()[:MOST]
        for suffix, packed in compressed(data):
            write("readers", f"{path.name}.{suffix}", packed + b"\x10")
            write("readers", f"{path.name}.twice.{suffix}", packed + packed + b"\x10")
    for path in CRAFTED:
        data = path.read_bytes()
        if path.suffix == ".pcap":
            for number, (link, frame) in enumerate(frames(data)):
                if number < FRAMES:
                    write("decode", f"{path.stem}.{number}", struct.pack(">H", link) + frame)
        if len(data) <= MOST:
            write("analysis", path.name, data)


main()
