#!/usr/bin/env python3
"""Compares `truth.csv` with what tshark, an independent dissector, reads in the crafted captures.

usage: compare.py

Prints a line for each difference; README.md says which are tshark's own.  tshark knows nothing of matches.
"""
import csv
import datetime
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
FIELDS = ("frame.number frame.time_epoch icmp.type icmp.code icmpv6.type icmpv6.code ip.src ip.dst ip.ttl ip.proto ipv6.src ipv6.dst "
          "ipv6.hlim udp.srcport udp.dstport tcp.srcport tcp.dstport sctp.srcport sctp.dstport dccp.srcport dccp.dstport icmp.mtu "
          "icmpv6.mtu ieee8021ad.id vlan.id frame.protocols mpls.label pppoe.session_id gre.key gre.key.call_id gre.proto erspan.spanid vxlan.vni "
          "geneve.vni gtp.teid gtp.flow_label l2tp.tunnel").split()
PROTOCOLS = {"1": "icmp", "4": "ipv4", "6": "tcp", "17": "udp", "33": "dccp", "41": "ipv6", "47": "gre", "50": "esp", "132": "sctp",
             "136": "udplite"}
# Layers by tshark's name for the protocol: ours, and the fields that may hold the number.
LAYERS = {"ieee8021ad": ("vlan", ["ieee8021ad.id"]), "vlan": ("vlan", ["vlan.id"]), "mpls": ("mpls", ["mpls.label"]),
          "pppoes": ("pppoe", ["pppoe.session_id"]), "gre": ("gre", ["gre.key.call_id", "gre.key"]), "erspan": ("erspan", ["erspan.spanid"]),
          "vxlan": ("vxlan", ["vxlan.vni"]), "geneve": ("geneve", ["geneve.vni"]), "gtp": ("gtp", ["gtp.teid", "gtp.flow_label"]),
          "gtpprime": ("gtp", ["gtp.flow_label"]), "l2tp": ("l2tp", ["l2tp.tunnel"]), "teredo": ("teredo", []), "ah": ("ah", [])}
# What tshark has to be told: it can't see a pseudowire's kind, and knows VXLAN by one port.
DECODE_AS = {"mpls_pseudowire.pcap": "mpls.label==500,pwethcw", "mpls_pseudowire_without_control.pcap": "mpls.label==500,pwethnocw",
             "tunnel_vxlan_8472.pcap": "udp.port==8472,vxlan",
             "tunnel_elsewhere.pcap": "udp.port==5001,vxlan;udp.port==5002,vxlan_gpe;udp.port==5003,geneve;udp.port==5004,gtp;udp.port==5005,gtp;"
                                      "udp.port==5006,teredo;udp.port==5007,l2tp"}
# Names of a network header right behind another, by their versions.
NESTED = {("ip", "ip"): "ipip", ("ip", "ipv6"): "6in4", ("ipv6", "ip"): "4in6", ("ipv6", "ipv6"): "6in6"}


def dissect(path):
    """Rows of tshark by frame number, with every occurrence of each field."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=|", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
    for told in filter(None, DECODE_AS.get(path.name, "").split(";")):
        command += ["-d", told]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = (dict(zip(FIELDS, line.split("|"))) for line in done.stdout.splitlines())
    return {int(row["frame.number"]): {k: v.split(",") if v else [] for k, v in row.items()} for row in rows}, done.stderr.strip()


def around(row):
    """Protocols of a frame up to its first ICMP header."""
    names = row["frame.protocols"][0].split(":")
    return names[: next((n for n, name in enumerate(names) if name in ("icmp", "icmpv6")), len(names))]


def encapsulation(row):
    """The layers that tshark passed, in the words of the column."""
    left = {field: list(row[field]) for _, fields in LAYERS.values() for field in fields}
    layers, names = [], around(row)
    for before, name in zip([""] + names, names):
        if (before, name) in NESTED:
            layers.append(NESTED[before, name])
        if name not in LAYERS:
            continue
        title, fields = LAYERS[name]
        numbers = next((left[field] for field in fields if left[field]), [])
        # One protocol stands for a whole stack of labels.
        taken = [numbers.pop(0) for _ in range(len(numbers) if name == "mpls" else min(1, len(numbers)))]
        layers += [f"{title}:{int(number, 0)}" for number in taken] or [title]
    # tshark dissects VXLAN-GPE without naming it.
    if "vxlan" not in row["frame.protocols"][0].split(":"):
        layers += [f"vxlan-gpe:{number}" for number in left["vxlan.vni"]]
    text = "/".join(layers)
    # A mirrored frame names its GRE no more.
    return text.replace("gre/erspan", "erspan")


def is_message(row):
    """Whether the first ICMP of a frame is an unreachable message."""
    if row["icmp.type"]:
        return row["icmp.type"][0] == "3"
    kind, code = row["icmpv6.type"][:1], row["icmpv6.code"][:1]
    return kind in (["1"], ["2"]) or (kind, code) == (["4"], ["1"])


def reading(row, version):
    """What tshark says, in the columns of the truth."""
    ip, ttl, icmp = ("ip", "ip.ttl", "icmp") if version == "4" else ("ipv6", "ipv6.hlim", "icmpv6")
    at = lambda field, position: row[field][position] if len(row[field]) > position else ""
    own = max(around(row).count(ip) - 1, 0)
    said = {"icmp_type": at(f"{icmp}.type", 0), "icmp_code": at(f"{icmp}.code", 0), "reporter": at(f"{ip}.src", own),
            "recipient": at(f"{ip}.dst", own), "reporter_ttl": at(ttl, own), "sender": at(f"{ip}.src", own + 1),
            "target": at(f"{ip}.dst", own + 1), "quoted_ttl": at(ttl, own + 1), "next_hop_mtu": at(f"{icmp}.mtu", 0)}
    carried = around(row).count("udp")
    for protocol in ("udp", "tcp", "sctp", "dccp"):
        if len(row[f"{protocol}.srcport"]) > (carried if protocol == "udp" else 0):
            position = carried if protocol == "udp" else 0
            said |= {"sender_port": row[f"{protocol}.srcport"][position], "target_port": row[f"{protocol}.dstport"][position]}
    if version == "4":
        said["protocol"] = PROTOCOLS.get(at("ip.proto", own + 1), at("ip.proto", own + 1))
    said["encapsulation"] = encapsulation(row)
    seconds, _, fraction = at("frame.time_epoch", 0).partition(".")
    # Years of more than four digits have no such form.
    if abs(int(seconds or 0)) < 2**36:
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
    for path in sorted(p for p in HERE.iterdir() if p.suffix in (".pcap", ".pcapng", ".gz", ".zst", ".lz4")):
        for line in differences(path.name, truths.get(path.name, {})):
            print(line)


main()
