"""Sources as what web frameworks send and receive, and in other people's event loops."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import gc
import inspect
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import asyncgen
import httpx
import pytest
import pytest_asyncio
import uvicorn
from conftest import Run
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

ROWS = [{"id": str(number), "text": f"a text, number {number}"} for number in range(5000)]
TABLE = b"id,text\n" + b"".join(f'{row["id"]},"{row["text"]}"\n'.encode() for row in ROWS)
LINES = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in ROWS).encode()

Content = Callable[[], Any]

#: What a framework is given, and the bytes it must send.
CONTENTS: dict[str, tuple[Content, bytes]] = {
    "encoded as ndjson": (lambda: asyncgen.csv(TABLE).encode("ndjson"), LINES),
    "encoded as csv": (lambda: asyncgen.csv(TABLE).encode("csv"), TABLE),
    "a stream": (lambda: asyncgen.lines(b"one\ntwo\n").stream(), b"onetwo"),
    "the source itself": (lambda: asyncgen.lines(b"one\ntwo\n"), b"onetwo"),
}


# Starlette, as a server and in the upload


async def rows(_request: Request) -> Response:
    return StreamingResponse(asyncgen.csv(TABLE).encode("ndjson"), media_type="text/x-ndjson")


async def count(request: Request) -> Response:
    """Read an upload as it comes."""
    read = [row async for row in asyncgen.csv(request.stream(), rows="dict")]
    return JSONResponse({"rows": len(read), "same": read == ROWS})


async def echo(request: Request) -> Response:
    return Response(await request.body())


@contextlib.asynccontextmanager
async def serving(*routes: Route) -> AsyncIterator[str]:
    """Serve on loopback, in the event loop that runs."""
    app = Starlette(routes=list(routes))
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, lifespan="off", ws="none", http="h11", log_config=None
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.001)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


async def asgi(app: Any, path: str) -> tuple[int, bytes, list[int]]:
    """Call an ASGI app: the status, the body, and the length of each part of it."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [],
    }
    requests = [{"type": "http.request", "body": b"", "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if requests:
            return requests.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *parts = sent
    bodies = [part.get("body", b"") for part in parts]
    return start["status"], b"".join(bodies), [len(body) for body in bodies if body]


@pytest.mark.parametrize("name", CONTENTS)
def test_starlette_sends(name: str, run_on_asyncio: Run) -> None:
    make, expected = CONTENTS[name]

    async def view(_request: Request) -> Response:
        return StreamingResponse(make())

    async def main() -> None:
        status, body, lengths = await asgi(Starlette(routes=[Route("/", view)]), "/")
        assert (status, body) == (200, expected)
        assert max(lengths) < 100_000

    run_on_asyncio(main)


def collected(chunks: asyncgen.Encoded) -> Response:
    """Leave it to the garbage collector: the response is part of a cycle."""
    return StreamingResponse(chunks)


def closed(chunks: asyncgen.Encoded) -> Response:
    """Close it at once."""
    return StreamingResponse(chunks, background=BackgroundTask(chunks.close))


@pytest.mark.parametrize("respond", [collected, closed])
def test_a_client_that_leaves_closes_the_source(
    respond: Callable[[asyncgen.Encoded], Response], tmp_path: Path, run_on_asyncio: Run
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)

    async def endless(_request: Request) -> Response:
        return respond(asyncgen.lines(fifo).encode("ndjson"))

    def has_reader() -> bool:
        try:
            os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True

    async def main() -> None:
        async with serving(Route("/", endless)) as url, asyncio.timeout(20):
            host, port = url.removeprefix("http://").split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            await reader.readuntil(b"\r\n\r\n")
            with contextlib.closing(Pipe(fifo)) as pipe:
                pipe.write(b"one\n")
                assert await reader.readline() == b"6\r\n"
                assert await reader.readline() == b'"one"\n'
                assert has_reader()
                writer.close()
                await writer.wait_closed()
                while has_reader():
                    await asyncio.sleep(0.001)
                    if respond is collected:
                        gc.collect()

    run_on_asyncio(main)


class Pipe:
    """The writing end of a FIFO."""

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_WRONLY)

    def write(self, data: bytes) -> None:
        os.write(self.descriptor, data)

    def close(self) -> None:
        os.close(self.descriptor)


@pytest.mark.parametrize("size", [1000, 70_000])
def test_an_upload_is_read_as_it_comes(size: int, run_on_asyncio: Run) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for at in range(0, len(TABLE), size):
            yield TABLE[at : at + size]

    async def main() -> None:
        async with serving(Route("/", count, methods=["POST"])) as url:
            async with httpx.AsyncClient() as client:
                response = await client.post(url, content=parts())
            assert response.json() == {"rows": len(ROWS), "same": True}

    run_on_asyncio(main)


# Clients


UPLOADS: dict[str, tuple[Content, bytes]] = {
    "encoded as ndjson": CONTENTS["encoded as ndjson"],
    "encoded as csv": CONTENTS["encoded as csv"],
    "a stream": (
        lambda: (line.encode() async for line in asyncgen.lines(b"one\ntwo\n").stream()),
        b"onetwo",
    ),
}


async def post_with_httpx(url: str, content: Any) -> bytes:
    async with httpx.AsyncClient() as client:
        response = await client.post(url, content=content)
        return response.content


async def post_with_aiohttp(url: str, content: Any) -> bytes:
    async with aiohttp.ClientSession() as session, session.post(url, data=content) as response:
        return await response.read()


CLIENTS = {"httpx": post_with_httpx, "aiohttp": post_with_aiohttp}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", UPLOADS)
def test_uploads(client: str, name: str, run_on_asyncio: Run) -> None:
    make, expected = UPLOADS[name]

    async def main() -> None:
        async with serving(Route("/", echo, methods=["POST"])) as url:
            assert await CLIENTS[client](url, make()) == expected

    run_on_asyncio(main)


def test_httpx_would_take_the_other_side() -> None:
    """Why there is `.stream()`: a client that finds `__iter__` first, and then does not like it."""

    async def main() -> None:
        async with httpx.AsyncClient() as client:
            with pytest.raises(RuntimeError):
                content: Any = asyncgen.lines(b"one\n")
                await client.post("http://127.0.0.1:9", content=content)

    asyncio.run(main())


async def download_with_httpx(url: str) -> list[Any]:
    async with httpx.AsyncClient() as client, client.stream("GET", url) as response:
        return [row async for row in asyncgen.ndjson(response.aiter_bytes())]


async def download_with_aiohttp(url: str) -> list[Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return [row async for row in asyncgen.ndjson(response.content.iter_any())]


@pytest.mark.parametrize("download", [download_with_httpx, download_with_aiohttp])
def test_downloads(download: Callable[[str], Any], run_on_asyncio: Run) -> None:
    async def main() -> None:
        async with serving(Route("/", rows)) as url:
            assert await download(url) == ROWS

    run_on_asyncio(main)


# Django


@pytest.mark.parametrize("name", CONTENTS)
def test_django_sends(name: str, run_on_asyncio: Run) -> None:
    import django_project
    from django.core.handlers.asgi import ASGIHandler
    from django.http import HttpRequest, StreamingHttpResponse
    from django.test import override_settings
    from django.urls import path

    make, expected = CONTENTS[name]

    async def view(_request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(make())

    class Urls:
        urlpatterns = [path("rows", view)]  # noqa: RUF012 -- as a module has it

    async def main() -> None:
        status, body, _lengths = await asgi(ASGIHandler(), "/rows")
        assert (status, body) == (200, expected)

    django_project.configure()
    with override_settings(ROOT_URLCONF=Urls):
        run_on_asyncio(main)


# Loops that somebody else runs


CELL = """
source = asyncgen.lines(b"one\\ntwo\\n")
try:
    list(source)
except TypeError as error:
    refused = str(error)
first = await anext(source)
rest = list(source.sync())
with asyncgen.csv(b"n\\n1\\n2\\n", rows="dict") as table:
    for row in table.sync():
        break
after = list(table.sync())
"""


def test_a_cell_of_a_notebook(run_on_asyncio: Run) -> None:
    """Its code runs inside an event loop, and may block it on purpose."""
    code = compile(CELL, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert code.co_flags & inspect.CO_COROUTINE
    scope: dict[str, Any] = {"asyncgen": asyncgen}

    async def main() -> None:
        await eval(code, scope)

    run_on_asyncio(main)
    assert scope["refused"] == (
        "a plain `for` would block the running event loop: use `async for`,"
        " or `.sync()` where blocking it is meant"
    )
    assert (scope["first"], scope["rest"]) == ("one", ["two"])
    assert (scope["row"], scope["after"]) == ({"n": "1"}, [])


@pytest_asyncio.fixture
async def opened(tmp_path: Path) -> AsyncIterator[asyncgen.Source[str]]:
    """Give a source of which one line is read."""
    file = tmp_path / "lines"
    file.write_text("one\ntwo\nthree\n")
    async with asyncgen.lines(file) as source:
        assert await anext(source) == "one"
        yield source


@pytest.mark.asyncio
async def test_under_pytest_asyncio(opened: asyncgen.Source[str]) -> None:
    assert [line async for line in opened] == ["two", "three"]


@pytest.mark.asyncio
async def test_left_open_under_pytest_asyncio(opened: asyncgen.Source[str]) -> None:
    assert await anext(opened) == "two"
