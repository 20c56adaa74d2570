"""How a body in a task of its own ends: closed, abandoned, with its loop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import anyio
import asyncgen
import pytest
from asyncgen._isolated import Isolated
from asyncgen.errors import NoLoopError
from conftest import LOOPS, Run
from test_isolated import (
    TURNS,
    Body,
    at_each_turn,
    close,
    echo,
    slow,
    struck_at,
    take,
    tasks,
    turns,
    waits,
)
from test_isolated_scopes import scopes_around_everything


async def waits_in_scopes(log: list[Any]) -> AsyncGenerator[Any, Any]:
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep_forever)
            with anyio.CancelScope():
                yield 1
                await anyio.sleep_forever()
    finally:
        log.append("cleaning")
        await turns(3)
        log.append("closed")


async def waits_in_a_loop(log: list[Any]) -> AsyncGenerator[Any, Any]:
    yield 1
    for _ in range(3):
        with anyio.move_on_after(1000):
            await anyio.sleep_forever()
        log.append("went on")


async def swallows_and_yields(log: list[Any]) -> AsyncGenerator[Any, Any]:
    yield 1
    with suppress(anyio.get_cancelled_exc_class()):
        await anyio.sleep_forever()
    try:
        yield 2
    finally:
        await turns(2)
        log.append("closed")


CLOSED: list[tuple[Body, list[Any]]] = [
    (waits, ["cleaning", "closed"]),
    (waits_in_scopes, ["cleaning", "closed"]),
    (waits_in_a_loop, []),
    (swallows_and_yields, ["closed"]),
]


@pytest.mark.parametrize(("body", "expected"), CLOSED)
@pytest.mark.parametrize("idle", [0, 1, TURNS])
def test_closing_while_a_request_is_under_way(
    run: Run, idle: int, body: Body, expected: list[Any]
) -> None:
    log: list[Any] = []

    async def main() -> None:
        before = tasks()
        generator = Isolated(body(log))
        assert await generator.asend(None) == 1
        assert await struck_at(TURNS, generator.asend(None)) == "cancelled"
        await turns(idle)
        await close(generator)
        assert generator.ag_frame is None
        await turns(2)
        assert tasks() == before

    run(main)
    assert log == expected


async def begins(log: list[Any]) -> AsyncGenerator[Any, Any]:
    log.append("begun")
    try:
        await turns(2)
        yield 1
    finally:
        await turns(2)
        log.append("closed")


@at_each_turn
async def test_closing_after_a_step_that_is_cancelled(turn: int) -> None:
    log: list[Any] = []
    before = tasks()
    generator = Isolated(begins(log))
    await struck_at(turn, generator.asend(None))
    begun = log == ["begun"]
    await close(generator)
    assert await take(generator) == "StopAsyncIteration"
    assert log == (["begun", "closed"] if begun else [])
    await turns(2)
    assert tasks() == before


@at_each_turn
async def test_closing_that_is_cancelled_can_be_awaited_again(turn: int) -> None:
    for body in (slow, scopes_around_everything, waits):
        before = tasks()
        generator = Isolated(body([]))
        await generator.asend(None)
        await struck_at(turn, close(generator))
        await close(generator)
        assert generator.ag_frame is None
        await turns(2)
        assert tasks() == before


async def ignores_closing(log: list[Any]) -> AsyncGenerator[Any, Any]:
    with suppress(GeneratorExit):
        yield 1
    yield 2


def test_a_body_that_ignores_closing_yields(run: Run) -> None:
    async def main() -> None:
        before = tasks()
        generator = Isolated(ignores_closing([]))
        assert await generator.asend(None) == 1
        assert await generator.athrow(GeneratorExit()) == 2
        await close(generator)
        await turns(2)
        assert tasks() == before

    run(main)


def test_an_error_of_the_cleanup_is_raised(run: Run) -> None:
    async def failing() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            await turns(1)
            raise KeyError

    async def main() -> None:
        generator = Isolated(failing())
        await generator.asend(None)
        with pytest.raises(KeyError):
            await close(generator)

    run(main)


def test_so_is_one_that_no_step_took(run: Run) -> None:
    async def failing() -> AsyncGenerator[int, None]:
        yield 1
        await turns(3)
        raise KeyError

    async def main() -> None:
        generator = Isolated(failing())
        await generator.asend(None)
        assert await struck_at(0, generator.asend(None)) == "cancelled"
        await turns(TURNS)
        with pytest.raises(KeyError):
            await close(generator)

    run(main)


# Abandoned.


ABANDONED = 1000 if os.environ.get("ASYNCGEN_SOAK") else 100


@pytest.mark.soak
@pytest.mark.parametrize("body", [slow, waits, waits_in_scopes, scopes_around_everything])
@pytest.mark.parametrize("steps", [1, 2])
def test_many_abandoned_ones_leave_no_task(run: Run, body: Body, steps: int) -> None:
    log: list[Any] = []

    async def main() -> None:
        before = tasks()
        for _ in range(ABANDONED):
            generator = Isolated(body(log))
            await generator.asend(None)
            if steps == 2:
                await struck_at(1, generator.asend(None))
        del generator
        gc.collect()
        await turns(2 * TURNS)
        assert tasks() == before

    run(main)
    if steps == 1 or run is not LOOPS["trio"]:  # which does not let such a cleanup await
        assert log.count("closed") == ABANDONED


def test_the_task_does_not_keep_the_generator(run: Run) -> None:
    async def main() -> None:
        gc.disable()
        try:
            log: list[Any] = []
            generator = Isolated(slow(log))
            await generator.asend(None)
            del generator
            await turns(TURNS)
            assert log == ["closed"]
        finally:
            gc.enable()

    run(main)


def test_a_circle_of_garbage_is_closed_all_the_same(run: Run) -> None:
    """The task is not part of it: its end must not come before the generator's hook."""
    log: list[Any] = []

    async def main() -> None:
        before = tasks()
        make: Any = asyncgen.generator(isolated=True)(slow)
        generator = make(log)
        circle: list[Any] = [generator]
        circle.append(circle)
        await anext(generator)
        del generator, circle
        gc.collect()
        await turns(2 * TURNS)
        assert tasks() == before

    if run is LOOPS["trio"]:  # whose hook warns, and does not let the cleanup await
        with pytest.warns(ResourceWarning, match="garbage collected before it had been exhausted"):
            run(main)
    else:
        run(main)
        assert log == ["closed"]


