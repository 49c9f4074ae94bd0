"""Captures damaged on purpose, with what a reader can still take from them."""
import bz2
import io
import lzma
import struct
import tarfile

from . import savefile as file
from .capture import Capture

COLUMNS = ("file", "exit", "frames_before", "messages_before", "messages_after", "damage", "named")


def pairs(count=3):
    """Messages at frames 2, 4, 6 and so on."""
    capture = Capture("")
    for number in range(count):
        capture.pair(4 if number % 2 == 0 else 6)
    return capture.frames


def row(name, status, before, damage, total=0):
    """Frames before the damage; `total` is how many there are with those behind it, where these are whole."""
    even = lambda start, end: ";".join(str(n) for n in range(start, end + 1) if n % 2 == 0)
    return dict(zip(COLUMNS, (name, status, before, even(1, before), even(before + 1, total), damage)))


def classic():
    """Damaged classic captures."""
    frames = pairs()
    head, records = file.pcap_header(), [file.pcap_record(f) for f in frames]
    whole = head + b"".join(records)
    four = head + b"".join(records[:4])
    absurd = struct.pack("<IIII", 1_700_000_000, 0, 0x7FFF_FFFF, 60)
    yield row("cut_in_frame.pcap", 3, 5, "the last frame lacks 7 bytes"), whole[:-7]
    yield row("cut_in_record_header.pcap", 3, 4, "the fifth record header lacks 6 bytes"), four + records[4][:10]
    yield row("cut_after_record_header.pcap", 3, 4, "the fifth record header has no frame"), four + records[4][:16]
    yield row("cut_in_file_header.pcap", 2, 0, "the file header lacks 8 bytes"), head[:16]
    yield row("magic_only.pcap", 2, 0, "nothing but the magic number"), head[:4]
    yield row("length_absurd.pcap", 3, 4, "a record of 2 GiB is announced", 6), four + absurd + b"".join(records[4:])
    beyond = struct.pack("<IIII", 1_700_000_000, 0, 100_000, 60)
    yield row("length_beyond_end.pcap", 3, 4, "a record reaches beyond the end of the file", 6), four + beyond + b"".join(records[4:])
    yield row("text_behind.pcap", 3, 6, "a line of text follows the last record"), whole + b"# end of the capture, more or less\n"
    zeros = row("zeros_behind.pcap", 3, 6, "zeros follow the last record, as after a crash")
    yield zeros | {"named": "zeros where frame 7 should be"}, whole + bytes(256)


def again_and_again():
    """Captures in which the captured length of every sixth record, or the length at the head of its block, lies."""
    frames = pairs(30)
    hurt = range(5, len(frames) - 4, 6)
    head, records = file.pcap_header(), [file.pcap_record(f) for f in frames]
    packets = [file.enhanced(data, file.ticks(when)) for data, when in frames]
    for n in hurt:
        records[n] = records[n][:8] + b"\xfe\xfe\xfe\xfe" + records[n][12:]
        packets[n] = packets[n][:4] + b"\xfe\xfe\xfe\xfe" + packets[n][8:]
    # Frame numbers count what was read: of each six frames, the last one is lost, which is a message's.
    left, lost = [], 0
    for n in range(len(frames)):
        lost += n in hurt
        left += [n + 1 - lost] if n % 2 == 1 and n not in hurt else []
    words = ";".join(map(str, left))
    for name, data in (("every_sixth.pcap", head + b"".join(records)),
                       ("every_sixth.pcapng", file.section() + file.interface() + b"".join(packets))):
        yield dict(zip(COLUMNS, (name, 3, len(frames) - lost, words, "", "a length of every sixth frame lies"))), data


