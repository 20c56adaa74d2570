"""The options of `pages`, on a server that counts its items in every style."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict
from urllib.parse import parse_qs, urlsplit

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run
from test_pages import Quiet, serving

COUNT = 10
SIZE = 3
ITEMS = [{"id": n} for n in range(COUNT)]


class Api(Quiet):
    """Ten items, three a page."""

    asked: list[dict[str, str]] = []  # noqa: RUF012 -- for the one server

    def do_GET(self) -> None:  # noqa: N802 -- the base has it so
        """Answer by the path."""
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        length = int(self.headers.get("Content-Length", 0))
        sent = json.loads(self.rfile.read(length) or "{}")
        self.asked.append({"path": self.path, **dict(self.headers)})
        match url.path:
            case "/cursor":
                self.cursor(int(query.get("after", "0")))
            case "/body":
                self.cursor(sent.get("page", {}).get("after", 0))
            case "/offset":
                size = int(query.get("limit", str(SIZE)))
                self.items(int(query.get("offset", "0")), size)
            case "/shifted":
                start = max(0, (int(query.get("page", "1")) - 1) * SIZE - 1)
                self.answer({"items": ITEMS[start : start + SIZE + 1]})
            case "/narrow" if int(query["limit"]) > SIZE:
                self.answer({}, 500)
            case "/narrow":
                self.items(int(query["offset"]), int(query["limit"]))
            case "/echo":
                name, after = query["after"].split(":") if "after" in query else ("a", "0")
                following = f"?after={name}:{int(after) + SIZE}&odd=s3cret"
                page = {"next": following if int(after) + SIZE < COUNT else None}
                self.answer({"items": ITEMS[int(after) : int(after) + SIZE], **page})
            case "/private" if self.headers["Authorization"] != "Bearer second":
                self.answer({}, 401)
            case _:
                self.items((int(query.get("page", "1")) - 1) * SIZE, SIZE)

    do_POST = do_GET  # noqa: N815 -- the base has it so

    def cursor(self, start: int) -> None:
        """Answer with a cursor to the next page."""
        end = start + SIZE
        page = {"end": end if end < COUNT else None}
        self.answer({"items": ITEMS[start:end], "page": page, "total": COUNT})

    def items(self, start: int, size: int) -> None:
        """Answer with nothing but items."""
        self.answer({"items": ITEMS[start : start + size], "total": COUNT})


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The server."""
    with serving(Api) as address:
        yield address


def by_function(page: asyncgen.SeenPage) -> str | None:
    assert page.json()["total"] == COUNT
    assert "application/json" in page.headers["content-type"]
    return f"?page={page.number + 1}" if page.items else None


async def by_coroutine(page: asyncgen.SeenPage) -> dict[str, int] | None:
    await asyncgen.lines(b"a\n").aclose()
    return {"page": page.number + 1} if page.items else None


WAYS: list[tuple[str, dict[str, Any]]] = [
    ("/cursor", {"next": asyncgen.Cursor("/page/end", "after")}),
    ("/cursor", {"next": "cursor:after=$.page.end", "items": "$.items"}),
    ("/body", {"next": asyncgen.Cursor("page.end", "/page/after"), "json": {"q": [1]}}),
    ("/offset", {"next": asyncgen.Offset()}),
    ("/offset", {"next": asyncgen.Offset("offset", "limit", 4)}),
    ("/offset", {"next": asyncgen.Offset(), "stop": asyncgen.Stop(total="/total")}),
    ("/number", {"next": asyncgen.Page()}),
    ("/number", {"next": by_function}),
    ("/number", {"next": by_coroutine}),
]


@pytest.mark.leaves_things
@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(("path", "options"), WAYS)
def test_every_item_once(
    path: str, options: dict[str, Any], concurrency: int, api: str, run: Run
) -> None:
    async def main() -> None:
        source = asyncgen.pages(api + path, concurrency=concurrency, **options)
        assert source.plan is None
        assert [item async for item in source] == ITEMS
        assert source.plan is not None
        assert source.total == COUNT
        assert source.value is not None
        assert source.value.records == COUNT

    run(main)


@pytest.mark.leaves_things
@pytest.mark.parametrize(("path", "options"), WAYS)
def test_resumed_behind_each_item(path: str, options: dict[str, Any], api: str, run: Run) -> None:
    async def main() -> None:
        source = asyncgen.pages(api + path, **options)
        stored = json.dumps(source.position)
        for taken in range(COUNT):
            rest = asyncgen.pages(api + path, resume=json.loads(stored), **options)
            assert [item async for item in rest] == ITEMS[taken:]
            assert await anext(source) == ITEMS[taken]
            stored = json.dumps(source.position)
            assert pickle.loads(pickle.dumps(source.position)) == source.position
        await source.aclose()
        assert json.dumps(source.position) == stored

    run(main)


@pytest.mark.leaves_things
@pytest.mark.parametrize("prefetch", [0, 3, 20])
def test_pages_before_their_turn_and_bounds_of_bodies(prefetch: int, api: str) -> None:
    source = asyncgen.pages(
        f"{api}/number",
        next=asyncgen.Page(),
        concurrency=2,
        prefetch=prefetch,
        max_decoded=1 << 20,
        max_ratio=100,
    )
    assert list(source) == ITEMS


