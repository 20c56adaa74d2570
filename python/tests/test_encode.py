"""The records of a source as bytes: what the command writes with `--to`, chunk by chunk."""

from __future__ import annotations

import collections.abc
import csv
import io
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import anyio
import anyio.lowlevel
import asyncgen
import pytest
from conftest import TESTDATA, Run

Format = Literal["ndjson", "csv"]
FORMATS: list[Format] = ["ndjson", "csv"]

TABLE = b'id,text\n1,"a ""b"""\n2,"c,\nd"\n'
HETEROGENEOUS = b'{"a": 1}\n{"a": 2, "b": 3}\n'

#: Which source, its bytes, and what they become in each format.
CASES: dict[str, tuple[Callable[[bytes], asyncgen.Source[Any]], bytes, bytes, bytes]] = {
    "lines": (asyncgen.lines, b'one\n"2",\n', b'"one"\n"\\"2\\","\n', b'line\none\n"""2"","\n'),
    "no lines": (asyncgen.lines, b"", b"", b"line\n"),
    "csv": (
        asyncgen.csv,
        TABLE,
        b'{"id":"1","text":"a \\"b\\""}\n{"id":"2","text":"c,\\nd"}\n',
        TABLE,
    ),
    "csv with a header alone": (asyncgen.csv, b"a,b\n", b"", b"a,b\n"),
    "csv without names": (
        lambda data: asyncgen.csv(data, header=False),
        b"1,2\n3,4\n",
        b'["1","2"]\n["3","4"]\n',
        b"1,2\n3,4\n",
    ),
    "csv, chosen columns": (
        lambda data: asyncgen.csv(data, columns=["b"]),
        b"a,b\n1,2\n",
        b'{"b":"2"}\n',
        b"b\n2\n",
    ),
    "csv, chosen columns without names": (
        lambda data: asyncgen.csv(data, header=False, columns=[1, 0]),
        b"1,2\n",
        b'["2","1"]\n',
        b"2,1\n",
    ),
    "csv, columns by their numbers": (
        lambda data: asyncgen.csv(data, columns=[1, 0]),
        b"a,b\n1,2\n",
        b'{"b":"2","a":"1"}\n',
        b"b,a\n2,1\n",
    ),
    "csv, types": (
        lambda data: asyncgen.csv(data, types={"n": int, "x": float, "ok": bool, "name": str}),
        b"n,x,ok,name,nick\n 7,1.50,Yes,,\n8,,f,n,m\n",
        (
            b'{"n":7,"x":1.5,"ok":true,"name":null,"nick":""}\n'
            b'{"n":8,"x":null,"ok":false,"name":"n","nick":"m"}\n'
        ),
        b"n,x,ok,name,nick\n 7,1.50,Yes,,\n8,,f,n,m\n",
    ),
    "csv, types of chosen columns": (
        lambda data: asyncgen.csv(data, columns=["b"], types={"b": int, "a": bool}),
        b"a,b\n1,2\n",
        b'{"b":2}\n',
        b"b\n2\n",
    ),
    "csv, types of chosen numbers": (
        lambda data: asyncgen.csv(data, columns=[2, 1], types={1: int}),
        b"a,b,c\n1,2,3\n",
        b'{"c":"3","b":2}\n',
        b"c,b\n3,2\n",
    ),
    "csv, types without names": (
        lambda data: asyncgen.csv(data, header=False, types={1: int}, null_values=["-"]),
        b"1,2\n3,-\n",
        b'["1",2]\n["3",null]\n',
        b"1,2\n3,\n",
    ),
    "csv, those of another type passed over": (
        lambda data: asyncgen.csv(data, types={"a": int}, on_error="collect"),
        b"a,b\nx,1\n2,2\ny,3\n4,4\nz,5\n",
        b'{"a":2,"b":"2"}\n{"a":4,"b":"4"}\n',
        b"a,b\n2,2\n4,4\n",
    ),
    "ndjson, types": (
        lambda data: asyncgen.ndjson(data, types={"a": float, "b": int}),
        b'{"a": "1.5", "b": 2}\n{"b": null, "a": 3}\n',
        b'{"a":1.5,"b":2}\n{"b":null,"a":3.0}\n',
        b"a,b\n1.5,2\n3,\n",
    ),
    "ndjson, those of another type passed over": (
        lambda data: asyncgen.ndjson(data, columns=["a"], types={"a": int}, on_error="skip"),
        b'{"a": 1}\n{"a": "x"}\n{"a": [2]}\n{"a": "3"}\n{"b": 4}\n',
        b'{"a":1}\n{"a":3}\n{"a":null}\n',
        b'a\n1\n3\n""\n',
    ),
    "csv, columns that are not there": (
        lambda data: asyncgen.csv(data, header=False, columns=[0, 5, 1], rows="list"),
        b"1,2\n",
        b'["1",null,"2"]\n',
        b"1,,2\n",
    ),
    "csv, types of columns that are not there": (
        lambda data: asyncgen.csv(data, header=False, types={10**14: int, 2**63 - 1: int}),
        b"1,2\n",
        b'["1","2"]\n',
        b"1,2\n",
    ),
    "csv, nothing at all": (
        lambda data: asyncgen.csv(data, columns=["a"], types={"b": int}),
        b"",
        b"",
        b"",
    ),
    "csv, no number of JSON": (
        lambda data: asyncgen.csv(data, types={"a": float}, on_error="skip"),
        b"a\ninf\n1\n",
        b'{"a":1.0}\n',
        b"a\ninf\n1\n",
    ),
    "csv, blank lines where there must be a value": (
        lambda data: asyncgen.csv(data, rows=Pair, blank="keep", ragged="keep", on_error="collect"),
        b"a,b\nx,2\n\ny,4\n",
        b'{"a":"x","b":2.0}\n{"a":"y","b":4.0}\n',
        b"a,b\nx,2\ny,4\n",
    ),
    "ndjson, the first one passed over": (
        lambda data: asyncgen.ndjson(data, types={"a": int}, on_error="skip"),
        b'1\n{"a": 1}\n',
        b'{"a":1}\n',
        b"a\n1\n",
    ),
    "ndjson, members that the first one lacks": (
        lambda data: asyncgen.ndjson(data, columns=["b", "a"]),
        b'{"a": 1}\n{"a": 2, "b": 3}\n',
        b'{"b":null,"a":1}\n{"b":3,"a":2}\n',
        b"b,a\n,1\n3,2\n",
    ),
    "csv, rows as lists": (
        lambda data: asyncgen.csv(data, rows="list"),
        b"a,b\n1,2\n",
        b'{"a":"1","b":"2"}\n',
        b"a,b\n1,2\n",
    ),
    "ndjson": (
        asyncgen.ndjson,
        b'{"a": 1.50, "b": [1]}\n{"b": null, "a": "x"}\n',
        b'{"a": 1.50, "b": [1]}\n{"b": null, "a": "x"}\n',
        b"a,b\n1.50,[1]\nx,\n",
    ),
}


