"""Captures that belong together, a folder each: files of a ring, several taps, and taps whose clocks differ."""
from . import savefile as file, wire
from .capture import HOPS, Capture, outer, probe, stamp
from .compression import gzip, zstd
from .links import cooked2

COLUMNS = "folder,file,frame,sender_port,match,original_file,original_frame,timestamp,duplicate".split(",")
SECOND = 1_000_000_000


class Timeline:
    """What several captures see, as their frames come in time; each capture is known by its name."""

    def __init__(self, folder, *names):
        self.folder, self.rows = folder, []
        self.sources = {name: Capture(name) for name in names}

    def see(self, name, packet, when, wrap=wire.ethernet):
        """One capture's frame; returns its number."""
        source = self.sources[name]
        source.frames.append((wrap(packet), when))
        return len(source.frames)

    def message(self, name, refused, when, original, match="exact", duplicate="", wrap=wire.ethernet, ttl=64 - HOPS):
        """The message about a packet, which is to be found at `original`, a (file, frame) or several."""
        version = refused.version
        kind, code = (3, 3) if version == 4 else (1, 4)
        packet = outer(version, refused.target, refused.sender, kind, code, b"\0\0\0\0", refused.arrived(), ttl)
        frame = self.see(name, packet, when, wrap)
        files, frames = zip(*original) if original else (("",), ("",))
        row = {"folder": self.folder, "file": name, "frame": frame, "sender_port": refused.sport, "match": match}
        row |= {"original_file": "|".join(files), "original_frame": "|".join(map(str, frames)), "duplicate": duplicate}
        self.rows.append(row | {"timestamp": stamp(when)})


def ring():
    """Files of a ring, whose names say nothing about their order, some of them compressed; messages come in the file behind their packet's."""
    names = ["ring.pcap2", "ring.pcap0.gz", "ring.pcap3.zst", "ring.pcap1"]
    made = Timeline("ring", *names)
    for number, name in enumerate(names):
        begin = file.BASE + number * 10 * SECOND
        if number > 0:
            made.message(name, refused, begin, [sent])
        refused = probe(4 if number % 2 == 0 else 6, sport=40100 + number, **({"ident": 100 + number} if number % 2 == 0 else {}))
        sent = (name, made.see(name, refused.bytes, begin + 9 * SECOND + 999_999_000))
    packed = {"ring.pcap0.gz": gzip, "ring.pcap3.zst": zstd}
    return made, {name: packed.get(name, bytes)(source.pcap()) for name, source in made.sources.items()}


def taps():
    """Two taps with a router between, of other formats, link types and precisions: everything is seen by both."""
    near, far = "client/near.pcap", "server/far.pcapng"
    made = Timeline("taps", near, far)
    for number in range(6):
        version, begin = (4, 6)[number % 2], file.BASE + number * SECOND
        refused = probe(version, sport=40200 + number, **({"ident": 200 + number} if version == 4 else {}))
        frames = [(near, made.see(near, refused.bytes, begin)),
                  (far, made.see(far, wire.with_ttl(refused.bytes, refused.ttl - 1), begin + 200_000, cooked2))]
        made.message(far, refused, begin + 400_000, frames, wrap=cooked2, ttl=64 - HOPS + 1)
        made.message(near, refused, begin + 600_000, frames, duplicate="yes")
    return made, {near: made.sources[near].pcap(kind="nano"), far: file.pcapng(made.sources[far].frames, 276, ">")}


def interleaved():
    """Three captures of three hosts, whose frames come by turns, microseconds apart."""
    names = [f"host{n}.pcap" for n in range(3)]
    made = Timeline("interleaved", *names)
    waiting = []
    for number in range(30):
        name, when = names[number % 3], file.BASE + number * 3000
        version = (4, 6)[number % 2]
        refused = probe(version, sport=40300 + number, sender=("192.0.2.%d" if version == 4 else "2001:db8:1::%d") % (100 + number % 3),
                        **({"ident": 300 + number} if version == 4 else {}))
        waiting.append((name, refused, made.see(name, refused.bytes, when)))
        if number >= 6:
            origin, earlier, frame = waiting[number - 6]
            made.message(origin, earlier, when + 1000, [(origin, frame)])
    return made, {name: source.pcap(order=order) for (name, source), order in zip(made.sources.items(), "<><")}


def skewed():
    """Two taps, one of which only sees packets, with a clock that is three seconds ahead, the other only messages."""
    made = Timeline("skewed", "packets.pcap", "messages.pcap")
    for number in range(4):
        version, begin = (4, 6)[number % 2], file.BASE + number * 10 * SECOND
        refused = probe(version, sport=40400 + number, **({"ident": 400 + number} if version == 4 else {}))
        made.see("packets.pcap", refused.bytes, begin + 3 * SECOND)
        # Its packet comes later in the timeline.
        made.message("messages.pcap", refused, begin + 1_000_000, [], match="none")
    return made, {name: source.pcap() for name, source in made.sources.items()}


def made():
    """Every timeline with the bytes of its files."""
    yield from (ring(), taps(), interleaved(), skewed())