@pytest.mark.leaves_things
@pytest.mark.parametrize("concurrency", [1, 4])
def test_items_that_come_again_and_pages_that_shrink(concurrency: int, api: str) -> None:
    shifted: dict[str, Any] = {"next": asyncgen.Page(), "concurrency": concurrency}
    assert len(list(asyncgen.pages(f"{api}/shifted", **shifted))) > COUNT
    assert list(asyncgen.pages(f"{api}/shifted", unique_by="id", **shifted)) == ITEMS
    narrow = asyncgen.pages(
        f"{api}/narrow",
        next=asyncgen.Offset(size=8),
        shrink="limit",
        retry=asyncgen.Retry(base=0),
        concurrency=concurrency,
    )
    assert list(narrow) == ITEMS


@pytest.mark.leaves_things
def test_functions_in_a_plain_for(api: str) -> None:
    assert list(asyncgen.pages(f"{api}/number", next=by_function)) == ITEMS
    with pytest.raises(errors.AsyncOnlyError):
        list(asyncgen.pages(f"{api}/number", next=by_coroutine))


@pytest.mark.leaves_things
def test_what_a_function_raises_is_raised(api: str, run: Run) -> None:
    def next_page(page: asyncgen.SeenPage) -> str | None:
        raise KeyError(page.number)

    async def main() -> None:
        items = []
        with pytest.raises(KeyError) as failure:
            async for item in asyncgen.pages(f"{api}/number", next=next_page):
                items.append(item)
        assert items == ITEMS[:SIZE]
        assert any("item 4 of pages" in note for note in failure.value.__notes__)

    run(main)


@pytest.mark.leaves_things
@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_function_is_asked_for_credentials_once_more(
    concurrency: int, api: str, run: Run
) -> None:
    tokens = iter(["first", "second"])

    async def token() -> asyncgen.Bearer:
        return asyncgen.Bearer(next(tokens))

    async def main() -> None:
        source = asyncgen.pages(
            f"{api}/private", next=asyncgen.Page(), auth=token, concurrency=concurrency
        )
        assert [item async for item in source] == ITEMS

    run(main)
    assert next(tokens, None) is None


@pytest.mark.leaves_things
@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        (asyncgen.Bearer("s3cret"), "Authorization", "Bearer s3cret"),
        (asyncgen.Basic("me", "s3cret"), "Authorization", "Basic bWU6czNjcmV0"),
        (("me", "s3cret"), "Authorization", "Basic bWU6czNjcmV0"),
        (asyncgen.ApiKey("X-Key", "s3cret"), "X-Key", "s3cret"),
        (asyncgen.ApiKey("key", "s3cret", "query"), "path", "/offset?key=s3cret"),
        (asyncgen.ApiKey("id", "s3cret", "cookie"), "Cookie", "id=s3cret"),
        (lambda: "s3cret", "Authorization", "Bearer s3cret"),
        (lambda: {"X-Token": "s3cret"}, "X-Token", "s3cret"),
    ],
)
def test_who_asks(auth: Any, name: str, value: str, api: str) -> None:
    Api.asked.clear()
    source = asyncgen.pages(f"{api}/offset", auth=auth, stop=asyncgen.Stop(max_pages=1))
    assert next(source) == ITEMS[0]
    # What a test before this one left under way may still come.
    first = next(asked for asked in Api.asked if asked["path"].startswith("/offset"))
    asked = {name.lower(): value for name, value in first.items()}
    assert asked[name.lower()] == value
    for told in (repr(source), repr(source.position), str(source.plan)):
        assert "s3cret" not in told
    assert isinstance(auth, tuple) or "s3cret" not in repr(auth)
    source.close()


KEYS: list[tuple[dict[str, Any], str | None]] = [
    ({"auth": asyncgen.ApiKey("odd", "s3cret", "query")}, None),
    ({"auth": asyncgen.Bearer("s3cret")}, "credentials in the page's URL"),
    ({"auth": lambda: "s3cret"}, "credentials in the page's URL"),
    ({"headers": {"Cookie": "id=s3cret"}}, "credentials in the page's URL"),
    ({"params": {"hapikey": "s3cret"}}, "credentials in the page's URL"),
]


@pytest.mark.leaves_things
@pytest.mark.parametrize(("options", "refused"), KEYS)
def test_a_key_that_a_server_gives_back_is_in_no_position(
    options: dict[str, Any], refused: str | None, api: str
) -> None:
    source = asyncgen.pages(f"{api}/echo", **options)
    assert [next(source) for _ in range(2 * SIZE - 1)] == ITEMS[: 2 * SIZE - 1]
    if refused is None:
        told = repr(source.position)
        rest = asyncgen.pages(f"{api}/echo", resume=source.position, **options)
        assert list(rest) == ITEMS[2 * SIZE - 1 :]
    else:
        with pytest.raises(errors.UsageError, match=refused) as failure:
            _ = source.position
        told = f"{failure.value!r} {vars(failure.value)}"
    source.close()
    assert "s3cret" not in f"{told} {source!r}"


