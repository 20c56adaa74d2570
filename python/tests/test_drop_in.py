"""What takes a native async generator takes a decorated one."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import types
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

import aiostream.stream
import anyio
import asyncgen
import httpx
import pytest
import pytest_asyncio
from asyncgen import errors
from conftest import Run
from fastapi import Depends, FastAPI
from starlette.types import ASGIApp

log: list[str] = []


@asyncgen.generator
async def numbers(to: int = 3) -> AsyncIterator[int]:
    """Count."""
    try:
        for number in range(to):
            yield number
    finally:
        log.append("closed")


def test_inspect_takes_it_for_the_languages_own() -> None:
    generator = numbers()
    assert type(generator) is asyncgen.Generator
    assert isinstance(generator, types.AsyncGeneratorType)
    assert isinstance(generator, asyncgen.Generator)
    assert inspect.isasyncgen(generator)
    assert inspect.isasyncgenfunction(numbers)
    assert inspect.isfunction(numbers)
    assert numbers.__doc__ == "Count."
    assert str(inspect.signature(numbers)) == "(to: 'int' = 3) -> 'AsyncIterator[int]'"
    assert generator.ag_code.co_name == "numbers"
    assert generator.ag_frame is not None
    assert repr(asyncgen.Generator[int, None]) == "asyncgen.Generator[int, None]"


def test_names_can_be_set() -> None:
    generator = numbers()
    assert (generator.__name__, generator.__qualname__) == ("numbers", "numbers")
    generator.__name__, generator.__qualname__ = "one", "two.one"
    assert (generator.__name__, generator.__qualname__) == ("one", "two.one")
    assert repr(generator).startswith("<async_generator object two.one at 0x")
    for attribute in "__name__", "__qualname__":
        with pytest.raises(TypeError, match=f"^{attribute} must be set to a string object$"):
            setattr(generator, attribute, 1)


def test_as_a_context_manager(run: Run) -> None:
    @contextlib.asynccontextmanager
    @asyncgen.generator
    async def manager(name: str) -> AsyncIterator[str]:
        try:
            yield name
        except KeyError:
            log.append("caught")
        finally:
            log.append("left")

    async def main() -> None:
        log.clear()
        async with manager("a") as name:
            assert name == "a"
        async with manager("b"):
            raise KeyError
        with pytest.raises(ValueError, match="mine") as raised:
            async with manager("c"):
                message = "mine"
                raise ValueError(message)
        assert log == ["left", "caught", "left", "left"]
        assert raised.value.__notes__[0].startswith("item 2 of test_as_a_context_manager.")

    run(main)


def test_as_a_dependency_of_fastapi() -> None:
    app = FastAPI()

    @asyncgen.generator
    async def session() -> AsyncGenerator[str, None]:
        log.append("open")
        try:
            yield "session"
        finally:
            log.append("closed")

    @app.get("/")
    async def root(opened: str = Depends(session)) -> dict[str, Any]:  # noqa: FAST002 -- a local
        return {"opened": opened, "log": list(log)}

    async def get(app: ASGIApp) -> Any:
        transport = httpx.ASGITransport(app=app)
        client = httpx.AsyncClient(transport=transport, base_url="http://test")
        async with contextlib.aclosing(client):
            answer = await client.get("/")
        return answer.json()

    log.clear()
    assert asyncio.run(get(app)) == {"opened": "session", "log": ["open"]}
    assert log == ["open", "closed"]


def test_in_aiostream() -> None:
    got: list[int] = []

    async def main() -> None:
        doubled = aiostream.stream.map(numbers(4), lambda number, *_: number * 2)
        async with doubled.stream() as streamer:
            got.extend([number async for number in streamer])

    asyncio.run(main())
    assert got == [0, 2, 4, 6]


def test_aclosing_and_a_task_group(run: Run) -> None:
    async def main() -> list[int]:
        got: list[int] = []

        async def consume() -> None:
            async with contextlib.aclosing(numbers(2)) as generator:
                got.extend([number async for number in generator])

        async with anyio.create_task_group() as group:
            group.start_soon(consume)
            group.start_soon(consume)
        return sorted(got)

    assert run(main) == [0, 0, 1, 1]


@pytest_asyncio.fixture
@asyncgen.generator
async def opened() -> AsyncIterator[str]:
    """Give something to a test, and close it after that."""
    yield "fixture"
    log.append("fixture closed")


@pytest.mark.asyncio
async def test_as_a_fixture_of_pytest_asyncio(opened: str) -> None:
    log.clear()
    assert opened == "fixture"


def test_the_fixture_was_closed() -> None:
    assert log == ["fixture closed"]


async def one() -> AsyncIterator[int]:
    """Yield once."""
    yield 1


def test_generator_expressions(run: Run) -> None:
    async def main() -> None:
        generator = asyncgen.generator.genexp(lambda: (n * n async for n in numbers(3)))
        assert type(generator) is asyncgen.Generator
        assert [square async for square in generator] == [0, 1, 4]

    run(main)


NOT_GENERATORS: list[Callable[..., Any]] = [lambda: None, asyncio.sleep, len]


@pytest.mark.parametrize("function", NOT_GENERATORS)
def test_what_is_no_generator_is_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="takes an `async def` with `yield`, not"):
        asyncgen.generator(function)


@pytest.mark.parametrize("fair", [-1, "quickly", float("nan"), None])
def test_what_is_not_fair(fair: Any) -> None:
    with pytest.raises(errors.UsageError, match="fair must be True, False or seconds, not "):
        asyncgen.generator(fair=fair)
    with pytest.raises(errors.UsageError, match="fair must be True, False or seconds, not "):
        asyncgen.lines(b"", fair=fair)


def test_gone_at_once(run: Run) -> None:
    """No circle keeps a generator that nobody refers to, however its steps ended."""

    async def main() -> None:
        gc.disable()
        try:
            for steps in range(5):
                generator = numbers(3)
                for _ in range(steps):
                    await anext(generator, None)
                await generator.aclose()
                kept = weakref.ref(generator)
                del generator
                assert kept() is None, steps
        finally:
            gc.enable()

    run(main)
