"""A process that is killed at any moment and resumed: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from forks import forks
from test_pages import Quiet, serving

pytestmark = pytest.mark.one_python

COUNT = 300
SIZE = 7

#: Stores each item and the position behind it in one transaction.
WORKER = """
import json, sqlite3, sys
import asyncgen
url, path, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
database = sqlite3.connect(path)
# A process that dies takes nothing from the file system; only a machine that does would.
database.execute("pragma synchronous = off")
database.execute("create table if not exists items (id integer)")
database.execute("create table if not exists place (json text)")
stored = database.execute("select json from place").fetchone()
if options.pop("page", None):
    options["next"] = asyncgen.Page()
resume = json.loads(stored[0]) if stored else None
if url.endswith("/events"):
    items = asyncgen.sse(url, resume=resume, reconnect=False, rows="dict")
else:
    items = asyncgen.pages(url, resume=resume, **options)
for item in items:
    with database:
        database.execute("insert into items values (?)", (item["id"],))
        database.execute("delete from place")
        database.execute("insert into place values (?)", (json.dumps(items.position),))
    print(item["id"], flush=True)
"""


class Api(Quiet):
    """Many items, by numbers, by links and as events."""

    def do_GET(self) -> None:  # noqa: N802 -- the base has it so
        """Answer with a page."""
        url = urlsplit(self.path)
        if url.path == "/events":
            last = int(self.headers.get("Last-Event-ID", "-1"))
            events = (f'id: {n}\ndata: {{"id": {n}}}\n\n' for n in range(last + 1, COUNT))
            self.send("text/event-stream", "".join(events).encode())
            return
        page = int(parse_qs(url.query).get("page", ["1"])[0])
        items = [{"id": n} for n in range((page - 1) * SIZE, min(page * SIZE, COUNT))]
        following = f"?page={page + 1}" if page * SIZE < COUNT else None
        self.answer({"items": items, "next": following if url.path == "/links" else None})


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The server."""
    with serving(Api) as address:
        yield address


@pytest.mark.soak
@pytest.mark.leaves_things
@pytest.mark.parametrize(
    ("walk", "options"),
    [
        ("numbers", {"page": True}),
        ("numbers", {"page": True, "concurrency": 8}),
        ("links", {}),
        ("events", {}),
    ],
)
def test_rows_and_position_in_one_transaction(
    walk: str, options: dict[str, object], api: str, tmp_path: Path
) -> None:
    kills = 100 if os.environ.get("ASYNCGEN_SOAK") else 8
    chance = random.Random(7)
    path = tmp_path / "items.sqlite"
    words = [f"{api}/{walk}", str(path), json.dumps(options)]
    with forks("import json, sqlite3, sys, asyncgen") as workers:
        for _ in range(kills):
            with workers.start(WORKER, words) as printed:
                # Some at the start, some in the middle of a transaction, and none by a clock.
                for _ in range(chance.randrange(COUNT // kills)):
                    if not printed.readline():
                        break
                workers.kill()
            workers.wait()
        with workers.start(WORKER, words) as printed:
            printed.read()
        assert workers.wait() == 0
    with closing(sqlite3.connect(path)) as database:
        stored = [number for (number,) in database.execute("select id from items order by rowid")]
    assert stored == list(range(COUNT))
