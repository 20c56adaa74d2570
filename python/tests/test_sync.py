"""`.sync()`: an async generator in a plain `for`."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import pytest
import trio
from asyncgen._sync import sync
from asyncgen.errors import LoopRunningError
from conftest import Run


async def numbers(log: list[Any], to: int = 3) -> AsyncGenerator[int, None]:
    try:
        for number in range(to):
            await asyncio.sleep(0)
            yield number
    finally:
        await asyncio.sleep(0)
        log.append("closed")


def test_items_in_order_then_closed() -> None:
    log: list[Any] = []
    assert list(sync(numbers(log))) == [0, 1, 2]
    assert log == ["closed"]


def test_the_body_runs_when_it_is_asked() -> None:
    log: list[Any] = []

    async def counting() -> AsyncGenerator[int, None]:
        for number in range(3):
            log.append(number)
            yield number

    items = sync(counting())
    assert log == []
    assert next(items) == 0
    assert log == [0]
    assert [*items, *log] == [1, 2, 0, 1, 2]


def leave_by_break(items: Iterator[int]) -> None:
    for _ in items:
        break


def leave_by_error(items: Iterator[int]) -> None:
    with pytest.raises(KeyError):
        for item in items:
            raise KeyError(item)


def leave_in_a_circle(items: Iterator[int]) -> None:
    next(items)
    circle: list[Any] = [items]
    circle.append(circle)


@pytest.mark.parametrize("leave", [leave_by_break, leave_by_error, leave_in_a_circle])
def test_leaving_closes(leave: Any) -> None:
    log: list[Any] = []
    leave(sync(numbers(log)))
    gc.collect()
    assert log == ["closed"]


def test_left_while_another_loop_runs_in_the_thread(run: Run) -> None:
    log: list[Any] = []
    left = [sync(numbers(log))]
    assert next(left[0]) == 0

    async def main() -> None:
        left.clear()
        gc.collect()

    run(main)
    assert log == ["closed"]


def test_an_error_of_the_body() -> None:
    async def failing() -> AsyncGenerator[int, None]:
        yield 1
        message = "broken"
        raise ValueError(message)

    items = sync(failing())
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)
    assert list(items) == []


def test_an_error_of_the_cleanup() -> None:
    async def failing() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            raise KeyError

    items = sync(failing())
    next(items)
    with pytest.raises(KeyError):
        items.close()  # type: ignore[attr-defined]  # -- it is a generator


VARIABLE: contextvars.ContextVar[int] = contextvars.ContextVar("VARIABLE", default=0)


def test_one_task_one_loop_one_context() -> None:
    async def looking() -> AsyncGenerator[Any, None]:
        for _ in range(3):
            yield asyncio.get_running_loop(), asyncio.current_task(), VARIABLE.get()
            VARIABLE.set(VARIABLE.get() + 1)

    loops, tasks, values = zip(*sync(looking()), strict=True)
    assert len(set(loops)) == 1
    assert len(set(tasks)) == 1
    assert values == (0, 1, 2)
    assert VARIABLE.get() == 0
    assert loops[0].is_closed()


def test_a_timeout_across_yields() -> None:
    async def timed() -> AsyncGenerator[int, None]:
        async with asyncio.timeout(0):
            yield 1
            await asyncio.get_running_loop().create_future()

    items = sync(timed())
    assert next(items) == 1
    with pytest.raises(TimeoutError):
        next(items)


def test_refused_under_a_running_loop(run: Run) -> None:
    items = sync(numbers([]))
    next(items)

    async def main() -> None:
        for step in (lambda: sync(numbers([])), lambda: next(items)):
            with pytest.raises(LoopRunningError, match="use `async for`"):
                step()

    run(main)


def test_the_current_loop_of_the_thread_is_left_alone() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        assert list(sync(numbers([]))) == [0, 1, 2]
        assert asyncio.get_event_loop() is loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_in_threads() -> None:
    got: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda: got.append(list(sync(numbers([], 50))))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [list(range(50))] * 4


def test_begun_here_and_ended_in_another_thread() -> None:
    items = sync(numbers([]))
    got = [next(items)]
    thread = threading.Thread(target=lambda: got.extend(items))
    thread.start()
    thread.join()
    assert got == [0, 1, 2]


@pytest.mark.parametrize("where", ["await asyncio.sleep(1000)", "while True: pass"])
def test_ctrl_c(where: str) -> None:
    code = f"""
        import asyncio, linecache, os, signal, sys, threading
        from asyncgen._sync import sync

        # The debug mode of asyncio reads these, and an interrupt would leave one open.
        for module in list(sys.modules.values()):
            linecache.getlines(getattr(module, "__file__", None) or "")

        async def body():
            try:
                yield 1
                asyncio.get_running_loop().call_soon(started.set)
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                {where}
            finally:
                noticed.set()
                await asyncio.sleep(0)
                print("closed")

        def interrupt():
            started.wait()
            while not noticed.is_set():  # one that comes just before the loop waits is noticed late
                os.kill(os.getpid(), signal.SIGINT)
                noticed.wait(0.5)

        # A shell may have had it ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        started, noticed = threading.Event(), threading.Event()
        threading.Thread(target=interrupt).start()
        try:
            for item in sync(body()):
                print(item)
        except KeyboardInterrupt:
            print("interrupted")
    """
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", textwrap.dedent(code)],
        capture_output=True,
        timeout=30,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1\nclosed\ninterrupted\n"


def test_kept_until_the_exit_it_is_silent() -> None:
    code = """
        import asyncio
        from asyncgen._sync import sync

        async def body():
            try:
                yield 1
            finally:
                await asyncio.sleep(0)

        kept = sync(body())
        next(kept)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        timeout=30,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_not_under_trio_either() -> None:
    async def main() -> None:
        with pytest.raises(LoopRunningError):
            sync(numbers([]))

    trio.run(main)
