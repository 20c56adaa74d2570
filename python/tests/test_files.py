"""Python file objects: pipes above all, which can be silent for ever."""

from __future__ import annotations

import io
import os
import socket
import threading

import anyio
import asyncgen
import pytest
from conftest import Run


def test_pipe(run: Run) -> None:
    reading, writing = os.pipe()

    async def main() -> list[str]:
        with open(reading, "rb") as file, open(writing, "wb", buffering=0) as other:
            source = asyncgen.lines(file)
            got = []
            for n in range(3):
                other.write(b"%d\n" % n)
                got.append(await anext(source))
            other.close()
            return got + [line async for line in source]

    assert run(main) == ["0", "1", "2"]


def test_bytes_read_ahead_come_first() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as file, open(writing, "wb", buffering=0) as other:
        other.write(b"head\na\nb\n")
        assert file.readline() == b"head\n"
        source = asyncgen.lines(file)
        assert next(source) == "a", "without waiting for more"
        assert next(source) == "b"
        other.write(b"c\n")
        assert next(source) == "c"
        source.close()
        assert not hasattr(file.raw, "__dict__") or "readinto" not in vars(file.raw)


def test_leaving_steals_nothing(run: Run) -> None:
    """What comes after the consumer has left is still there for others."""
    reading, writing = os.pipe()

    async def main() -> None:
        with open(reading, "rb") as file, open(writing, "wb", buffering=0) as other:
            other.write(b"a\n")
            async with asyncgen.lines(file) as source:
                assert await anext(source) == "a"
            while any(thread.name == "asyncgen reader" for thread in threading.enumerate()):
                await anyio.sleep(0.001)
            other.write(b"b\n")
            assert file.readline() == b"b\n"

    run(main)


def test_socket(run: Run) -> None:
    ours, theirs = socket.socketpair()

    async def main() -> list[str]:
        with ours, ours.makefile("rb") as file:
            source = asyncgen.lines(file)
            theirs.sendall(b"a\n")
            got = [await anext(source)]
            theirs.sendall(b"b\n")
            theirs.close()
            return got + [line async for line in source]

    assert run(main) == ["a", "b"]


class Slow(io.RawIOBase):
    """A file that gives a byte at a time."""

    def __init__(self, data: bytes) -> None:
        self.data = io.BytesIO(data)

    def read(self, _size: int = -1) -> bytes:
        """Give one byte."""
        return self.data.read(1)


def test_any_object_with_read(run: Run) -> None:
    async def main() -> list[dict[str, str]]:
        return [row async for row in asyncgen.csv(Slow(b"a,b\n1,2\n3,4\n"), rows="dict")]

    assert run(main) == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_a_text_file_is_told_how(tmp_path: object) -> None:
    del tmp_path
    reading, writing = os.pipe()
    os.close(writing)
    with open(reading) as file, pytest.raises(TypeError, match=r"open it with 'rb'"):
        asyncgen.lines(file)  # type: ignore[arg-type]  # -- the fault to be found


def test_nothing_is_read_before_the_first_step() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as file, open(writing, "wb", buffering=0) as other:
        other.write(b"a\n")
        source = asyncgen.lines(file)
        assert file.readline() == b"a\n"
        source.close()
