"""Each option of a request does what it says, and no other does it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import asyncgen
import pytest
from asyncgen import Page, Rate, Retry, Stop, Timeout, errors
from conftest import TESTDATA
from scripted import Answer, Asked, answering
from test_pages import Quiet, Server

pytestmark = pytest.mark.leaves_things


def numbered(asked: Asked) -> str | Answer:
    """Give page after page: the second has no item, the fourth is the last."""
    page = asked.number()
    if page > 4:
        return Answer("{}", 418)
    items = [] if page == 2 else [page]
    return json.dumps({"more": page < 3, "total": 2, "items": items})


STOPS: list[tuple[Stop, list[int]]] = [
    (Stop(), [1]),
    (Stop(empty=False, status=[418]), [1, 3, 4]),
    (Stop(empty=False, max_pages=3), [1, 3]),
    (Stop(empty=False, max_items=2), [1, 3]),
    (Stop(empty=False, total="/total"), [1, 3]),
    (Stop(has_more="/more"), [1, 3]),
]


@pytest.mark.parametrize(("stop", "expected"), STOPS)
def test_when_a_walk_ends(stop: Stop, expected: list[int]) -> None:
    with answering(numbered) as (url, _):
        assert list(asyncgen.pages(url, next=Page(), stop=stop)) == expected


def test_the_end_has_a_value() -> None:
    bodies = ["[1, 2]", "[3]", "[]"]

    def answer(asked: Asked) -> str | Answer:
        if asked.number() == 2 and len(told) == 2:
            return Answer("", 503, {"Retry-After": "0"})
        return bodies[asked.number() - 1]

    with answering(answer) as (url, told):
        source = asyncgen.pages(url, next=Page(), rate=Rate(1, per=0.02))
        assert source.value is None
        assert list(source) == [1, 2, 3]
        value = source.value
        assert isinstance(value, asyncgen.PagesSummary)
        size = sum(len(body) for body in bodies)
        assert (value.records, value.bytes, value.pages, value.retries) == (3, size, 3, 1)
        # Three of the four requests wait for a token.
        assert 0 < value.throttled < 3 * 0.02


def test_a_page_tells_how_many_items_there_are() -> None:
    def answer(asked: Asked) -> str:
        page = asked.number()
        following = f"?page={page + 1}" if page < 3 else None
        return json.dumps({"items": [page], "count": 2 + page, "next": following})

    with answering(answer) as (url, _):
        source = asyncgen.pages(url)
        assert source.total is None
        assert list(source) == [1, 2, 3]
        # It changes on the way.
        assert source.total == 5
        assert source.progress is not None
        assert (source.progress.records, source.progress.expected) == (3, 5)


Busy = Callable[[int], Answer | str]


def busy(status: int, after: str | None = None, until: int = 1) -> Busy:
    """Fail the first requests."""
    headers = {} if after is None else {"Retry-After": after}
    return lambda before: Answer("", status, headers) if before < until else "[1]"


#: With how many requests it ends, and the items.
RETRIES: list[tuple[Busy, dict[str, Any], int, list[int]]] = [
    (busy(503, until=9), {"retry": Retry(times=2, base=0)}, 3, []),
    (busy(503, until=9), {"retry": Retry(times=9, base=0, budget=1)}, 2, []),
    (busy(503, until=2), {"retry": Retry(base=60, longest=0)}, 3, [1]),
    (busy(503, until=1), {"retry": 0}, 1, []),
    (busy(429, "86400"), {"retry": Retry(longest_asked=0)}, 2, [1]),
    (busy(503), {"json": {}, "retry": Retry(base=0)}, 1, []),
    (busy(503), {"json": {}, "retry": Retry(base=0, post=True)}, 2, [1]),
    (busy(503), {"json": {}, "method": "PUT", "retry": Retry(base=0)}, 2, [1]),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("fails", "options", "requests", "items"), RETRIES)
def test_when_a_request_is_made_again(
    fails: Busy, options: dict[str, Any], requests: int, items: list[int]
) -> None:
    with answering(lambda _: fails(len(asked) - 1)) as (url, asked):
        source = asyncgen.pages(url, **options)
        if items:
            assert list(source) == items
        else:
            with pytest.raises(errors.StatusError, match="503") as failure:
                list(source)
            assert (failure.value.status, failure.value.attempts) == (503, requests)
        assert len(asked) == requests


def test_what_a_server_says_is_left_is_heard_or_not() -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}

    def answer(asked: Asked) -> Answer:
        return Answer("[1]" if asked.number() == 1 else "[]", 200, headers)

    def throttled(*, heard: bool) -> float:
        with answering(answer) as (url, _):
            source = asyncgen.pages(
                url,
                next=Page(),
                rate=Rate(1000, headers=heard),
                retry=Retry(longest_asked=0.05),
            )
            assert list(source) == [1]
            assert isinstance(source.value, asyncgen.PagesSummary)
            return source.value.throttled

    assert throttled(heard=False) == 0
    assert 0 < throttled(heard=True) <= 0.05


BODIES: list[tuple[dict[str, Any], tuple[str, str, str | None]]] = [
    ({}, ("GET", "", None)),
    ({"json": {"a": [1]}}, ("POST", '{"a": [1]}', "application/json")),
    ({"json": None, "method": "put"}, ("PUT", "null", "application/json")),
    ({"data": b"a b"}, ("POST", "a b", None)),
    ({"data": {"a": "b c"}}, ("POST", "a=b+c", "application/x-www-form-urlencoded")),
    ({"method": "POST"}, ("POST", "", None)),
]


@pytest.mark.parametrize(("options", "expected"), BODIES)
def test_what_is_sent(options: dict[str, Any], expected: tuple[str, str, str | None]) -> None:
    with answering(lambda _: "[1]") as (url, asked):
        assert list(asyncgen.pages(url, **options)) == [1]
        [sent] = asked
        assert (sent.method, sent.body, sent.headers.get("content-type")) == expected


def test_another_host_is_asked_only_where_it_is_named() -> None:
    with ExitStack() as stack:
        other, there = stack.enter_context(answering(lambda _: "[2]"))
        elsewhere = other.replace("127.0.0.1", "localhost")
        first = json.dumps({"items": [1], "next": f"{elsewhere}/2"})
        url, _ = stack.enter_context(answering(lambda _: first))
        proof: dict[str, Any] = {"headers": {"X-Key": "k"}, "auth": asyncgen.Bearer("t")}
        for hosts in [(), ["localhost"], ["other.example"]]:
            with pytest.raises(errors.CrossOriginError) as failure:
                list(asyncgen.pages(url, allow_hosts=hosts, **proof))
            assert (failure.value.page, failure.value.item) == (1, 2)
        assert not there
        named = elsewhere.removeprefix("http://")
        assert list(asyncgen.pages(url, allow_hosts=[named], **proof)) == [1, 2]
        [asked] = there
        assert (asked.headers["x-key"], asked.headers["authorization"]) == ("k", "Bearer t")


@contextmanager
def slow(head: bytes, then: bytes) -> Iterator[str]:
    """Send `head`, then `then` again and again, slowly."""
    done = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(10_000)
            connection.sendall(head)
            while not done.wait(0.002):
                connection.sendall(then)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


HEAD = b"HTTP/1.1 200 X\r\nContent-Length: 1000000\r\n\r\n[1"

WAITS: list[tuple[bytes, bytes, Timeout | float, str]] = [
    (b"", b"", Timeout(read=0.05), "the server was silent for 0.05 seconds"),
    (HEAD, b" ", 0.08, "the answer was not whole within 0.08 seconds"),
    (HEAD, b" ", Timeout(total=0.08), "the answer was not whole within 0.08 seconds"),
    (
        HEAD,
        b" ",
        Timeout(read=0.05, min_rate=100_000),
        "fewer than 100000 bytes a second came in 0.05 seconds",
    ),
]


@pytest.mark.parametrize(("head", "then", "timeout", "expected"), WAITS)
def test_how_long_a_server_is_waited_for(
    head: bytes, then: bytes, timeout: Timeout | float, expected: str
) -> None:
    with slow(head, then) as url, pytest.raises(OSError, match=expected) as failure:
        list(asyncgen.pages(url, timeout=timeout, retry=0))
    assert isinstance(failure.value, errors.ReadError | errors.ConnectError)


def test_how_long_a_connection_is_waited_for() -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        # One waits to be accepted, and there is room for no other.
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        source = asyncgen.pages(url, timeout=Timeout(connect=0.05), retry=0)
        expected = r"no connection within 0\.05 seconds"
        with pytest.raises(errors.ConnectError, match=expected) as failure:
            list(source)
        assert failure.value.attempts == 1


class One(Quiet):
    """Gives an item."""

    def do_GET(self) -> None:  # noqa: N802 -- the base has it so
        """Answer."""
        self.answer([1])


class Patient(Server):
    """Says nothing of who leaves in the middle of the greeting."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


