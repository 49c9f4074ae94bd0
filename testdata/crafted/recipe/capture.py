"""A capture in the making: packets, the messages about them, and the truth about each message."""
import dataclasses
import datetime
import struct

from . import savefile, wire

NAMES = {1: "icmp", 4: "ipv4", 6: "tcp", 17: "udp", 33: "dccp", 41: "ipv6", 47: "gre", 50: "esp", 58: "ipv6-icmp", 132: "sctp", 136: "udplite"}
COLUMNS = (
    "file,frame,ip_version,icmp_type,icmp_code,reporter,recipient,reporter_ttl,protocol,sender,sender_port,target,"
    "target_port,quoted_ttl,quoted_length,next_hop_mtu,match,original_frame,encapsulation,timestamp,duplicate"
).split(",")
CLIENT = {4: "192.0.2.10", 6: "2001:db8:1::10"}
SERVER = {4: "198.51.100.20", 6: "2001:db8:2::20"}
ROUTER = {4: "203.0.113.1", 6: "2001:db8:ff::1"}
PORTED = (wire.TCP, wire.UDP, wire.UDPLITE, wire.SCTP, wire.DCCP)
# Hops from the vantage to the server, or to the router.
HOPS = 3


@dataclasses.dataclass
class Probe:
    """A packet that somebody will refuse; `headers` is where its transport header starts."""

    version: int
    protocol: int
    sport: int | None
    dport: int | None
    bytes: bytes
    headers: int
    sender: str
    target: str
    frame: int | None = None

    @property
    def ttl(self):
        return self.bytes[8 if self.version == 4 else 7]

    def arrived(self, hops=HOPS):
        """The packet as it looked some hops on."""
        return wire.with_ttl(self.bytes, self.ttl - hops)


def probe(version=4, protocol=wire.UDP, sport=40000, dport=9, payload=b"unreach!", sender=None, target=None, **ip):
    """A UDP datagram or TCP SYN from the client to the server; `segment` replaces what follows the IP header."""
    sender, target = sender or CLIENT[version], target or SERVER[version]
    segment = ip.pop("segment", None)
    seq, flags, tcp_options = ip.pop("seq", 1000), ip.pop("tcp_flags", 2), ip.pop("tcp_options", b"")
    if segment is None and protocol == wire.TCP:
        segment = wire.tcp(sender, target, sport, dport, seq, flags=flags, options=tcp_options, payload=payload)
    elif segment is None:
        segment = wire.udp(sender, target, sport, dport, payload, protocol)
    make = wire.ipv4 if version == 4 else wire.ipv6
    data = make(sender, target, protocol, segment, **ip)
    ports = (sport, dport) if protocol in PORTED else (None, None)
    return Probe(version, protocol, *ports, data, len(data) - len(segment), sender, target)


def either(value):
    """A value that may be given, or left out: the header it stands in was cut."""
    return f"{value}|"


