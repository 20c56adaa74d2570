"""Cancelling a step that waits: no record is lost, none comes twice, the source goes on.

Only cancellations that struck a step while it was parked count. Records are written just before,
just after, or not at all, so that a wake and a cancellation meet in each order.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import anyio
import anyio.lowlevel
import asyncgen
import pytest
import trio
from conftest import LOOPS

COUNT = 10_000 if os.environ.get("ASYNCGEN_SOAK") else 200

#: Cancels `step` while it waits; gives what it returned, or None for a cancellation that struck.
Cancel: TypeAlias = Callable[["Stream", Callable[[], Awaitable[str]]], Awaitable[str | None]]


class Stream:
    """A source over a pipe, and the numbers that were written into it."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self.file = open(reading, "rb")
        self.writing = open(writing, "wb", buffering=0)
        self.source = asyncgen.lines(self.file)
        self.written = 0
        self.turn = 0

    def write(self, turn: int) -> None:
        """Write the next number in one of three turns."""
        if self.turn % 3 == turn:
            self.writing.write(b"%d\n" % self.written)
            self.written += 1

    async def until_parked(self) -> None:
        """Wait until a step is parked, or is over already."""
        while not self.source.ag_running:
            await anyio.lowlevel.checkpoint()


async def by_task(stream: Stream, step: Callable[[], Awaitable[str]]) -> str | None:
    task = asyncio.ensure_future(step())
    await asyncio.sleep(0)
    if not stream.source.ag_running:
        return await task
    stream.write(0)
    task.cancel()
    stream.write(1)
    try:
        return await task
    except asyncio.CancelledError:
        return None


async def by_wait_for(stream: Stream, step: Callable[[], Awaitable[str]]) -> str | None:
    task = asyncio.ensure_future(step())
    await asyncio.sleep(0)
    if not stream.source.ag_running:
        return await task
    stream.write(0)
    try:
        return await asyncio.wait_for(task, 0)
    except TimeoutError:
        return None
    finally:
        stream.write(1)


async def by_timeout(stream: Stream, step: Callable[[], Awaitable[str]]) -> str | None:
    struck = False

    def expire() -> None:
        nonlocal struck
        if stream.source.ag_running:
            struck = True
            stream.write(0)
            timeout.reschedule(0)
            stream.write(1)

    expiring = asyncio.get_running_loop().call_soon(expire)
    try:
        async with asyncio.timeout(None) as timeout:
            return await step()
    except TimeoutError:
        assert struck
        return None
    finally:
        expiring.cancel()


async def by_move_on_after(stream: Stream, step: Callable[[], Awaitable[str]]) -> str | None:
    got = None
    async with trio.open_nursery() as nursery:
        with trio.move_on_after(float("inf")) as scope:

            async def expire() -> None:
                await trio.lowlevel.checkpoint()
                if stream.source.ag_running:
                    stream.write(0)
                    scope.deadline = -float("inf")
                    stream.write(1)

            nursery.start_soon(expire)
            got = await step()
    return got


async def by_scope(stream: Stream, step: Callable[[], Awaitable[str]]) -> str | None:
    got = None
    async with anyio.create_task_group() as group:
        with anyio.CancelScope() as scope:

            async def cancel() -> None:
                await anyio.lowlevel.checkpoint()
                if stream.source.ag_running:
                    stream.write(0)
                    scope.cancel()
                    stream.write(1)

            group.start_soon(cancel)
            got = await step()
    return got


WAYS: dict[str, dict[str, Cancel]] = {
    "asyncio": {"task": by_task, "wait_for": by_wait_for, "timeout": by_timeout, "scope": by_scope},
    "uvloop": {"task": by_task, "wait_for": by_wait_for, "timeout": by_timeout, "scope": by_scope},
    "trio": {"move_on_after": by_move_on_after, "scope": by_scope},
}
CASES = [
    pytest.param(loop, cancel, id=f"{loop}, {name}")
    for loop, ways in WAYS.items()
    for name, cancel in ways.items()
]


@pytest.mark.soak
@pytest.mark.every_loop
@pytest.mark.timeout(900 if COUNT > 200 else 60)
@pytest.mark.parametrize(("loop", "cancel"), CASES)
def test_nothing_is_lost(loop: str, cancel: Cancel) -> None:
    stream = Stream()

    async def step() -> str:
        return await anext(stream.source)

    async def main() -> tuple[int, list[str]]:
        struck = 0
        got: list[str] = []
        while struck < COUNT:
            stream.turn += 1
            item = await cancel(stream, step)
            if item is None:
                struck += 1
            else:
                got.append(item)
        stream.writing.close()
        got += [line async for line in stream.source]
        return struck, got

    struck, got = LOOPS[loop](main)
    stream.file.close()
    assert struck == COUNT
    assert stream.written >= COUNT // 2
    assert got == [str(n) for n in range(stream.written)]
