#!/usr/bin/env python3
"""Makes captures in network namespaces, with the truth of every message beside them.

usage: make.py FOLDER [SCENARIO...]

Needs root, Linux, iproute2, nftables, iptables (both backends), ipset, ethtool, tcpdump, and for some scenarios nmap or
traceroute. A scenario takes a few seconds; what it makes (namespaces, processes) is gone afterwards. The captures differ
from run to run in times, ports and identifications; the truth does not.
"""

import csv
import pathlib
import sys
import traceback

from recipe import filters, forgeries, host_firewalls, late_replies, routes, scans, services, stacks, translations
from recipe.net import Net
from recipe.path import C, LATE, SCENARIOS
from recipe.reading import messages

COLUMNS = (
    "frame,ts,ip_version,outer_src,outer_dst,icmp_type,icmp_code,q_proto,q_src,q_sport,q_dst,q_dport,encap,cause,locus,device,"
    "device_addr,mechanism_id,mechanism,circumstance,impersonates_target,verified,note"
).split(",")


def truth(message, rules, is_local):
    """What the scenario says of a message; whatever else it tells, c refuses only answers that came too late for its sockets."""
    if not is_local and message["outer_src"] in C.values() and message["q_dst"] == message["outer_src"]:
        return LATE
    for when, what in rules:
        fields = {field: value for field, value in when.items() if field != "where"}
        where = when.get("where", lambda _: True)
        if all(str(message[field]) == str(value) for field, value in fields.items()) and where(message):
            return what
    raise LookupError(f"no rule says what this message is: {message}")


def label(capture, rules, mechanism):
    """Writes the labels beside a capture; returns how many there are."""
    rows = []
    for message in messages(capture):
        cause, locus, kind, circumstance, impersonates = truth(message, rules, capture.stem == "lo")
        del message["ttl"]
        said = {"cause": cause, "locus": locus, "device_addr": message["outer_src"], "mechanism_id": kind}
        said |= {"mechanism": mechanism, "circumstance": circumstance, "impersonates_target": impersonates}
        rows.append(message | said | {"verified": "by construction"})
    with open(capture.with_suffix(".labels.csv"), "w", newline="") as out:
        table = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return len(rows)


def make(folder, name, work):
    """Runs one scenario, and labels what was captured."""
    folder.mkdir(parents=True, exist_ok=True)
    net = Net(folder)
    try:
        rules = work(net)
    finally:
        net.close()
    for capture in sorted(folder.glob("*.pcap")):
        count = label(capture, rules, work.__doc__)
        print(f"{name}/{capture.name}: {count} messages, {capture.stat().st_size} bytes")


def main(folder, wanted):
    for name, work in SCENARIOS.items():
        if not wanted or name in wanted:
            try:
                make(pathlib.Path(folder) / name, name, work)
            except (OSError, RuntimeError, LookupError):
                traceback.print_exc()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
