#!/usr/bin/env python3
"""Times unreach beside tcpdump on one large capture, in interleaved rounds.

usage: benches/compare.py CAPTURE [ROUNDS [peers]]

Each round runs, in an order of its own, `tcpdump -r CAPTURE -w /dev/null 'icmp[0]=3'`, and `unreach read` with the default number
of threads, with one, and with a row of CSV for each message; with `peers`, `argus -r CAPTURE -w /dev/null` and `cat CAPTURE`, too.
Printed are the medians over the rounds of each time's ratio to tcpdump's in the same round, of processor time, and of peak memory.
A first round warms the page cache, and is not counted. Build with `cargo build --release` before.

The order is drawn because it counts: what a run gives back, some virtual machines give on to their host two seconds later, and the
run that is under way then pays for getting it back.
"""
import os, pathlib, random, statistics, subprocess, sys, time

UNREACH = str(pathlib.Path(__file__).resolve().parent.parent / "target/release/unreach")


def measure(command):
    """Wall seconds, processor seconds and peak KiB of one run."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]}: status {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    capture, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7
    commands = {
        "tcpdump": ["tcpdump", "-r", capture, "-w", "/dev/null", "icmp[0]=3"],
        "unreach": [UNREACH, "read", "--quiet", capture],
        "unreach, one thread": [UNREACH, "read", "--quiet", "--threads", "1", capture],
        "unreach, messages": [UNREACH, "read", "--quiet", "--table", "messages", "--format", "csv", capture],
    }
    if sys.argv[3:] == ["peers"]:
        commands |= {"argus": ["argus", "-r", capture, "-w", "/dev/null"], "cat": ["cat", capture]}
    runs = {name: [] for name in commands}
    for round_number in range(rounds + 1):
        for name, command in random.sample(list(commands.items()), len(commands)):
            result = measure(command)
            if round_number:
                runs[name].append(result)
    for name, results in runs.items():
        ratios = [wall / base for (wall, _, _), (base, _, _) in zip(results, runs["tcpdump"])]
        print(
            f"{name:20} wall {statistics.median(w for w, _, _ in results):6.2f} s"
            f"  ratio {statistics.median(ratios):5.2f}"
            f"  processor {statistics.median(c for _, c, _ in results):6.2f} s"
            f"  memory {max(m for _, _, m in results) / 1024:6.0f} MiB"
        )


main()
