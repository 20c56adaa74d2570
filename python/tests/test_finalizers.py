"""A finalizer may step the very source for whose record the garbage collector began."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncgen
import pytest

COUNT = 2000
#: A field of several characters each, as strings of one are not made anew.
TABLE = b"number,name\n" + b"".join(b"%d,name %d\n" % (n, n) for n in range(COUNT))
VALUES = b"".join(b'{"number": "%d"}\n' % n for n in range(COUNT))

SOURCES: dict[str, Any] = {
    "row": lambda: asyncgen.csv(TABLE),
    "list": lambda: asyncgen.csv(TABLE, rows="list"),
    "tuple": lambda: asyncgen.csv(TABLE, rows="tuple"),
    "dict": lambda: asyncgen.csv(TABLE, rows="dict"),
    "typed": lambda: asyncgen.csv(TABLE, rows="list", types={"number": int}),
    "value": lambda: asyncgen.ndjson(VALUES),
}


class Stepper:
    """Garbage in a circle: when it is collected it takes a record, and leaves another one."""

    def __init__(self, records: Iterator[Any], taken: list[Any]) -> None:
        self.circle, self.records, self.taken = self, records, taken

    def __del__(self) -> None:
        """Take a record, unless a step is at the source at this moment."""
        try:
            record = next(self.records)
        except StopIteration:
            return
        except RuntimeError as refused:
            assert "already running" in str(refused)
        else:
            self.taken.append(record)
        Stepper(self.records, self.taken)


@contextmanager
def eager_collector() -> Iterator[None]:
    """Collect whenever something was made that could be garbage."""
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def number(record: Any) -> int:
    """Find the number of a record of any kind."""
    return int(record["number"] if hasattr(record, "keys") else record[0])


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("kind", SOURCES)
def test_a_finalizer_that_steps_the_source(kind: str, *, is_async: bool) -> None:
    source = SOURCES[kind]()
    records = source.sync()
    inside: list[Any] = []
    outside: list[Any] = []

    async def walk() -> None:
        async for record in source:
            outside.append(record)

    with eager_collector():
        Stepper(records, inside)
        if is_async:
            asyncio.run(walk())
        else:
            for record in records:
                outside.append(record)  # noqa: PERF402 -- from 3.12 on garbage is collected between bytecodes
    gc.collect()
    assert inside
    assert outside
    assert sorted(map(number, inside + outside)) == list(range(COUNT))
