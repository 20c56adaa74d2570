"""`resume=`: a source goes on at a position, and a program that is killed loses nothing."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, TypeAlias

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run, run_asyncio
from forks import forks
from test_pages import serving

KILLS = 1000 if "ASYNCGEN_SOAK" in os.environ else 100

TABLE = 'id,note\n1,"two\nlines"\n\n2,x\n3,"a ""b"""\n'


@pytest.mark.parametrize("kind", ["path", "gzip", "bytes", "utf-16"])
def test_at_every_record(kind: str, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "table.csv"
    data = {"gzip": gzip.compress(TABLE.encode()), "utf-16": TABLE.encode("utf-16")}
    path.write_bytes(data.get(kind, TABLE.encode()))
    source: Any = path.read_bytes() if kind == "bytes" else path

    async def main() -> None:
        rows = asyncgen.csv(source)
        seen: list[asyncgen.Row[str]] = []
        positions: list[Any] = [rows.position]
        async for row in rows:
            seen.append(row)
            positions.append(rows.position)
        assert [row["id"] for row in seen] == ["1", "2", "3"]
        for at, position in enumerate(positions):
            # As it is, as its token alone, and as JSON makes it.
            forms: list[Any] = [position, json.loads(json.dumps(position))]
            if at:
                forms.append(position.token)
            for form in forms:
                again = asyncgen.csv(source, resume=form)
                assert again.position == position
                rest = [row async for row in again]
                assert rest == seen[at:]
                assert [row.line for row in rest] == [row.line for row in seen[at:]]
                assert again.position == positions[-1]

    run(main)


def test_of_lines_and_ndjson() -> None:
    lines = asyncgen.lines(b"one\ntwo\nthree\n")
    assert next(lines) == "one"
    assert list(asyncgen.lines(b"one\ntwo\nthree\n", resume=lines.position)) == ["two", "three"]
    values = asyncgen.ndjson(b"[1]\n[2]\n")
    assert next(values) == [1]
    assert list(asyncgen.ndjson(b"[1]\n[2]\n", resume=values.position)) == [[2]]
    with pytest.raises(errors.UsageError, match="a position of ndjson, not lines"):
        list(asyncgen.lines(b"[1]\n[2]\n", resume=values.position))
    with pytest.raises(errors.UsageError, match="resume must be the position"):
        asyncgen.lines(b"", resume=[1, 2])


def test_a_source_that_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\nthree\n")
    lines = asyncgen.lines(path)
    assert [next(lines), next(lines)] == ["one", "two"]
    position = lines.position
    with path.open("a") as file:
        file.write("four\n")
    assert list(asyncgen.lines(path, resume=position)) == ["three", "four"]
    path.write_text("ONE\ntwo\nthree\nfour\nfive\n")
    with pytest.raises(errors.ChangedError, match="its beginning is not what it was"):
        list(asyncgen.lines(path, resume=position))
    path.write_text("one\n")
    with pytest.raises(errors.ChangedError, match="shorter than the position"):
        list(asyncgen.lines(path, resume=position))


def test_a_last_line_that_has_grown(tmp_path: Path) -> None:
    path = tmp_path / "log"

    def after(make: Any, before: str, more: str) -> list[Any]:
        path.write_text(before)
        source = make(path)
        list(source)
        with path.open("a") as file:
            file.write(more)
        return list(make(path, resume=json.loads(json.dumps(source.position))))

    def rows(path: Path, **options: Any) -> Any:
        return asyncgen.csv(path, rows="tuple", **options)

    for make, before, more, last in [
        (asyncgen.lines, "a\nb", "\nc\n", "c"),
        (rows, "a\n1\n2", "\n3\n", ("3",)),
        (asyncgen.ndjson, "1\n2", "\n3\n", 3),
    ]:
        assert after(make, before, more) == [last]
        with pytest.raises(errors.ChangedError, match="its last line had no line end at the"):
            after(make, before, "3\n")


def column(batch: Any) -> list[Any]:
    """Give the only column of a batch of Arrow."""
    values: list[Any] = pytest.importorskip("pyarrow").record_batch(batch).column(0).to_pylist()
    return values


#: How records are asked for, and what is in one thing that comes.
Face: TypeAlias = tuple[Callable[[Any], Any], Callable[[Any], list[Any]]]


def in_lists(size: int) -> Face:
    """Ask for lists."""
    return lambda source: source.batches(size), lambda rows: [row["a"] for row in rows]


def in_tables(rows: int | None) -> Face:
    """Ask for batches of Arrow."""
    return lambda source: source.arrow(rows), column


SIZES = [1, 2, 3, 10**9]
FACES: dict[str, Face] = {
    "rows": (lambda source: source, lambda row: [row["a"]]),
    **{f"batches({size})": in_lists(size) for size in SIZES},
    **{f"arrow({rows})": in_tables(rows) for rows in [None, *SIZES]},
}


class Faulty:
    """A file in which some records are faulty, and what comes of a source of it at a position."""

    def __init__(self, path: Path, noun: str, more: int) -> None:
        """Write it."""
        cells = ["1", "x", "3", "4", "y", "z", "7", *["8"] * more, "x"]
        texts = ["a", *cells] if noun == "csv" else [json.dumps({"a": cell}) for cell in cells]
        path.write_text("\n".join(texts))
        self.path, self.noun = path, noun
        first = 1 + len(texts) - len(cells)
        #: The values, and the lines of faults.
        self.told = [
            int(cell) if cell.isdigit() else f"line {line}"
            for line, cell in enumerate(cells, first)
        ]

    def source(self, position: Any = None) -> Any:
        """Open it."""
        make: Any = getattr(asyncgen, self.noun)
        return make(self.path, columns=["a"], types={"a": int}, resume=position)

    def check(self, position: Any, done: int) -> None:
        """See that what comes from `position` on is all but the first `done`."""
        assert position.token
        assert position.record == done
        source = self.source(json.loads(json.dumps(position)))
        rest = self.told[done : done + 5]
        assert list(itertools.islice(self.rows(source), 5)) == rest

    def rows(self, source: Any) -> Iterator[Any]:
        """Tell the values of some rows, and the lines of faults."""
        while True:
            try:
                yield next(source)["a"]
            except errors.DecodeError as error:
                yield f"line {error.line}"
            except StopIteration:
                return


FAULTY = [("csv", 0), ("ndjson", 0), ("csv", 200_000)]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("noun", "more"), FAULTY)
def test_a_fault_that_was_not_told_is_not_behind_the_position(
    noun: str, more: int, face: str, tmp_path: Path
) -> None:
    faulty = Faulty(tmp_path / "table", noun, more)
    (make, values), source = FACES[face], faulty.source()
    items, told = iter(make(source)), list[Any]()
    for _ in range(12):
        try:
            told += values(next(items))
        except errors.DecodeError as error:
            told.append(f"line {error.line}")
        except StopIteration:
            break
        faulty.check(source.position, len(told))
    assert told == faulty.told[: len(told)]
    assert len(told) > 7


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(("noun", "more"), FAULTY)
def test_a_fault_that_was_not_told_to_a_task(
    noun: str, more: int, face: str, tmp_path: Path
) -> None:
    faulty = Faulty(tmp_path / "table", noun, more)
    positions: list[tuple[Any, int]] = []
    told: list[Any] = []

    async def main() -> None:
        (make, values), source = FACES[face], faulty.source()
        items = make(source)
        for _ in range(12):
            try:
                told.extend(values(await anext(items)))
            except errors.DecodeError as error:
                told.append(f"line {error.line}")
            except StopAsyncIteration:
                break
            positions.append((source.position, len(told)))

    run_asyncio(main)
    for position, done in positions:
        faulty.check(position, done)
    assert told == faulty.told[: len(told)]
    assert len(told) > 7


