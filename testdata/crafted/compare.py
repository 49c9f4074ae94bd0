#!/usr/bin/env python3
"""Compares `truth.csv` with what tshark, an independent dissector, reads in the crafted captures.

usage: compare.py

Prints a line for each difference; README.md says which are tshark's own.  tshark knows nothing of matches and of encapsulations.
"""
import csv
import datetime
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
FIELDS = ("frame.number frame.time_epoch icmp.type icmp.code icmpv6.type icmpv6.code ip.src ip.dst ip.ttl ip.proto ipv6.src ipv6.dst "
          "ipv6.hlim udp.srcport udp.dstport tcp.srcport tcp.dstport sctp.srcport sctp.dstport dccp.srcport dccp.dstport icmp.mtu "
          "icmpv6.mtu ieee8021ad.id vlan.id").split()
PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "33": "dccp", "47": "gre", "50": "esp", "132": "sctp", "136": "udplite"}


def dissect(path):
    """Rows of tshark by frame number, with every occurrence of each field."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=|", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = (dict(zip(FIELDS, line.split("|"))) for line in done.stdout.splitlines())
    return {int(row["frame.number"]): {k: v.split(",") if v else [] for k, v in row.items()} for row in rows}, done.stderr.strip()


def is_message(row):
    """Whether the outermost ICMP of a frame is an unreachable message."""
    if row["icmp.type"]:
        return row["icmp.type"][0] == "3"
    kind, code = row["icmpv6.type"][:1], row["icmpv6.code"][:1]
    return kind in (["1"], ["2"]) or (kind, code) == (["4"], ["1"])


def reading(row, version):
    """What tshark says, in the columns of the truth."""
    ip, ttl, icmp = ("ip", "ip.ttl", "icmp") if version == "4" else ("ipv6", "ipv6.hlim", "icmpv6")
    at = lambda field, position: row[field][position] if len(row[field]) > position else ""
    said = {"icmp_type": at(f"{icmp}.type", 0), "icmp_code": at(f"{icmp}.code", 0), "reporter": at(f"{ip}.src", 0),
            "recipient": at(f"{ip}.dst", 0), "reporter_ttl": at(ttl, 0), "sender": at(f"{ip}.src", 1), "target": at(f"{ip}.dst", 1),
            "quoted_ttl": at(ttl, 1), "next_hop_mtu": at(f"{icmp}.mtu", 0)}
    for protocol in ("udp", "tcp", "sctp", "dccp"):
        if row[f"{protocol}.srcport"]:
            said |= {"sender_port": row[f"{protocol}.srcport"][-1], "target_port": row[f"{protocol}.dstport"][-1]}
    if version == "4":
        said["protocol"] = PROTOCOLS.get(at("ip.proto", 1), at("ip.proto", 1))
    said["encapsulation"] = "/".join(f"vlan:{n}" for n in row["ieee8021ad.id"] + row["vlan.id"])
    seconds, _, fraction = at("frame.time_epoch", 0).partition(".")
    moment = datetime.datetime.fromtimestamp(int(seconds or 0), datetime.timezone.utc)
    said["timestamp"] = f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction.ljust(9, '0')}Z"
    return {"sender_port": "", "target_port": ""} | said


def differences(file, truths):
    rows, complaint = dissect(HERE / file)
    yield from (f"{file}: {line}" for line in complaint.splitlines() if line.startswith("tshark:") or file in line)
    messages = {n for n, row in rows.items() if is_message(row)}
    for frame in sorted(messages ^ set(truths)):
        yield f"{file} frame {frame}: {'only tshark' if frame in messages else 'only the truth'} has a message"
    for frame in sorted(messages & set(truths)):
        truth = truths[frame]
        said = reading(rows[frame], truth["ip_version"])
        wrong = [f"{k} {v!r} not {truth[k]!r}" for k, v in said.items() if truth[k] != "*" and v not in truth[k].split("|")]
        if wrong:
            yield f"{file} frame {frame}: tshark has " + ", ".join(wrong)


def main():
    truths = {}
    with open(HERE / "truth.csv", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            truths.setdefault(row["file"], {})[int(row["frame"])] = row
    for path in sorted(p for p in HERE.iterdir() if p.suffix in (".pcap", ".pcapng")):
        for line in differences(path.name, truths.get(path.name, {})):
            print(line)


main()
