"""A paged API on loopback in the place of the one that the pages of the docs name."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: The name that the docs use; a test puts the loopback address in its place.
HOST = "https://api.example.com"

FIRST = [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}]
LAST = [{"id": 3, "name": "three"}]
TITLES = ["It barks", "It sleeps", "It purrs"]
CHAT = 'data: {"text": "Hello"}\n\ndata: {"text": " world"}\n\ndata: [DONE]\n\n'


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Serve until the block ends; gives the address. The twin of `xtask/docs/src/stand_in.rs`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Pages(BaseHTTPRequestHandler):
    """`/items` has two pages, the first with a `Link` to the next; `/chat` is an event stream.

    The others are those of the recipes: APIs that answer as the real ones do.
    """

    def do_GET(self) -> None:
        """Answer with a page, or with 404."""
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        match url.path:
            case "/items":
                second = "page=2" in url.query
                link = [] if second else [("Link", '</items?page=2>; rel="next"')]
                self.answer(200, LAST if second else FIRST, *link)
            case "/repos/octo/cat/issues":
                self.issues(query)
            case "/things/":
                self.things(query)
            case "/private":
                allowed = self.headers["Authorization"] == "Bearer fresh"
                self.answer(*(200, [*FIRST, *LAST]) if allowed else (401, {}))
            case _:
                self.answer(404, {"error": "no such page"})

    def do_POST(self) -> None:
        """Answer as the APIs of the recipes do."""
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        match self.path:
            case "/chat":
                self.send(200, "text/event-stream", CHAT.encode())
            case "/graphql":
                start = int(json.loads(sent).get("variables", {}).get("after", "0"))
                info = {"hasNextPage": start + 2 < len(TITLES), "endCursor": str(start + 2)}
                nodes = [{"title": title} for title in TITLES[start : start + 2]]
                issues = {"pageInfo": info, "nodes": nodes}
                self.answer(200, {"data": {"repo": {"issues": issues}}})
            case "/query" if self.headers["Authorization"] == "Bearer 123":
                rows = FIRST[: json.loads(sent)["size"]]
                lines = "".join(json.dumps(row) + "\n" for row in rows)
                self.send(200, "application/x-ndjson", lines.encode())
            case "/oauth/token" if b"client_secret=pw" in sent:
                self.answer(200, {"access_token": "fresh", "expires_in": 3600})
            case _:
                self.answer(404, {"error": "no such page"})

    def issues(self, query: dict[str, str]) -> None:
        """Answer as GitHub does: two issues a page, whatever is asked for."""
        page = int(query.get("page", "1"))
        numbered = list(enumerate(TITLES, 1))[(page - 1) * 2 : page * 2]
        headers = [("X-RateLimit-Remaining", "59"), ("X-RateLimit-Reset", "1700000000")]
        if page * 2 < len(TITLES):
            host = self.headers["Host"]
            following = f"http://{host}/repos/octo/cat/issues?state=all&page={page + 1}"
            headers.append(("Link", f'<{following}>; rel="next", <{following}>; rel="last"'))
        issues = [{"number": number, "title": title} for number, title in numbered]
        self.answer(200, issues, *headers)

    def things(self, query: dict[str, str]) -> None:
        """Answer as Django REST framework does, by numbers or by offsets."""
        everything = [*FIRST, *LAST]
        size = int(query.get("limit", "2"))
        by_offset = "offset" in query or "limit" in query
        start = int(query.get("offset", "0")) if by_offset else (int(query.get("page", 1)) - 1) * 2
        if start >= len(everything) and not by_offset:
            self.answer(404, {"detail": "Invalid page."})
            return
        following = f"http://{self.headers['Host']}/things/?page={start // 2 + 2}"
        more = start + size < len(everything)
        things = everything[start : start + size]
        page = {"count": 3, "next": following if more else None, "previous": None}
        self.answer(200, {**page, "results": things})

    def answer(self, status: int, body: object, *headers: tuple[str, str]) -> None:
        """Send `body` as JSON."""
        self.send(status, "application/json", json.dumps(body).encode(), *headers)

    def send(self, status: int, kind: str, data: bytes, *headers: tuple[str, str]) -> None:
        """Send `data`."""
        self.send_response(status)
        length = ("Content-Length", str(len(data)))
        for name, value in [("Content-Type", kind), length, *headers]:
            self.send_header(name, value)
        # A client may have left early.
        with contextlib.suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base has it so
        """Say nothing: a test's output is for its failures."""
