"""The protocol of an async generator, on sources."""

from __future__ import annotations

import collections.abc
import inspect
import threading
import weakref
from collections.abc import Callable
from typing import Any

import anyio
import anyio.lowlevel
import asyncgen
import pytest
import trio
from conftest import Run


class Quiet:
    """A file that gives one chunk and then nothing, until it is let go."""

    name = "quiet"

    def __init__(self, first: bytes = b"") -> None:
        self.first = first
        self.go_on = threading.Event()

    def read(self, _size: int) -> bytes:
        """Give the first chunk, then wait."""
        if not self.first:
            self.go_on.wait()
        chunk, self.first = self.first, b""
        return chunk


def test_is_an_async_generator_and_an_iterator() -> None:
    source = asyncgen.lines(b"a\n")
    assert isinstance(source, collections.abc.AsyncGenerator)
    assert isinstance(source, collections.abc.Iterator)
    assert not inspect.isasyncgen(source)
    assert weakref.ref(source)() is source
    assert {source: 1}[source] == 1
    assert repr(asyncgen.Source[str]) == "asyncgen.Source[str]"


def test_step_is_an_awaitable_by_itself() -> None:
    source = asyncgen.lines(b"a\nb\n")
    list(asyncgen.lines(b"x"))
    step = source.__anext__()
    for name in ("__await__", "__iter__", "__next__", "send", "throw", "close"):
        assert hasattr(step, name)
    assert step.__await__() is step
    assert isinstance(step, collections.abc.Awaitable)


def test_every_record_once(run: Run) -> None:
    async def main() -> list[str]:
        return [line async for line in asyncgen.lines(b"a\nb\r\nc")]

    assert run(main) == ["a", "b", "c"]


def test_large_input_gets_every_record_once(run: Run) -> None:
    data = b"".join(b"%d\n" % n for n in range(200_000))

    async def main() -> int:
        expected = 0
        async for line in asyncgen.lines(data):
            assert int(line) == expected
            expected += 1
        return expected

    assert run(main) == 200_000


def test_steps_are_one_shot(run: Run) -> None:
    async def main() -> None:
        source = asyncgen.lines(b"a\nb\n")
        step = source.__anext__()
        assert await step == "a"
        with pytest.raises(RuntimeError, match=r"cannot reuse already awaited __anext__\(\)"):
            await step
        assert await anext(source) == "b"
        with pytest.raises(StopAsyncIteration) as end:
            await anext(source)
        assert vars(end.value)["value"] == source.value
        assert await anext(source, "nothing") == "nothing"

    run(main)


def test_second_step_while_one_waits(run: Run) -> None:
    quiet = Quiet()

    async def main() -> None:
        source = asyncgen.lines(quiet)
        async with anyio.create_task_group() as group:

            async def wait() -> None:
                async for _ in source:
                    pytest.fail("there is no record")

            group.start_soon(wait)
            while not source.ag_running:
                await anyio.lowlevel.checkpoint()
            with pytest.raises(RuntimeError, match="asynchronous generator is already running"):
                await anext(source)
            await source.aclose()
        assert await anext(source, None) is None
        quiet.go_on.set()

    run(main)


def test_asend_ignores_athrow_closes(run: Run) -> None:
    async def main() -> None:
        source = asyncgen.lines(b"a\nb\nc\n")
        assert await source.asend("ignored") == "a"
        with pytest.raises(KeyError, match="mine"):
            await source.athrow(KeyError("mine"))
        assert await anext(source, None) is None

    run(main)


def test_aclose_any_number_of_times(run: Run) -> None:
    async def main() -> None:
        source = asyncgen.lines(b"a\nb\n")
        assert await anext(source) == "a"
        for _ in range(3):
            await source.aclose()
        assert [line async for line in source] == []
        assert source.value is None

    run(main)


def test_async_with_closes(run: Run) -> None:
    async def main() -> None:
        async with asyncgen.lines(b"a\nb\n") as source:
            async for line in source:
                assert line == "a"
                break
        assert await anext(source, None) is None

    run(main)


