"""Reads the tables that unreach wrote, in every format, with other libraries than its own, and compares rows and values.

Usage: read_back.py FOLDER, where FOLDER holds run.json, run.sqlite and TABLE.csv, TABLE.ndjson, TABLE.parquet.
Parquet is read where pyarrow can be imported. The last line tells what was compared.
"""

import csv
import importlib.util
import json
import sqlite3
import sys
from datetime import datetime, timezone
from pathlib import Path

TABLES = ("messages", "incidents", "devices")


def flat(value):
    """A value of JSON as a cell of CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(flat(item) for item in value)
    return str(value)


def number(value):
    return isinstance(value, float)


def same(cell, value):
    """Whether a cell of CSV says the same as a value of JSON."""
    return abs(float(cell) - value) < 1e-9 if number(value) else cell == flat(value)


def differences(left, right, equal, what):
    if len(left) != len(right):
        yield f"{what}: {len(left)} rows and {len(right)}"
    for place, (one, other) in enumerate(zip(left, right)):
        if list(one) != list(other):
            yield f"{what}: columns {list(one)} and {list(other)}"
            return
        for name in other:
            if not equal(one[name], other[name]):
                yield f"{what}, row {place}, {name}: {one[name]!r} and {other[name]!r}"


def of_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of_ndjson(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def of_sqlite(path, table):
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    return [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid")]


def sqlite_same(cell, value):
    """SQLite has no lists and no truth values."""
    if isinstance(value, list):
        return cell == flat(value)
    if isinstance(value, bool):
        return cell is not None and bool(cell) == value
    return cell == value and type(cell) is type(value)


def of_parquet(path):
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    times = {field.name for field in table.schema if str(field.type).startswith("timestamp")}
    for name in times:
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table.column(name).cast("int64"))
    rows = table.to_pylist()
    for row in rows:
        for name in times:
            row[name] = None if row[name] is None else rfc3339(row[name])
    return rows


def rfc3339(nanoseconds):
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"


def compare(folder):
    has_arrow = importlib.util.find_spec("pyarrow") is not None
    document = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    compared = ["csv", "ndjson", "sqlite"]
    faults, rows = [], 0
    for table in TABLES:
        truth = document[table]
        rows += len(truth)
        faults += differences(of_ndjson(folder / f"{table}.ndjson"), truth, lambda a, b: a == b, f"ndjson {table}")
        faults += differences(of_csv(folder / f"{table}.csv"), truth, same, f"csv {table}")
        faults += differences(of_sqlite(folder / "run.sqlite", table), truth, sqlite_same, f"sqlite {table}")
        # There is none where the program was built without it.
        if has_arrow and (folder / f"{table}.parquet").exists():
            faults += differences(of_parquet(folder / f"{table}.parquet"), truth, lambda a, b: a == b, f"parquet {table}")
            compared += ["parquet"] if "parquet" not in compared else []
    for fault in faults[:20]:
        print(fault)
    print(f"{len(faults)} differences in {rows} rows of {', '.join(compared)}")
    return 1 if faults or not rows else 0


if __name__ == "__main__":
    sys.exit(compare(Path(sys.argv[1])))
