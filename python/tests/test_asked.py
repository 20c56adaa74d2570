"""Bytes that are asked for by requests of our own: NDJSON, and all other formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run
from test_pages import Quiet, serving

#: Of any type, since some is refused at run time.
ndjson: Any = asyncgen.ndjson
ROWS = [{"n": 1}, {"n": 2}]


class Api(Quiet):
    """Gives rows to who asks as it should."""

    def do_POST(self) -> None:  # noqa: N802 -- the base has it so
        """Answer what came, line by line."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        asked = {
            "path": self.path,
            "body": body,
            "who": self.headers["Authorization"],
            "kind": self.headers["Content-Type"],
            "x": self.headers["X-Own"],
        }
        if self.path.startswith("/private") and asked["who"] != "Bearer second":
            self.answer({}, 401)
        else:
            lines = "".join(json.dumps(row) + "\n" for row in [asked, *ROWS])
            self.send("application/x-ndjson", lines.encode())

    do_PUT = do_POST  # noqa: N815 -- the base has it so


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The server."""
    with serving(Api) as address:
        yield address


@pytest.mark.leaves_things
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"json": {"a": 1}, "auth": asyncgen.Bearer("s3cret"), "headers": {"X-Own": "y"}},
            ["/q", '{"a": 1}', "Bearer s3cret", "application/json", "y"],
        ),
        (
            {"data": {"a": "b c"}, "params": {"p": True, "none": None}},
            ["/q?p=true", "a=b+c", None, "application/x-www-form-urlencoded", None],
        ),
        ({"method": "PUT", "data": b"raw"}, ["/q", "raw", None, None, None]),
        (
            {"method": "POST", "retry": 0, "timeout": 9, "encoding": "utf-8"},
            ["/q", "", None, None, None],
        ),
    ],
)
def test_it_is_asked_so(options: dict[str, Any], expected: list[Any], api: str, run: Run) -> None:
    async def main() -> None:
        first, *rows = [row async for row in ndjson(f"{api}/q", **options)]
        assert list(first.values()) == expected
        assert rows == ROWS

    run(main)


@pytest.mark.leaves_things
def test_a_function_is_asked_for_credentials(api: str, run: Run) -> None:
    async def main() -> None:
        tokens = iter(["first", "second"])

        async def token() -> str:
            return next(tokens)

        source = ndjson(f"{api}/private", json=None, auth=token)
        assert [row async for row in source][1:] == ROWS

    run(main)
    tokens = iter(["first", "second"])
    source = ndjson(f"{api}/private", json=None, auth=lambda: next(tokens))
    assert list(source)[1:] == ROWS
    with pytest.raises(errors.StatusError) as failure:
        list(ndjson(f"{api}/private?token=s3cret", data=b"", auth=asyncgen.Bearer("s3cret")))
    assert "s3cret" not in f"{failure.value} {vars(failure.value)}"


def lines(url: str, **options: Any) -> Any:
    return (json.loads(line) for line in asyncgen.lines(url, **options))


def chunks(url: str, **options: Any) -> Any:
    return map(json.loads, b"".join(asyncgen.chunks(url, 7, **options)).splitlines())


def csv(url: str, **options: Any) -> Any:
    rows = asyncgen.csv(url, delimiter="\0", quotechar=None, header=False, **options)
    return (json.loads(row[0]) for row in rows)


@pytest.mark.leaves_things
@pytest.mark.parametrize("read", [lines, chunks, csv])
def test_so_are_other_formats(read: Any, api: str) -> None:
    tokens = iter(["first", "second"])
    source = read(f"{api}/private", json=[1], auth=lambda: next(tokens), headers={"X-Own": "y"})
    asked, *rows = source
    assert (asked["body"], asked["who"], asked["x"]) == ("[1]", "Bearer second", "y")
    assert rows == ROWS


SOURCES: list[Any] = [ndjson, asyncgen.lines, asyncgen.csv, partial(asyncgen.chunks, size=1)]


@pytest.mark.parametrize("source", [b"1\n", Path("https://x"), "a.ndjson"])
@pytest.mark.parametrize("make", SOURCES)
def test_only_a_url_is_asked_for(make: Any, source: Any) -> None:
    with pytest.raises(errors.UsageError) as failure:
        make(source, json={}, headers={"X": "s3cret"})
    expected = "only a URL is asked for: json, headers say nothing of another source"
    assert str(failure.value) == expected


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(errors.UsageError, match="auth must be"):
        ndjson("http://127.0.0.1:9/", auth="s3cret")
    with pytest.raises(errors.UsageError, match="URLs are refused here"):
        next(ndjson("http://127.0.0.1:9/", json=1, http=False))
    with pytest.raises(TypeError):
        ndjson("http://127.0.0.1:9/", json=1, jsom=2)
