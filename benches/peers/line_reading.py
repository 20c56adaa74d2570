"""Lines of a text: `open`, aiofiles, anyio and asyncgen."""

from pathlib import Path

import aiofiles
import anyio
import asyncgen

from .loops import pass_over, pass_over_async
from .measure import Contender, Effort, compare, here

#: Lines at once.
BATCH = 1000

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
        Contender("open, for", lambda: opened(long), amount),
        Contender(
            "asyncgen.lines, async for", lambda: pass_over_async(asyncgen.lines(long)), amount
        ),
        Contender("asyncgen.lines, batches, async for", lambda: batches(long), amount),
        Contender("asyncgen.lines, for", lambda: pass_over(asyncgen.lines(long)), amount),
        Contender("aiofiles, async for", lambda: aiofiles_lines(short), few),
        Contender("anyio, async for", lambda: anyio_lines(short), few),
    ]
    compare(f"Lines, {here()}", "lines/s", contenders, effort.pick(3, 9))


def opened(path: Path) -> None:
    """Read with the built-in."""
    with path.open(encoding="utf-8") as file:
        pass_over(file)


async def batches(path: Path) -> None:
    """Read many at once."""
    async for some in asyncgen.lines(path).batches(BATCH):
        pass_over(some)


async def aiofiles_lines(path: Path) -> None:
    """Read with aiofiles, as its README has it."""
    async with aiofiles.open(path, encoding="utf-8") as file:
        await pass_over_async(file)


async def anyio_lines(path: Path) -> None:
    """Read with anyio, as its documentation has it."""
    async with await anyio.open_file(path, encoding="utf-8") as file:
        await pass_over_async(file)
