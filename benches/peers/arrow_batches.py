"""CSV into batches of Arrow: pyarrow's own streaming reader, and asyncgen."""

from collections.abc import Iterable
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
    numbers = {name: ARROW[TYPES[name]] for name in TYPES}
    for title, types, column_types in [
        ("four typed columns", TYPES, numbers),
        ("strings", None, {}),
    ]:
        texts = dict.fromkeys(NAMES, pa.string()) | column_types
        views = pa.schema([(name, numbers.get(name, pa.string())) for name in NAMES])

        def ours(types: Any = types) -> asyncgen.Source[Any]:
            return asyncgen.csv(path, types=types)

        def of_pyarrow(threads: bool, texts: Any = texts) -> Iterable[Any]:  # noqa: FBT001 -- theirs
            return csv.open_csv(
                path,
                read_options=csv.ReadOptions(use_threads=threads),
                convert_options=csv.ConvertOptions(column_types=texts),
            )

        contenders = [
            Contender("pyarrow.csv.open_csv, one thread", lambda: rows(of_pyarrow(False)), amount),
            Contender("pyarrow.csv.open_csv, threads", lambda: rows(of_pyarrow(True)), amount),
            Contender("asyncgen.csv, for", lambda: taken(ours().arrow()), amount),
            Contender("asyncgen.csv, async for", lambda: taken_async(ours().arrow()), amount),
            Contender("asyncgen.csv, a stream for pyarrow", lambda: streamed(ours()), amount),
        ]
        if types:
            contenders.append(
                Contender(
                    "asyncgen.csv, the same types of strings, for",
                    lambda: taken(ours().arrow(schema=views)),
                    amount,
                )
            )
        compare(f"CSV into Arrow, {title}, {here()}", "rows/s", contenders, rounds)


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


def streamed(source: asyncgen.Source[Any]) -> int:
    """Let pyarrow read."""
    return rows(pa.RecordBatchReader.from_stream(source))
