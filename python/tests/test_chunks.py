"""`asyncgen.chunks`: bytes in pieces of one size, from wherever they come."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run

DATA = b"\xff\xfe\xef\xbb\xbf\r\n\0" + bytes(range(256)) * 3000


def cut(size: int) -> list[bytes]:
    """Cut the data as the source should."""
    return [DATA[start : start + size] for start in range(0, len(DATA), size)]


async def _pieces() -> AsyncIterator[bytes]:
    for start in range(0, len(DATA), 70_001):
        yield DATA[start : start + 70_001]


class Answers(BaseHTTPRequestHandler):
    """A server that sends the data."""

    def do_GET(self) -> None:
        """Send it."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(DATA)))
        self.end_headers()
        self.wfile.write(DATA)

    def log_message(self, *_args: object) -> None:
        """Keep silent."""


@pytest.fixture
def url() -> Iterator[str]:
    """Give the address of the data."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/data"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("kind", ["path", "gzip", "bytes", "file", "memory", "iterable", "url"])
def test_from_wherever_they_come(kind: str, tmp_path: Path, run: Run, url: str) -> None:
    path = tmp_path / "data"
    path.write_bytes(DATA)

    async def main() -> None:
        for size in [100_000, 262_144, 10**6]:
            with path.open("rb") as file:
                sources: dict[str, Any] = {
                    "path": path,
                    "gzip": gzip.compress(DATA),
                    "bytes": DATA,
                    "file": file,
                    "memory": io.BytesIO(DATA),
                    "iterable": _pieces(),
                    "url": url,
                }
                source = asyncgen.chunks(sources[kind], size)
                found = [chunk async for chunk in source]
                assert found == cut(size)
                assert source.position[0] == len(found)
                assert source.position[2] == len(DATA)

    run(main)


def test_in_a_plain_for_in_lists_and_from_a_position() -> None:
    source = asyncgen.chunks(b"abcde", 2)
    assert next(source) == b"ab"
    assert list(asyncgen.chunks(b"abcde", 2, resume=source.position)) == [b"cd", b"e"]
    assert list(source.batches(2)) == [[b"cd", b"e"]]
    assert source.value is not None
    assert source.value.records == 3
    packed = gzip.compress(b"abc")
    assert list(asyncgen.chunks(packed, 1000, compression="none")) == [packed]


def test_several_files(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "ab"]
    for path in paths:
        path.write_bytes(b"abc")
    assert list(asyncgen.chunks(paths, 2)) == [b"ab", b"c", b"ab", b"c"]


def test_what_is_refused() -> None:
    for size in [0, -1, (1 << 30) + 1]:
        with pytest.raises(errors.UsageError, match="a chunk has from 1 to 1073741824 bytes"):
            asyncgen.chunks(b"a", size)
    with pytest.raises(errors.UsageError, match="chunks are bytes as they are"):
        asyncgen.chunks(b"a", 1).encode("csv")
    options: Any = {"encoding": "utf-8"}
    with pytest.raises(TypeError, match="encoding"):
        asyncgen.chunks(b"a", 1, **options)
