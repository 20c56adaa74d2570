"""Real servers: fastapi-pagination, strawberry and datasette, in each of their styles."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncgen
import pytest
import uvicorn
from conftest import Run

pytestmark = pytest.mark.one_python

COUNT = 23
EXPECTED = [{"id": n} for n in range(COUNT)]


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI app on loopback, in a thread with an event loop of its own."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, lifespan="auto", ws="none", http="h11", log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def check(source: Callable[[int], asyncgen.Source[Any]], run: Run) -> None:
    """Read every item once, in order, one page at a time and several at once, and resumed."""

    async def main() -> None:
        for concurrency in (1, 8):
            assert [item async for item in source(concurrency)] == EXPECTED

    run(main)
    assert list(source(1)) == EXPECTED


@pytest.fixture(scope="module")
def fastapi_pagination() -> Iterator[str]:
    """The four ways of fastapi-pagination."""
    pytest.importorskip("fastapi_pagination")
    from fastapi import FastAPI
    from fastapi_pagination import LimitOffsetPage, Page, add_pagination, paginate
    from fastapi_pagination.links import LimitOffsetPage as LinkedOffsets
    from fastapi_pagination.links import Page as LinkedPages
    from fastapi_pagination.utils import disable_installed_extensions_check
    from pydantic import BaseModel

    class Item(BaseModel):
        id: int

    disable_installed_extensions_check()
    app = FastAPI()
    models: dict[str, Any] = {
        "/pages": Page[Item],
        "/offsets": LimitOffsetPage[Item],
        "/linked-pages": LinkedPages[Item],
        "/linked-offsets": LinkedOffsets[Item],
    }
    for path, model in models.items():

        @app.get(path, response_model=model)
        def items() -> Any:
            return paginate([Item(id=n) for n in range(COUNT)])

    add_pagination(app)
    with serving(app) as address:
        yield address


FASTAPI: list[tuple[str, dict[str, Any]]] = [
    ("/pages", {"next": asyncgen.Page(), "params": {"size": 5}}),
    ("/pages", {"next": asyncgen.Page(), "stop": asyncgen.Stop(total="/total")}),
    ("/offsets", {"next": asyncgen.Offset("offset", "limit", 7)}),
    ("/offsets", {"next": asyncgen.Offset(), "items": "$.items"}),
    ("/linked-pages", {"params": {"size": 4}}),
    ("/linked-pages", {"next": "/links/next", "params": {"size": 4}}),
    ("/linked-offsets", {"params": {"limit": 6}}),
]


@pytest.mark.leaves_things
@pytest.mark.parametrize(("path", "options"), FASTAPI)
def test_fastapi_pagination(
    path: str, options: dict[str, Any], fastapi_pagination: str, run: Run
) -> None:
    check(
        lambda concurrency: asyncgen.pages(
            fastapi_pagination + path, concurrency=concurrency, **options
        ),
        run,
    )


@pytest.mark.leaves_things
def test_fastapi_pagination_is_not_taken_for_one_page(fastapi_pagination: str) -> None:
    with pytest.raises(asyncgen.errors.LinkError, match="total is 23"):
        list(asyncgen.pages(f"{fastapi_pagination}/pages", params={"size": 5}))


@pytest.fixture(scope="module")
def strawberry() -> Iterator[str]:
    """A connection of GraphQL, as Relay has it."""
    pytest.importorskip("strawberry")
    import strawberry_project

    with serving(strawberry_project.app(COUNT)) as address:
        yield address


QUERY = """
query($after: String) {
  items(first: 5, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { id } }
  }
}
"""

RELAY: list[dict[str, Any]] = [
    {"next": asyncgen.Relay("data.items")},
    {"next": "relay:data.items"},
    {"next": asyncgen.Relay("/data/items"), "items": "data.items.edges[*].node"},
    {},
]


@pytest.mark.leaves_things
@pytest.mark.parametrize("options", RELAY)
def test_strawberry(options: dict[str, Any], strawberry: str, run: Run) -> None:
    check(
        lambda concurrency: asyncgen.pages(
            strawberry, json={"query": QUERY}, concurrency=concurrency, **options
        ),
        run,
    )


@pytest.mark.leaves_things
def test_strawberry_refuses_a_bad_query(strawberry: str) -> None:
    with pytest.raises(asyncgen.errors.DecodeError):
        list(asyncgen.pages(strawberry, json={"query": "{ nothing }"}))


@pytest.fixture(scope="module")
def datasette() -> Iterator[str]:
    """A table of SQLite."""
    pytest.importorskip("datasette")
    from datasette.app import Datasette

    shown = Datasette(memory=True, settings={"default_page_size": 5})
    database = shown.add_memory_database("db")

    async def fill() -> None:
        await database.execute_write("create table items (id integer primary key)")
        await database.execute_write_many(
            "insert into items values (?)", [(n,) for n in range(COUNT)]
        )

    asyncio.run(fill())
    with serving(shown.app()) as address:
        yield f"{address}/db/items.json"


DATASETTE: list[dict[str, Any]] = [
    {"params": {"_shape": "array"}, "next": "link"},
    {"params": {"_shape": "array"}},
    {"params": {"_shape": "objects"}},
    {"params": {"_shape": "objects"}, "next": "$.next_url", "items": "$.rows"},
    {"params": {"_shape": "objects"}, "next": asyncgen.Cursor("/next", "_next")},
]


@pytest.mark.leaves_things
@pytest.mark.parametrize("options", DATASETTE)
def test_datasette(options: dict[str, Any], datasette: str, run: Run) -> None:
    check(lambda concurrency: asyncgen.pages(datasette, concurrency=concurrency, **options), run)