@pytest.mark.parametrize("face", [face for face in FACES if face != "rows"])
def test_one_who_leaves_before_a_fault_is_told(face: str, tmp_path: Path) -> None:
    faulty = Faulty(tmp_path / "table", "csv", 0)
    (make, values), source = FACES[face], faulty.source()
    items = make(source)
    assert values(next(items)) == [1]
    items.close()
    faulty.check(source.position, 1)


class Library(BaseHTTPRequestHandler):
    """Serves `TABLE`, or any part of it, in the version that the server has."""

    def do_GET(self) -> None:
        """Answer."""
        body, asked = TABLE.encode(), self.headers.get("Range")
        first = int(asked[len("bytes=") : -1]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("ETag", VERSION[0])
        self.send_header("Content-Length", str(len(body) - first))
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        self.wfile.write(body[first:])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


VERSION = ['"one"']


def test_at_a_url(run: Run) -> None:
    with serving(Library) as url:

        async def main() -> None:
            rows = asyncgen.csv(url + "/table.csv")
            assert len(rows.position) == 3
            seen: list[asyncgen.Row[str]] = []
            async for row in rows:
                seen.append(row)
                stored.append(rows.position)
            for at, position in enumerate(stored, start=1):
                again = asyncgen.csv(url + "/table.csv", resume=json.loads(json.dumps(position)))
                assert [row async for row in again] == seen[at:]
                assert again.position == stored[-1]
            VERSION[0] = '"two"'
            with pytest.raises(errors.ChangedError, match="it is another version than at the pos"):
                await anext(asyncgen.csv(url + "/table.csv", resume=stored[0]))
            # A weak tag proves nothing.
            VERSION[0] = 'W/"two"'
            rows = asyncgen.csv(url + "/table.csv")
            await anext(rows)
            position = rows.position
            await rows.aclose()
            with pytest.raises(errors.UsageError, match="this position has no token"):
                asyncgen.csv(url, resume=position)

        stored: list[Any] = []
        try:
            run(main)
        finally:
            VERSION[0] = '"one"'


COPY = """
import asyncio, json, sqlite3, sys, asyncgen

async def main(table, database):
    with sqlite3.connect(database) as db:
        # A process that dies takes nothing from the file system; only a machine that does would.
        db.execute("PRAGMA synchronous = OFF")
        db.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER, note TEXT)")
        db.execute("CREATE TABLE IF NOT EXISTS place (name TEXT PRIMARY KEY, position TEXT)")
        found = db.execute("SELECT position FROM place WHERE name = ?", [table]).fetchone()
    position = json.loads(found[0]) if found else None
    async with asyncgen.csv(table, resume=position) as rows:
        async for some in rows.batches(50):
            with db:  # one transaction: the rows and the position, or neither
                db.executemany("INSERT INTO rows VALUES (?, ?)", some)
                db.execute(
                    "INSERT OR REPLACE INTO place VALUES (?, ?)", [table, json.dumps(rows.position)]
                )
            print(flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.one_python
@pytest.mark.soak
@pytest.mark.timeout(3000 if "ASYNCGEN_SOAK" in os.environ else 120)
def test_a_program_that_is_killed_again_and_again(tmp_path: Path) -> None:
    """The recipe of the guide, killed after a few transactions, wherever that finds it."""
    count = KILLS * 600
    table, database = tmp_path / "table.csv", tmp_path / "rows.db"
    table.write_text("id,note\n" + "".join(f'{n},"note\n{n}"\n' for n in range(count)))
    words = [str(table), str(database)]
    with forks("import asyncio, json, sqlite3, sys, asyncgen") as copies:
        for kills in range(KILLS):
            with copies.start(COPY, words) as printed:
                for _ in range(1 + kills % 4):
                    assert printed.readline(), "it ended before it could be killed so often"
                copies.kill()
            assert copies.wait() == -signal.SIGKILL
        with copies.start(COPY, words) as printed:
            assert printed.read().strip() == b""
        assert copies.wait() == 0
    with sqlite3.connect(database) as db:
        rows = db.execute("SELECT id, note FROM rows ORDER BY rowid").fetchall()
    db.close()
    assert rows == [(n, f"note\n{n}") for n in range(count)]
