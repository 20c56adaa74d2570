"""`source.batches(n)`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run

NUMBERS = "".join(f"{n}\n" for n in range(50_000)).encode()


@pytest.mark.parametrize("size", [1, 3, 1000, 49_999, 50_000, 10**9])
def test_lists_of_so_many(size: int, run: Run) -> None:
    expected = [
        [str(n) for n in range(start, min(start + size, 50_000))]
        for start in range(0, 50_000, size)
    ]
    source = asyncgen.lines(NUMBERS)
    assert list(source.batches(size)) == expected
    assert source.value is not None
    assert source.value.records == 50_000

    async def main() -> list[list[str]]:
        async with asyncgen.lines(NUMBERS).batches(size) as batches:
            return [batch async for batch in batches]

    assert run(main) == expected


def test_what_comes_before_an_error_comes_first(run: Run) -> None:
    data = b"a\n1\n2\n3\nx,y\n"

    def rows() -> Any:
        return asyncgen.csv(data, rows="list").batches(2)

    async def main() -> list[Any]:
        batches, seen = rows(), []
        try:
            async for batch in batches:
                seen.append(batch)
        except errors.DecodeError as error:
            seen.append(error.line)
        seen.append([batch async for batch in batches])
        return seen

    assert run(main) == [[["1"], ["2"]], [["3"]], 5, []]
    batches = rows()
    assert [next(batches), next(batches)] == [[["1"], ["2"]], [["3"]]]
    with pytest.raises(errors.DecodeError, match="record 4 has 2 fields"):
        next(batches)
    assert list(batches) == []


def test_a_cell_that_is_wrong_comes_after_its_records(run: Run) -> None:
    def rows() -> Any:
        return asyncgen.csv(b"a\n1\nx\n3\n", rows="list", types={"a": int}).batches(10)

    async def main() -> list[Any]:
        batches = rows()
        first = await anext(batches)
        with pytest.raises(errors.DecodeError, match='"x" is not an int'):
            await anext(batches)
        return [first, await anext(batches)]

    assert run(main) == [[[1]], [[3]]]
    batches = rows()
    assert next(batches) == [[1]]
    with pytest.raises(errors.DecodeError, match='"x" is not an int'):
        next(batches)
    assert list(batches) == [[[3]]]


class Gated:
    """Chunks, the second of which waits for an event; a cancelled wait can be made again."""

    def __init__(self) -> None:
        """Begin closed."""
        self.gate = asyncio.Event()
        self.chunks = [b"one\ntwo\n", b"three\nfour\n"]

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give itself."""
        return self

    async def __anext__(self) -> bytes:
        """Wait, then give."""
        if not self.chunks:
            raise StopAsyncIteration
        if len(self.chunks) == 1:
            await self.gate.wait()
        return self.chunks.pop(0)


def test_a_cancelled_step_loses_no_record() -> None:
    async def main() -> list[list[str]]:
        gated = Gated()
        batches = asyncgen.lines(gated).batches(3)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(batches)
        assert len(gated.chunks) == 1
        gated.gate.set()
        return [batch async for batch in batches]

    assert asyncio.run(main()) == [["one", "two", "three"], ["four"]]


def test_the_position_stays_before_what_was_gathered() -> None:
    async def main() -> None:
        gated = Gated()
        source = asyncgen.lines(gated)
        batches = source.batches(3)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(batches)
        assert source.position == (0, 1, 0)
        gated.gate.set()
        assert await anext(batches) == ["one", "two", "three"]
        assert source.position == (3, 4, 14)
        # Records that are taken past others are not behind them.
        again = asyncgen.lines(Gated())
        lost = again.batches(3)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(lost)
        await again.aclose()
        assert again.position == (0, 1, 0)
        assert await anext(lost) == ["one", "two"]
        assert again.position == (2, 3, 8)

    asyncio.run(main())


def test_the_position_in_a_file_while_a_list_is_gathered(tmp_path: Path) -> None:
    """Whoever looks at it from outside sees only places before a list or after it."""
    path = tmp_path / "numbers"
    path.write_bytes(NUMBERS)
    source = asyncgen.lines(path)
    batches = source.batches(40_000)
    places = []

    async def main() -> None:
        step = asyncio.ensure_future(anext(batches))
        while not step.done():
            places.append(source.position)
            await asyncio.sleep(0)
        places.append(source.position)
        assert len(step.result()) == 40_000

    asyncio.run(main())
    assert {place.record for place in places} == {0, 40_000}
    rest = list(asyncgen.lines(path, resume=places[-1]))
    assert rest == [str(n) for n in range(40_000, 50_000)]
    assert next(batches) == rest
    assert source.position.record == 50_000


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_the_position_stays_before_what_is_gathered_where_some_are_passed_over(form: str) -> None:
    """As many as are missing are there, but one of them becomes nothing: the list is not full."""
    chunks = {
        "csv": [b"a\n1\n2\nx\n", b"4\n"],
        "ndjson": [b'{"a":1}\n{"a":2}\n{"a":"x"}\n', b'{"a":4}\n'],
    }

    async def main() -> None:
        gated = Gated()
        gated.chunks = chunks[form]
        source: Any = getattr(asyncgen, form)(gated, types={"a": int}, on_error="skip")
        batches = source.batches(3)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await anext(batches)
        assert source.position.record == 0
        gated.gate.set()
        assert len(await anext(batches)) == 3
        assert source.position.record == 4

    asyncio.run(main())


def test_the_source_goes_on_after_it() -> None:
    source = asyncgen.lines(b"a\nb\nc\nd\n")
    assert next(source.batches(2)) == ["a", "b"]
    assert source.position.record == 2
    assert list(source) == ["c", "d"]
    assert repr(asyncgen.lines(b"").batches(2)) == (
        "<batches of 2 of <asyncgen.lines of <bytes> at record 0, line 1, byte 0>>"
    )
    with pytest.raises(errors.UsageError, match="at least one record"):
        source.batches(0)


async def _under_a_loop() -> None:
    with pytest.raises(errors.LoopRunningError):
        list(asyncgen.lines(b"").batches(2))


def test_a_plain_for_under_a_loop_is_refused() -> None:
    asyncio.run(_under_a_loop())
