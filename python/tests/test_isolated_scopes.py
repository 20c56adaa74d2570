"""The timeouts, cancel scopes and groups of a body in a task of its own strike nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import anyio
import pytest
from asyncgen._isolated import Isolated
from conftest import Run
from test_isolated import TURNS, Body, close, take, tasks, turns

# Scopes of the body's own: what its steps give when the scope strikes at the yield, and in a step.


async def scope_at_yield(log: list[Any]) -> AsyncGenerator[Any, Any]:
    with anyio.move_on_after(0):
        try:
            yield 1
            await anyio.sleep_forever()
        finally:
            await turns(0)
            log.append("left")
    yield 2


async def scope_in_step(log: list[Any]) -> AsyncGenerator[Any, Any]:
    with anyio.move_on_after(0) as scope:
        yield 1
        await anyio.sleep_forever()
    log.append(scope.cancelled_caught)
    yield 2


async def deadline_in_step(log: list[Any]) -> AsyncGenerator[Any, Any]:
    yield 1
    with anyio.fail_after(0):
        yield 2
        await anyio.sleep_forever()


async def group_at_yield(log: list[Any]) -> AsyncGenerator[Any, Any]:
    async def fail() -> None:
        raise KeyError

    async with anyio.create_task_group() as group:
        group.start_soon(fail)
        try:
            yield 1
        finally:
            log.append("left")


async def group_in_step(log: list[Any]) -> AsyncGenerator[Any, Any]:
    async def fail() -> None:
        await turns(8)
        raise KeyError

    async with anyio.create_task_group() as group:
        yield 1
        group.start_soon(fail)
        await anyio.sleep_forever()


async def refuses_its_own_scope(log: list[Any]) -> AsyncGenerator[Any, Any]:
    with anyio.CancelScope() as scope:
        scope.cancel()
        for number in range(1, 1000):
            with suppress(anyio.get_cancelled_exc_class()):
                yield number
            log.append("refused")


async def refuses_everything(log: list[Any]) -> AsyncGenerator[Any, Any]:
    with anyio.CancelScope() as scope:
        scope.cancel()
        for number in range(1, 1000):
            with suppress(BaseException):
                yield number
            log.append("refused")


OWN_SCOPES: list[tuple[Body, list[Any], list[Any]]] = [
    (scope_at_yield, [1, 2, "StopAsyncIteration"], ["left"]),
    (scope_in_step, [1, 2, "StopAsyncIteration"], [True]),
    (deadline_in_step, [1, 2, "TimeoutError"], []),
    (group_at_yield, [1, "ExceptionGroup"], ["left"]),
    (group_in_step, [1, "ExceptionGroup"], []),
    (refuses_its_own_scope, [1, 2, "GeneratorExit", "StopAsyncIteration"], ["refused"]),
    (refuses_everything, [1, 2, "RuntimeError", "StopAsyncIteration"], ["refused"] * 2),
]


@pytest.mark.parametrize("idle", [0, 1, TURNS])
@pytest.mark.parametrize(("body", "items", "log"), OWN_SCOPES)
def test_a_scope_of_the_body_is_its_own(
    run: Run, idle: int, body: Body, items: list[Any], log: list[Any]
) -> None:
    written: list[Any] = []

    async def main() -> list[Any]:
        before = tasks()
        generator = Isolated(body(written))
        got: list[Any] = []
        while got[-1:] not in (items[-1:], ["StopAsyncIteration"]):
            got.append(await take(generator))
            await turns(idle)
        await turns(2)
        assert tasks() == before
        return got

    assert run(main) == items
    assert written == log


async def asyncio_timeout(log: list[Any]) -> AsyncGenerator[Any, Any]:
    async with asyncio.timeout(0):
        yield 1
        await anyio.sleep_forever()


async def asyncio_group(log: list[Any]) -> AsyncGenerator[Any, Any]:
    async with asyncio.TaskGroup() as group:
        group.create_task(failing_task())
        yield 1
        await anyio.sleep_forever()


async def asyncio_cancelled_future(log: list[Any]) -> AsyncGenerator[Any, Any]:
    yield 1
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    await future


async def asyncio_caught(log: list[Any]) -> AsyncGenerator[Any, Any]:
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            yield 1
            await anyio.sleep_forever()
    async with asyncio.timeout(None):
        await turns(3)
        yield 2


async def failing_task() -> None:
    raise KeyError


@pytest.mark.parametrize("idle", [0, 1, TURNS])
@pytest.mark.parametrize(
    ("body", "items"),
    [
        (asyncio_timeout, [1, "TimeoutError"]),
        (asyncio_group, [1, "ExceptionGroup"]),
        (asyncio_cancelled_future, [1, "RuntimeError"]),
        (asyncio_caught, [1, 2, "StopAsyncIteration"]),
    ],
)
def test_so_is_one_of_asyncio(run_on_asyncio: Run, idle: int, body: Body, items: list[Any]) -> None:
    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        generator = Isolated(body([]))
        for item in items:
            assert await take(generator) == item
            await turns(idle)
        assert task.cancelling() == 0

    run_on_asyncio(main)


async def scopes_around_everything(log: list[Any]) -> AsyncGenerator[Any, Any]:
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep_forever)
        with anyio.fail_after(1000):
            try:
                for number in range(3):
                    yield number
            finally:
                await turns(2)
                log.append("closed")


def test_closing_inside_a_scope_is_no_error(run: Run) -> None:
    log: list[Any] = []

    async def main() -> None:
        before = tasks()
        generator = Isolated(scopes_around_everything(log))
        assert await generator.asend(None) == 0
        await close(generator)
        await turns(2)
        assert tasks() == before

    run(main)
    assert log == ["closed"]
