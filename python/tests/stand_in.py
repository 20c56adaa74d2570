"""A paged API on loopback in the place of the one that the pages of the docs name."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: The name that the docs use; a test puts the loopback address in its place.
HOST = "https://api.example.com"

FIRST = [{"id": 1, "name": "one"}, {"id": 2, "name": "two"}]
LAST = [{"id": 3, "name": "three"}]
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
    """`/items` has two pages, the first with a `Link` to the next; `/chat` is an event stream."""

    def do_GET(self) -> None:
        """Answer with a page, or with 404."""
        if not self.path.startswith("/items"):
            self.answer(404, {"error": "no such page"})
        elif "page=2" in self.path:
            self.answer(200, LAST)
        else:
            self.answer(200, FIRST, ("Link", '</items?page=2>; rel="next"'))

    def do_POST(self) -> None:
        """Answer with the events of a chat, or as to a GET."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/chat":
            self.do_GET()
            return
        data = CHAT.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, status: int, body: object, *headers: tuple[str, str]) -> None:
        """Send `body` as JSON."""
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(data))),
            *headers,
        ]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base has it so
        """Say nothing: a test's output is for its failures."""
