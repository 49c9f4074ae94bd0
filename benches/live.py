#!/usr/bin/env python3
"""Compares `unreach live` with `tcpdump -w /dev/null` on a pair of interfaces, at the highest rate this machine sends.

Needs root, iproute2, tcpdump and a C compiler. Makes two network namespaces of its own, and removes them. Both programs are
run by turns on the same traffic: frames of UDP and TCP in many flows. For each run it prints the rate that was sent, what
was delivered and dropped, and the CPU time per packet.

    benches/live.py [--program target/release/unreach] [--packets 2000000] [--flows 100000] [--rounds 3]

With --memory, `unreach live` alone is watched while it hears a steady rate of packets for many minutes. Each flow has its
packets one after the other, then never again; a hundredth of the packets are messages that a port is closed, each about
another target, so that incidents open and close all the time, and are written to files. Its resident memory is printed every
minute, and the first and the last of them in the end. What follows `--` is handed to `unreach live`.

    benches/live.py --memory [--minutes 30] [--rate 20000] [--flows 1000000] [-- --save evidence.pcapng]
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

# Sends frames of UDP and TCP. With a rate, flows come one after the other, and messages refuse some of them.
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
enum { BATCH = 64, LENGTH = 90, ETHERNET = 14, IP = 20, MESSAGE = ETHERNET + IP + 8 + IP + 8, REFUSED = 100 };
static const unsigned char ends[] = { 2,0,0,0,0,9, 2,0,0,0,0,1, 8,0 };
static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}
static void checksum(unsigned char *at, const unsigned char *bytes, int length) {
    unsigned long sum = 0;
    at[0] = at[1] = 0;
    for (int i = 0; i < length; i += 2) sum += bytes[i] << 8 | bytes[i + 1];
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    at[0] = ~sum >> 8; at[1] = ~sum;
}
static void header(unsigned char *ip, int length, int protocol, unsigned long number) {
    unsigned char bytes[IP] = { 0x45,0,0,length, number >> 8,number,0,0, 64,protocol };
    memcpy(ip, bytes, sizeof bytes);
}
static int datagram(unsigned char *frame, unsigned long flow, unsigned long number) {
    unsigned char *ip = frame + ETHERNET, *udp = ip + IP;
    memcpy(frame, ends, ETHERNET);
    header(ip, LENGTH - ETHERNET, flow & 1 ? 6 : 17, number);
    ip[12] = 10; ip[13] = flow >> 16; ip[14] = flow >> 8; ip[15] = flow;
    ip[16] = 100; ip[17] = 64 | (flow >> 16 & 63); ip[18] = flow >> 8; ip[19] = flow;
    checksum(ip + 10, ip, IP);
    memset(udp, 0, LENGTH - ETHERNET - IP);
    udp[0] = 0x80 | flow >> 8; udp[1] = flow; udp[3] = 53; udp[5] = LENGTH - ETHERNET - IP;
    if (flow & 1) { udp[4] = 0; udp[5] = 0; udp[6] = number >> 8; udp[7] = number; udp[12] = 0x50; udp[13] = 0x10; }
    return LENGTH;
}
static int refusal(unsigned char *frame, unsigned long flow, unsigned long number) {
    unsigned char quoted[LENGTH], *ip = frame + ETHERNET, *icmp = ip + IP;
    datagram(quoted, flow, number);
    memcpy(frame, ends, ETHERNET);
    header(ip, MESSAGE - ETHERNET, 1, number * 7);
    memcpy(ip + 12, quoted + ETHERNET + 16, 4);
    memcpy(ip + 16, quoted + ETHERNET + 12, 4);
    checksum(ip + 10, ip, IP);
    memset(icmp, 0, 8);
    icmp[0] = icmp[1] = 3;
    memcpy(icmp + 8, quoted + ETHERNET, IP + 8);
    checksum(icmp + 2, icmp, 8 + IP + 8);
    return MESSAGE;
}
int main(int argc, char **argv) {
    long packets = atol(argv[2]), flows = atol(argv[3]), rate = atol(argv[4]);
    int fd = socket(AF_PACKET, SOCK_RAW, 0);
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(argv[1]), .sll_halen = 6 };
    static unsigned char frames[BATCH][LENGTH];
    static struct iovec parts[BATCH];
    static struct mmsghdr messages[BATCH];
    for (int i = 0; i < BATCH; i++)
        messages[i].msg_hdr = (struct msghdr){ .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &parts[i], .msg_iovlen = 1 };
    double begun = now();
    long sent = 0, each = packets / flows ? packets / flows : 1;
    while (sent < packets) {
        for (int i = 0; i < BATCH; i++) {
            long number = sent + i;
            unsigned long flow = rate ? (unsigned long)(number / each) : (unsigned long)(number % flows);
            /* A message about the packet before it, where that is one of UDP. */
            int refuses = rate && number % REFUSED == REFUSED - 1;
            unsigned long before = (number - 1) / each;
            int length = refuses ? refusal(frames[i], before & ~1ul, number - 1) : datagram(frames[i], flow, number);
            if (rate && number % REFUSED == REFUSED - 2) length = datagram(frames[i], flow & ~1ul, number);
            parts[i] = (struct iovec){ frames[i], length };
        }
        int now_sent = sendmmsg(fd, messages, BATCH, 0);
        if (now_sent < 0) { perror("sendmmsg"); return 1; }
        sent += now_sent;
        if (rate) {
            double early = begun + (double)sent / rate - now();
            if (early > 0) usleep(early * 1e6);
        }
    }
    printf("%ld %.6f\n", sent, now() - begun);
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


def send(near, sender, packets, flows):
    command = ["ip", "netns", "exec", near, sender, "out0", str(packets), str(flows), "0"]
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


def resident(process):
    """Its resident memory, in MiB."""
    return number(open(f"/proc/{process.pid}/status").read(), r"VmRSS:\s+(\d+)") / 1024


def memory(options, near, far, sender, folder):
    packets = options.minutes * 60 * options.rate
    outputs = ["-F", "ndjson"]
    for table in ("incidents", "messages"):
        outputs += ["-o", f"{table}={os.path.join(folder, table)}.csv"]
    samples = []
    with open(os.path.join(folder, "log"), "w") as log:
        process = listen(far, [options.program, "live", "-i", "in0", "--user", "root", "--flow-timeout", "20s",
                               "--incident-timeout", "5s", *outputs, *options.more], log)
        sending = subprocess.Popen(["ip", "netns", "exec", near, sender, "out0", str(packets),
                                    str(options.flows), str(options.rate)], stdout=subprocess.DEVNULL)
        begun = time.time()
        for minute in range(1, options.minutes + 1):
            time.sleep(max(0, begun + 60 * minute - time.time()))
            samples.append(resident(process))
            print(f"{time.time() - begun:6.0f} s  {samples[-1]:.1f} MiB", flush=True)
        sending.wait()
        user, system = finish(process)
    for table in ("incidents", "messages"):
        with open(os.path.join(folder, f"{table}.csv")) as file:
            print(f"{sum(1 for _ in file) - 1} rows of {table}")
    print(f"CPU {(user + system) / (time.time() - begun):.0%} of a core")
    print(f"resident: {samples[0]:.1f} MiB at first, {samples[-1]:.1f} MiB at last")
    print(open(os.path.join(folder, "log")).read())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/unreach")
    parser.add_argument("--packets", type=int, default=2_000_000)
    parser.add_argument("--flows", type=int, help="100,000, or with --memory a million")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--rate", type=int, default=20_000)
    parser.add_argument("more", nargs="*", help="options of `unreach live`, after `--`")
    options = parser.parse_args()
    options.flows = options.flows or (1_000_000 if options.memory else 100_000)
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
