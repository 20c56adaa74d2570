"""Memory stays bounded whatever the input: large ones, endless ones, and few rows kept of many."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.one_python

SOAK = bool(os.environ.get("ASYNCGEN_SOAK"))
MEGABYTE = 1_000_000

ROW = "2013-01-01,UA,1545,N14228,EWR,IAH,227,1400,5,15\n"
NAMES = "a,b,c,d,e,f,g,h,i,j\n"

#: Writes its first argument, then the second again and again, until so many bytes are written.
FEEDER = """
import os, sys
first, block, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
block = block * (1_000_000 // len(block))
with open(sys.argv[4], "wb", buffering=0) if len(sys.argv) > 4 else sys.stdout.buffer as out:
    try:
        out.write(first.encode())
        while left > 0:
            left -= out.write(block.encode())
    except BrokenPipeError:
        os._exit(0)
"""

#: Says what `main` gives, and the most memory it took in kB, over that after the imports.
READER = """
import asyncio, json, sys, asyncgen

def status(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))

{main}

with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
before = status("VmRSS")
told = asyncio.run(main())
print(json.dumps([told, status("VmHWM") - before]))
"""


def peak(main: str, arguments: list[str], fed: list[str]) -> tuple[Any, int]:
    """Run `main`, to which a process writes what `fed` says, by standard input or a FIFO."""
    feeder = subprocess.Popen([sys.executable, "-c", FEEDER, *fed], stdout=subprocess.PIPE)
    with feeder:
        done = subprocess.run(
            [sys.executable, "-c", READER.replace("{main}", main), *arguments],
            stdin=feeder.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert feeder.stdout is not None
        feeder.stdout.close()
        # It may wait for a reader that has failed.
        feeder.kill()
    assert (done.returncode, done.stderr) == (0, "")
    told, kilobytes = json.loads(done.stdout)
    return told, kilobytes


KEEPING = """
async def main():
    rows = asyncgen.csv(sys.stdin.buffer, rows=sys.argv[1])
    kept = []
    async for row in rows:
        if rows.position.record % 1000 == 0:
            kept.append(row)
    assert len(kept) == rows.value.records // 1000 and kept[0][0] == "2013-01-01"
    return rows.value.records, rows.value.bytes
"""


@pytest.mark.soak
@pytest.mark.timeout(1800 if SOAK else 120)
@pytest.mark.parametrize("rows", ["list", "row"])
def test_one_row_in_a_thousand_kept(rows: str) -> None:
    amount = (2000 if SOAK else 100) * MEGABYTE
    (records, size), kilobytes = peak(KEEPING, [rows], [NAMES, ROW, str(amount)])
    assert size >= amount
    assert records == (size - len(NAMES)) // len(ROW)
    print(f"{rows}: {kilobytes / 1024:.1f} MB for {records // 1000} rows kept")  # noqa: T201 -- for -s
    # What is kept, and what any stream takes.
    assert kilobytes <= records // 1000 + 32 * 1024


PASSING = """
async def main():
    rows = asyncgen.csv(sys.argv[1], rows=sys.argv[2])
    async for row in rows:
        pass
    return rows.value.bytes
"""


@pytest.mark.soak
@pytest.mark.timeout(3600 if SOAK else 120)
@pytest.mark.parametrize("rows", ["list", "row"])
def test_a_hundred_times_as_much_takes_no_more(rows: str, tmp_path: Path) -> None:
    """10 GB against 0.1 GB, through a FIFO; in a plain run a fiftieth of both."""
    fifo = tmp_path / "table.csv"
    os.mkfifo(fifo)
    taken: list[int] = []
    for amount in (100, 10_000) if SOAK else (2, 200):
        fed = [NAMES, ROW, str(amount * MEGABYTE), str(fifo)]
        size, kilobytes = peak(PASSING, [str(fifo), rows], fed)
        assert size >= amount * MEGABYTE
        taken.append(kilobytes)
    print(f"{rows}: {taken} kB")  # noqa: T201 -- for who asks by -s
    assert max(taken) <= 32 * 1024
    if SOAK:
        assert taken[1] <= 1.1 * taken[0]


BOMB = """
async def main():
    lines = asyncgen.lines(sys.argv[1])
    async for line in lines:
        pass
    return lines.value.records
"""


@pytest.mark.soak
@pytest.mark.timeout(1800 if SOAK else 120)
def test_a_bomb_takes_no_more(tmp_path: Path) -> None:
    """10 GB out of 10 MB; in a plain run a fiftieth."""
    path, members = tmp_path / "bomb.gz", 1000 if SOAK else 20
    path.write_bytes(gzip.compress(b"a line of a bomb\n" * 600_000) * members)
    records, kilobytes = peak(BOMB, [str(path)], ["", "x", "0"])
    assert records == 600_000 * members
    assert kilobytes <= 32 * 1024


ENDLESS = """
async def main():
    source = getattr(asyncgen, sys.argv[1])(sys.argv[2])
    records = 0
    try:
        async for record in source:
            records += 1
    except asyncgen.errors.DecodeError as error:
        return records, error.line, error.offset, str(error).split(": ", 1)[1]
"""

LIMIT = 16 * 1024 * 1024


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("noun", "first", "block", "expected"),
    [
        ("lines", "one\n", "x", [1, 2, 4, f"record 2 is longer than the limit of {LIMIT} bytes"]),
        (
            "csv",
            'a,b\n1,2\n3,"',
            "x\n",
            [1, 3, 8, f"record 2 is longer than the limit of {LIMIT} bytes"],
        ),
        ("csv", "a,b\n1,2\n", ",", [1, 3, 8, "record 2 has more than the limit of 1048576 fields"]),
        ("ndjson", '1\n["', "x", [1, 2, 2, f"record 2 is longer than the limit of {LIMIT} bytes"]),
    ],
)
def test_what_never_ends_ends_at_a_limit(
    noun: str, first: str, block: str, expected: list[Any], tmp_path: Path
) -> None:
    """A record of 10 GB, of which no more is read than may be of one."""
    fifo = tmp_path / "endless"
    os.mkfifo(fifo)
    fed = [first, block, str(10_000 * MEGABYTE), str(fifo)]
    told, kilobytes = peak(ENDLESS, [noun, str(fifo)], fed)
    assert told == expected
    assert kilobytes <= 96 * 1024
