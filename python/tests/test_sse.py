"""Server-sent events, on a small server."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncgen
import pytest
from asyncgen import Event, errors
from conftest import Run
from test_pages import Quiet, serving

CHAT = 'data: {"n": 1}\n\n: keep-alive\n\nevent: tool\ndata: {"n": 2}\nid: 7\n\ndata: [DONE]\n\n'
KEPT = 5
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
            case "/kept", last:
                kept = range(int(last or 0) + 1, KEPT + 1)
                stream = "".join(f'id: {n}\ndata: {{"n": {n}}}\n\n' for n in kept)
                self.send("text/event-stream", stream.encode())
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
def test_resumed_behind_each_event(api: str, run: Run) -> None:
    kept = [Event("message", f'{{"n": {n}}}', str(n)) for n in range(1, KEPT + 1)]

    async def main() -> None:
        source = asyncgen.sse(f"{api}/kept?token=s3cret", reconnect=False)
        position: Any = source.position
        for taken in range(KEPT):
            # As it is, as its token alone, and as JSON makes it.
            forms: list[Any] = [position, json.loads(json.dumps(position))]
            if taken:
                forms.append(position.token)
                assert "s3cret" not in repr(position)
                assert pickle.loads(pickle.dumps(position)) == position
            for form in forms:
                # The signature of a URL changes.
                again: Any = asyncgen.sse(f"{api}/kept?token=an0ther", resume=form, reconnect=False)
                if taken:
                    assert again.position.token == position.token
                assert [event async for event in again] == kept[taken:]
                # Nothing is new behind its end.
                rest: Any = asyncgen.sse(
                    f"{api}/kept", resume=again.position, reconnect=False, rows="dict"
                )
                assert [event async for event in rest] == []
                assert rest.position.token == again.position.token
            assert await anext(source) == kept[taken]
            position = source.position
            assert position.record == taken + 1
        await source.aclose()
        assert source.position == position

    run(main)


@pytest.mark.leaves_things
def test_the_position_stays_before_what_is_owed(api: str) -> None:
    def number(value: Any) -> int:
        if value["n"] == 4:
            raise ArithmeticError
        return int(value["n"])

    url = f"{api}/kept"
    lists = (source := asyncgen.sse(url, reconnect=False, rows=number)).batches(2)
    seen: list[list[int]] = []
    rest: list[list[Any]] = []

    def note() -> None:
        again = asyncgen.sse(url, resume=source.position, reconnect=False, rows="dict")
        rest.append([value["n"] for value in again])

    with pytest.raises(ArithmeticError):
        for numbers in lists:
            seen.append(numbers)
            note()
    note()
    assert seen == [[1, 2], [3]]
    # Before the one that is nothing, until that is told.
    assert rest == [[3, 4, 5], [4, 5], [5]]


@pytest.mark.leaves_things
def test_what_has_no_position(api: str) -> None:
    chat = asyncgen.sse(f"{api}/chat", json={})
    assert next(chat).id == ""
    # An event without an id is none to go on behind.
    assert type(chat.position) is asyncgen.Position
    with pytest.raises(errors.UsageError, match=r"no token to resume at: .* without an id"):
        asyncgen.sse(f"{api}/chat", json={}, resume=chat.position)
    next(chat)
    position: Any = chat.position
    assert json.loads(position.token)["id"] == "7"
    secret = asyncgen.sse(f"{api}/kept", auth=asyncgen.Bearer("s3cret"), last_event_id="as3cretb")
    assert "s3cret" not in repr(secret.position)


@pytest.mark.leaves_things
def test_positions_that_are_refused(api: str) -> None:
    source: Any = asyncgen.sse(f"{api}/kept", reconnect=False)
    next(source)
    lines: Any = asyncgen.lines(b"one\ntwo\n")
    next(lines)
    with pytest.raises(errors.UsageError, match="resume and last_event_id both say where"):
        asyncgen.sse(f"{api}/kept", resume=source.position, last_event_id="1")
    with pytest.raises(errors.UsageError, match="must be the position of a source of the same"):
        asyncgen.sse(f"{api}/kept", resume=[1, 2])
    for path, position, why in [
        ("/parts", source.position, "of another URL"),
        ("/kept", lines.position, "of another kind or version"),
        ("/kept", "[", "not JSON"),
    ]:
        with pytest.raises(errors.UsageError, match=f"resume is not a .* source: it is {why}"):
            list(asyncgen.sse(f"{api}{path}", resume=position))


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
