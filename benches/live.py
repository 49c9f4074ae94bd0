#!/usr/bin/env python3
"""Compares `unreach live` with `tcpdump -w /dev/null` on a pair of interfaces, at the highest rate this machine sends.

Needs root, iproute2, tcpdump and a C compiler. Makes two network namespaces of its own, and removes them. Both programs are
run by turns on the same traffic: frames of UDP and TCP in many flows. For each run it prints the rate that was sent, what
was delivered and dropped, and the CPU time per packet.

    benches/live.py [--program target/release/unreach] [--packets 2000000] [--flows 100000] [--rounds 3] [--memory]

With --memory, `unreach live` alone is watched over --packets packets of which each opens a flow: its resident memory is
printed every few seconds.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

SENDER = r"""
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
enum { BATCH = 64, LENGTH = 90 };
int main(int argc, char **argv) {
    long packets = atol(argv[2]), flows = atol(argv[3]), pause = atol(argv[4]);
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(argv[1]), .sll_halen = 6 };
    static unsigned char frames[BATCH][LENGTH];
    static struct iovec parts[BATCH];
    static struct mmsghdr messages[BATCH];
    for (int i = 0; i < BATCH; i++) {
        unsigned char head[] = { 2,0,0,0,0,9, 2,0,0,0,0,1, 8,0, 0x45,0,0,LENGTH-14, 0,0,0,0, 64,17,0,0 };
        memcpy(frames[i], head, sizeof head);
        parts[i] = (struct iovec){ frames[i], LENGTH };
        messages[i].msg_hdr = (struct msghdr){ .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &parts[i], .msg_iovlen = 1 };
    }
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    long sent = 0;
    while (sent < packets) {
        for (int i = 0; i < BATCH; i++) {
            unsigned long flow = (sent + i) % flows;
            unsigned char *ip = frames[i] + 14;
            ip[9] = flow & 1 ? 6 : 17;
            ip[12] = 10; ip[13] = flow >> 16; ip[14] = flow >> 8; ip[15] = flow;
            ip[16] = 192; ip[17] = 0; ip[18] = 2; ip[19] = 1 + flow % 250;
            ip[20] = 0x80 | flow >> 8; ip[21] = flow; ip[22] = 0; ip[23] = 53;
            ip[24] = 0; ip[25] = LENGTH - 34; ip[32] = 0x50; ip[33] = 0x10;
        }
        int now = sendmmsg(fd, messages, BATCH, 0);
        if (now < 0) { perror("sendmmsg"); return 1; }
        sent += now;
        if (pause) usleep(pause);
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%ld %.6f\n", sent, ended.tv_sec - begun.tv_sec + (ended.tv_nsec - begun.tv_nsec) / 1e9);
}
"""


def run(*words):
    subprocess.run(words, check=True)


def network(name):
    near, far = f"{name}-near", f"{name}-far"
    for namespace in (near, far):
        run("ip", "netns", "add", namespace)
        run("ip", "netns", "exec", namespace, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
    run("ip", "-n", near, "link", "add", "out0", "type", "veth", "peer", "name", "in0", "netns", far)
    run("ip", "-n", near, "link", "set", "out0", "up")
    run("ip", "-n", far, "link", "set", "in0", "up")
    return near, far


def listen(far, command, log):
    process = subprocess.Popen(["ip", "netns", "exec", far, *command], stdout=subprocess.DEVNULL, stderr=log)
    time.sleep(1.5)
    return process


def finish(process):
    process.send_signal(signal.SIGINT)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime, usage.ru_stime


def send(near, sender, packets, flows, pause=0):
    command = ["ip", "netns", "exec", near, sender, "out0", str(packets), str(flows), str(pause)]
    sent, seconds = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(sent), float(seconds)


def number(text, pattern):
    found = re.search(pattern, text)
    return int(found.group(1)) if found else -1


def compare(options, near, far, sender, folder):
    programs = {
        "tcpdump": (["tcpdump", "-i", "in0", "-w", "/dev/null", "-B", "65536", "-Z", "root"],
                    r"(\d+) packets captured", r"(\d+) packets dropped by kernel"),
        "unreach": ([options.program, "live", "-i", "in0", "--user", "root"], r"in0: (\d+) packets", r"(\d+) dropped"),
    }
    for _ in range(options.rounds):
        for name, (command, delivered, dropped) in programs.items():
            path = os.path.join(folder, "log")
            with open(path, "w") as log:
                process = listen(far, command, log)
                sent, seconds = send(near, sender, options.packets, options.flows)
                time.sleep(1)
                user, system = finish(process)
            text = open(path).read()
            print(f"{name:8} sent {sent} at {sent / seconds / 1e3:.0f} k/s, delivered {number(text, delivered)}, "
                  f"dropped {number(text, dropped)}, CPU {(user + system) / sent * 1e9:.0f} ns a packet "
                  f"(user {user / sent * 1e9:.0f}, system {system / sent * 1e9:.0f})", flush=True)


def memory(options, near, far, sender, folder):
    with open(os.path.join(folder, "log"), "w") as log:
        process = listen(far, [options.program, "live", "-i", "in0", "--user", "root", "--max-flows", "200000",
                               "--flow-timeout", "10s"], log)
        sending = subprocess.Popen(["ip", "netns", "exec", near, sender, "out0", str(options.packets),
                                    str(options.packets), "400"], stdout=subprocess.DEVNULL)
        begun = time.time()
        while sending.poll() is None:
            status = open(f"/proc/{process.pid}/status").read()
            resident = number(status, r"VmRSS:\s+(\d+)") / 1024
            print(f"{time.time() - begun:6.0f} s  {resident:.1f} MiB", flush=True)
            time.sleep(10)
        finish(process)
    print(open(os.path.join(folder, "log")).read())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/unreach")
    parser.add_argument("--packets", type=int, default=2_000_000)
    parser.add_argument("--flows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("root is needed, for network namespaces")
    near, far = f"unreach-bench-{os.getpid()}-near", f"unreach-bench-{os.getpid()}-far"
    with tempfile.TemporaryDirectory() as folder:
        source, sender = os.path.join(folder, "sender.c"), os.path.join(folder, "sender")
        with open(source, "w") as file:
            file.write(SENDER)
        run("cc", "-O2", "-o", sender, source)
        try:
            network(f"unreach-bench-{os.getpid()}")
            (memory if options.memory else compare)(options, near, far, sender, folder)
        finally:
            for namespace in (near, far):
                subprocess.run(["ip", "netns", "delete", namespace], stderr=subprocess.DEVNULL)


main()
