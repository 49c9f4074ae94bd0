"""Which packet a message is about, where several come into question; and quotes without ports."""
import struct

from . import wire
from .capture import CLIENT, HOPS, ROUTER, SERVER, Capture, Probe, outer, probe


def tcp_retransmissions():
    """Segments of one connection attempt: the last one captured is not the one refused."""
    capture = Capture("match_tcp_retransmissions.pcap")
    for version in (4, 6):
        tries = []
        for number in range(3):
            how = {"ident": 500 + number} if version == 4 else {"seq": 1000 + number * 100_000}
            tries.append(probe(version, wire.TCP, 45000, 443, **how))
            capture.add(tries[-1])
        for refused in (tries[0], tries[2], tries[1]):
            capture.message(refused, code=13 if version == 4 else 1, router=True, quote=refused.arrived()[: refused.headers + 8])
    # Data of one connection: the identification is the same, the sequence number is not.
    parts = [probe(4, wire.TCP, 45001, 443, seq=2000 + n * 8, tcp_flags=0x18, payload=b"abcdefgh", ident=0, flags=2) for n in range(3)]
    for part in parts:
        capture.add(part)
    capture.message(parts[1], code=13, router=True)
    return capture


def traceroute():
    """Probes to one port with rising TTL; the answers come late and quote an older probe."""
    capture = Capture("match_traceroute_delayed.pcap")
    tries = [probe(4, sport=33000, dport=33434, ttl=ttl, ident=7000 + ttl) for ttl in range(4, 10)]
    for refused in tries:
        capture.add(refused)
    for refused in (tries[0], tries[3], tries[1], tries[5]):
        capture.message(refused, quote=wire.with_ttl(refused.bytes, refused.ttl - HOPS)[:28])
    return capture


def same_identification():
    """Datagrams between the same ports whose identification is zero: length and checksum tell them apart."""
    capture = Capture("match_by_length_and_checksum.pcap")
    for version in (4, 6):
        how = {"ident": 0, "flags": 2} if version == 4 else {}
        tries = [probe(version, sport=41000, payload=payload, **how) for payload in (b"a", b"second", b"b", b"longest one")]
        for refused in tries:
            capture.add(refused)
        for refused in (tries[1], tries[0], tries[3], tries[2]):
            capture.message(refused, quote=refused.arrived()[: refused.headers + 8])
    return capture


def answer_direction():
    """The refused packet is the server's answer, told about by the client."""
    capture = Capture("match_answer_direction.pcap")
    for version in (4, 6):
        question = probe(version, sport=42000, dport=53)
        answer = probe(version, sport=53, dport=42000, sender=SERVER[version], target=CLIENT[version], ttl=61)
        capture.add(question)
        capture.add(answer)
        capture.message(answer, quote=answer.bytes)
    return capture


def absent():
    """Messages whose packet the capture lacks, beside packets that resemble it."""
    capture = Capture("match_none.pcap")
    capture.message(probe(4, sport=43000), router=True)
    capture.message(probe(6, sport=43000), router=True)
    # Another protocol, another port, another host.
    capture.add(probe(4, wire.TCP, sport=43001))
    capture.message(probe(4, sport=43001))
    capture.add(probe(4, sport=43002))
    capture.message(probe(4, sport=43003))
    # A host numbers its packets: with the same number, it would look like one packet before and behind a translation.
    capture.add(probe(4, sport=43004, target="198.51.100.99", ident=2))
    capture.message(probe(4, sport=43004))
    # The other direction only.
    capture.add(probe(4, sport=9, dport=43005, sender=SERVER[4], target=CLIENT[4]))
    capture.message(probe(4, sport=43005), match="flow|none")
    return capture


def fragments4(refused, size=16):
    """An IPv4 datagram in pieces of `size` bytes."""
    head, body = refused.bytes[:20], refused.bytes[20:]
    ident, = struct.unpack_from(">H", head, 4)
    for start in range(0, len(body), size):
        more = 1 if start + size < len(body) else 0
        yield wire.ipv4(refused.sender, refused.target, refused.protocol, body[start:start + size], refused.ttl, ident, more, start)


def fragments6(refused, ident, size=16):
    """An IPv6 datagram in pieces of `size` bytes."""
    body = refused.bytes[40:]
    for start in range(0, len(body), size):
        head = wire.fragment6(refused.protocol, start, start + size < len(body), ident)
        yield wire.ipv6(refused.sender, refused.target, wire.FRAGMENT, head + body[start:start + size], refused.ttl)