@dataclass
class Item:
    """What is known of an item."""

    id: int
    name: str = "none"


@dataclass
class Named:
    """What the items are not."""

    name: str


class Pair(NamedTuple):
    """A tuple with names."""

    id: int
    other: str = "none"


class Other(TypedDict):
    """What the items are not."""

    name: str


class Typed(TypedDict):
    """A dictionary that is one at run time as well."""

    id: int


@pytest.mark.leaves_things
def test_what_an_item_becomes(api: str, run: Run) -> None:
    url = f"{api}/number"
    way = asyncgen.Page()
    assert list(asyncgen.pages(url, next=way, rows=Item)) == [Item(n) for n in range(COUNT)]
    assert list(asyncgen.pages(url, next=way, rows=Typed)) == ITEMS
    assert list(asyncgen.pages(url, next=way, rows=Pair)) == [Pair(n) for n in range(COUNT)]
    assert list(asyncgen.pages(url, next=way, rows=lambda item: item["id"])) == list(range(COUNT))

    async def main() -> None:
        raw = [item async for item in asyncgen.pages(url, next=way, rows="raw")]
        assert raw == [json.dumps(item).encode() for item in ITEMS]
        await refused("name", Named)
        await refused("Other has name, and the value has not", Other)
        await refused(
            "Pair is made of an object, not of a value of type 'int'", Pair, "$.items[*].id"
        )

    async def refused(message: str, rows: Any, items: str = "auto") -> None:
        source: Any = asyncgen.pages(url, next=way, items=items, rows=rows)
        with pytest.raises(TypeError, match=message):
            await anext(source)
        await source.aclose()

    run(main)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"next": "nxt"}, "next: auto, link, a path"),
    ({"next": "header:"}, "next: the name of the header is empty"),
    ({"next": asyncgen.Cursor("header:", "a")}, "next: the name of the header is empty"),
    ({"next": asyncgen.Page("")}, "next: the name of the parameter is empty"),
    ({"next": "$.a..b"}, 'next: "$.a..b" is neither a JSON pointer'),
    ({"next": 3}, "next must be a text, Page, Offset, Cursor, Relay or a function, not 3"),
    ({"auth": "s3cret"}, "auth must be Bearer, Basic, ApiKey or a function, not 'str'"),
    ({"on_repeat": "skip"}, "on_repeat must be 'error' or 'stop', not 'skip'"),
    ({"concurrency": 0}, "concurrency must be 1 or more, not 0"),
    ({"max_ratio": 0}, "max_ratio must be 1 or more, not 0"),
    ({"timeout": -1}, "total must be a number of seconds, not -1"),
    (
        {"rows": 3},
        "rows must be 'dict', 'raw', a dataclass, a NamedTuple, a TypedDict or a function",
    ),
    ({"resume": [1, 2]}, "resume must be the position of a source of the same kind"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_options_that_make_no_sense(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r"must|next") as failure:
        asyncgen.pages("http://127.0.0.1:9/", **options)
    assert str(failure.value).startswith(message)
    assert "s3cret" not in str(failure.value)


@pytest.mark.leaves_things
def test_a_key_and_a_function_for_the_way(api: str) -> None:
    with pytest.raises(errors.UsageError, match="where must be 'header', 'query' or 'cookie'"):
        asyncgen.ApiKey("id", "s3cret", "body")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] -- refused at run time
    Api.asked.clear()
    key = asyncgen.ApiKey("id", "s3cret", "cookie")
    assert list(asyncgen.pages(f"{api}/number", next=by_function, auth=key)) == ITEMS
    asked = [asked for asked in Api.asked if asked["path"].startswith("/number")]
    assert {asked.get("cookie") for asked in asked} == {"id=s3cret"}


@pytest.mark.leaves_things
@pytest.mark.parametrize("concurrency", [1, 8])
def test_by_page(concurrency: int, api: str, run: Run) -> None:
    async def main() -> None:
        source = asyncgen.pages(
            f"{api}/number?token=s3cret", next=asyncgen.Page(), concurrency=concurrency
        ).by_page()
        pages = [page async for page in source]
        assert [item for page in pages for item in page.items] == ITEMS
        assert [page.number for page in pages] == [1, 2, 3, 4, 5]
        assert {page.status for page in pages} == {200}
        assert pages[0].headers["content-type"] == "application/json"
        assert pages[0].url == f"{api}/number?token=***&page=1"
        with pytest.raises(errors.UsageError, match="before its first step"):
            source.by_page()

    run(main)
    source = asyncgen.pages(f"{api}/cursor", next=asyncgen.Cursor("/page/end", "after")).by_page()
    first = next(source)
    resumed = asyncgen.pages(
        f"{api}/cursor", next=asyncgen.Cursor("/page/end", "after"), resume=source.position
    ).by_page()
    source.close()
    assert first.items == ITEMS[:SIZE]
    assert [page.items for page in resumed] == [ITEMS[3:6], ITEMS[6:9], ITEMS[9:]]
    with pytest.raises(errors.UsageError):
        asyncgen.lines(b"").by_page()