def test_cancelled_step_loses_nothing(run: Run) -> None:
    quiet = Quiet(b"a\nb\n")

    async def main() -> list[str]:
        source = asyncgen.lines(quiet)
        got = [await anext(source), await anext(source)]
        for _ in range(20):
            with anyio.move_on_after(0.001) as scope:
                got.append(await anext(source))
            assert scope.cancelled_caught
        quiet.first = b"c\nd\n"
        quiet.go_on.set()
        return got + [line async for line in source]

    assert run(main) == ["a", "b", "c", "d"]


def test_other_tasks_run_while_records_are_ready(run: Run) -> None:
    data = b"x\n" * 300_000

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
            async for _ in asyncgen.lines(data):
                pass
            done = True
        return turns

    assert run(main) > 100


def test_driven_by_hand_without_a_loop() -> None:
    source = asyncgen.lines(b"a\nb\n")
    assert next(iter(source)) == "a"
    with pytest.raises(StopIteration) as end:
        source.__anext__().send(None)
    assert end.value.value == "b"


def test_must_wait_without_a_loop() -> None:
    quiet = Quiet()
    source = asyncgen.lines(quiet)
    with pytest.raises(asyncgen.errors.NoLoopError, match="use a plain `for`"):
        source.__anext__().send(None)
    source.close()
    quiet.go_on.set()


def test_plain_for_under_a_loop(run: Run) -> None:
    async def main() -> None:
        source = asyncgen.lines(b"a\nb\n")
        begins: tuple[Callable[[Any], object], ...] = (iter, next, list)
        for begin in begins:
            with pytest.raises(TypeError, match=r"`async for`.*`\.sync\(\)`") as refused:
                begin(source)
            assert isinstance(refused.value, asyncgen.Error)
        assert list(source.sync()) == ["a", "b"]

    run(main)


def test_what_a_source_tells() -> None:
    source = asyncgen.csv(b'a,b\n1,2\n"3\n",4\n')
    assert source.columns is None
    assert source.value is None
    assert source.position == (0, 1, 0)
    rows = iter(source)
    next(rows)
    assert source.columns == ("a", "b")
    assert source.position[:3] == asyncgen.Position(record=1, line=3, offset=8)
    assert repr(source) == "<asyncgen.csv of <bytes> at record 1, line 3, byte 8>"
    assert [dict(row) for row in rows] == [{"a": "3\n", "b": "4"}]
    assert source.value == asyncgen.Summary(records=2, bytes=15, pages=0, retries=0)
    assert source.progress == asyncgen.Progress(bytes=15, total=15, records=2)
    assert source.position[:3] == (2, 5, 15)


def test_blank_lines_are_counted() -> None:
    table = b"\na,b\n\r\n1,2\n\n3,4\n\n"
    counted = [(asyncgen.csv(table), 2, 4), (asyncgen.csv(table, blank="keep"), 5, 1)]
    for source, records, blank_lines in [*counted, (asyncgen.ndjson(b"\n{}\n \n{}\n\n"), 2, 3)]:
        assert sum(1 for _ in source) == records
        assert source.value is not None
        assert (source.value.records, source.value.blank_lines) == (records, blank_lines)


def test_the_value_of_a_plain_iterator_is_the_summary() -> None:
    source = asyncgen.lines(b"a\n")
    rows = iter(source)
    assert next(rows) == "a"
    with pytest.raises(StopIteration) as end:
        next(rows)
    assert end.value.value == source.value == asyncgen.Summary(1, 2, 0, 0)


def test_with_and_close() -> None:
    with asyncgen.lines(b"a\nb\n") as source:
        assert next(source) == "a"
    assert list(source) == []


def test_trio_deadline_is_seen_at_the_pause() -> None:
    """A stream that never waits can still be cancelled."""

    async def main() -> int:
        count = 0
        with trio.CancelScope() as scope:
            async for _ in asyncgen.lines(b"x\n" * 5_000_000):
                count += 1
                scope.deadline = min(scope.deadline, trio.current_time() + 0.02)
        assert scope.cancelled_caught
        return count

    assert 0 < trio.run(main) < 5_000_000
