"""What the type checkers make of the public names; checked, never run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict, assert_type

import asyncgen
from asyncgen import (
    ArrowBatch,
    ArrowBatches,
    Batched,
    Encoded,
    Generator,
    Position,
    Progress,
    Row,
    Source,
    Stream,
    Summary,
)


class Flight(NamedTuple):
    """A row as a class."""

    carrier: str
    dep_delay: float | None


@dataclass
class Trip:
    """A row as another."""

    fare: float


class Record(TypedDict):
    """A row as a dict of known keys."""

    fare: float


async def sources(rows: Literal["list", "dict"]) -> None:
    """Each function, in each form."""
    assert_type(asyncgen.lines("f"), Source[str])
    assert_type(asyncgen.lines(Path("f"), http=False), Source[str])
    assert_type(asyncgen.csv(b""), Source[Row[str]])
    assert_type(asyncgen.csv(["f", Path("g")]), Source[Row[str]])
    assert_type(asyncgen.chunks("f", 1024), Source[bytes])
    assert_type(asyncgen.chunks("https://a.example/", 1024, json={}), Source[bytes])
    assert_type(asyncgen.ndjson("f", rows=Trip), Source[Trip])
    assert_type(asyncgen.ndjson("f", columns=["a"], types={"a": int}), Source[Any])
    assert_type(asyncgen.csv("f", header=False), Source[Row[str]])
    assert_type(asyncgen.csv("f", header=["a"], ragged="pad"), Source[Row[str]])
    assert_type(asyncgen.csv("f", columns=["a"], types={"a": int}), Source[Row[Any]])
    assert_type(asyncgen.csv("f", rows="list"), Source[list[str]])
    assert_type(asyncgen.csv("f", rows="list", types={0: date}), Source[list[Any]])
    assert_type(asyncgen.csv("f", rows="tuple", columns=[0, 1]), Source[tuple[str, ...]])
    assert_type(asyncgen.csv("f", rows="dict"), Source[dict[str, str]])
    assert_type(asyncgen.csv("f", rows="dict", types={"a": float}), Source[dict[str, Any]])
    assert_type(asyncgen.csv("f", rows=rows), Source[list[str]] | Source[dict[str, str]])
    assert_type(asyncgen.csv("f", rows=Flight), Source[Flight])
    assert_type(asyncgen.csv("f", rows=Trip, null_values=["NA"]), Source[Trip])
    assert_type(asyncgen.csv("f", rows=Record), Source[Record])
    assert_type(asyncgen.ndjson("f"), Source[Any])
    assert_type(asyncgen.ndjson("https://x", json=[1], auth=("me", "pw"), retry=2), Source[Any])
    assert_type(asyncgen.pages("https://x", next=asyncgen.Page("page", 0)), Source[Any])
    assert_type(asyncgen.pages("https://x", rows=Trip, unique_by="id"), Source[Trip])
    assert_type(asyncgen.pages("https://x", rows=Record, concurrency=2), Source[Record])
    assert_type(asyncgen.pages("https://x", rows="raw"), Source[bytes])
    assert_type(asyncgen.sse("https://x"), Source[asyncgen.Event])
    assert_type(asyncgen.sse("https://x", rows=Trip, until="end"), Source[Trip])
    assert_type(asyncgen.sse("https://x", rows="dict"), Source[Any])


async def pulled(
    chunks: AsyncIterable[bytes], views: AsyncIterator[memoryview], encoded: Encoded
) -> None:
    """Inputs that are pulled."""
    assert_type(asyncgen.lines(chunks), Source[str])
    assert_type(asyncgen.csv(views), Source[Row[str]])
    assert_type(asyncgen.ndjson(encoded), Source[Any])


def a_row(row: Row[str]) -> None:
    """What a row has."""
    assert_type(row[0], str)
    assert_type(row["a"], str)
    assert_type(row[1:], tuple[str, ...])
    assert_type(list(row), list[str])
    assert_type(dict(row), dict[str, str])
    assert_type(row.asdict(), dict[str, str])
    assert_type(row.keys(), list[str])
    assert_type((row.line, row.offset, row.source), tuple[int, int, str])


async def a_source(source: Source[str]) -> None:
    """What a source has."""
    async for line in source:
        assert_type(line, str)
    for line in source:
        assert_type(line, str)
    for line in source.sync():
        assert_type(line, str)
    assert_type(source.stream(), Stream[str])
    async for line in source.stream():
        assert_type(line, str)
    assert_type(source.batches(10), Batched[str])
    async for some in source.batches(10):
        assert_type(some, list[str])
    for some in source.batches(10):
        assert_type(some, list[str])
    assert_type(source.encode("ndjson"), Encoded)
    async for chunk in source.encode("csv"):
        assert_type(chunk, bytes)
    assert_type(source.arrow(), ArrowBatches)
    async for batch in source.arrow(1000):
        assert_type(batch, ArrowBatch)
        for other in source.arrow(rows=1000, schema=batch):
            assert_type(other.columns, tuple[str, ...])
    assert_type(await anext(source), str)
    assert_type(await source.asend(None), str)
    async with source as same:
        assert_type(same, Source[str])
    with source as same:
        assert_type(same, Source[str])
    assert_type(source.position, Position)
    assert_type(source.progress, Progress | None)
    assert_type(source.value, Summary | None)
    assert_type(source.columns, tuple[str, ...] | None)
    generator: AsyncGenerator[str, object] = source
    iterator: Iterator[str] = source
    del generator, iterator


@asyncgen.generator
async def numbers(to: int) -> AsyncIterator[int]:
    """Annotated as most do."""
    for number in range(to):
        yield number


@asyncgen.generator(fair=False)
async def echo() -> AsyncGenerator[str, bytes]:
    """Annotated in full, with an option."""
    sent = yield ""
    assert_type(sent, bytes)


async def generators() -> None:
    """What the decorator makes of them."""
    assert_type(numbers(3), Generator[int, None])
    assert_type(echo(), Generator[str, bytes])
    assert_type(await echo().asend(b""), str)
    async with numbers(3) as counting:
        async for number in counting:
            assert_type(number, int)


async def paged(position: Position) -> None:
    """The options of `pages`, and what its sources tell."""
    url = "https://x"
    assert_type(asyncgen.pages(url, next=asyncgen.Cursor("/end", "after")), Source[Any])
    assert_type(asyncgen.pages(url, next=lambda page: page.json()["next"]), Source[Any])
    assert_type(asyncgen.pages(url, next=onward, auth=token), Source[Any])
    assert_type(asyncgen.pages(url, auth=asyncgen.Bearer("t"), resume=position), Source[Any])
    assert_type(asyncgen.pages(url, auth=("me", "pw"), timeout=3), Source[Any])
    assert_type(asyncgen.sse(url, resume=position), Source[asyncgen.Event])
    source = asyncgen.pages(url, stop=asyncgen.Stop(max_pages=1), rate=asyncgen.Rate(1))
    assert_type(source.plan, str | None)
    assert_type(source.total, int | None)


async def onward(page: asyncgen.SeenPage) -> str | None:
    """Choose the next page."""
    return page.url if page.number < 2 else None


async def token() -> str:
    """Give credentials."""
    return "t"
