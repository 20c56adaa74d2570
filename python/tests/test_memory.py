"""Memory stays bounded whatever the input: a large CSV through a pipe."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

MEGABYTE = 1024 * 1024
AMOUNT = 1024 if os.environ.get("ASYNCGEN_SOAK") else 100
MOST = 48

FEEDER = """
import sys
row = b"2013-01-01,UA,1545,N14228,EWR,IAH,227,1400,5,15\\n"
block = row * 20_000
sys.stdout.buffer.write(b"a,b,c,d,e,f,g,h,i,j\\n")
left = int(sys.argv[1])
while left > 0:
    sys.stdout.buffer.write(block)
    left -= len(block)
"""

READER = """
import asyncio, sys, asyncgen

def status(name):
    for line in open("/proc/self/status"):
        if line.startswith(name):
            return int(line.split()[1]) // 1024

async def main():
    rows = asyncgen.csv(sys.stdin.buffer, rows=sys.argv[1])
    kept = []
    async for row in rows:
        if rows.position.record % 1000 == 0:
            kept.append(row)
    assert len(kept) == rows.value.records // 1000 and kept[0][0] == "2013-01-01"
    return rows.value.records, rows.value.bytes

before = status("VmRSS")
records, size = asyncio.run(main())
print(records, size, status("VmHWM") - before)
"""


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("rows", ["list", "row"])
def test_csv_through_a_pipe_with_one_row_in_a_thousand_kept(rows: str) -> None:
    feeder = subprocess.Popen(
        [sys.executable, "-c", FEEDER, str(AMOUNT * MEGABYTE)], stdout=subprocess.PIPE
    )
    with feeder:
        done = subprocess.run(
            [sys.executable, "-c", READER, rows],
            stdin=feeder.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    records, size, peak = map(int, done.stdout.split())
    assert size >= AMOUNT * MEGABYTE
    assert records == (size - 20) // 48
    assert peak <= MOST, f"{peak} MB above what the imports took"
