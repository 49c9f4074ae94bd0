"""Datagrams, connections and services inside a namespace."""

import contextlib
import os
import select
import signal
import socket
import time

from .net import PREFIX, inside, sh


def family(a):
    """The address family of an address."""
    return socket.AF_INET6 if ":" in a else socket.AF_INET


def udp(
    ns, dst, port, n=1, gap=0.05, payload=b"attribution probe", sport=0, src=None, ttl=None, tos=None, linger=0.05, connect=True, many=False
):
    """Sends datagrams from one socket; `many`: a socket for each. Returns the answers."""
    got = []
    with inside(ns):
        s = None
        for i in range(n):
            if s is None or many:
                s = socket.socket(family(dst), socket.SOCK_DGRAM)
                s.setblocking(False)
                if sport or src:
                    s.bind((src or ("::" if ":" in dst else "0.0.0.0"), sport))
                if ttl:
                    s.setsockopt(
                        *((socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) if ":" in dst else (socket.IPPROTO_IP, socket.IP_TTL)), ttl
                    )
                if tos:
                    s.setsockopt(*((socket.IPPROTO_IPV6, socket.IPV6_TCLASS) if ":" in dst else (socket.IPPROTO_IP, socket.IP_TOS)), tos)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                if connect:
                    s.connect((dst, port))
            for _ in range(2):
                try:
                    s.send(payload) if connect else s.sendto(payload, (dst, port))
                    break
                except OSError:
                    pass  # the error of the packet before
            end = time.monotonic() + (gap if i < n - 1 else linger)
            while (left := end - time.monotonic()) > 0:
                if select.select([s], [], [], left)[0]:
                    try:
                        got.append(s.recv(9000))
                    except OSError:
                        pass
        s.close()
    return got


def tcp(ns, dst, port, timeout=0.4, src=None, talk=True):
    """Connects, says hello, waits for an answer."""
    with inside(ns):
        s = socket.socket(family(dst), socket.SOCK_STREAM)
        s.settimeout(timeout)
        if src:
            s.bind((src, 0))
        try:
            s.connect((dst, port))
            if talk:
                s.send(b"hello\r\n")
                s.recv(100)
            return True
        except OSError:
            return False
        finally:
            s.close()


def bound(ns, kind, address, port):
    """A socket of a namespace."""
    with inside(ns):
        s = socket.socket(family(address), kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if ":" in address:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((address, port))
        return s


def serve_udp(net, ns, address, port, delay=0.0, reply_from=None, peer=None, mute=False):
    """A service that answers datagrams."""
    s = bound(ns, socket.SOCK_DGRAM, address, port)
    other = bound(ns, socket.SOCK_DGRAM, reply_from, port) if reply_from else s
    if peer:
        s.connect(peer)

    def loop():
        while True:
            try:
                data, who = s.recvfrom(9000)
            except OSError:
                continue
            if mute:
                continue
            if delay:
                time.sleep(delay)
            with contextlib.suppress(OSError):
                other.sendto(b"re:" + data, who) if not peer else s.send(b"re:" + data)

    pid = net.child(loop)
    s.close()
    return pid


def serve_tcp(net, ns, address, port):
    """A service that accepts connections."""
    s = bound(ns, socket.SOCK_STREAM, address, port)
    s.listen(20)

    def loop():
        while True:
            c, _ = s.accept()
            with contextlib.suppress(OSError):
                c.recv(100)
                c.send(b"welcome\r\n")
            c.close()

    pid = net.child(loop)
    s.close()
    return pid


def ping(net, ns, dst, n=1, ttl=None):
    """Echo requests."""
    sh(
        ["ip", "netns", "exec", PREFIX + ns, "ping", "-n", "-q", "-c", str(n), "-i", "0.05", "-W", "1", dst]
        + (["-t", str(ttl)] if ttl else []),
        check=False,
    )


def stop(net, pid):
    """Kills a service."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    net.children.remove(pid)