class Pair(NamedTuple):
    """What must be there."""

    a: str
    b: float


async def chunks_of(encoded: asyncgen.Encoded) -> list[bytes]:
    return [chunk async for chunk in encoded]


@pytest.mark.parametrize("name", CASES)
def test_what_is_written(name: str, run: Run) -> None:
    make, data, *expected = CASES[name]

    async def main() -> None:
        for to, written in zip(FORMATS, expected, strict=True):
            assert await chunks_of(make(data).encode(to)) == ([written] if written else [])

    run(main)


@pytest.mark.one_python
@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("noun", ["csv", "lines"])
def test_the_command_writes_the_same(noun: str, to: Format, run: Run) -> None:
    file = TESTDATA / "docs" / "flights.csv"

    async def main() -> bytes:
        return b"".join(await chunks_of(getattr(asyncgen, noun)(file).encode(to)))

    command = [sys.executable, "-m", "asyncgen", noun, str(file), "--to", to]
    assert run(main) == subprocess.run(command, capture_output=True, check=True).stdout


def test_has_one_side() -> None:
    encoded = asyncgen.lines(b"a\n").encode("csv")
    assert isinstance(encoded, collections.abc.AsyncIterator)
    assert not isinstance(encoded, collections.abc.Iterable)
    assert weakref.ref(encoded)() is encoded
    assert repr(encoded) == "<csv of <asyncgen.lines of <bytes> at record 0, line 1, byte 0>>"


