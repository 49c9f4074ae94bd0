"""Clocks: some that stand still, jump, run backwards or are beyond all reason, and two taps whose clocks differ."""
import struct

from . import savefile as file
from .capture import Capture, stamp
from .links import both, cooked2

SECOND = 1_000_000_000
# The last second that a classic capture can hold, and microseconds that no second has.
LAST_SECOND, ABSURD_FRACTION = 0xFFFF_FFFF, 0xFFFF_FFFF


def at(capture, moments):
    """The capture with its frames, and their truth, at these nanoseconds."""
    capture.frames = [(frame[0], when) for frame, when in zip(capture.frames, moments, strict=True)]
    for row in capture.rows:
        row["timestamp"] = stamp(moments[row["frame"] - 1])
    return capture


def classic():
    """Classic captures without a clock, with one that jumps, and with the largest numbers that there are."""
    capture = at(both(Capture("clock_zero.pcap")), [0] * 4)
    yield capture, capture.pcap()
    # Set by hand while it ran: back by an hour, before 1980, and forth by years, between a packet and its message.
    base = file.BASE
    moments = [base, base - 3600 * SECOND, SECOND, base + SECOND, base + 2 * SECOND, base + 200_000_000 * SECOND]
    capture = both(Capture("clock_jumps.pcap"))
    capture.pair(4)
    capture = at(capture, moments)
    yield capture, capture.pcap()
    capture = at(both(Capture("clock_last.pcap")), [LAST_SECOND * SECOND + n * 1000 for n in range(4)])
    yield capture, capture.pcap()
    # Such a fraction counts as so many microseconds.
    capture = both(Capture("clock_absurd_fraction.pcap"))
    frames = [data for data, _ in capture.frames]
    moment = file.BASE + ABSURD_FRACTION * 1000
    capture = at(capture, [moment] * 4)
    records = b"".join(struct.pack("<IIII", file.BASE // SECOND, ABSURD_FRACTION, len(data), len(data)) + data for data in frames)
    yield capture, file.pcap_header() + records


def two_interfaces(name, behind, wrap=None):
    """Pairs that pass two interfaces, each by one; the second one's clock is so many nanoseconds behind."""
    capture, kinds = Capture(name), []
    for number, version in enumerate((4, 6, 4, 6)):
        capture.wrap = cooked2 if number % 2 else Capture("").wrap
        capture.pair(version)
        kinds += [number % 2] * 2
    moments = [when - behind * kind for (_, when), kind in zip(capture.frames, kinds)]
    at(capture, moments)
    body = file.section() + file.interface(name="right") + file.interface(276, name="wrong")
    body += b"".join(file.enhanced(data, file.ticks(when), kind) for (data, when), kind in zip(capture.frames, kinds))
    return capture, body


def absurd():
    """Ticks beyond all times that can be told, before and behind an offset of the interface; no truth says when that was."""
    capture = both(Capture("clock_absurd.pcapng"))
    capture.pair(4)
    for row in capture.rows:
        row["timestamp"] = "*"
    largest = (1 << 64) - 1
    body = file.section() + file.interface() + file.interface(offset=-(1 << 63)) + file.interface(resolution=0)
    for number, (data, _) in enumerate(capture.frames):
        body += file.enhanced(data, (largest, 0, largest)[number // 2], number // 2)
    return capture, body


def saved():
    yield from classic()
    yield two_interfaces("clock_behind.pcapng", 3 * SECOND)
    yield two_interfaces("clock_behind_a_year.pcapng", 31_536_000 * SECOND)
    yield absurd()
