"""CSV, row by row: the standard library, aiocsv, batches from a thread, and asyncgen."""

import asyncio
import csv
import gzip
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiocsv
import aiofiles
import asyncgen

from .loops import pass_over, pass_over_async, read_rows, read_rows_async
from .measure import Contender, Effort, compare, here

#: Rows a hop when a thread reads for the loop; more of them starve the other tasks.
BATCH = 1000

#: The columns that are the same in each row.
TAIL = ["United Air Lines", 1400, "Newark Liberty", "Houston", "2013-01-01 05:00:00"]


def write(path: Path, rows: int) -> None:
    """Write ten columns, about 100 bytes a row, nothing quoted: the best case of them all."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([f"column{index}" for index in range(10)])
        for row in range(rows):
            number, delay = row * 7 % 1000, f"{row % 977 / 8:.3f}"
            out.writerow([row, number, "somewhere in Newark", "N14228", delay, *TAIL])


def measure(folder: Path, effort: Effort) -> None:
    """Compare kind by kind of rows with what the standard library does fastest."""
    amount, few = effort.pick(5_000, 300_000), effort.pick(1_000, 60_000)
    rounds = effort.pick(3, 7)
    path, short, packed = folder / "rows.csv", folder / "short.csv", folder / "rows.csv.gz"
    write(path, amount)
    write(short, few)
    packed.write_bytes(gzip.compress(path.read_bytes(), 6))

    def job(name: str, run: Callable[[], object], amount: int = amount) -> Contender:
        return Contender(name, run, amount)

    def ours(name: str, **options: Any) -> Contender:
        run = lambda: pass_over_async(asyncgen.csv(path, **options))  # noqa: E731 -- one of many
        return job(f"asyncgen.csv, {name}, async for", run)

    three = ["column0", "column3", "column4"]
    two: dict[str, Any] = {"column0": int, "column4": float}
    tables = {
        "rows": [
            job("csv.reader, for", lambda: pass_over(reader(path))),
            ours("list", rows="list"),
            ours("three columns", rows="list", columns=three),
            ours("two typed columns", rows="list", columns=list(two), types=two),
            job("asyncgen.csv, row, two fields read, async for", lambda: read_two(path)),
            job(
                "asyncgen.csv, list, for",
                lambda: pass_over(asyncgen.csv(path, rows="list")),
            ),
            job(f"csv.reader, to_thread, {BATCH} rows", lambda: threaded(path)),
            job("aiocsv.AsyncReader, async for", lambda: aiocsv_lists(short), few),
        ],
        "every field read": [
            job("csv.reader, for", lambda: read_rows(reader(path))),
            job(
                "asyncgen.csv, list, async for",
                lambda: read_rows_async(asyncgen.csv(path, rows="list")),
            ),
            job("asyncgen.csv, row, async for", lambda: read_rows_async(asyncgen.csv(path))),
        ],
        "rows as dictionaries": [
            job("csv.DictReader, for", lambda: pass_over(dict_reader(path))),
            ours("dict", rows="dict"),
            job("asyncgen.csv, dict, for", lambda: pass_over(asyncgen.csv(path, rows="dict"))),
            job("aiocsv.AsyncDictReader, async for", lambda: aiocsv_dicts(short), few),
        ],
        "compressed by gzip": [
            job("gzip.open and csv.reader, for", lambda: pass_over(unpacked(packed))),
            job(
                "asyncgen.csv, list, async for",
                lambda: pass_over_async(asyncgen.csv(packed, rows="list")),
            ),
        ],
    }
    for name, contenders in tables.items():
        compare(f"CSV, {name}, {here()}", "rows/s", contenders, rounds)


def reader(path: Path) -> Iterator[list[str]]:
    """Read as the standard library's documentation does; what counts the references closes it."""
    return csv.reader(path.open(newline="", encoding="utf-8"))


def dict_reader(path: Path) -> Iterator[dict[Any, Any]]:
    """Read dictionaries with the standard library."""
    return csv.DictReader(path.open(newline="", encoding="utf-8"))


def unpacked(path: Path) -> Iterator[list[str]]:
    """Read what is compressed with the standard library."""
    return csv.reader(gzip.open(path, "rt", newline="", encoding="utf-8"))


async def read_two(path: Path) -> None:
    """Read two fields of ten."""
    async for row in asyncgen.csv(path):
        _two = row[3], row[4]


async def threaded(path: Path) -> None:
    """Take the usual remedy: a thread reads batches for the loop."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        while batch := await asyncio.to_thread(lambda: list(itertools.islice(rows, BATCH))):
            pass_over(batch)


async def aiocsv_lists(path: Path) -> None:
    """Read lists with aiocsv over aiofiles, as its README has it."""
    async with aiofiles.open(path, encoding="utf-8", newline="") as file:
        await pass_over_async(aiocsv.AsyncReader(file))


async def aiocsv_dicts(path: Path) -> None:
    """Read dictionaries with aiocsv over aiofiles."""
    async with aiofiles.open(path, encoding="utf-8", newline="") as file:
        await pass_over_async(aiocsv.AsyncDictReader(file))
