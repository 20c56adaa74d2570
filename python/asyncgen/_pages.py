"""The function that makes a source of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar, overload

from asyncgen import _asyncgen
from asyncgen._asker import Asker
from asyncgen._input import check_ratio, resume_token
from asyncgen._made import maker
from asyncgen._paging import Cursor, Offset, Page, Relay, Stop
from asyncgen._request import NOTHING, Asked, request
from asyncgen._where import caller
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    import os
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from typing import Unpack

    from asyncgen._asyncgen import Source
    from asyncgen._facts import Position
    from asyncgen._paging import Rate, Retry, SeenPage, Timeout
    from asyncgen._request import Auth, Request

# The longest item, and the most that stands around the items of a page.
MAX_ITEM = 64 * 1024 * 1024

KINDS = ("dict", "raw")
T = TypeVar("T")

if TYPE_CHECKING:
    Onward: TypeAlias = str | Mapping[str, str | int] | None
    Next: TypeAlias = (
        str | Page | Offset | Cursor | Relay | Callable[[SeenPage], Onward | Awaitable[Onward]]
    )


class Options(Asked, total=False):
    """The options of `pages` that do not change what an item becomes."""

    next: Next
    items: str
    stop: Stop | None
    on_repeat: Literal["error", "stop"]
    concurrency: int
    prefetch: int | None
    max_item: int
    max_decoded: int | None
    max_ratio: int | None
    resume: Position | str | Sequence[Any] | None
    shrink: str | None
    unique_by: str | None
    debug_body: bool
    fair: bool | float


class _Options(NamedTuple):
    # What the extension module reads.
    request: Request
    next: list[str]
    items: str | None
    stop: Stop
    on_repeat: str
    concurrency: int
    prefetch: int | None
    max_item: int
    max_decoded: int | None
    max_ratio: int | None
    resume: str | None
    debug_body: bool
    unique_by: str | None
    shrink: str | None


@overload
def pages(
    url: str, *, rows: Literal["dict"] = "dict", **options: Unpack[Options]
) -> Source[Any]: ...
@overload
def pages(url: str, *, rows: Literal["raw"], **options: Unpack[Options]) -> Source[bytes]: ...
@overload
def pages(url: str, *, rows: type[T], **options: Unpack[Options]) -> Source[T]: ...
@overload
def pages(url: str, *, rows: Callable[[Any], T], **options: Unpack[Options]) -> Source[T]: ...
def pages(  # noqa: PLR0913 -- APIs differ in all of these
    url: str,
    *,
    method: str | None = None,
    params: Mapping[str, str | float | None] | None = None,
    headers: Mapping[str, str] | None = None,
    json: Any = NOTHING,
    data: bytes | Mapping[str, str] | None = None,
    next: Next = "auto",  # noqa: A002 -- the name of the link
    items: str = "auto",
    stop: Stop | None = None,
    on_repeat: Literal["error", "stop"] = "error",
    concurrency: int = 1,
    prefetch: int | None = None,
    retry: Retry | int = 4,
    rate: Rate | None = None,
    auth: Auth | None = None,
    allow_hosts: Collection[str] = (),
    timeout: Timeout | float | None = None,
    ca: str | os.PathLike[str] | None = None,
    max_item: int = MAX_ITEM,
    max_decoded: int | None = None,
    max_ratio: int | None = None,
    resume: Position | str | Sequence[Any] | None = None,
    shrink: str | None = None,
    unique_by: str | None = None,
    rows: Literal["dict", "raw"] | type[Any] | Callable[[Any], Any] = "dict",
    debug_body: bool = False,
    fair: bool | float = True,
) -> Source[Any]:
    """Stream the items of a paged JSON API, page after page.

    `next` says where the next page is: `"link"`, the Link header; a path such as `"/next"` or
    `"$.meta.next"`, or `"header:Next"`, of a URL; `Cursor`, `Page`, `Offset`, `Relay`; a function,
    async or not, that is given the page; `"auto"`, whichever known shape there is. `items` is the
    path of the array; `"auto"`: the body or the array in it. `stop` says when it ends besides.

    `headers`, `auth` and bodies go to the first origin alone, and to `allow_hosts`; a link to
    another is an error. `auth` is `Bearer`, `Basic`, `ApiKey`, or a function that gives a token or
    headers and is asked once more after a 401. `params` with the value None are left out.
    `concurrency` pages are asked for at once where they are counted, and `prefetch` (one less,
    unless given) are read before their turn; `timeout` is a total in seconds, or a `Timeout`;
    `rows` is `"dict"`, what `json.loads` gives, `"raw"`, its bytes, a dataclass, NamedTuple or
    TypedDict, or a function of what `json.loads` gives; `resume` goes on at a `.position`.
    `shrink` is where the number of items in a page stands in a request, `"limit"` say: when a page
    fails that may be too much at once, it is asked for with half of that, as are those behind it.
    `max_item` is the longest item in bytes; `max_decoded` and `max_ratio` bound what a compressed
    body may come to, as with `lines`; `unique_by` is the path in an item of what tells it
    from others, `"id"` say: one that has been there is left out (the last million are known). With
    `debug_body` errors show the line of the body that they are about; `fair` is that of `lines`.
    """
    questions = _asyncgen.Questions()
    known, choose = _next(next)
    asked, fresh = request(
        url, method, params, headers, json, data, auth, allow_hosts, retry, rate, timeout, ca
    )
    asker = Asker(questions, choose, fresh) if choose or fresh else None
    if on_repeat not in {"error", "stop"}:
        message = f"on_repeat must be 'error' or 'stop', not {on_repeat!r}"
        raise UsageError(message)
    if concurrency < 1:
        message = f"concurrency must be 1 or more, not {concurrency}"
        raise UsageError(message)
    check_ratio(max_ratio)
    stop = stop or Stop()
    options = _Options(
        request=asked,
        next=known,
        items=None if items == "auto" else items,
        stop=stop._replace(status=None if stop.status is None else list(stop.status)),
        on_repeat=on_repeat,
        concurrency=concurrency,
        prefetch=prefetch,
        max_item=max_item,
        max_decoded=max_decoded,
        max_ratio=max_ratio,
        resume=resume_token(resume),
        debug_body=debug_body,
        unique_by=unique_by,
        shrink=shrink,
    )
    return _asyncgen.pages(
        options,
        raw=rows == "raw",
        make=None if rows in KINDS else maker(rows, KINDS),
        asker=None if asker is None else (asker, questions),
        fair=fair,
        created=caller(),
    )


def _next(given: Next) -> tuple[list[str], Callable[[SeenPage], Any] | None]:
    match given:
        case str():
            return [given], None
        case Page():
            return ["page", given.param, str(given.start)], None
        case Offset():
            size = "" if given.size is None else str(given.size)
            return ["offset", given.param, given.limit, size], None
        case Cursor():
            return ["cursor", given.path, given.to], None
        case Relay():
            return ["relay", given.path, given.to], None
        case _:
            pass
    if callable(given):
        return ["call", ""], given
    message = f"next must be a text, Page, Offset, Cursor, Relay or a function, not {given!r}"
    raise UsageError(message)
