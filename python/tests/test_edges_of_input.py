"""Inputs and functions at the edge of what is allowed: nothing is lost, and faults are told."""

from __future__ import annotations

import dataclasses
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run


class Reads:
    """A file object that a thread reads."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, _size: int) -> bytes:
        data, self._data = self._data, b""
        return data


@pytest.mark.parametrize("data", [b"", b"B", b"(", b"BZh", b"\xef", b"\xef\xbb", b"a"])
def test_an_input_as_short_as_the_beginning_of_a_mark(data: bytes) -> None:
    def read(source: Any) -> object:
        try:
            return list(asyncgen.lines(source))
        except asyncgen.Error as error:
            return str(error).removeprefix("<bytes>").removeprefix("<Reads>")

    assert read(Reads(data)) == read(data)


@pytest.mark.parametrize("stop", [StopIteration, StopAsyncIteration])
def test_what_is_raised_for_the_end_is_no_end(stop: type[Exception], run: Run) -> None:
    """As PEP 479 has it: else the records after it would be lost without a word."""

    @dataclasses.dataclass
    class Made:
        n: int

        def __post_init__(self) -> None:
            if self.n == 3:
                raise stop

    def source() -> asyncgen.Source[Made]:
        return asyncgen.csv(b"n\n1\n3\n5\n7\n", rows=Made)

    async def main() -> None:
        async for _ in source():
            pass

    for consume in (lambda: list(source()), lambda: list(source().batches(2)), lambda: run(main)):
        with pytest.raises(RuntimeError, match="what makes a record raised") as failure:
            consume()
        assert isinstance(failure.value.__cause__, stop)


def test_a_column_has_one_type() -> None:
    twice: Any = {"a": int, 0: int, "b": int}
    source = asyncgen.csv(b"a,b\n1,2\n", rows="tuple", types=twice)
    with pytest.raises(errors.UsageError, match="the column 0 has two types"):
        list(source)
