"""Network namespaces, wires with delay, and taps. Everything made is undone."""

import contextlib
import ctypes
import heapq
import itertools
import os
import select
import signal
import socket
import subprocess
import time

LIBC = ctypes.CDLL(None, use_errno=True)


PREFIX = "unr"


def sh(command, check=True):
    """Runs a command."""
    done = subprocess.run(command, shell=isinstance(command, str), capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.strip()}")
    return done.stdout


@contextlib.contextmanager
def inside(ns):
    """The calling thread, in a namespace for as long as it lasts."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{PREFIX}{ns}", os.O_RDONLY)
    try:
        if LIBC.setns(there, 0):
            raise OSError("setns")
        yield
    finally:
        LIBC.setns(own, 0)
        os.close(own)
        os.close(there)


class Net:
    """A network in the making."""

    def __init__(self, out):
        self.out = out
        self.spaces, self.children, self.taps, self.links = [], [], [], 0

    def ns(self, *names):
        for n in names:
            sh(f"ip netns add {PREFIX}{n}")
            self.spaces.append(n)
            self.do(
                n,
                "ip link set lo up",
                "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0",
            )

    def do(self, ns, *commands):
        for c in commands:
            sh(["ip", "netns", "exec", PREFIX + ns, "sh", "-c", c])

    def router(self, *names):
        for n in names:
            self.do(
                n,
                "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0",
            )

    def veth(self, a, ifa, b, ifb):
        t1, t2 = f"{PREFIX}x{self.links}", f"{PREFIX}y{self.links}"
        self.links += 1
        sh(f"ip link add {t1} type veth peer name {t2}")
        for t, n, i in ((t1, a, ifa), (t2, b, ifb)):
            sh(f"ip link set {t} netns {PREFIX}{n}")
            self.do(n, f"ip link set {t} name {i}", f"ethtool -K {i} tx off tso off gso off gro off >/dev/null", f"ip link set dev {i} up")

    def wire(self, a, ifa, b, ifb, ms):
        """A link whose frames take `ms` each way."""
        if "wire" not in self.spaces:
            self.ns("wire")
            self.do("wire", "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1")
        k = self.links
        self.veth(a, ifa, "wire", f"l{k}")
        self.veth("wire", f"r{k}", b, ifb)
        with inside("wire"):
            pair = []
            for i in (f"l{k}", f"r{k}"):
                s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
                s.bind((i, 3))
                pair.append(s)
        self.child(relay, pair, ms / 1000)
        for s in pair:
            s.close()

    def child(self, work, *args):
        pid = os.fork()
        if pid == 0:
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                work(*args)
            finally:
                os._exit(0)
        self.children.append(pid)
        return pid

    def addr(self, ns, dev, *addresses):
        for a in addresses:
            self.do(ns, f"ip addr add {a} dev {dev}" + (" nodad" if ":" in a else ""))

    def bridge(self, ns, name, *ports):
        self.do(ns, f"ip link add dev {name} type bridge", f"ip link set dev {name} up")
        for p in ports:
            self.do(ns, f"ip link set dev {p} master {name}")

    def tap(self, name, ns, dev, expression="ip or ip6 or arp"):
        path = self.out / f"{name}.pcap"
        p = subprocess.Popen(
            [
                "ip",
                "netns",
                "exec",
                PREFIX + ns,
                "tcpdump",
                "-i",
                dev,
                "-w",
                path,
                "-U",
                "-s",
                "0",
                "--immediate-mode",
                "-Z",
                "root",
                expression,
            ],
            stderr=subprocess.PIPE,
        )
        p.stderr.readline()
        self.taps.append((name, p))

    def close(self):
        time.sleep(0.3)
        for _, p in self.taps:
            p.terminate()
            p.wait()
        for pid in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        for n in self.spaces:
            sh(f"ip netns del {PREFIX}{n}", check=False)


def relay(pair, delay):
    """Passes frames between both ends of a wire, later."""
    queue, count = [], itertools.count()
    while True:
        wait = max(0, queue[0][0] - time.monotonic()) if queue else 1
        for s in select.select(pair, [], [], wait)[0]:
            frame, where = s.recvfrom(70000)
            if where[2] == 4:
                continue  # PACKET_OUTGOING
            heapq.heappush(queue, (time.monotonic() + delay, next(count), pair[1] if s is pair[0] else pair[0], frame))
        while queue and queue[0][0] <= time.monotonic():
            _, _, to, frame = heapq.heappop(queue)
            with contextlib.suppress(OSError):
                to.send(frame)
