"""The async half of a source."""

from __future__ import annotations

import collections.abc
import weakref

import asyncgen
import pytest
from conftest import Run


def test_has_one_side() -> None:
    stream = asyncgen.lines(b"a\n").stream()
    assert isinstance(stream, collections.abc.AsyncIterator)
    assert not isinstance(stream, collections.abc.Iterable)
    assert weakref.ref(stream)() is stream
    assert repr(asyncgen.Stream[str]) == "asyncgen.Stream[str]"
    assert repr(stream) == "<stream of <asyncgen.lines of <bytes> at record 0, line 1, byte 0>>"
    with pytest.raises(TypeError, match="not iterable"):
        iter(stream)  # type: ignore[call-overload]  # -- what is tested


def test_every_record_once(run: Run) -> None:
    async def main() -> list[str]:
        return [line async for line in asyncgen.lines(b"a\nb\n").stream()]

    assert run(main) == ["a", "b"]


def test_closing_closes_the_source(run: Run) -> None:
    async def main() -> None:
        source = asyncgen.lines(b"a\nb\n")
        async with source.stream() as stream:
            assert await anext(stream) == "a"
        assert [line async for line in source] == []
        other = asyncgen.lines(b"a\nb\n")
        await other.stream().aclose()
        assert [line async for line in other] == []

    run(main)


def test_an_error_passes_through(run: Run) -> None:
    async def main() -> None:
        with pytest.raises(asyncgen.errors.DecodeError) as failed:
            async for _ in asyncgen.ndjson(b"1\n{\n").stream():
                pass
        assert failed.value.line == 2

    run(main)
