"""An async iterable of bytes as the input: pulled by whoever awaits the next record."""

from __future__ import annotations

import asyncio
import gc
import gzip
import re
import weakref
from collections.abc import AsyncIterator, Callable, Iterable
from contextvars import ContextVar
from typing import Any

import anyio
import anyio.lowlevel
import asyncgen
import pytest
from asyncgen import errors
from conftest import Run

Chunk = bytes | bytearray | memoryview


class Chunks:
    """An async iterator that a cancellation does not end, and that tells what happens to it."""

    def __init__(self, *chunks: Any) -> None:
        self.chunks = list(chunks)
        self.asked = 0
        self.closed = 0

    def __aiter__(self) -> Chunks:
        """Give itself."""
        return self

    async def __anext__(self) -> Any:
        """Give the next chunk, or raise it."""
        self.asked += 1
        await anyio.lowlevel.checkpoint()
        if not self.chunks:
            raise StopAsyncIteration
        chunk = self.chunks.pop(0)
        if isinstance(chunk, Exception):
            raise chunk
        return chunk

    async def aclose(self) -> None:
        self.closed += 1
        await anyio.lowlevel.checkpoint()


async def generated(*chunks: Any) -> AsyncIterator[Any]:
    """The same chunks from a native generator, which never suspends."""
    for chunk in chunks:
        yield chunk


MAKERS: dict[str, Callable[..., Any]] = {"class": Chunks, "generator": generated}


async def all_of(source: asyncgen.Source[Any]) -> list[Any]:
    return [record async for record in source]


