"""`@asyncgen.generator`, and the example that everybody knows."""

from __future__ import annotations

import asyncio
import collections.abc
import importlib
import inspect
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import anyio
import anyio.lowlevel
import asyncgen
import pytest
from conftest import Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "fetch_pages.py"


def test_example_prints_what_the_blog_says() -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE)], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stderr == ""
    assert done.stdout == "".join(
        f"Fetching page {n}...\nProcessing: {{'page': {n}, 'data': 'Content {n}'}}\n"
        for n in (1, 2, 3)
    )


def test_another_task_runs_in_between() -> None:
    sys.path.insert(0, str(EXAMPLE.parent))
    try:
        fetch_pages = importlib.import_module("fetch_pages").fetch_pages
    finally:
        sys.path.pop(0)

    async def main() -> list[str]:
        seen: list[str] = []

        async def other() -> None:
            while True:
                seen.append("tick")
                await asyncio.sleep(0.1)

        ticking = asyncio.ensure_future(other())
        async for page in fetch_pages(2):
            seen.append(f"page {page['page']}")
        ticking.cancel()
        return seen

    seen = asyncio.run(main())
    between = seen[seen.index("page 1") : seen.index("page 2")]
    assert between.count("tick") >= 2


@asyncgen.generator
async def failing_pages(pages: int) -> AsyncIterator[int]:
    for page in range(1, pages + 1):
        if page == 2:
            message = "page 2 is broken"
            raise ValueError(message)
        yield page


def test_an_error_names_the_item_and_where_the_generator_was_created(run: Run) -> None:
    async def main() -> None:
        got = []
        generator = failing_pages(3)
        try:
            async for page in generator:
                got.append(page)
        except ValueError as error:
            assert str(error) == "page 2 is broken"
            line = inspect.currentframe().f_lineno - 5  # type: ignore[union-attr]  # -- CPython
            [note] = error.__notes__
            assert note.startswith("item 2 of failing_pages, created at ")
            assert note.split(", created at ")[1].startswith(f"{__file__}:")
            assert int(note.rpartition(":")[2]) < line
        else:
            pytest.fail("no error")
        assert got == [1]

    run(main)


@asyncgen.generator
async def echo() -> AsyncGenerator[str, str]:
    sent = "nothing"
    try:
        while True:
            try:
                sent = yield sent
            except KeyError:
                sent = "caught"
    finally:
        closed.append(True)


closed: list[bool] = []


def test_asend_athrow_aclose(run: Run) -> None:
    closed.clear()

    async def main() -> None:
        generator = echo()
        assert isinstance(generator, collections.abc.AsyncGenerator)
        assert await anext(generator) == "nothing"
        assert await generator.asend("something") == "something"
        assert await generator.athrow(KeyError) == "caught"
        await generator.aclose()
        await generator.aclose()
        assert await anext(generator, "over") == "over"

    run(main)
    assert closed == [True]


def test_async_with_closes(run: Run) -> None:
    closed.clear()

    async def main() -> None:
        async with echo() as generator:
            async for _ in generator:
                break

    run(main)
    assert closed == [True]


@asyncgen.generator
async def adding(numbers: int) -> AsyncIterator[int]:
    total = 0
    for number in range(numbers):
        total += number
        yield number
    raise asyncgen.Return(total)


def test_return_value(run: Run) -> None:
    async def main() -> None:
        generator = adding(4)
        assert [number async for number in generator] == [0, 1, 2, 3]
        assert generator.value == 6
        generator = adding(0)
        with pytest.raises(StopAsyncIteration) as end:
            await anext(generator)
        assert vars(end.value)["value"] == 0

    run(main)


def count(numbers: int) -> AsyncIterator[int]:
    return adding(numbers)


def test_a_yield_lets_others_run(run: Run) -> None:
    async def main() -> int:
        turns = 0
        done = False

        async def other() -> None:
            nonlocal turns
            while not done:
                turns += 1
                await anyio.lowlevel.checkpoint()

        async with anyio.create_task_group() as group:
            group.start_soon(other)
            async for _ in adding(100_000):
                pass
            done = True
        return turns

    assert run(main) > 20


def test_unfair_by_option() -> None:
    @asyncgen.generator(fair=False)
    async def counting(to: int) -> AsyncIterator[int]:
        for number in range(to):
            yield number

    async def main() -> int:
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.ensure_future(other())
        async for _ in counting(50_000):
            pass
        task.cancel()
        return turns

    assert asyncio.run(main()) == 0


def test_it_looks_like_the_function() -> None:
    assert adding.__name__ == "adding"
    generator = adding(1)
    assert repr(generator).startswith("<async_generator object adding at 0x")
    assert ", item 0, created at " in repr(generator)
    assert not generator.ag_running


def test_wait_for() -> None:
    async def main() -> int:
        return await asyncio.wait_for(anext(adding(3)), 5)

    assert asyncio.run(main()) == 0
