"""Reading captures back: which frames are messages, and what they quote."""

import socket
import struct


def frames(path):
    """Times, bytes and link type of the frames of a capture."""
    data = open(path, "rb").read()
    at = 24
    link = struct.unpack("<I", data[20:24])[0]
    while at + 16 <= len(data):
        s, us, n, _ = struct.unpack("<IIII", data[at : at + 16])
        yield s + us / 1e6, data[at + 16 : at + 16 + n], link
        at += 16 + n


def ip_of(frame, link):
    """The IP packet of a frame."""
    if link == 1:
        o = 12
        while frame[o : o + 2] in (b"\x81\x00", b"\x88\xa8"):
            o += 4
        return frame[o + 2 :]
    return frame[{113: 16, 276: 20}.get(link, 0) :]


def layers(p):
    """Version, protocol, addresses, transport bytes, fragment offset and TTL of a packet."""
    if not p or p[0] >> 4 not in (4, 6):
        return None
    if p[0] >> 4 == 4:
        return (
            4,
            p[9],
            socket.inet_ntop(socket.AF_INET, p[12:16]),
            socket.inet_ntop(socket.AF_INET, p[16:20]),
            p[(p[0] & 15) * 4 :],
            struct.unpack(">H", p[6:8])[0] & 0x1FFF,
            p[8],
        )
    nxt, rest, off = p[6], p[40:], 0
    while nxt in (0, 43, 44, 60) and len(rest) >= 8:
        if nxt == 44:
            off = struct.unpack(">H", rest[2:4])[0] & 0xFFF8
            nxt, rest = rest[0], rest[8:]
        else:
            n = 8 + rest[1] * 8
            nxt, rest = rest[0], rest[n:]
    return 6, nxt, socket.inet_ntop(socket.AF_INET6, p[8:24]), socket.inet_ntop(socket.AF_INET6, p[24:40]), rest, off, p[7]


def messages(path):
    """The unreachable messages of a capture, in the columns of the labels."""
    for number, (when, frame, link) in enumerate(frames(path), 1):
        x = layers(ip_of(frame, link))
        if not x or x[5]:
            continue
        v, proto, src, dst, body, _, ttl = x
        if not (
            (v == 4 and proto == 1 and body[:1] == b"\x03") or (v == 6 and proto == 58 and (body[0] in (1, 2) or body[:2] == b"\x04\x01"))
        ):
            continue
        q = layers(body[8:])
        if not q:
            continue
        ports = struct.unpack(">HH", q[4][:4]) if q[1] in (6, 17, 132) and len(q[4]) >= 4 and not q[5] else ("", "")
        yield dict(
            frame=number,
            ts=f"{when:.6f}",
            ip_version=v,
            outer_src=src,
            outer_dst=dst,
            icmp_type=body[0],
            icmp_code=body[1],
            ttl=ttl,
            q_proto=q[1],
            q_src=q[2],
            q_sport=ports[0],
            q_dst=q[3],
            q_dport=ports[1],
            encap="",
        )
