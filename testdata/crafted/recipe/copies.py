"""Packets that were captured twice: in a mirror's tunnel beside themselves, and at two taps, with a router between or without one."""
import struct

from . import savefile as file, wire
from .capture import HOPS, Capture, outer
from .links import cooked2
from .tunnels import BRIDGED, carrier, datagram, erspan, geneve, gre, vxlan

MIRRORS = {
    "erspan_1": (lambda p: carrier(4, wire.GRE, erspan(1, p)), "erspan"),
    "erspan_2": (lambda p: carrier(4, wire.GRE, erspan(2, p)), "erspan:300"),
    "erspan_3": (lambda p: carrier(4, wire.GRE, erspan(3, p)), "erspan:300"),
    "vxlan": (lambda p: datagram(4, 4789, vxlan(wire.ethernet(p))), "vxlan:42"),
    "geneve": (lambda p: datagram(6, 6081, geneve(BRIDGED, wire.ethernet(p))), "geneve:42"),
    "gre": (lambda p: carrier(6, wire.GRE, gre(BRIDGED, wire.ethernet(p))), "gre"),
}


def twice(capture, version, ways):
    """A packet and its message, each going both ways; the message seen second is the copy. A way is what is put around a packet, what that
    is called, and the routers that a packet has passed there."""
    refused = None
    for wrap, _, hops in ways:
        capture.wrap = wrap
        if refused:
            capture.add(wire.with_ttl(refused.bytes, refused.ttl - hops))
        else:
            refused = capture.fresh(version)
    kind, code = (3, 3) if version == 4 else (1, 4)
    packet = outer(version, refused.target, refused.sender, kind, code, b"\0\0\0\0", refused.arrived(), 64 - HOPS)
    truth = {"original_frame": f"{refused.frame}|{refused.frame + 1}"}
    # On the way back, the routers come in the other order.
    for position, (wrap, names, hops) in enumerate(sorted(ways, key=lambda way: -way[2])):
        capture.wrap, capture.encapsulation = wrap, names
        truth |= {"reporter_ttl": 64 - HOPS + hops, "duplicate": "yes" if position else ""}
        capture.raw_message(wire.with_ttl(packet, 64 - HOPS + hops), refused, kind, code, refused.target, refused.arrived(), **truth)


def mirrors():
    """A mirror's packets behind, or before, those that it mirrors."""
    for name, (wrapped, names) in MIRRORS.items():
        capture = Capture(f"mirror_{name}.pcap")
        plain = (wire.ethernet, "", 0)
        copied = (lambda packet, wrapped=wrapped: wire.ethernet(wrapped(packet)), names, 0)
        for version in (4, 6):
            twice(capture, version, (plain, copied))
            twice(capture, version, (copied, plain))
        yield capture, capture.pcap()


def taps():
    """Both interfaces of a router, in one file."""
    capture, order = Capture("taps_of_a_router.pcapng"), []
    near, far = (wire.ethernet, "", 0), (cooked2, "", 1)
    for version in (4, 6):
        twice(capture, version, (near, far))
        order += [0, 1, 1, 0]
    body = file.section() + file.interface(name="near") + file.interface(276, name="far")
    body += b"".join(file.enhanced(data, file.ticks(when), number) for (data, when), number in zip(capture.frames, order))
    return capture, body


def saved():
    yield from mirrors()
    yield taps()
