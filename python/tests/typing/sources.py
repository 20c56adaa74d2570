"""What the type checkers make of the public names; checked, never run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal, assert_type

import asyncgen
from asyncgen import Encoded, Generator, Position, Progress, Source, Stream, Summary


async def sources(rows: Literal["list", "dict"]) -> None:
    """Each function, in each form."""
    assert_type(asyncgen.lines("f"), Source[str])
    assert_type(asyncgen.lines(Path("f"), http=False), Source[str])
    assert_type(asyncgen.csv(b""), Source[dict[str, str]])
    assert_type(asyncgen.csv("f", header=False), Source[list[str]])
    assert_type(asyncgen.csv("f", header=["a"]), Source[dict[str, str]])
    assert_type(asyncgen.csv("f", rows="list"), Source[list[str]])
    assert_type(asyncgen.csv("f", header=["a"], rows="list"), Source[list[str]])
    assert_type(asyncgen.csv("f", rows="dict"), Source[dict[str, str]])
    assert_type(asyncgen.csv("f", rows=rows), Source[list[str]] | Source[dict[str, str]])
    assert_type(asyncgen.ndjson("f"), Source[Any])
    assert_type(asyncgen.pages("https://x", next=asyncgen.Page("page", 0)), Source[Any])


async def pulled(
    chunks: AsyncIterable[bytes], views: AsyncIterator[memoryview], encoded: Encoded
) -> None:
    """Inputs that are pulled."""
    assert_type(asyncgen.lines(chunks), Source[str])
    assert_type(asyncgen.csv(views), Source[dict[str, str]])
    assert_type(asyncgen.ndjson(encoded), Source[Any])


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
    assert_type(source.encode("ndjson"), Encoded)
    async for chunk in source.encode("csv"):
        assert_type(chunk, bytes)
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
    source = asyncgen.pages(url, stop=asyncgen.Stop(max_pages=1), rate=asyncgen.Rate(1))
    assert_type(source.plan, str | None)
    assert_type(source.total, int | None)


async def onward(page: asyncgen.SeenPage) -> str | None:
    """Choose the next page."""
    return page.url if page.number < 2 else None


async def token() -> str:
    """Give credentials."""
    return "t"