def blocks():
    """Damaged pcapng captures."""
    frames = pairs()
    head = file.section() + file.interface()
    packets = [file.enhanced(data, file.ticks(when)) for data, when in frames]
    four, rest = head + b"".join(packets[:4]), b"".join(packets[4:])
    fifth = packets[4]

    def with_length(value):
        return fifth[:4] + struct.pack("<I", value) + fifth[8:] + packets[5]

    yield row("block_cut.pcapng", 3, 5, "the last block lacks 9 bytes"), (four + rest)[:-9]
    yield row("block_header_cut.pcapng", 3, 4, "the fifth packet's block lacks all but its type"), four + fifth[:4]
    yield row("block_length_short.pcapng", 3, 4, "a block's length is 8, less than a block can have", 6), four + with_length(8)
    yield row("block_length_zero.pcapng", 3, 4, "a block's length is 0", 6), four + with_length(0)
    yield row("block_length_odd.pcapng", 3, 4, "a block's length is no multiple of four", 6), four + with_length(len(fifth) + 1)
    yield row("block_length_absurd.pcapng", 3, 4, "a block of 4 GiB is announced", 6), four + with_length(0xFFFF_FFFC)
    trailer = fifth[:-4] + struct.pack("<I", len(fifth) + 4) + packets[5]
    yield row("block_lengths_differ.pcapng", 3, 4, "a block's two lengths differ", 6), four + trailer
    stranger = file.enhanced(frames[4][0], file.ticks(frames[4][1]), number=9) + packets[5]
    yield row("interface_unknown.pcapng", 3, 4, "a packet of an interface that was never described", 6), four + stranger
    overlong = bytearray(fifth)
    overlong[20:24] = struct.pack("<I", 5000)
    yield row("captured_length_beyond_block.pcapng", 3, 4, "a packet longer than its block", 6), four + bytes(overlong) + packets[5]
    section = bytearray(file.section())
    section[8:12] = b"\x12\x34\x56\x78"
    yield row("byte_order_unknown.pcapng", 2, 0, "the section's byte order is neither"), bytes(section) + (four + rest)[28:]
    yield row("second_section_damaged.pcapng", 3, 6, "a second section's byte order is neither"), four + rest + bytes(section) + rest
    # The block is no packet's: what it passes over by a length that lies is in no frame either.
    more = pairs(5)
    packets = [file.enhanced(data, file.ticks(when)) for data, when in more]
    stranger = bytearray(file.block(0x0BAD_CAFE, bytes(20)))
    stranger[4:8] = struct.pack("<I", 100)
    yield (row("unknown_block_too_long.pcapng", 3, 4, "a length of an unknown block lies", 10),
           head + b"".join(packets[:4]) + bytes(stranger) + b"".join(packets[4:]))
    yield row("section_cut.pcapng", 2, 0, "the section header lacks 8 bytes"), file.section()[:20]


def no_captures():
    """Files that never were captures."""
    yield row("empty.pcap", 2, 0, "no bytes at all"), b""
    yield row("text.pcap", 2, 0, "text"), b"frame,timestamp\n1,2\n"
    yield row("zeros.pcap", 2, 0, "zeros"), bytes(512)


def snoop(frames):
    """The capture format of Solaris (RFC 1761), Ethernet."""
    body = b""
    for data, when in frames:
        padded = data + bytes(-len(data) % 4)
        body += struct.pack(">IIIIII", len(data), len(data), 24 + len(padded), 0, when // 10**9, when % 10**9 // 1000) + padded
    return b"snoop\0\0\0" + struct.pack(">II", 2, 4) + body


def archive(data):
    """A tar archive with one file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("capture.pcap")
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def other_formats():
    """Captures of formats that are not read, and of compressions that are not undone: they are named."""
    frames = pairs()
    plain = file.pcap(frames)
    # A version, a link type, a time, and the place of a table of frames.
    monitor = struct.pack("<4sBBHHHIII", b"GMBU", 0, 2, 1, 0, 0, 0, 0, 0) + bytes(100)
    # What xz makes of nothing is the same with every library.
    for name, named, data in (("snoop.pcap", "Solaris snoop", snoop(frames)), ("network_monitor.pcap", "Microsoft Network Monitor", monitor),
                              ("archive.pcap", "tar archive", archive(plain)), ("bzip2.pcap", "bzip2", bz2.compress(plain)), ("xz.pcap", "xz", lzma.compress(b""))):
        yield row(name, 2, 0, "none: another format") | {"named": named}, data


def damaged():
    yield from other_formats()
    yield from classic()
    yield from blocks()
    yield from again_and_again()
    yield from no_captures()