class Capture:
    """Frames in order, with a truth row for each message."""

    def __init__(self, file, wrap=wire.ethernet, encapsulation="", step=savefile.MILLISECOND):
        self.file, self.wrap, self.encapsulation, self.step = file, wrap, encapsulation, step
        self.frames, self.rows = [], []

    def clock(self):
        return savefile.BASE + self.step * (len(self.frames) + 1)

    def add_frame(self, frame, wire_length=None):
        """A frame as it is; returns its number."""
        entry = (frame, self.clock()) if wire_length is None else (frame, self.clock(), wire_length)
        self.frames.append(entry)
        return len(self.frames)

    def add(self, packet):
        """A packet, or a probe, in the capture's link layer; returns the frame's number."""
        if not isinstance(packet, Probe):
            return self.add_frame(self.wrap(packet))
        packet.frame = self.add_frame(self.wrap(packet.bytes))
        return packet.frame

    def message(self, refused, kind=None, code=None, quote=None, rest=b"\0\0\0\0", router=False, tail=b"", **truth):
        """The message about `refused` and its truth; `quote` defaults to all of it, `tail` follows the quote."""
        version = refused.version
        kind = kind if kind is not None else (3 if version == 4 else 1)
        code = code if code is not None else (3 if version == 4 else 4)
        quote = refused.arrived() if quote is None else quote
        reporter = truth.pop("reporter", None) or (ROUTER[version] if router else refused.target)
        packet = outer(version, reporter, refused.sender, kind, code, rest, quote + tail, 64 - HOPS, truth.pop("damage", None))
        return self.raw_message(packet, refused, kind, code, reporter, quote, **truth)

    def raw_message(self, packet, refused, kind, code, reporter, quote, **truth):
        """A message that is already bytes; what its truth shares with others is filled in."""
        when, frame = self.clock(), self.add(packet)
        row = {"file": self.file, "frame": frame, "ip_version": refused.version, "icmp_type": kind, "icmp_code": code}
        row |= {"reporter": reporter, "recipient": refused.sender, "reporter_ttl": 64 - HOPS}
        row |= quoted(refused, quote)
        row |= {"match": "exact" if refused.frame else "none", "original_frame": refused.frame}
        row |= {"encapsulation": self.encapsulation, "timestamp": stamp(when)}
        # All messages of a capture have one identification: without ports, several are alike.
        row |= {"duplicate": "" if len(quote) >= refused.headers + 4 else "*"}
        self.rows.append(row | truth)
        return frame

    def fresh(self, version=4, **how):
        """A probe that no other packet of the capture resembles, added to it."""
        number = len(self.frames)
        how = {"sport": 40000 + number} | how | ({"ident": 1000 + number} if version == 4 else {})
        made = probe(version, **how)
        self.add(made)
        return made

    def pair(self, version=4, **about):
        """A probe and the message about it."""
        return self.message(self.fresh(version), **about)

    def pcap(self, **how):
        """The capture as a classic file."""
        return savefile.pcap(self.frames, **how)


def outer(version, reporter, recipient, kind, code, rest, body, ttl, damage=None):
    """The packet that carries a message; `damage` is done to the ICMP bytes."""
    if version == 4:
        data = wire.icmp4(kind, code, rest, body)
        return wire.ipv4(reporter, recipient, wire.ICMP, damage(data) if damage else data, ttl, ident=7, tos=0xC0)
    data = wire.icmp6(reporter, recipient, kind, code, rest, body)
    return wire.ipv6(reporter, recipient, wire.ICMP6, damage(data) if damage else data, ttl)


def quoted(refused, quote):
    """What the quote says, as far as it reaches."""
    reach, start = len(quote), refused.headers
    ttl_at, protocol_at, addresses = (8, 9, 12) if refused.version == 4 else (7, 6, 8)
    fixed = start if refused.version == 4 else 40
    size = 4 if refused.version == 4 else 16

    def known(value, end):
        if value is None or reach < end:
            return ""
        return str(value) if reach >= fixed else either(value)

    ttl = quote[ttl_at] if reach > ttl_at else None
    sport = known(refused.sport, start + 2)
    name = NAMES.get(refused.protocol, refused.protocol)
    # Behind IPv6 extension headers, the protocol stands in the last of them.
    protocol_end = protocol_at + 1 if start == fixed or refused.version == 4 else start
    return {
        "protocol": known(name, protocol_end),
        "sender": known(refused.sender, addresses + size),
        "target": known(refused.target, addresses + 2 * size),
        "quoted_ttl": known(ttl, ttl_at + 1),
        "sender_port": sport if reach >= start + 4 or not sport else either(refused.sport),
        "target_port": known(refused.dport, start + 4),
        "quoted_length": reach,
    }


def stamp(when):
    """RFC 3339 in UTC with nine fractional digits."""
    whole = datetime.datetime.fromtimestamp(when // 10**9, datetime.timezone.utc)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{when % 10**9:09d}Z"


def mtu(value):
    """The second word of an ICMPv4 code 4 message (RFC 1191), or of ICMPv6 type 2."""
    return struct.pack(">I", value)
