"""What an item costs: native generators, sources, and decorated bodies.

The sources' items are made as well: bytes are decoded and a str is built, with the fairness on that
native generators have not.
"""

import io
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncgen

from .measure import Contender, Effort, compare

LINE = b"hello world\n"
VERSION = f"Python {sys.version_info[0]}.{sys.version_info[1]}"


def measure(_folder: Path, effort: Effort) -> None:
    """Compare items a second, in `async for` and in `for`."""
    amount, rounds = effort.pick(20_000, 300_000), effort.pick(3, 15)
    awaited = [native, lines, empty_lines, lines_of_a_thread, decorated]
    plain = [native_plain, lines_plain, empty_lines_plain]
    for group, jobs in (("async for", awaited), ("for", plain)):
        compare(
            f"An item of a generator, {group}, {VERSION}",
            "items/s",
            [job(amount) for job in jobs],
            rounds,
        )


def native(amount: int) -> Contender:
    """Measure the language's own."""

    async def body() -> AsyncIterator[str]:
        for _ in range(amount):
            yield "hello world"

    async def job() -> None:
        async for _item in body():
            pass

    return Contender("native async generator", job, amount)


def lines(amount: int) -> Contender:
    """Measure a source of short lines."""
    data = LINE * amount

    async def job() -> None:
        async for _line in asyncgen.lines(data):
            pass

    return Contender("asyncgen.lines of bytes", job, amount)


def empty_lines(amount: int) -> Contender:
    """Measure a source that gives the same object each time."""
    data = b"\n" * amount

    async def job() -> None:
        async for _line in asyncgen.lines(data):
            pass

    return Contender("asyncgen.lines, empty ones", job, amount)


class Unbuffered:
    """A file object that a thread of Python has to read."""

    def __init__(self, data: bytes) -> None:
        """Read `data`."""
        self.file = io.BytesIO(data)

    def read(self, size: int) -> bytes:
        """Read as a file does."""
        return self.file.read(size)


def lines_of_a_thread(amount: int) -> Contender:
    """Measure a source whose bytes a background thread reads."""
    data = LINE * amount

    async def job() -> None:
        async for _line in asyncgen.lines(Unbuffered(data)):
            pass

    return Contender("asyncgen.lines of a file object", job, amount)


def decorated(amount: int) -> Contender:
    """Measure a decorated body."""

    @asyncgen.generator
    async def body() -> AsyncIterator[str]:
        for _ in range(amount):
            yield "hello world"

    async def job() -> None:
        async for _item in body():
            pass

    return Contender("asyncgen.generator", job, amount)


def native_plain(amount: int) -> Contender:
    """Measure the language's own, without `async`."""

    def body() -> Iterator[str]:
        for _ in range(amount):
            yield "hello world"

    def job() -> None:
        for _item in body():
            pass

    return Contender("native generator", job, amount)


def lines_plain(amount: int) -> Contender:
    """Measure a source of short lines in a plain loop."""
    data = LINE * amount

    def job() -> None:
        for _line in asyncgen.lines(data):
            pass

    return Contender("asyncgen.lines of bytes", job, amount)


def empty_lines_plain(amount: int) -> Contender:
    """Measure a source that gives the same object each time, in a plain loop."""
    data = b"\n" * amount

    def job() -> None:
        for _line in asyncgen.lines(data):
            pass

    return Contender("asyncgen.lines, empty ones", job, amount)
