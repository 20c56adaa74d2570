"""Each failure is one of ours and the built-in that fits, and says where."""

from __future__ import annotations

import gzip
import io
import os
import socket
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run

GOOD = b"a,b\n1,2\n"
HERE = __file__

BAD_BYTES: list[tuple[Callable[[bytes], Any], bytes, type[Exception], str, dict[str, int], int]] = [
    (
        asyncgen.csv,
        GOOD + b"3\n",
        errors.DecodeError,
        "<bytes>:3:2: record 2 has 1 field, the header has 2",
        {"line": 3, "record": 2},
        1,
    ),
    (asyncgen.csv, GOOD + b'"3,4\n', errors.DecodeError, "", {"line": 3, "offset": 8}, 1),
    (asyncgen.csv, GOOD + b"\xff,4\n", errors.DecodeError, "", {"line": 3, "column": 1}, 1),
    (asyncgen.lines, b"x\n\xff\n", errors.DecodeError, "", {"line": 2, "offset": 2}, 1),
    (asyncgen.ndjson, b"1\n{\n", errors.DecodeError, "", {"line": 2, "record": 2}, 1),
    (asyncgen.lines, gzip.compress(b"x\n" * 9)[:-4], errors.CompressionError, "", {}, 9),
]


@pytest.mark.parametrize(("make", "data", "kind", "text", "place", "before"), BAD_BYTES)
def test_bad_bytes(
    make: Callable[[bytes], Any],
    data: bytes,
    kind: type[Exception],
    text: str,
    place: dict[str, int],
    before: int,
) -> None:
    source = make(data)
    got = 0
    with pytest.raises(kind) as failure:
        for _ in source:
            got += 1
    error = failure.value
    assert got == before, "everything before the fault is delivered"
    assert isinstance(error, asyncgen.Error)
    assert isinstance(error, ValueError)
    assert error.source == "<bytes>"
    assert {name: getattr(error, name) for name in place} == place
    assert text in str(error)
    assert error.item == before + 1
    assert error.created is not None
    assert error.created.startswith(f"{HERE}:")
    [*_, note] = error.__notes__
    noun = make.__name__
    assert note.startswith(f"item {before + 1} of {noun}(<bytes>), created at {HERE}:")
    assert list(source) == [], "after an error there is nothing"


def test_a_fault_is_shown_with_its_line() -> None:
    with pytest.raises(errors.DecodeError) as failure:
        list(asyncgen.csv(GOOD + b"lonely\n"))
    text = "".join(traceback.format_exception(failure.value))
    assert "    lonely\n" in text
    assert "^\n" in text


def open_errors(folder: Path) -> list[tuple[object, type[Exception], type[Exception]]]:
    return [
        (folder / "missing.csv", errors.NotFound, FileNotFoundError),
        (folder, errors.IsADirectory, IsADirectoryError),
        (str(folder / "missing.csv"), errors.NotFound, FileNotFoundError),
        ("http://127.0.0.1:1/x", errors.ConnectError, ConnectionError),
    ]


@pytest.mark.parametrize("index", range(4))
def test_what_cannot_be_opened(index: int, tmp_path: Path) -> None:
    source, kind, builtin = open_errors(tmp_path)[index]
    made: Any = asyncgen.csv(source)  # type: ignore[call-overload]  # -- of several kinds
    with pytest.raises(builtin) as failure:
        next(made)
    error = failure.value
    assert isinstance(error, kind)
    assert isinstance(error, asyncgen.Error)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        assert error.filename == str(source)
        assert error.errno
        assert str(error).startswith(f"{source}: ")


def test_url_refused() -> None:
    with pytest.raises(errors.UsageError, match="http"):
        next(asyncgen.lines("http://127.0.0.1:1/", http=False))


def test_a_path_is_never_a_url(tmp_path: Path) -> None:
    os.chdir(tmp_path)
    with pytest.raises(errors.NotFound):
        next(asyncgen.lines(Path("http://127.0.0.1:1/")))


class Broken(io.RawIOBase):
    """A file that breaks half-way."""

    name = "broken"

    def __init__(self) -> None:
        self.chunks = [b"a\nb\n"]

    def read(self, _size: int = -1) -> bytes:
        """Give one chunk, then fail."""
        if self.chunks:
            return self.chunks.pop()
        message = "the disk is gone"
        raise OSError(message)


def test_what_a_file_object_raises_is_the_cause(run: Run) -> None:
    async def main() -> None:
        got = []
        with pytest.raises(errors.ReadError, match="the disk is gone") as failure:
            async for line in asyncgen.lines(Broken()):
                got.append(line)
        assert got == ["a", "b"]
        assert isinstance(failure.value.__cause__, OSError)
        assert str(failure.value.__cause__) == "the disk is gone"

    run(main)


class Gives:
    """A file object that gives some bytes, then something else, then more bytes."""

    def __init__(self, chunk: object) -> None:
        self.chunks = [b"b\n", chunk, b"a\n"]

    def read(self, _size: int) -> Any:
        """Give the next of them."""
        return self.chunks.pop() if self.chunks else b""


@pytest.mark.parametrize(
    ("chunk", "text", "cause"),
    [
        ("text\n", "read() gave str, not bytes: open it with 'rb'", TypeError),
        ("", "read() gave str, not bytes: open it with 'rb'", TypeError),
        (None, "read() gave None: it is non-blocking; give one that waits", BlockingIOError),
    ],
)
def test_what_is_no_bytes_out_of_a_file_object(
    chunk: object, text: str, cause: type[Exception]
) -> None:
    made = asyncgen.lines(Gives(chunk))
    assert next(made) == "a"
    with pytest.raises(errors.ReadError) as failure:
        next(made)
    assert str(failure.value) == f"<Gives>: cannot read: {cause.__name__}: {text}"
    assert isinstance(failure.value.__cause__, cause)


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/K\xf6ln.txt")
    Path(path).write_bytes(b"a\n")
    for source in (path, Path(path)):
        assert list(asyncgen.lines(source)) == ["a"]


def test_a_number_that_python_refuses(run: Run) -> None:
    """`int` takes 4,300 digits, so that nobody can keep it busy for hours."""

    async def main() -> None:
        source = asyncgen.ndjson(b"1\n" + b"1" * 4300 + b"\n" + b"1" * 4301 + b"\n")
        assert [await anext(source), await anext(source)] == [1, int("1" * 4300)]
        with pytest.raises(errors.DecodeError) as failure:
            await anext(source)
        assert (failure.value.line, failure.value.record) == (3, 3)

    run(main)


def test_all_classes_have_two_bases() -> None:
    for name in set(errors.__all__) - {"Error"}:
        kind = getattr(errors, name)
        if issubclass(kind, Warning):
            continue
        assert issubclass(kind, asyncgen.Error)
        assert [base for base in kind.__mro__ if base.__module__ == "builtins"][0] is not Exception


def test_connection_closed_by_the_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.close()
        with pytest.raises(ConnectionError) as failure:
            next(asyncgen.pages(f"http://127.0.0.1:{port}/items?key=secret", retry=0))
    assert isinstance(failure.value, errors.ConnectError)
    assert "secret" not in str(failure.value)
    assert failure.value.page == 1