def cut(data: bytes, size: int) -> Iterable[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


TABLE = b'city,people\nBonn,332000\n"Ulm\nDonau",127000\nK\xc3\xb6ln,1084831\n'
ROWS = [
    {"city": "Bonn", "people": "332000"},
    {"city": "Ulm\nDonau", "people": "127000"},
    {"city": "Köln", "people": "1084831"},
]


@pytest.mark.parametrize("maker", MAKERS)
def test_every_cut(maker: str, run: Run) -> None:
    async def main() -> None:
        for data in [TABLE, gzip.compress(TABLE)]:
            for size in [1, 2, 7, 1000]:
                source = asyncgen.csv(MAKERS[maker](*cut(data, size)), rows="dict")
                assert await all_of(source) == ROWS
                assert source.value == asyncgen.Summary(3, len(data), 0, 0)
                assert await all_of(source) == []

    run(main)


def test_bytes_of_all_kinds(run: Run) -> None:
    async def main() -> None:
        chunks = [b"a", bytearray(b"b\n"), memoryview(b"_c_")[1:2], b"", memoryview(b"d e f")[::2]]
        assert await all_of(asyncgen.lines(generated(*chunks))) == ["ab", "cdef"]
        assert await all_of(asyncgen.ndjson(generated(b"[1]\n", b"", b"{}"))) == [[1], {}]
        assert await all_of(asyncgen.lines(generated())) == []

    run(main)


def test_no_chunk_is_asked_for_before_the_records_are_out(run: Run) -> None:
    async def main() -> None:
        chunks = Chunks(b"one\ntwo\nth", b"ree\n")
        source = asyncgen.lines(chunks)
        assert chunks.asked == 0
        for line, asked in [("one", 1), ("two", 1), ("three", 2)]:
            assert await anext(source) == line
            assert chunks.asked == asked

    run(main)


def test_a_long_record_of_tiny_chunks(run: Run) -> None:
    async def main() -> None:
        line = "x" * 50_000
        assert await all_of(asyncgen.lines(generated(*cut(line.encode(), 1)))) == [line]

    run(main)


def test_a_large_chunk_lets_other_tasks_run(run: Run) -> None:
    async def main() -> int:
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await anyio.lowlevel.checkpoint()

        async with anyio.create_task_group() as group:
            group.start_soon(count)
            lines = await all_of(asyncgen.lines(generated(b"line\n" * 500_000)))
            group.cancel_scope.cancel()
        assert len(lines) == 500_000
        return turns

    assert run(main) > 50


def test_it_is_pulled_in_the_task_of_the_consumer(run: Run) -> None:
    variable: ContextVar[str] = ContextVar("variable")

    async def chunks() -> AsyncIterator[bytes]:
        while True:
            task = anyio.get_current_task().id
            yield f"{task} {variable.get()}\n".encode()

    async def main() -> None:
        source = asyncgen.lines(chunks())
        seen = []

        async def consume(name: str) -> None:
            variable.set(name)
            assert await anext(source) == f"{anyio.get_current_task().id} {name}"
            seen.append(name)

        for name in ["one", "two"]:
            async with anyio.create_task_group() as group:
                group.start_soon(consume, name)
        assert seen == ["one", "two"]
        await source.aclose()

    run(main)


class ClientGoneError(Exception):
    """What a framework of the user raises."""


@pytest.mark.parametrize("maker", MAKERS)
def test_an_error_of_the_iterable_stays_what_it_is(maker: str, run: Run) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield b"a\nb\nc"
        raise error

    error = ClientGoneError("gone")

    async def main() -> None:
        chunks = failing() if maker == "generator" else Chunks(b"a\nb\nc", error)
        source = asyncgen.lines(chunks)
        assert [await anext(source), await anext(source)] == ["a", "b"]
        with pytest.raises(ClientGoneError) as failed:
            await anext(source)
        assert failed.value is error
        assert failed.value.__cause__ is None
        name = "failing" if maker == "generator" else "Chunks"
        place, made = failed.value.__notes__
        assert place == f"<{name}>: raised after byte 5, line 3"
        assert made.startswith(f"item 3 of lines(<{name}>), created at {__file__}:")
        del failed.value.__notes__
        assert await all_of(source) == []

    run(main)


def test_a_fault_in_the_bytes(run: Run) -> None:
    async def main() -> None:
        source = asyncgen.csv(generated(b"a,b\n1,2\n", b"3\n4,5\n"), rows="dict")
        assert await anext(source) == {"a": "1", "b": "2"}
        with pytest.raises(errors.DecodeError) as failed:
            await anext(source)
        text = "<generated>:3:2: record 2 has 1 field, the header has 2"
        assert str(failed.value) == text
        await source.aclose()

    run(main)


def test_what_is_not_bytes(run: Run) -> None:
    async def main() -> None:
        for chunk, kind in [("text", "str"), (7, "int"), ([1], "list"), (None, "NoneType")]:
            source = asyncgen.lines(generated(b"a\n", chunk))
            assert await anext(source) == "a"
            with pytest.raises(TypeError) as failed:
                await anext(source)
            assert str(failed.value) == f"<generated> gave {kind}, not bytes"
            await source.aclose()

    run(main)


def test_an_iterable_that_cannot_begin(run: Run) -> None:
    class Broken:
        def __aiter__(self) -> Any:
            raise ClientGoneError

    async def main() -> None:
        source = asyncgen.lines(Broken())
        with pytest.raises(ClientGoneError):
            await anext(source)
        assert await all_of(source) == []

    run(main)


def test_a_cancelled_step_loses_nothing(run: Run) -> None:
    class Slow(Chunks):
        async def __anext__(self) -> Any:
            if self.asked % 2 == 0:
                self.asked += 1
                await anyio.sleep_forever()
            return await super().__anext__()

    async def main() -> None:
        numbers = [str(n) for n in range(20)]
        data = "".join(f"{number}\n" for number in numbers).encode()
        source = asyncgen.lines(Slow(*cut(data, 3)))
        got = []
        cancelled = 0
        while True:
            with anyio.move_on_after(0.001) as scope:
                try:
                    got.append(await anext(source))
                except StopAsyncIteration:
                    break
            cancelled += scope.cancelled_caught
        assert got == numbers
        assert cancelled > 10

    run(main)


def test_a_generator_that_a_cancellation_ended_is_no_end(run: Run) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"a\nb"
        await anyio.sleep_forever()

    async def main() -> None:
        source = asyncgen.lines(endless())
        assert await anext(source) == "a"
        with anyio.move_on_after(0.001) as scope:
            await anext(source)
        assert scope.cancelled_caught
        with pytest.raises(errors.ReadError) as failed:
            await anext(source)
        text = r"^<endless>: Cancelled(Error)? has ended it, what it had left is lost$"
        assert re.match(text, str(failed.value))
        assert failed.value.source == "<endless>"
        assert await all_of(source) == []

    run(main)


def test_a_timeout_inside_the_iterable_is_its_own(run: Run) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"a\n"
        with anyio.move_on_after(0.001):
            await anyio.sleep_forever()
        yield b"b\n"

    async def main() -> None:
        assert await all_of(asyncgen.lines(chunks())) == ["a", "b"]

    run(main)


async def leave(source: asyncgen.Source[Any]) -> None:
    async with source:
        pass


CLOSING: dict[str, Callable[[asyncgen.Source[Any]], Any]] = {
    "aclose": lambda source: source.aclose(),
    "async with": leave,
    "athrow": lambda source: source.athrow(ClientGoneError()),
    "encoded": lambda source: source.encode("csv").aclose(),
    "stream": lambda source: source.stream().aclose(),
}


@pytest.mark.parametrize("way", CLOSING)
def test_closing_closes_the_iterable(way: str, run: Run) -> None:
    async def check(taken: int) -> None:
        chunks = Chunks(b"a\nb\n", b"c\n")
        source = asyncgen.lines(chunks)
        for _ in range(taken):
            assert await anext(source) == "a"
        if way == "athrow":
            with pytest.raises(ClientGoneError):
                await CLOSING[way](source)
        else:
            assert await CLOSING[way](source) is None
        assert chunks.closed == 1
        assert await all_of(source) == []
        assert chunks.asked == taken

    async def main() -> None:
        for taken in [0, 1]:
            await check(taken)

    run(main)


def test_closing_runs_the_cleanup_of_a_generator(run: Run) -> None:
    async def main() -> None:
        events = []

        async def chunks() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"a\n"
            finally:
                await anyio.lowlevel.checkpoint()
                events.append("closed")

        async with asyncgen.lines(chunks()) as source:
            async for _ in source:
                break
        assert events == ["closed"]

    run(main)


def test_a_failing_close_is_told(run: Run) -> None:
    class Failing(Chunks):
        async def aclose(self) -> None:
            raise ClientGoneError

    async def main() -> None:
        with pytest.raises(ClientGoneError):
            await asyncgen.lines(Failing(b"a\n")).aclose()

    run(main)


def test_closing_while_a_step_waits_in_the_iterable(run: Run) -> None:
    """Who waits in it closes it: closing a generator that runs would be an error."""

    async def main() -> None:
        go = anyio.Event()
        waits = anyio.Event()
        events: list[str] = []

        async def chunks() -> AsyncIterator[bytes]:
            try:
                waits.set()
                await go.wait()
                yield b"a\n"
            finally:
                events.append("closed")

        source = asyncgen.lines(chunks())

        async def consume() -> None:
            events.extend(await all_of(source))

        async with anyio.create_task_group() as group:
            group.start_soon(consume)
            await waits.wait()
            await source.aclose()
            assert events == []
            go.set()
        assert events == ["closed"]

    run(main)


def test_a_dropped_source_lets_go_of_the_iterable() -> None:
    events = []

    async def chunks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"a\n"
        finally:
            events.append("closed")

    async def main() -> None:
        async for _ in asyncgen.lines(chunks()):
            break
        gc.collect()
        # The loop closes a generator that was dropped, as it does any.
        for _ in range(10):
            await asyncio.sleep(0)
        assert events == ["closed"]

    asyncio.run(main())


ONLY_ASYNC = "<generated> is an async iterable, which only a task can wait for: use `async for`"


def test_a_plain_for_is_refused() -> None:
    source = asyncgen.lines(generated(b"a\n"))
    for way in (iter, next, list, asyncgen.Source.sync):
        with pytest.raises(TypeError) as refused:
            way(source)
        assert str(refused.value) == ONLY_ASYNC
        assert isinstance(refused.value, errors.AsyncOnlyError)

    async def main() -> list[str]:
        with pytest.raises(errors.AsyncOnlyError):
            list(source)
        return await all_of(source)

    assert asyncio.run(main()) == ["a"]


def test_what_is_no_source() -> None:
    message = (
        "a source is a path, a URL, bytes, a binary file object, an async iterable of bytes or a"
        " list of paths, not 'int'"
    )
    with pytest.raises(TypeError) as refused:
        asyncgen.lines(7)  # type: ignore[arg-type]  # -- what is tested
    assert str(refused.value) == message


def test_a_source_of_a_source(run: Run) -> None:
    async def main() -> None:
        encoded = asyncgen.csv(generated(TABLE)).encode("csv")
        async with asyncgen.csv(encoded, rows="dict") as rows:
            assert await all_of(rows) == ROWS
        with pytest.raises(TypeError, match="<Source> gave str, not bytes"):
            lines: Any = asyncgen.lines(b"a\n")
            await all_of(asyncgen.lines(lines))

    run(main)


def test_an_iterable_that_refers_to_its_source_is_collected() -> None:
    class Body:
        def __init__(self) -> None:
            self.lines = asyncgen.lines(self.chunks())

        async def chunks(self) -> AsyncIterator[bytes]:
            yield b"a\n"
            yield self.lines.position.record.to_bytes()

    async def main() -> weakref.ref[Body]:
        body = Body()
        assert await anext(body.lines) == "a"
        return weakref.ref(body)

    kept = asyncio.run(main())
    gc.collect()
    assert kept() is None
