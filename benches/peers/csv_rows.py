"""CSV, row by row: the standard library, aiocsv, batches from a thread, and asyncgen."""

import asyncio
import csv
import itertools
from pathlib import Path

import aiocsv
import aiofiles
import asyncgen

from .measure import Contender, Effort, compare

#: Rows a hop when a thread reads for the loop; more of them starve the other tasks.
BATCH = 1000

#: The columns that are the same in each row.
TAIL = ["UA", 1400, "EWR", "IAH", "2013-01-01"]


def write(path: Path, rows: int) -> None:
    """Write ten columns, about 60 bytes a row, nothing quoted: the best case of them all."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([f"column{index}" for index in range(10)])
        for row in range(rows):
            number, delay = row * 7 % 1000, f"{row % 977 / 8:.3f}"
            out.writerow([row, number, "Newark", "N14228", delay, *TAIL])


def measure(folder: Path, effort: Effort) -> None:
    """Compare lists, then dictionaries."""
    amount = effort.pick(5_000, 300_000)
    path = folder / "rows.csv"
    write(path, amount)
    lists = [reader, asyncgen_lists, asyncgen_lists_plain, threaded, aiocsv_lists]
    dicts = [dict_reader, asyncgen_dicts, asyncgen_dicts_plain, aiocsv_dicts]
    rounds = effort.pick(3, 9)
    compare("CSV, rows as lists", "rows/s", (job(path, amount) for job in lists), rounds)
    compare("CSV, rows as dictionaries", "rows/s", (job(path, amount) for job in dicts), rounds)


def reader(path: Path, amount: int) -> Contender:
    """Measure the standard library, as its documentation reads a file."""

    def job() -> None:
        with path.open(newline="", encoding="utf-8") as file:
            for _row in csv.reader(file):
                pass

    return Contender("csv.reader, for", job, amount)


def dict_reader(path: Path, amount: int) -> Contender:
    """Measure the standard library, a dictionary a row."""

    def job() -> None:
        with path.open(newline="", encoding="utf-8") as file:
            for _row in csv.DictReader(file):
                pass

    return Contender("csv.DictReader, for", job, amount)


def asyncgen_lists(path: Path, amount: int) -> Contender:
    """Measure asyncgen in a coroutine."""

    async def job() -> None:
        async for _row in asyncgen.csv(path, rows="list"):
            pass

    return Contender("asyncgen.csv, async for", job, amount)


def asyncgen_lists_plain(path: Path, amount: int) -> Contender:
    """Measure asyncgen in a plain loop."""

    def job() -> None:
        for _row in asyncgen.csv(path, rows="list"):
            pass

    return Contender("asyncgen.csv, for", job, amount)


def asyncgen_dicts(path: Path, amount: int) -> Contender:
    """Measure asyncgen in a coroutine, a dictionary a row."""

    async def job() -> None:
        async for _row in asyncgen.csv(path, rows="dict"):
            pass

    return Contender("asyncgen.csv, async for", job, amount)


def asyncgen_dicts_plain(path: Path, amount: int) -> Contender:
    """Measure asyncgen in a plain loop, a dictionary a row."""

    def job() -> None:
        for _row in asyncgen.csv(path, rows="dict"):
            pass

    return Contender("asyncgen.csv, for", job, amount)


def threaded(path: Path, amount: int) -> Contender:
    """Measure the usual remedy: a thread reads batches for the loop."""

    async def job() -> None:
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            while batch := await asyncio.to_thread(lambda: list(itertools.islice(rows, BATCH))):
                for _row in batch:
                    pass

    return Contender(f"csv.reader, to_thread, {BATCH} rows", job, amount)


def aiocsv_lists(path: Path, amount: int) -> Contender:
    """Measure aiocsv over aiofiles, as aiocsv's README has it."""

    async def job() -> None:
        async with aiofiles.open(path, encoding="utf-8", newline="") as file:
            async for _row in aiocsv.AsyncReader(file):
                pass

    return Contender("aiocsv.AsyncReader, async for", job, amount)


def aiocsv_dicts(path: Path, amount: int) -> Contender:
    """Measure aiocsv, a dictionary a row."""

    async def job() -> None:
        async with aiofiles.open(path, encoding="utf-8", newline="") as file:
            async for _row in aiocsv.AsyncDictReader(file):
                pass

    return Contender("aiocsv.AsyncDictReader, async for", job, amount)
