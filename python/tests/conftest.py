"""What every test has: an event loop of each kind, and a count of what it left open."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import asyncgen
import pytest
import trio
import uvloop

Run: TypeAlias = Callable[[Callable[[], Awaitable[Any]]], Any]

TESTDATA = Path(__file__).parents[2] / "testdata"


def run_asyncio(main: Callable[[], Awaitable[Any]]) -> Any:
    """Run on asyncio's own loop."""
    return asyncio.run(_coroutine(main))


def run_uvloop(main: Callable[[], Awaitable[Any]]) -> Any:
    """Run on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_coroutine(main))


def run_trio(main: Callable[[], Awaitable[Any]]) -> Any:
    """Run on trio."""
    return trio.run(main)


async def _coroutine(main: Callable[[], Awaitable[Any]]) -> Any:
    return await main()


LOOPS = {"asyncio": run_asyncio, "uvloop": run_uvloop, "trio": run_trio}


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Run:
    """Run an async function on each kind of event loop."""
    return LOOPS[request.param]


@pytest.fixture(params=["asyncio", "uvloop"])
def run_on_asyncio(request: pytest.FixtureRequest) -> Run:
    """Run an async function on each kind of asyncio loop."""
    return LOOPS[request.param]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a skip fail in CI where the test is one that no event loop may miss."""
    report = yield
    if report.skipped and os.environ.get("CI") and "every_loop" in item.keywords:
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


def pytest_sessionfinish() -> None:
    """Bring back what the tests set apart, for who looks through it after them."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def nothing_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Count descriptors and reader threads before and after the test.

    What is there before it is set apart, so that collecting after it looks through what it made.
    """
    warm_up()
    before = open_things()
    gc.freeze()
    yield
    if "leaves_things" not in request.keywords:
        assert_settles_to(before)


def warm_up() -> None:
    """Start what is started once for each process, so that it is not counted."""
    assert list(asyncgen.lines(b"a\n")) == ["a"]
    if not WARM:
        WARM.append(True)
        for run in LOOPS.values():
            run(_nothing)


async def _nothing() -> None:
    """Let a loop start what it starts once: uvloop keeps a pair of descriptors."""


WARM: list[bool] = []


def open_things() -> dict[str, int]:
    """Count what a leak would leave: descriptors, sockets among them, and reader threads."""
    gc.collect()
    readers = [thread for thread in threading.enumerate() if thread.name == "asyncgen reader"]
    return {"descriptors": len(os.listdir("/proc/self/fd")), "readers": len(readers)}


def assert_settles_to(
    before: dict[str, int], count: Callable[[], dict[str, int]] = open_things
) -> None:
    """Wait for the threads of Rust to let go: closing signals them and does not wait."""
    deadline = time.monotonic() + 5
    while (now := count()) != before:
        if all(now[name] <= before[name] for name in before):
            return
        assert time.monotonic() < deadline, f"left open: {now}, before: {before}"
        time.sleep(0.002)
