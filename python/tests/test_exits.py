"""The interpreter exits mid-stream while other processes keep the machine busy: never a word.

Busy processors are what makes a thread of Rust or a reader come late, which is when an exit that
does not wait for them goes wrong.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from forks import Forks, forks

SOAK = bool(os.environ.get("ASYNCGEN_SOAK"))
EXITS = 250 if SOAK else 3

#: More than there are processors, so that every thread of the child has to wait its turn.
BUSY = (os.cpu_count() or 1) + 1

IMPORTS = "import asyncio, gzip, os, sys, asyncgen\n"

LEAVING = {
    "bytes": """
async def main():
    async for line in asyncgen.lines(b"x\\n" * 400_000):
        sys.exit(0)
asyncio.run(main())
""",
    "a file object": """
class Endless:
    def read(self, size):
        return b"x\\n" * 32768
source = asyncgen.lines(Endless())
async def main():
    async for line in source:
        return
asyncio.run(main())
""",
    "a silent pipe": """
reading, writing = os.pipe()
file = open(reading, "rb")
source = asyncgen.lines(file)
async def main():
    task = asyncio.ensure_future(anext(source))
    while not source.ag_running:
        await asyncio.sleep(0)
asyncio.run(main())
""",
    "what is undone apart": """
packed = gzip.compress(b"a line\\n" * 400_000) * 20
async def main():
    async for line in asyncgen.lines(packed):
        if source_is_far(line):
            sys.exit(0)
seen = 0
def source_is_far(line):
    global seen
    seen += 1
    return seen == 1_000_000
asyncio.run(main())
""",
    "a generator in try/finally": """
@asyncgen.generator
async def numbers():
    try:
        while True:
            yield 1
    finally:
        await asyncio.sleep(0)
        os.write(1, b"closed")
async def main():
    global kept
    kept = numbers()
    async for number in kept:
        return
asyncio.run(main())
""",
}


#: Ends when the test does, however that ends.
BURNER = """
import os
parent = os.getppid()
while os.getppid() == parent:
    pass
"""


@pytest.fixture(scope="module")
def parent() -> Iterator[Forks]:
    """Keep the processors busy beside the test."""
    burners = [subprocess.Popen([sys.executable, "-c", BURNER]) for _ in range(BUSY)]
    with forks(IMPORTS, "-X", "faulthandler", "-W", "default") as parent:
        yield parent
    for burner in burners:
        burner.kill()
        burner.wait()


@pytest.mark.soak
@pytest.mark.timeout(3600 if SOAK else 120)
@pytest.mark.parametrize("name", LEAVING)
def test_exit_is_silent(name: str, parent: Forks) -> None:
    printed = "closed" if "closed" in LEAVING[name] else ""
    for _ in range(EXITS):
        assert parent.run(IMPORTS + LEAVING[name]) == (0, "", printed)
