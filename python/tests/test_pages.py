"""Paged APIs, on a small server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run

ITEMS = [{"id": n, "name": f"item {n}"} for n in range(7)]


class Quiet(BaseHTTPRequestHandler):
    """Answers with JSON, and logs nothing."""

    def answer(self, body: object, status: int = 200, link: str | None = None) -> None:
        """Send JSON."""
        self.send("application/json", json.dumps(body).encode(), status, link)

    def send(self, kind: str, data: bytes, status: int = 200, link: str | None = None) -> None:
        """Send bytes."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if link:
            self.send_header("Link", link)
        # A client may have left early.
        with suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base has it so
        """Say nothing."""


class Api(Quiet):
    """Three items a page, told in several ways; `/asked` is what came in."""

    asked: list[tuple[str, dict[str, str]]] = []  # noqa: RUF012 -- for the one server
    failures = 0

    def do_GET(self) -> None:
        """Answer."""
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append((self.path, dict(self.headers)))
        page = int(query.get("page", "1"))
        items = ITEMS[(page - 1) * 3 : page * 3]
        more = page * 3 < len(ITEMS)
        following = f"{url.path}?page={page + 1}" if more else None
        match url.path:
            case "/link":
                self.answer(items, link=f'<{following}>; rel="next"' if following else None)
            case "/next":
                self.answer({"results": items, "next": following})
            case "/deep":
                self.answer({"meta": {"following": following}, "data": {"rows": items}})
            case "/number":
                self.answer(items or {"detail": "no"}, 200 if items else 404)
            case "/flaky":
                type(self).failures += 1
                if type(self).failures % 2:
                    self.answer({}, 503)
                else:
                    self.answer(items, link=f'<{following}>; rel="next"' if following else None)
            case "/circle":
                self.answer({"results": items, "next": "/circle"})
            case "/away":
                self.answer({"results": items, "next": "http://127.0.0.2:9/x"})
            case "/html":
                self.send("text/html", b"<h1>Log in</h1>")
            case _:
                self.answer({}, 500)


class Server(ThreadingHTTPServer):
    """One thread for each connection."""

    #: Of eight that come at once the sixth would be told nothing, and ask again after a second.
    request_queue_size = 64


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve until the block ends."""
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The server."""
    with serving(Api) as address:
        yield address


WAYS: list[tuple[str, dict[str, Any]]] = [
    ("/link", {}),
    ("/link", {"next": "link"}),
    ("/next", {}),
    ("/next", {"next": "/next", "items": "/results"}),
    ("/deep", {"next": "/meta/following", "items": "/data/rows"}),
    ("/number", {"next": asyncgen.Page("page", 1)}),
    ("/flaky", {"retry": 4}),
]


@pytest.mark.leaves_things
@pytest.mark.parametrize(("path", "options"), WAYS)
def test_every_item_once(path: str, options: dict[str, Any], api: str, run: Run) -> None:
    async def main() -> None:
        source = asyncgen.pages(api + path, **options)
        assert [item async for item in source] == ITEMS
        assert source.value is not None
        assert source.value.records == len(ITEMS)
        assert source.value.pages >= 3
        if path == "/flaky":
            assert source.value.retries == 3

    run(main)


@pytest.mark.leaves_things
def test_in_a_plain_for(api: str) -> None:
    assert list(asyncgen.pages(f"{api}/link")) == ITEMS


@pytest.mark.leaves_things
def test_headers_and_parameters(api: str) -> None:
    Api.asked.clear()
    source = asyncgen.pages(
        f"{api}/next", headers={"X-Key": "k"}, params={"size": 3, "all": True, "no": None}
    )
    next(source)
    source.close()
    path, headers = Api.asked[0]
    assert path == "/next?size=3&all=true"
    assert {name.lower(): value for name, value in headers.items()}["x-key"] == "k"


FAULTS: list[tuple[str, type[Exception], type[Exception], dict[str, Any], int]] = [
    ("/missing", errors.StatusError, OSError, {"status": 500, "page": 1}, 0),
    ("/html", errors.NotJson, ValueError, {"page": 1}, 0),
    ("/circle", errors.PageLoopError, ValueError, {}, 6),
    ("/away", errors.CrossOriginError, ValueError, {}, 3),
]


@pytest.mark.leaves_things
@pytest.mark.parametrize(("path", "kind", "builtin", "facts", "before"), FAULTS)
def test_faults(
    path: str,
    kind: type[Exception],
    builtin: type[Exception],
    facts: dict[str, Any],
    before: int,
    api: str,
    run: Run,
) -> None:
    async def main() -> None:
        got = 0
        with pytest.raises(builtin) as failure:
            async for _ in asyncgen.pages(f"{api}{path}?token=secret", retry=0):
                got += 1
        error = failure.value
        assert type(error) is kind
        assert isinstance(error, asyncgen.Error)
        assert {name: getattr(error, name) for name in facts} == facts
        assert error.url is not None
        assert error.url.startswith(f"{api}{path}")
        assert "secret" not in f"{error} {error.__notes__} {vars(error)}"
        assert got == before

    run(main)
