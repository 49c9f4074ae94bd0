"""Answers whose asker has gone, or asked elsewhere."""

from .path import *


@scenario
def late_slow(net):
    """slow service: the client closes before the answer"""
    path(net)
    for v in VERSIONS:
        serve_udp(net, "s", S[v], 5000, delay=0.4)
        serve_udp(net, "s", S[v], 53)
    for _ in range(3):
        for v in VERSIONS:
            udp("c", S[v], 5000, 1, linger=0.1)
            time.sleep(0.6)
    return [at(LATE)]


@scenario
def late_other_address(net):
    """s answers from another of its addresses: the client's connected socket refuses the answer"""
    path(net)
    O = {4: B4.format(25), 6: B6.format(25)}
    net.addr("s", "eth0", O[4] + "/24", O[6] + "/64")
    time.sleep(0.1)
    for v in VERSIONS:
        serve_udp(net, "s", S[v], 5000, reply_from=O[v])
    for _ in range(3):
        for v in VERSIONS:
            udp("c", S[v], 5000, 1, linger=0.3)
    return [at(("closed-port", "target-host", "closed-udp", "late-reply-to-closed-client-port", "no"))]


@scenario
def late_broadcast(net):
    """c asks its LAN by broadcast (and multicast), closes; c2 answers by unicast"""
    path(net, taps=("client",))
    with inside("c2"):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("0.0.0.0", 3702))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.255.255.250") + socket.inet_aton(C2[4]))
    own = s

    def loop():
        while True:
            d, w = own.recvfrom(2000)
            time.sleep(0.3)
            own.sendto(b"re" + d, w)

    net.child(loop)
    own.close()
    for i in range(3):
        udp("c", A4.format(255), 3702, 1, linger=0.05, connect=False)
        time.sleep(0.5)
    net.do("c", "ip route add 239.0.0.0/8 dev eth0")
    for i in range(3):
        udp("c", "239.255.255.250", 3702, 1, linger=0.05, connect=False)
        time.sleep(0.5)
    return [at(LATE)]
