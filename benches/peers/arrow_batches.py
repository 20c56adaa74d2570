"""CSV into batches of Arrow: pyarrow's own streaming reader, and asyncgen."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import asyncgen
import pyarrow as pa
from pyarrow import csv

from . import csv_rows
from .measure import Contender, Effort, compare, here

#: The columns that are numbers; the last one is a time.
TYPES: dict[str, type] = {"column0": int, "column1": int, "column4": float, "column6": int}
NAMES = [f"column{index}" for index in range(10)]
ARROW: dict[type, pa.DataType] = {int: pa.int64(), float: pa.float64()}


def measure(folder: Path, effort: Effort) -> None:
    """Compare with one thread and with several of them, all texts and some numbers."""
    amount, rounds = effort.pick(5_000, 1_000_000), effort.pick(3, 9)
    path = folder / "columns.csv"
    csv_rows.write(path, amount)
    for title, types in [("four typed columns", TYPES), ("strings", {})]:
        compare(
            f"CSV into Arrow, {title}, {here()}",
            "rows/s",
            [Contender(name, job, amount) for name, job in jobs(path, types).items()],
            rounds,
        )


def jobs(path: Path, types: dict[str, type]) -> dict[str, Callable[[], object]]:
    """Give who does it, all of them with the same types of numbers."""
    kinds = {name: ARROW[types[name]] if name in types else pa.string() for name in NAMES}
    schema = pa.schema(list(kinds.items()))
    return {
        "pyarrow.csv.open_csv, one thread": lambda: rows(theirs(path, kinds, threads=False)),
        "pyarrow.csv.open_csv, threads": lambda: rows(theirs(path, kinds, threads=True)),
        "asyncgen.csv, for": lambda: taken(asyncgen.csv(path, types=types).arrow()),
        "asyncgen.csv, pyarrow's strings, for": lambda: taken(
            asyncgen.csv(path, types=types).arrow(schema=schema)
        ),
        "asyncgen.csv, async for": lambda: taken_async(asyncgen.csv(path, types=types).arrow()),
        "asyncgen.csv, read by pyarrow": lambda: rows(
            pa.RecordBatchReader.from_stream(asyncgen.csv(path, types=types))
        ),
    }


def theirs(path: Path, kinds: dict[str, pa.DataType], *, threads: bool) -> Iterable[Any]:
    """Read as pyarrow does."""
    return csv.open_csv(
        path,
        read_options=csv.ReadOptions(use_threads=threads),
        convert_options=csv.ConvertOptions(column_types=kinds),
    )


def rows(batches: Iterable[Any]) -> int:
    """Take batches of pyarrow."""
    return sum(batch.num_rows for batch in batches)


def taken(batches: asyncgen.ArrowBatches) -> int:
    """Take batches, each as one of pyarrow."""
    return sum(pa.record_batch(batch).num_rows for batch in batches)


async def taken_async(batches: asyncgen.ArrowBatches) -> None:
    """Take them in a task."""
    async for batch in batches:
        pa.record_batch(batch)