def test_abandoned_in_another_thread(run: Run) -> None:
    log: list[Any] = []

    async def main() -> None:
        before = tasks()
        left = [Isolated(slow(log))]
        await left[0].asend(None)
        thread = threading.Thread(target=left.clear)
        thread.start()
        thread.join()
        while tasks() != before:
            await turns(1)

    run(main)
    assert log == ["closed"]


@pytest.mark.parametrize("steps", [1, 2])
def test_an_abandoned_body_that_fails_is_reported(
    run: Run, steps: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing() -> AsyncGenerator[int, None]:
        try:
            yield 1
            await turns(1)
        finally:
            raise KeyError

    async def main() -> None:
        generator = Isolated(failing())
        await generator.asend(None)
        if steps == 2:
            await struck_at(0, generator.asend(None))
            await turns(TURNS)
        del generator
        await turns(TURNS)

    run(main)
    [record] = caplog.records
    assert (record.name, record.levelno) == ("asyncgen", logging.ERROR)
    assert record.exc_info is not None
    assert record.exc_info[0] is KeyError


# The loop ends, or is another one.


@pytest.mark.parametrize("steps", ["idle", "under way", "answered"])
@pytest.mark.parametrize("body", [slow, waits, waits_in_scopes])
def test_the_end_of_the_run_closes_the_body(run: Run, body: Body, steps: str) -> None:
    log: list[Any] = []
    kept: list[Isolated[Any, Any]] = []

    async def main() -> None:
        kept.append(Isolated(body(log)))
        await kept[0].asend(None)
        if steps != "idle":
            await struck_at(1, kept[0].asend(None))
        if steps == "answered":
            await turns(TURNS)

    async def again() -> None:
        assert await take(kept[0]) in ("RuntimeError", 1, 2)
        await close(kept[0])
        assert kept[0].ag_frame is None

    run(main)
    if run is not LOOPS["trio"]:  # where a cancelled cleanup does not get to await
        assert log[-1:] == ["closed"]
    run(again)


def test_another_loop_is_refused(run: Run) -> None:
    async def main() -> None:
        generator = Isolated(echo([]))
        await generator.asend(None)
        refused: list[Any] = []

        async def other() -> None:
            refused.append(await take(generator))

        thread = threading.Thread(target=asyncio.run, args=(other(),))
        thread.start()
        thread.join()
        assert refused == ["RuntimeError"]
        assert await generator.asend(None) is None
        await close(generator)

    run(main)


def test_closed_from_another_loop_it_ends_in_its_own(run: Run) -> None:
    log: list[Any] = []

    async def main() -> None:
        before = tasks()
        generator = Isolated(echo(log))
        await generator.asend(None)
        thread = threading.Thread(target=asyncio.run, args=(close(generator),))
        thread.start()
        thread.join()
        assert generator.ag_frame is None
        while tasks() != before:
            await turns(1)

    run(main)
    assert log == ["closed"]


def test_no_loop() -> None:
    generator = Isolated(echo([]))
    with pytest.raises(NoLoopError, match="isolated"):
        generator.asend(None).send(None)
    assert generator.ag_frame is not None
    assert asyncio.run(take(generator)) == "nothing"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="new in 3.12")
def test_tasks_that_begin_at_once() -> None:
    async def main() -> list[Any]:
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined,unused-ignore]  # -- new in 3.12
        generator = Isolated(slow([]))
        return [await take(generator) for _ in range(4)]

    assert asyncio.run(main()) == [0, 1, 2, "StopAsyncIteration"]
