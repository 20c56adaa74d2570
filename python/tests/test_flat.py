"""Loops that come and go and streams that are abandoned leave nothing behind: all stays flat."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

SOAK = bool(os.environ.get("ASYNCGEN_SOAK"))
RUNS = 1_000 if SOAK else 100
STREAMS = 10_000 if SOAK else 1_000

#: What the allocators may keep of the second half, in KiB; a leak of 1 KiB a round is more in soak.
MOST_KIB = 4096

COUNTING = """
import asyncio, gc, json, os, sys, time, asyncgen

def things():
    gc.collect()
    with open("/proc/self/status") as status:
        rss = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return {
        "threads": len(os.listdir("/proc/self/task")),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "rss": rss,
    }

def settled(limit):
    # Closing signals the threads of Rust and does not wait for them.
    deadline = time.monotonic() + 10
    while True:
        now = things()
        flat = all(now[what] <= limit[what] for what in ("threads", "descriptors"))
        if flat or time.monotonic() > deadline:
            return now
        time.sleep(0.005)

class Fed:
    def __init__(self, *chunks):
        self.chunks = list(chunks)
    def read(self, size):
        return self.chunks.pop(0) if self.chunks else b""

@asyncgen.generator
async def numbers():
    try:
        while True:
            yield 1
    finally:
        await asyncio.sleep(0)

def runs(times):
    async def main():
        assert [line async for line in asyncgen.lines(Fed(b"a\\n", b"b\\n"))] == ["a", "b"]
        async for _ in numbers():
            break
    for _ in range(times):
        asyncio.run(main())

def streams(times):
    data = b"x,y\\n" * 20_000
    async def main():
        for n in range(times):
            source = asyncgen.csv(data, header=False) if n % 2 else asyncgen.lines(data)
            async for _ in source:
                break
            if n % 10 == 0:
                async for _ in numbers():
                    break
    asyncio.run(main())

work, times = globals()[sys.argv[1]], int(sys.argv[2]) // 2
work(times)
first = things()
work(times)
print(json.dumps([first, settled(first)]))
"""


@pytest.mark.soak
@pytest.mark.timeout(1200 if SOAK else 120)
@pytest.mark.parametrize(("work", "times"), [("runs", RUNS), ("streams", STREAMS)])
def test_nothing_grows(work: str, times: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNTING, work, str(times)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    half, whole = json.loads(done.stdout)
    assert whole["threads"] <= half["threads"]
    assert whole["descriptors"] <= half["descriptors"]
    assert whole["rss"] <= half["rss"] + MOST_KIB, (half, whole)
