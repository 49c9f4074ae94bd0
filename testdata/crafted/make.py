#!/usr/bin/env python3
"""Makes the crafted and the damaged captures, and the truth about them: make.py [DIRECTORY]

Needs nothing but the standard library, and writes the same bytes in each run.  DIRECTORY is `testdata` if left out;
it gets `crafted/*.pcap*`, `damaged/*` and `timelines/*/*`, and a `truth.csv` in each of the three.  All truth comes from what was put
into a capture, none from what a program read out of it.
"""
import csv
import pathlib
import sys

sys.dont_write_bytecode = True

from recipe import clocks, codes, compression, containers, copies, damage, evidence, layers, links, matching, quotes, timelines, tunnels
from recipe.capture import COLUMNS


def crafted():
    """Every crafted capture with the bytes of its file."""
    for module in (quotes, codes, matching, evidence, links, layers, tunnels):
        for capture in module.captures():
            yield capture, capture.pcap()
    yield from evidence.saved()
    yield from links.saved()
    yield from layers.saved()
    for module in (containers, compression, clocks, copies):
        yield from module.saved()


def write_table(path, columns, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    for name in ("crafted", "damaged", "timelines"):
        (root / name).mkdir(parents=True, exist_ok=True)
    rows = []
    for capture, data in sorted(crafted(), key=lambda made: made[0].file):
        (root / "crafted" / capture.file).write_bytes(data)
        rows += capture.rows
    write_table(root / "crafted" / "truth.csv", COLUMNS, rows)
    rows = []
    for row, data in sorted(damage.damaged(), key=lambda made: made[0]["file"]):
        (root / "damaged" / row["file"]).write_bytes(data)
        rows.append(row)
    write_table(root / "damaged" / "truth.csv", damage.COLUMNS, rows)
    rows = []
    for timeline, files in timelines.made():
        for name, data in files.items():
            path = root / "timelines" / timeline.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        rows += timeline.rows
    write_table(root / "timelines" / "truth.csv", timelines.COLUMNS, rows)


main()