def test_whose_certificates_are_trusted() -> None:
    folder = TESTDATA / "tls"
    with Patient(("127.0.0.1", 0), One) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"https://127.0.0.1:{server.server_port}"
        try:
            assert list(asyncgen.pages(url, ca=folder / "ca.pem")) == [1]
            assert list(asyncgen.pages(url, ca=str(folder / "ca.pem"))) == [1]
            for ca in [None, folder / "none.pem"]:
                with pytest.raises(errors.ConnectError):
                    list(asyncgen.pages(url, ca=ca))
        finally:
            server.shutdown()
            thread.join()


def test_what_is_too_long() -> None:
    with answering(lambda _: '[1, "234567"]') as (url, _):
        assert list(asyncgen.pages(url, max_item=8)) == [1, "234567"]
        source = asyncgen.pages(url, max_item=7)
        assert next(source) == 1
        with pytest.raises(errors.DecodeError, match="record 2 is longer than the limit of 7"):
            next(source)
    events = Answer("data: 1\n\ndata: 234567\n\n", kind="text/event-stream")
    with answering(lambda _: events) as (url, _):
        source = asyncgen.sse(url, max_event=9, reconnect=False)
        assert next(source).data == "1"
        with pytest.raises(errors.DecodeError, match="record 2 is longer than the limit of 9"):
            next(source)


def test_a_body_is_shown_to_who_asks_for_it() -> None:
    with answering(lambda _: '[1, "s3cret" 2]') as (url, _):
        for shown in [False, True]:
            with pytest.raises(errors.DecodeError) as failure:
                list(asyncgen.pages(url, debug_body=shown))
            told = f"{failure.value} {failure.value.__notes__}"
            assert ("s3cret" in told) == shown
