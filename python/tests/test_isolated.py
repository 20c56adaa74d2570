"""A body in a task of its own: the protocol, its own scopes, and cancelled steps."""

from __future__ import annotations

import asyncio
import contextvars
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias

import anyio
import anyio.lowlevel
import pytest
import sniffio
import trio
from asyncgen._isolated import Isolated
from conftest import Run

Body: TypeAlias = Callable[[list[Any]], AsyncGenerator[Any, Any]]

# More turns of a loop than any step here needs.
TURNS = 16


async def turns(count: int) -> None:
    for _ in range(count):
        await anyio.lowlevel.checkpoint()


async def take(generator: Isolated[Any, Any]) -> Any:
    """Give the next item, or the name of the exception that comes instead."""
    try:
        return await generator.asend(None)
    except (Exception, GeneratorExit) as error:  # noqa: BLE001 -- the test looks at it
        return type(error).__name__


async def close(generator: Isolated[Any, Any]) -> None:
    """Close it as `aclose` does."""
    with suppress(StopAsyncIteration, GeneratorExit):
        await generator.athrow(GeneratorExit())
        pytest.fail("it yielded")


def tasks() -> int:
    """Count the tasks of the running loop."""
    if sniffio.current_async_library() == "trio":
        return trio.lowlevel.current_statistics().tasks_living
    return len(asyncio.all_tasks())


async def struck_at(turn: int, step: Awaitable[Any]) -> Any:
    """Await `step`, and cancel that after so many turns; "cancelled" if it was not done by then."""
    got: Any = "cancelled"
    async with anyio.create_task_group() as group:
        scope = anyio.CancelScope()

        async def strike() -> None:
            await turns(turn)
            scope.cancel()

        group.start_soon(strike)
        with scope:
            got = await step
        group.cancel_scope.cancel()
    return got


def at_each_turn(test: Callable[[int], Awaitable[None]]) -> Callable[[Run], None]:
    """Make a test of one that is told when to strike."""

    def test_at_each_turn(run: Run) -> None:
        for turn in range(TURNS):
            run(partial(test, turn))

    return test_at_each_turn


async def echo(log: list[Any]) -> AsyncGenerator[Any, Any]:
    sent = "nothing"
    try:
        while sent != "end":
            try:
                await turns(1)
                sent = yield sent
            except KeyError:
                sent = "caught"
    finally:
        await turns(2)
        log.append("closed")


def test_protocol(run: Run) -> None:
    log: list[Any] = []

    async def main() -> None:
        before = tasks()
        generator = Isolated(echo(log))
        assert tasks() == before
        assert await generator.asend(None) == "nothing"
        assert tasks() == before + 1
        assert await generator.asend("something") == "something"
        assert await generator.athrow(KeyError()) == "caught"
        assert await generator.athrow(KeyError) == "caught"
        assert log == []
        await close(generator)
        assert log == ["closed"]
        await turns(2)
        assert tasks() == before
        await close(generator)
        assert await take(generator) == "StopAsyncIteration"

    run(main)


def test_end(run: Run) -> None:
    log: list[Any] = []

    async def main() -> None:
        generator = Isolated(echo(log))
        assert await generator.asend(None) == "nothing"
        assert generator.ag_frame is not None
        with pytest.raises(StopAsyncIteration):
            await generator.asend("end")
        assert generator.ag_frame is None
        assert await take(generator) == "StopAsyncIteration"
        with pytest.raises(StopAsyncIteration):
            await generator.athrow(KeyError())

    run(main)
    assert log == ["closed"]


def test_an_error_comes_to_the_step_that_asked_with_its_traceback(run: Run) -> None:
    async def failing(_log: list[Any]) -> AsyncGenerator[int, None]:
        yield 1
        await turns(1)
        message = "broken"
        raise ValueError(message)

    async def main() -> None:
        generator = Isolated(failing([]))
        assert await generator.asend(None) == 1
        with pytest.raises(ValueError, match="broken") as failed:
            await generator.asend(None)
        names = [frame.name for frame in traceback.extract_tb(failed.value.__traceback__)]
        assert names[0] == "main"
        assert names[-1] == "failing"
        assert await take(generator) == "StopAsyncIteration"

    run(main)


@pytest.mark.parametrize("error", [GeneratorExit, KeyError])
def test_not_begun(run: Run, error: type[BaseException]) -> None:
    log: list[Any] = []

    async def main() -> None:
        before = tasks()
        generator = Isolated(echo(log))
        with pytest.raises(error):
            await generator.athrow(error())
        assert generator.ag_frame is None
        assert await take(generator) == "StopAsyncIteration"
        assert tasks() == before

    run(main)
    assert log == []


async def waits(log: list[Any]) -> AsyncGenerator[Any, Any]:
    try:
        yield 1
        await anyio.sleep_forever()
    finally:
        log.append("cleaning")
        await turns(3)
        log.append("closed")