def test_an_unknown_format() -> None:
    with pytest.raises(asyncgen.errors.UsageError) as refused:
        asyncgen.lines(b"").encode("json")  # type: ignore[arg-type]  # -- what is tested
    assert str(refused.value) == "the format must be 'ndjson' or 'csv', not \"json\""


def test_the_rest_of_a_source(run: Run) -> None:
    async def main() -> None:
        source = asyncgen.csv(b"n\n1\n2\n3\n", rows="dict")
        assert await anext(source) == {"n": "1"}
        assert await chunks_of(source.encode("csv")) == [b"n\n2\n3\n"]
        assert source.value is not None
        assert source.value.records == 3
        assert source.position[:3] == (3, 5, 8)

    run(main)


@pytest.mark.parametrize("to", FORMATS)
def test_chunks_are_small_and_hold_whole_records(to: Format, run: Run) -> None:
    rows = [{"number": str(n), "a long name of a column": "x" * (n % 100)} for n in range(20_000)]
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)

    async def main() -> list[bytes]:
        return await chunks_of(asyncgen.csv(table.getvalue().encode()).encode(to))

    chunks = run(main)
    assert len(chunks) > 10
    assert max(map(len, chunks)) < 80 * 1024
    assert all(chunk.endswith(b"\n") for chunk in chunks)
    text = b"".join(chunks).decode()
    if to == "csv":
        assert text == table.getvalue()
    else:
        assert [json.loads(line) for line in text.splitlines()] == rows


@pytest.mark.parametrize("to", FORMATS)
def test_names_of_more_than_a_chunk(to: Format, run: Run) -> None:
    names = [f"the name of the column number {n}" for n in range(5_000)]
    table = "".join(",".join(cells) + "\n" for cells in [names, ["1"] * 5_000, ["2"] * 5_000])

    async def main() -> None:
        source = asyncgen.csv(table.encode())
        text = b"".join(await chunks_of(source.encode(to))).decode()
        if to == "csv":
            assert text == table
        else:
            assert [json.loads(line) for line in text.splitlines()] == [
                dict.fromkeys(names, cell) for cell in "12"
            ]

    run(main)


FAULTS: list[tuple[asyncgen.Source[Any], Format, list[bytes], type[Exception], str]] = [
    (
        asyncgen.csv(b"a,b\n1,2\n3\n"),
        "ndjson",
        [b'{"a":"1","b":"2"}\n'],
        asyncgen.errors.DecodeError,
        "<bytes>:3:2: record 2 has 1 field, the header has 2",
    ),
    (
        asyncgen.csv(b"a,a\n1,2\n"),
        "ndjson",
        [],
        asyncgen.errors.UsageError,
        (
            '<bytes>: the column "a" comes twice, a JSON object has it once: give other names as '
            'header=[...], or encode("csv")'
        ),
    ),
    (
        asyncgen.ndjson(HETEROGENEOUS),
        "csv",
        [b"a\n1\n"],
        asyncgen.errors.EncodeError,
        (
            '<bytes>:2: record 2 has the key "b", the first one has not: encode("ndjson") has no '
            "columns"
        ),
    ),
    (
        asyncgen.ndjson(b"1\n2\n"),
        "csv",
        [],
        asyncgen.errors.EncodeError,
        "<bytes>:1: record 1 is not a JSON object: it has no keys",
    ),
    (
        asyncgen.csv(b"a,b\n1,2\n3,x\n", types={"b": float}),
        "csv",
        [b"a,b\n1,2\n"],
        asyncgen.errors.DecodeError,
        '<bytes>:3:3: record 2, column "b": "x" is not a float',
    ),
    (
        asyncgen.csv(b"a,b\n1,2\n3,\n", rows=Pair),
        "ndjson",
        [b'{"a":"1","b":2.0}\n'],
        asyncgen.errors.DecodeError,
        '<bytes>:3:3: record 2, column "b": "" is not a float',
    ),
    (
        asyncgen.ndjson(b'{"a": "x", "b": 1}\n{"a": "y"}\n', rows=Pair),
        "ndjson",
        [b'{"a":"x","b":1.0}\n'],
        asyncgen.errors.DecodeError,
        '<bytes>:2:1: record 2, column "b": "" is not a float',
    ),
    (
        asyncgen.csv(b"a,b\n1,2\n", columns=[2]),
        "csv",
        [],
        asyncgen.errors.UsageError,
        "<bytes>: no column 2: there are 2, counted from 0",
    ),
    (
        asyncgen.csv(b"a,a\n1,2\n", columns=["a"]),
        "csv",
        [],
        asyncgen.errors.UsageError,
        '<bytes>: the column "a" comes twice: name it by its number, from 0',
    ),
    (
        asyncgen.csv(b"1,2\n", header=False, types={"1": int}),
        "ndjson",
        [],
        asyncgen.errors.UsageError,
        '<bytes>: no column "1": the columns have no names, only numbers from 0',
    ),
]


