"""How a paged API is read: the options of `pages`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Page(NamedTuple):
    """Pages counted by number: `?page=1`, `?page=2` and so on."""

    param: str = "page"
    """Where the number goes: a query parameter, `/path` in the JSON body, or `header:Name`."""
    start: int = 1
    """The number of the first page."""


class Offset(NamedTuple):
    """Pages counted by the items before them: `?offset=0&limit=100`, `?offset=100` and so on."""

    param: str = "offset"
    """Where that number goes, as with `Page`."""
    limit: str = "limit"
    """Where the size of a page goes."""
    size: int | None = None
    """The size to ask for; without one it is that of the first page."""


class Cursor(NamedTuple):
    """A cursor that stands in a page and goes to the next request."""

    path: str
    """Where it stands: a JSON pointer, a small path (`$.meta.next`), or `header:Name`."""
    to: str = "cursor"
    """Where it goes: a query parameter, `/path` in the JSON body, or `header:Name`."""


class Relay(NamedTuple):
    """The `pageInfo` of a GraphQL connection; its items are the nodes."""

    path: str
    """The path of the connection in the answer: `data.repository.issues`."""
    to: str = "/variables/after"
    """Where its `endCursor` goes."""


class Stop(NamedTuple):
    """When a walk over pages ends, besides where no page follows."""

    empty: bool | None = None
    """Whether an empty page is the last; None: where pages are counted."""
    has_more: str | None = None
    """The path of a boolean that is false on the last page."""
    total: str | None = None
    """The path of the number of items on all pages, for pages that are counted."""
    status: Collection[int] | None = None
    """The statuses that mean that the page before was the last; None: 404, where counted."""
    max_pages: int | None = None
    """The most pages."""
    max_items: int | None = None
    """The most items."""


class Retry(NamedTuple):
    """When a failed request is made again; the pauses grow, with full jitter. In seconds."""

    times: int = 4
    """How often."""
    base: float = 0.1
    """The longest first pause; it doubles each time."""
    longest: float = 10.0
    """The longest pause of our choice."""
    longest_asked: float = 60.0
    """The longest pause that a server gets which asks for one."""
    budget: int | None = None
    """How many, until others succeed: each success gives a tenth of one back. None: no limit."""
    post: bool = False
    """Whether POST and PATCH only read here, and can be made again."""


class Rate(NamedTuple):
    """How fast a server may be asked."""

    requests: int
    """The requests in each period, and at once after a pause."""
    per: float = 1.0
    """The period in seconds."""
    headers: bool = True
    """Whether a server whose headers say that nothing is left is left alone until there is."""


class Timeout(NamedTuple):
    """How long a server is waited for, in seconds."""

    connect: float = 10.0
    """For a connection."""
    read: float = 60.0
    """For the next bytes."""
    total: float | None = None
    """For the whole of an answer."""
    min_rate: int = 0
    """The fewest bytes a second, measured over the time of `read`."""


@dataclass(frozen=True)
class Bearer:
    """`Authorization: Bearer ...`."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class Basic:
    """A name and a password."""

    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class ApiKey:
    """A key in a header, a query parameter or a cookie of its own."""

    name: str
    value: str = field(repr=False)
    where: Literal["header", "query", "cookie"] = "header"

    def __post_init__(self) -> None:
        """Refuse a place that there is not."""
        if self.where not in {"header", "query", "cookie"}:
            message = f"where must be 'header', 'query' or 'cookie', not {self.where!r}"
            raise UsageError(message)


@dataclass(frozen=True)
class SeenPage:
    """A page, for a function that says where the next one is."""

    url: str = field(repr=False)
    """The URL that gave it, as it is: it may hold secrets."""
    number: int
    """Its number, counted from 1."""
    status: int
    """The HTTP status."""
    headers: Mapping[str, str] = field(repr=False)
    """The headers, by their names in lower case."""
    items: int
    """How many items it has."""
    body: str = field(repr=False)
    """The body."""

    def json(self) -> Any:
        """Give the body as `json.loads` does."""
        return json.loads(self.body)