def suspended(generator: Isolated[Any, Any]) -> bool | None:
    """Ask what Python knows from 3.12 on."""
    return getattr(generator, "ag_suspended", None)


def test_what_it_looks_like(run: Run) -> None:
    async def main() -> None:
        native = waits([])
        generator = Isolated(native)
        assert (generator.__name__, generator.__qualname__) == ("waits", "waits")
        assert generator.ag_code is native.ag_code
        assert suspended(generator) in (False, None)
        await generator.asend(None)
        assert generator.ag_frame is native.ag_frame
        assert suspended(generator) in (True, None)
        assert generator.ag_await is None
        assert await struck_at(TURNS, generator.asend(None)) == "cancelled"
        assert suspended(generator) in (True, None)
        assert generator.ag_await is not None
        await close(generator)
        assert suspended(generator) in (False, None)
        assert generator.ag_await is None

    run(main)


VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE", default="unset")


def test_the_context_is_a_copy_of_that_of_the_first_step(run: Run) -> None:
    async def reading(_log: list[Any]) -> AsyncGenerator[str, None]:
        while True:
            yield VARIABLE.get()
            VARIABLE.set("set by the body")

    async def main() -> None:
        VARIABLE.set("when it was made")
        generator = Isolated(reading([]))
        VARIABLE.set("at the first step")
        assert await generator.asend(None) == "at the first step"
        VARIABLE.set("at the second step")
        assert await generator.asend(None) == "set by the body"
        assert VARIABLE.get() == "at the second step"
        await close(generator)

    run(main)


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
        got = []
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


# Steps that are cancelled.


async def slow(log: list[Any]) -> AsyncGenerator[Any, Any]:
    try:
        for number in range(3):
            await turns(2)
            sent = yield number
            log.append(sent)
    finally:
        await turns(2)
        log.append("closed")


@at_each_turn
async def test_a_cancelled_step_loses_nothing(turn: int) -> None:
    log: list[Any] = []
    generator = Isolated(slow(log))
    got = []
    while got[-1:] != ["StopAsyncIteration"]:
        item = await struck_at(turn, take(generator))
        if item == "cancelled":
            item = await take(generator)
        got.append(item)
    assert got == [0, 1, 2, "StopAsyncIteration"]
    assert log == [None, None, None, "closed"]


@at_each_turn
async def test_nor_does_it_when_each_try_is_cancelled(turn: int) -> None:
    generator = Isolated(slow([]))
    got = []
    while got[-1:] != ["StopAsyncIteration"]:
        item = await struck_at(turn, take(generator))
        if item != "cancelled":
            got.append(item)
        await turns(1)
    assert got == [0, 1, 2, "StopAsyncIteration"]


def test_nor_under_asyncio_itself(run_on_asyncio: Run) -> None:
    async def main(turn: int) -> list[Any]:
        generator = Isolated(slow([]))
        got = []
        while got[-1:] != ["StopAsyncIteration"]:
            step = asyncio.ensure_future(take(generator))
            for _ in range(turn):
                await asyncio.sleep(0)
            step.cancel()
            with suppress(asyncio.CancelledError):
                got.append(await step)
                continue
            got.append(await take(generator))
        return got

    for turn in range(TURNS):
        assert run_on_asyncio(partial(main, turn)) == [0, 1, 2, "StopAsyncIteration"]


@pytest.mark.parametrize("idle", [0, TURNS])
def test_an_item_nobody_took_comes_before_what_is_sent(run: Run, idle: int) -> None:
    log: list[Any] = []

    async def main() -> None:
        generator = Isolated(slow(log))
        assert await generator.asend(None) == 0
        assert await struck_at(1, generator.asend("first")) == "cancelled"
        await turns(idle)
        with pytest.raises(RuntimeError, match="take it with asend"):
            await generator.asend("second")
        thrown = KeyError()
        with pytest.raises(RuntimeError, match="take it with asend") as refused:
            await generator.athrow(thrown)
        assert refused.value.__cause__ is thrown
        assert generator.ag_frame is not None
        assert await generator.asend(None) == 1
        assert await generator.asend("second") == 2
        await close(generator)

    run(main)
    assert log == ["first", "second", "closed"]


@pytest.mark.parametrize("verb", ["asend", "athrow"])
def test_an_end_that_nobody_took_answers_what_is_asked(run: Run, verb: str) -> None:
    async def main() -> None:
        generator = Isolated(slow([]))
        for number in range(3):
            assert await generator.asend(None) == number
        assert await struck_at(1, generator.asend(None)) == "cancelled"
        await turns(TURNS)
        assert generator.ag_frame is not None
        with pytest.raises(StopAsyncIteration):
            await getattr(generator, verb)(KeyError())
        assert generator.ag_frame is None

    run(main)