@pytest.mark.parametrize("case", range(len(FAULTS)))
def test_what_comes_before_a_fault_is_delivered(case: int) -> None:
    source, to, before, error, text = FAULTS[case]

    async def main() -> None:
        encoded = source.encode(to)
        delivered: list[bytes] = []
        with pytest.raises(error) as failed:
            async for chunk in encoded:
                delivered.append(chunk)
        assert delivered == before
        # The fault is that of the record after those.
        assert source.position.record == len(before)
        assert str(failed.value) == text
        assert "created at" in failed.value.__notes__[-1]
        assert await chunks_of(encoded) == []

    anyio.run(main)


def test_records_that_cannot_be_written_are_counted_and_kept() -> None:
    """What is passed over is told as where they become rows, however many follow each other."""
    table = b"a\n" + b"1\nx\n" * 1000 + b"y\n" * 300_000
    wanted: dict[str, Any] = {"types": {"a": int}, "on_error": "collect"}

    async def main() -> None:
        rows = asyncgen.csv(table, rows="list", **wanted)
        written = asyncgen.csv(table, **wanted)
        numbers = [row[0] async for row in rows]
        text = b"".join(await chunks_of(written.encode("ndjson")))
        assert [json.loads(line)["a"] for line in text.splitlines()] == numbers
        assert written.value == rows.value
        assert written.rejects == rows.rejects
        assert written.position == rows.position

    anyio.run(main)


def test_a_fault_is_not_told_after_the_close(run: Run) -> None:
    async def main() -> None:
        encoded = asyncgen.ndjson(HETEROGENEOUS).encode("csv")
        assert await anext(encoded) == b"a\n1\n"
        await encoded.aclose()
        assert await chunks_of(encoded) == []

    run(main)


def test_closing_closes_the_source(run: Run) -> None:
    async def main() -> None:
        source = asyncgen.lines(b"a\nb\n")
        async with source.encode("csv") as encoded:
            pass
        assert [line async for line in source] == []
        assert await chunks_of(encoded) == []

    run(main)


def test_a_cancelled_step_loses_nothing(run: Run) -> None:
    async def main() -> None:
        reading, writing = os.pipe()
        with open(reading, "rb") as file:
            encoded = asyncgen.lines(file).encode("ndjson")
            for line in [b"one", b"two"]:
                for _ in range(5):
                    with anyio.move_on_after(0.001) as waiting:
                        await anext(encoded)
                    assert waiting.cancelled_caught
                os.write(writing, line + b"\n")
                assert await anext(encoded) == b'"%s"\n' % line
            os.close(writing)
            assert await chunks_of(encoded) == []

    run(main)


def test_other_tasks_run(run: Run) -> None:
    """Once the slice is over, a step suspends though the next chunk is there."""

    async def main() -> int:
        turns = 0
        done = False

        async def count() -> None:
            nonlocal turns
            while not done:
                turns += 1
                await anyio.lowlevel.checkpoint()

        async with anyio.create_task_group() as group:
            group.start_soon(count)
            data = b"x" * 60 + b"\n"
            chunks = await chunks_of(asyncgen.lines(data * 200_000).encode("ndjson"))
            done = True
        assert len(chunks) > 100
        return turns

    assert run(main) > 20
