"""Types and codes: every unreachable message, and the messages that look like one and are none."""
import struct

from . import wire
from .capture import CLIENT, ROUTER, SERVER, Capture, mtu


def codes_ipv4():
    """ICMPv4 type 3 with every code there is, and with unassigned ones."""
    capture = Capture("codes_ipv4.pcap")
    for code in (*range(17), 255):
        truth = {"rest": mtu(1400), "next_hop_mtu": 1400} if code == 4 else {}
        capture.pair(code=code, router=code not in (2, 3), **truth)
    # Routers older than RFC 1191 leave the MTU zero.
    capture.pair(code=4, router=True, next_hop_mtu="0|")
    # What stands where the MTU would be says nothing in other codes.
    capture.pair(code=13, rest=mtu(1400), router=True)
    return capture


def codes_ipv6():
    """ICMPv6 type 1 with every code, type 2, and the one code of type 4 that is an unreachable message."""
    capture = Capture("codes_ipv6.pcap")
    for code in range(10):
        capture.pair(6, code=code, router=code != 4)
    for value, code in ((1280, 0), (1500, 0), (65536, 0), (1400, 3)):
        capture.pair(6, kind=2, code=code, rest=mtu(value), router=True, next_hop_mtu=value)
    for pointer in (6, 40):
        capture.pair(6, kind=4, code=1, rest=struct.pack(">I", pointer))
    return capture


def others_ipv4():
    """ICMPv4 that is no unreachable message."""
    capture = Capture("not_messages_ipv4.pcap")
    for kind, code in ((11, 0), (11, 1), (12, 0), (5, 1), (4, 0), (0, 3), (8, 3), (13, 0), (1, 4), (2, 0)):
        refused = capture.fresh()
        message = wire.icmp4(kind, code, b"\0\0\0\0", refused.arrived())
        capture.add(wire.ipv4(ROUTER[4], CLIENT[4], wire.ICMP, message, 61))
    # A UDP datagram whose bytes read like a message, and a message in the wrong protocol.
    capture.add(wire.ipv4(SERVER[4], CLIENT[4], wire.UDP, wire.udp(SERVER[4], CLIENT[4], 0x0303, 9, message), 61))
    capture.add(wire.ipv4(SERVER[4], CLIENT[4], wire.IGMP, wire.icmp4(3, 3, b"\0\0\0\0", refused.arrived()), 61))
    return capture


def others_ipv6():
    """ICMPv6 that is no unreachable message; type 3 is another thing than in ICMPv4."""
    capture = Capture("not_messages_ipv6.pcap")
    for kind, code in ((3, 0), (3, 1), (4, 0), (4, 2), (4, 3), (128, 0), (129, 0), (135, 0), (136, 0), (100, 1)):
        refused = capture.fresh(6)
        message = wire.icmp6(ROUTER[6], CLIENT[6], kind, code, b"\0\0\0\0", refused.arrived())
        capture.add(wire.ipv6(ROUTER[6], CLIENT[6], wire.ICMP6, message, 61))
    return capture


def captures():
    yield codes_ipv4()
    yield codes_ipv6()
    yield others_ipv4()
    yield others_ipv6()
