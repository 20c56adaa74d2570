"""A server on loopback that a function answers for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from test_pages import Quiet, serving


class Asked(NamedTuple):
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: str

    @property
    def path(self) -> str:
        """What stands before the query."""
        return urlsplit(self.target).path

    def number(self, name: str = "page") -> int:
        """Give a parameter of the query; 1 where there is none."""
        return int(parse_qs(urlsplit(self.target).query).get(name, ["1"])[0])


class Answer(NamedTuple):
    """What is answered."""

    body: str
    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 -- nobody changes it
    kind: str = "application/json"


@contextmanager
def answering(answer: Callable[[Asked], Answer | str]) -> Iterator[tuple[str, list[Asked]]]:
    """Serve until the block ends: the address, and what was asked."""
    asked: list[Asked] = []

    class Script(Quiet):
        def do_GET(self) -> None:  # noqa: N802 -- the base has it so
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(Asked(self.command, self.path, headers, body))
            found = answer(asked[-1])
            found = Answer(found) if isinstance(found, str) else found
            sent = found.body.encode()
            self.send_response(found.status)
            lengths = {"Content-Type": found.kind, "Content-Length": str(len(sent))}
            for name, value in {**lengths, **found.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_POST = do_PUT = do_GET  # noqa: N815 -- the base has it so

    with serving(Script) as address:
        yield address, asked
