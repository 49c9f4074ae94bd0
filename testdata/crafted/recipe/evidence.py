"""What a capture may show beside a message: one capture for each sign that the lab does not show."""
import struct

from . import savefile, wire
from .capture import CLIENT, HOPS, ROUTER, SERVER, Capture, outer, probe

SECOND = 1000 * savefile.MILLISECOND
NEIGHBOUR = {4: "192.0.2.11", 6: "2001:db8:1::11"}


def answer(version, asked, ttl=64 - HOPS):
    """What the target sends back to a probe."""
    return probe(version, sport=asked.dport, dport=asked.sport, sender=asked.target, target=asked.sender, ttl=ttl, payload=b"here")


def translator_timeout():
    """A connection attempt that a translator holds back for six seconds before it refuses it (RFC 5382 REQ-4)."""
    capture = Capture("evidence_translator_timeout.pcap", step=SECOND * 61 // 10)
    refused = capture.fresh(protocol=wire.TCP, dport=443)
    capture.message(refused, code=13, router=True)
    return capture


def translated():
    """A refusal in the target's name of a packet that one more router had passed on."""
    capture = Capture("evidence_forwarded_translated.pcap")
    for version in (4, 6):
        refused = capture.fresh(version)
        capture.message(refused, quote=refused.arrived(HOPS + 1))
    return capture


def hardware_address():
    """A target on the link answers on one port, and is refused in its name from another hardware address."""
    capture = Capture("evidence_hardware_address.pcap")
    asked = capture.fresh(dport=53)
    capture.add(answer(4, asked, ttl=64))
    refused = capture.fresh()
    capture.wrap = lambda packet: bytes.fromhex("020000000002020000000099") + b"\x08\0" + packet
    packet = outer(4, refused.target, refused.sender, 3, 3, bytes(4), refused.bytes, 64)
    capture.raw_message(packet, refused, 3, 3, refused.target, refused.bytes, reporter_ttl=64)
    return capture


def higher_initial_ttl():
    """A target that answers from 64, and sends its messages from 255, as Solaris and some printers do."""
    capture = Capture("evidence_initial_ttl_255.pcap")
    for version in (4, 6):
        asked = capture.fresh(version, dport=53)
        capture.add(answer(version, asked))
        refused = capture.fresh(version)
        kind, code = (3, 3) if version == 4 else (1, 4)
        packet = outer(version, refused.target, refused.sender, kind, code, bytes(4), refused.arrived(), 255 - HOPS)
        capture.raw_message(packet, refused, kind, code, refused.target, refused.arrived(), reporter_ttl=255 - HOPS)
    return capture


def neighbour():
    """The last router asks for the target three times, in vain."""
    capture = Capture("evidence_neighbour_unanswered.pcap", step=SECOND)
    refused = capture.fresh()
    router, target = wire.packed("198.51.100.1"), wire.packed(SERVER[4])
    mac = bytes.fromhex("020000000001")
    for _ in range(3):
        request = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + mac + router + bytes(6) + target
        capture.add_frame(b"\xff" * 6 + mac + struct.pack(">H", 0x0806) + request)
    capture.message(refused, code=1, reporter="198.51.100.1")
    return capture


def trailing_bytes():
    """Datagrams with bytes behind them that their UDP length leaves out."""
    capture = Capture("evidence_trailing_bytes.pcap")
    for version in (4, 6):
        datagram = wire.udp(CLIENT[version], SERVER[version], 40000, 9, b"unreach!")
        capture.message(capture.fresh(version, sport=40000, segment=datagram + b"trailing"))
    return capture


def others_answered():
    """A port that answered a neighbour, and later refuses the client."""
    capture = Capture("evidence_others_answered_before.pcap")
    for version in (4, 6):
        asked = probe(version, sport=41000, dport=7, sender=NEIGHBOUR[version])
        capture.add(asked)
        capture.add(answer(version, asked))
        capture.message(capture.fresh(version, dport=7))
    return capture


def other_address():
    """A host that answers on one address, and refuses for another of its addresses from the first."""
    capture = Capture("evidence_reporter_is_host.pcap")
    for version, own in ((4, "198.51.100.21"), (6, "2001:db8:2::21")):
        asked = probe(version, sport=41000, dport=53, target=own)
        capture.add(asked)
        capture.add(answer(version, asked))
        capture.message(capture.fresh(version), reporter=own)
    return capture


def many_targets():
    """A device that refuses packets to three hosts."""
    capture = Capture("evidence_reporter_of_many.pcap")
    for version, network in ((4, "198.51.100."), (6, "2001:db8:2::")):
        for host in (31, 32, 33):
            refused = capture.fresh(version, target=f"{network}{host}")
            capture.message(refused, code=13 if version == 4 else 1, router=True)
    return capture


def together():
    """Two connection attempts of one flow, a second apart, that the last router refuses together; they were not captured."""
    capture = Capture("evidence_refused_together.pcap")
    for version in (4, 6):
        for ident in (11, 12):
            how = {"ident": ident} if version == 4 else {}
            refused = probe(version, protocol=wire.TCP, sport=40000, dport=22, seq=1000 + version, **how)
            # IPv6 has nothing that tells the second message from a copy of the first.
            capture.message(refused, code=1 if version == 4 else 3, router=True, duplicate="" if version == 4 else "*")
    return capture


def length_overrun():
    """Datagrams whose UDP length is eight more than there is: a host drops them, a filter refuses them."""
    capture = Capture("evidence_length_overrun.pcap")
    for version in (4, 6):
        datagram = wire.udp(CLIENT[version], SERVER[version], 40000, 9, b"unreach!")
        longer = datagram[:4] + struct.pack(">H", len(datagram) + 8) + datagram[6:]
        capture.message(capture.fresh(version, sport=40000, segment=longer))
    return capture


def went_on():
    """A rule of a router that refuses seven packets within a hundredth of a second."""
    capture = Capture("evidence_rule_went_on.pcap")
    for _ in range(7):
        refused = capture.fresh(dport=23)
        capture.message(refused, code=13, quote=refused.arrived(HOPS + 1), router=True)
    return capture


def own_port():
    """A router of its own make, traced to one of its addresses, refuses from another."""
    capture = Capture("evidence_router_own_port.pcap")
    for version, own in ((4, "198.51.100.51"), (6, "2001:db8:2::51")):
        refused = capture.fresh(version, target=own)
        quote, (kind, code) = refused.arrived()[: refused.headers + 8], ((3, 3) if version == 4 else (1, 4))
        packet = outer(version, ROUTER[version], refused.sender, kind, code, bytes(4), quote, 255 - HOPS)
        capture.raw_message(packet, refused, kind, code, ROUTER[version], quote, reporter_ttl=255 - HOPS)
    return capture


def with_losses():
    """Messages about packets that are not there, in a capture that says it lost packets: one of a flow that is there, and one
    of another flow."""
    capture = Capture("evidence_losses.pcapng", step=100 * savefile.MILLISECOND)
    for version in (4, 6):
        asked = capture.fresh(version, dport=53)
        capture.add(answer(version, asked))
        sent = capture.fresh(version, dport=7, payload=b"was sent")
        other = {"ident": 999} if version == 4 else {}
        lost = probe(version, sport=sent.sport, dport=7, payload=b"was lost, and is longer", **other)
        capture.message(lost, match="flow", original_frame=sent.frame)
        unseen = probe(version, sport=45000, dport=9, payload=b"was lost", **other)
        capture.message(unseen, code=13 if version == 4 else 1)
    return capture


def saved():
    """The captures that take more than packets to write."""
    capture = with_losses()
    # Interface statistics (draft-ietf-opsawg-pcapng section 4.6): five packets dropped by the interface, seven by the system.
    losses = savefile.options(((5, struct.pack("<Q", 5)), (7, struct.pack("<Q", 7))))
    yield capture, savefile.pcapng(capture.frames) + savefile.block(5, struct.pack("<III", 0, 0, 0) + losses)


def captures():
    yield translator_timeout()
    yield translated()
    yield hardware_address()
    yield higher_initial_ttl()
    yield neighbour()
    yield trailing_bytes()
    yield others_answered()
    yield other_address()
    yield many_targets()
    yield together()
    yield length_overrun()
    yield went_on()
    yield own_port()
