"""Lines of a text: `open`, aiofiles, anyio and asyncgen."""

from pathlib import Path

import aiofiles
import anyio
import asyncgen

from .measure import Contender, Effort, compare

LINE = "The quick brown fox jumps over the lazy dog and goes on to " * 2


def write(path: Path, lines: int) -> None:
    """Write lines of about 130 bytes."""
    path.write_text("".join(f"{LINE} {number}\n" for number in range(lines)), encoding="utf-8")


def measure(folder: Path, effort: Effort) -> None:
    """Compare lines a second.

    The libraries that hop to a thread for each line go through fewer of them.
    """
    amount, few = effort.pick(20_000, 1_000_000), effort.pick(1_000, 20_000)
    long, short = folder / "long.txt", folder / "short.txt"
    write(long, amount)
    write(short, few)
    contenders = [
        opened(long, amount),
        asyncgen_lines(long, amount),
        asyncgen_lines_plain(long, amount),
        aiofiles_lines(short, few),
        anyio_lines(short, few),
    ]
    compare("Lines", "lines/s", contenders, effort.pick(3, 9))


def opened(path: Path, amount: int) -> Contender:
    """Measure the built-in."""

    def job() -> None:
        with path.open(encoding="utf-8") as file:
            for _line in file:
                pass

    return Contender("open, for", job, amount)


def asyncgen_lines(path: Path, amount: int) -> Contender:
    """Measure asyncgen in a coroutine."""

    async def job() -> None:
        async for _line in asyncgen.lines(path):
            pass

    return Contender("asyncgen.lines, async for", job, amount)


def asyncgen_lines_plain(path: Path, amount: int) -> Contender:
    """Measure asyncgen in a plain loop."""

    def job() -> None:
        for _line in asyncgen.lines(path):
            pass

    return Contender("asyncgen.lines, for", job, amount)


def aiofiles_lines(path: Path, amount: int) -> Contender:
    """Measure aiofiles, as its README has it."""

    async def job() -> None:
        async with aiofiles.open(path, encoding="utf-8") as file:
            async for _line in file:
                pass

    return Contender("aiofiles, async for", job, amount)


def anyio_lines(path: Path, amount: int) -> Contender:
    """Measure anyio, as its documentation has it."""

    async def job() -> None:
        async with await anyio.open_file(path, encoding="utf-8") as file:
            async for _line in file:
                pass

    return Contender("anyio, async for", job, amount)
