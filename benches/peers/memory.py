"""Peak memory over that after the imports, while a large CSV comes through a pipe."""

import json
import subprocess
import sys
from pathlib import Path

from . import csv_rows
from .measure import Effort, figure

#: What each reader does in a process of its own; the figures are Linux's, in kB.
CHILD = """
import asyncio, csv, io, json, sys, time
import asyncgen

def status(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key))

async def with_asyncgen():
    rows = 0
    async for row in asyncgen.csv(sys.stdin.buffer, rows="list"):
        rows += 1
    return rows

def with_reader():
    rows = -1
    for row in csv.reader(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")):
        rows += 1
    return rows

with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
before, start = status("VmRSS"), time.perf_counter()
rows = asyncio.run(with_asyncgen()) if sys.argv[1] == "asyncgen" else with_reader()
took = time.perf_counter() - start
print(json.dumps({"rows": rows, "kb": status("VmHWM") - before, "seconds": took}))
"""


def measure(folder: Path, effort: Effort) -> None:
    """Send a gigabyte through asyncgen and through csv.reader."""
    size = effort.pick(30_000_000, 1_000_000_000)
    path = folder / "block.csv"
    csv_rows.write(path, 100_000)
    header, block = path.read_bytes().split(b"\n", 1)
    copies = size // len(block)
    group = f"Peak memory of a {size / 1e9:g} GB CSV through a pipe"
    for name, reader in (("csv.reader, for", "reader"), ("asyncgen.csv, async for", "asyncgen")):
        answer = feed(reader, header + b"\n", block, copies)
        if answer["rows"] != copies * 100_000:
            message = f"{name} counted {answer['rows']} of {copies * 100_000} rows"
            raise RuntimeError(message)
        note = (
            f"over the memory after imports; {answer['rows']:,} rows in {answer['seconds']:.1f} s"
        )
        figure(group, name, "MB", answer["kb"] / 1024, note=note)


def feed(reader: str, header: bytes, block: bytes, copies: int) -> dict[str, float]:
    """Write to the child's stdin until all is gone; its one line of answer."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child, child.stdin as pipe:
        pipe.write(header)
        for _ in range(copies):
            pipe.write(block)
        pipe.close()
        return json.loads(child.stdout.read())