def translation():
    """Packets on both sides of a source translation, and a quote that was not translated back."""
    capture = Capture("match_nat.pcap")
    public = "203.0.113.77"
    for seen_outside in (True, False):
        number = len(capture.frames)
        inside = probe(4, sport=46000 + number, ident=600 + number)
        outside = probe(4, sport=50000 + number, ident=600 + number, sender=public, ttl=63)
        capture.add(inside)
        if seen_outside:
            # Captured on both sides, as `-i any` on the translating router does: each message quotes its side's packet.
            capture.add(outside)
            capture.message(outside, quote=wire.with_ttl(outside.bytes, 61))
            capture.message(inside, quote=wire.with_ttl(inside.bytes, 61))
    # Only the inside was captured, and the router passed the message on with the quote as it came.
    quote = wire.with_ttl(outside.bytes, 61)
    packet = outer(4, SERVER[4], CLIENT[4], 3, 3, b"\0\0\0\0", quote, 64 - HOPS)
    capture.raw_message(packet, outside, 3, 3, SERVER[4], quote, recipient=CLIENT[4], match="nat", original_frame=inside.frame)
    return capture


def piece(whole, data, frame, headers, ports):
    """A captured fragment as something to be refused."""
    sport, dport = (whole.sport, whole.dport) if ports else (None, None)
    return Probe(whole.version, whole.protocol, sport, dport, data, headers, whole.sender, whole.target, frame)


def fragments():
    """Datagrams captured in fragments; quoted whole, by their first fragment, and by a later one."""
    capture = Capture("match_fragments.pcap")
    for version, headers in ((4, 20), (6, 48)):
        for about in ("whole", "first", "later"):
            number = len(capture.frames)
            whole = probe(version, sport=44000 + number, payload=bytes(40), **({"ident": 900 + number} if version == 4 else {}))
            pieces = list(fragments4(whole) if version == 4 else fragments6(whole, 900 + number))
            frames = [capture.add(data) for data in pieces]
            if about == "whole":
                whole.frame = frames[0]
                # IPv6 leaves no identification in the reassembled packet.
                capture.message(whole, match="fragment" if version == 4 else "fragment|flow")
            elif about == "first":
                capture.message(piece(whole, pieces[0], frames[0], headers, True), match="exact|fragment")
            else:
                later = piece(whole, pieces[1], frames[1], headers, False)
                capture.message(later, match="fragment|exact")
    # The fragment that is quoted was not captured, and neither was any other.
    whole = probe(4, sport=44999, payload=bytes(40), ident=999)
    capture.message(piece(whole, list(fragments4(whole))[1], None, 20, False))
    return capture


def protocols():
    """Quotes of protocols other than UDP and TCP; SCTP, UDP-Lite and DCCP have ports where UDP has them."""
    capture = Capture("quote_protocols.pcap")
    ported = struct.pack(">HH", 36412, 36413)
    segments = {
        wire.SCTP: ported + struct.pack(">II", 0, 0x8DC3_21F1) + struct.pack(">BBHIIHHI", 1, 0, 20, 99, 65535, 1, 1, 5),
        wire.DCCP: ported + bytes.fromhex("0400abcd0100000000010203"),
        wire.UDPLITE: wire.udp(CLIENT[4], SERVER[4], 36412, 36413, b"lite", wire.UDPLITE),
        wire.GRE: struct.pack(">HH", 0, 0x88B5) + b"local experiment",
        wire.ESP: struct.pack(">II", 0x1234, 1) + bytes(range(40)),
        253: b"an experiment of RFC 3692",
        wire.ICMP: wire.icmp4(8, 0, struct.pack(">HH", 77, 1), b"ping"),
    }
    for protocol, segment in segments.items():
        refused = capture.fresh(protocol=protocol, sport=36412, dport=36413, segment=segment)
        capture.message(refused, code=2 if protocol != wire.ICMP else 1, match="exact|flow")
        if protocol != wire.ICMP:
            refused = capture.fresh(6, protocol=protocol, sport=36412, dport=36413, segment=segment)
            capture.message(refused, kind=4, code=1, rest=struct.pack(">I", 6), match="exact|flow")
    echo = wire.icmp6(CLIENT[6], SERVER[6], 128, 0, struct.pack(">HH", 77, 1), b"ping")
    refused = capture.fresh(6, protocol=wire.ICMP6, segment=echo)
    capture.message(refused, code=3, router=True, match="exact|flow")
    return capture


def error_about_error():
    """A message about a message, against RFC 1122 section 3.2.2: the outer one counts, and quotes ICMP."""
    capture = Capture("quote_of_message.pcap")
    asked = capture.fresh()
    inner = wire.icmp4(3, 3, b"\0\0\0\0", asked.arrived())
    capture.message(asked)
    refused = probe(4, wire.ICMP, sender=SERVER[4], target=CLIENT[4], ttl=61, ident=7, tos=0xC0, segment=inner)
    refused.frame = len(capture.frames)
    capture.message(refused, code=13, reporter=ROUTER[4], match="*", original_frame=f"{refused.frame}|")
    return capture


def captures():
    yield tcp_retransmissions()
    yield traceroute()
    yield same_identification()
    yield answer_direction()
    yield absent()
    yield fragments()
    yield translation()
    yield protocols()
    yield error_about_error()
