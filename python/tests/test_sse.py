"""Server-sent events, on a small server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncgen
import pytest
from asyncgen import Event, errors
from conftest import Run
from test_pages import Quiet, serving

CHAT = 'data: {"n": 1}\n\n: keep-alive\n\nevent: tool\ndata: {"n": 2}\nid: 7\n\ndata: [DONE]\n\n'
EVENTS = [Event("message", '{"n": 1}', ""), Event("tool", '{"n": 2}', "7")]


class Api(Quiet):
    """A chat by POST, and a stream that comes in two parts."""

    asked: list[tuple[str, dict[str, str], bytes]] = []  # noqa: RUF012 -- for the one server

    def do_GET(self) -> None:  # noqa: N802 -- the base has it so
        """Answer by the path."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append((self.path, dict(self.headers), body))
        match self.path.split("?")[0], self.headers.get("Last-Event-ID"):
            case "/parts", None:
                self.send("text/event-stream", b"retry: 0\nid: 1\ndata: one\n\ndata: cut")
            case "/parts", "1":
                self.send("text/event-stream", b"retry: 0\nid: 2\ndata: two\n\n")
            case "/parts", _:
                self.send_response(204)
                self.end_headers()
            case "/html", _:
                self.send("text/html", b"<p>log in</p>")
            case "/cut", _:
                self.send("text/event-stream", b"data: one\n\n")
            case _:
                self.send("text/event-stream; charset=utf-8", CHAT.encode())

    do_POST = do_GET  # noqa: N815 -- the base has it so


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The server."""
    with serving(Api) as address:
        yield address


@pytest.mark.leaves_things
def test_a_chat(api: str, run: Run) -> None:
    async def main() -> None:
        Api.asked.clear()
        source = asyncgen.sse(
            f"{api}/chat", json={"stream": True}, until="[DONE]", auth=asyncgen.Bearer("s3cret")
        )
        events = [event async for event in source]
        assert events == EVENTS
        assert [event.json()["n"] for event in events] == [1, 2]
        assert source.columns == ("event", "data", "id")
        assert source.value is not None
        assert source.value.records == len(EVENTS)
        [(_, headers, body)] = Api.asked
        assert body == b'{"stream": true}'
        assert {name.lower(): value for name, value in headers.items()} | {
            "authorization": "Bearer s3cret",
            "accept": "text/event-stream",
        } == {name.lower(): value for name, value in headers.items()}

    run(main)


@pytest.mark.leaves_things
def test_a_stream_goes_on_behind_its_last_event(api: str, run: Run) -> None:
    async def main() -> None:
        events = [event async for event in asyncgen.sse(f"{api}/parts")]
        assert events == [Event("message", "one", "1"), Event("message", "two", "2")]
        rest = [event async for event in asyncgen.sse(f"{api}/parts", last_event_id="1")]
        assert rest == events[1:]

    run(main)
    assert [event.data for event in asyncgen.sse(f"{api}/parts")] == ["one", "two"]


@pytest.mark.leaves_things
def test_events_as_bytes(api: str, run: Run) -> None:
    async def main() -> None:
        source = asyncgen.sse(f"{api}/chat", data=b"", until="[DONE]")
        chunks = [chunk async for chunk in source.encode("ndjson")]
        assert b"".join(chunks).splitlines()[1] == (
            b'{"event":"tool","data":"{\\"n\\": 2}","id":"7"}'
        )

    run(main)


FAULTS: list[tuple[str, dict[str, Any], type[Exception]]] = [
    ("/html", {}, errors.NotEvents),
    ("/cut", {"until": "[DONE]", "reconnect": False}, errors.ReadError),
]


@pytest.mark.leaves_things
@pytest.mark.parametrize(("path", "options", "kind"), FAULTS)
def test_faults(path: str, options: dict[str, Any], kind: type[Exception], api: str) -> None:
    with pytest.raises(errors.Error) as failure:
        list(asyncgen.sse(f"{api}{path}?token=s3cret", **options))
    assert type(failure.value) is kind
    assert "s3cret" not in f"{failure.value} {failure.value.__notes__}"


@dataclass
class Part:
    """What the data of an event says."""

    n: int


@pytest.mark.leaves_things
def test_what_the_data_of_an_event_becomes(api: str, run: Run) -> None:
    def chat(rows: Any) -> list[Any]:
        return list(asyncgen.sse(f"{api}/chat", json={}, until="[DONE]", rows=rows))

    assert chat("event") == EVENTS
    assert chat("dict") == [{"n": 1}, {"n": 2}]
    assert chat(Part) == [Part(1), Part(2)]
    assert chat(lambda value: value["n"]) == [1, 2]

    async def main() -> None:
        # What is written is the event, whatever is made of it.
        source = asyncgen.sse(f"{api}/chat", json={}, until="[DONE]", rows=Part)
        written = b"".join([chunk async for chunk in source.encode("ndjson")])
        assert written.count(b'"event"') == len(EVENTS)

    run(main)
    with pytest.raises(ValueError, match="not JSON"):
        list(asyncgen.sse(f"{api}/chat", json={}, rows=Part))
    with pytest.raises(errors.UsageError, match="rows must be 'event', 'dict', a dataclass"):
        chat(3)
