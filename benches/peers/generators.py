"""What an item costs: native generators, sources, and decorated bodies.

The sources' items are made as well: bytes are decoded and a str is built, with the fairness on that
native generators have not.
"""

import io
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path

import asyncgen

from .measure import Contender, Effort, compare, here

LINE = b"hello world\n"


class Unbuffered:
    """A file object that a thread of Python has to read."""

    def __init__(self, data: bytes) -> None:
        """Read `data`."""
        self.file = io.BytesIO(data)

    def read(self, size: int) -> bytes:
        """Read as a file does."""
        return self.file.read(size)


def measure(folder: Path, effort: Effort) -> None:
    """Compare items a second, in `async for` and in `for`."""
    amount, rounds = effort.pick(20_000, 2_000_000), effort.pick(3, 9)
    short, empty = LINE * amount, b"\n" * amount
    path = folder / "lines"
    path.write_bytes(short)
    groups = {
        "async for": [
            awaited("native async generator", lambda: native(amount), amount),
            awaited("asyncgen.lines of bytes", lambda: asyncgen.lines(short), amount),
            awaited("asyncgen.lines, empty ones", lambda: asyncgen.lines(empty), amount),
            awaited("asyncgen.lines of a file", lambda: asyncgen.lines(path), amount),
            awaited(
                "asyncgen.lines of a file object",
                lambda: asyncgen.lines(Unbuffered(short)),
                amount,
            ),
            awaited("asyncgen.generator", lambda: decorated(amount), amount),
        ],
        "for": [
            plain("native generator", lambda: native_plain(amount), amount),
            plain("asyncgen.lines of bytes", lambda: asyncgen.lines(short), amount),
            plain("asyncgen.lines, empty ones", lambda: asyncgen.lines(empty), amount),
        ],
    }
    for group, contenders in groups.items():
        compare(f"An item of a generator, {group}, {here()}", "items/s", contenders, rounds)


def awaited(name: str, make: Callable[[], AsyncIterable[object]], amount: int) -> Contender:
    """Go through what `make` gives in a coroutine."""

    async def job() -> None:
        async for _item in make():
            pass

    return Contender(name, job, amount)


def plain(name: str, make: Callable[[], Iterable[object]], amount: int) -> Contender:
    """Go through what `make` gives in a plain loop."""

    def job() -> None:
        for _item in make():
            pass

    return Contender(name, job, amount)


async def native(amount: int) -> AsyncIterator[str]:
    """Yield as the language does."""
    for _ in range(amount):
        yield "hello world"


decorated = asyncgen.generator(native)


def native_plain(amount: int) -> Iterator[str]:
    """Yield as the language does, without `async`."""
    for _ in range(amount):
        yield "hello world"
