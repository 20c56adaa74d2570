"""The function that makes a source of pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from json import dumps
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from asyncgen import _asyncgen
from asyncgen._asker import Asker
from asyncgen._paging import (
    ApiKey,
    Basic,
    Bearer,
    Cursor,
    Offset,
    Page,
    Relay,
    Retry,
    Stop,
    Timeout,
)
from asyncgen._where import caller
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Sequence

    from asyncgen._asyncgen import Source
    from asyncgen._facts import Position
    from asyncgen._paging import Rate, SeenPage

# The longest item, and the most that stands around the items of a page.
MAX_ITEM = 64 * 1024 * 1024

# A value that is given as None is JSON too.
_NOTHING: Any = object()

if TYPE_CHECKING:
    Onward: TypeAlias = str | Mapping[str, str | int] | None
    Next: TypeAlias = (
        str | Page | Offset | Cursor | Relay | Callable[[SeenPage], Onward | Awaitable[Onward]]
    )
    Given: TypeAlias = str | Bearer | Mapping[str, str]
    Auth: TypeAlias = (
        Bearer | Basic | ApiKey | tuple[str, str] | Callable[[], Given | Awaitable[Given]]
    )


class _Options(NamedTuple):
    # What the extension module reads.
    url: str
    method: str | None
    headers: list[tuple[str, str]]
    params: list[tuple[str, str]]
    json: str | None
    data: bytes | None
    form: list[tuple[str, str]] | None
    auth: list[str] | None
    allow_hosts: list[str]
    next: list[str]
    items: str | None
    stop: Stop
    on_repeat: str
    retry: Retry
    rate: Rate | None
    timeout: Timeout
    ca: str | None
    concurrency: int
    max_item: int
    resume: str | None
    debug_body: bool


def pages(  # noqa: PLR0913 -- APIs differ in all of these
    url: str,
    *,
    method: str | None = None,
    params: Mapping[str, str | float | None] | None = None,
    headers: Mapping[str, str] | None = None,
    json: Any = _NOTHING,
    data: bytes | Mapping[str, str] | None = None,
    next: Next = "auto",  # noqa: A002 -- the name of the link
    items: str = "auto",
    stop: Stop | None = None,
    on_repeat: Literal["error", "stop"] = "error",
    concurrency: int = 1,
    retry: Retry | int = 4,
    rate: Rate | None = None,
    auth: Auth | None = None,
    allow_hosts: Collection[str] = (),
    timeout: Timeout | float | None = None,
    ca: str | os.PathLike[str] | None = None,
    max_item: int = MAX_ITEM,
    resume: Position | str | Sequence[Any] | None = None,
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
    `concurrency` pages are asked for at once where they are counted; `timeout` is a total in
    seconds, or a `Timeout`; `resume` goes on at a `.position`; `max_item` is the longest item in
    bytes; with `debug_body` errors show the line of the body that they are about; `fair` is that
    of `lines`.
    """
    questions = _asyncgen.Questions()
    known, choose = _next(next)
    proof, fresh = _auth(auth)
    asker = Asker(questions, choose, fresh) if choose or fresh else None
    if on_repeat not in {"error", "stop"}:
        message = f"on_repeat must be 'error' or 'stop', not {on_repeat!r}"
        raise UsageError(message)
    if concurrency < 1:
        message = f"concurrency must be 1 or more, not {concurrency}"
        raise UsageError(message)
    stop = stop or Stop()
    options = _Options(
        url=url,
        method=method,
        headers=list((headers or {}).items()),
        params=[(key, _param(value)) for key, value in (params or {}).items() if value is not None],
        json=None if json is _NOTHING else dumps(json),
        data=None if isinstance(data, Mapping) else data,
        form=list(data.items()) if isinstance(data, Mapping) else None,
        auth=proof,
        allow_hosts=list(allow_hosts),
        next=known,
        items=None if items == "auto" else items,
        stop=stop._replace(status=None if stop.status is None else list(stop.status)),
        on_repeat=on_repeat,
        retry=retry if isinstance(retry, Retry) else Retry(times=retry),
        rate=rate,
        timeout=_timeout(timeout),
        ca=None if ca is None else os.fspath(ca),
        concurrency=concurrency,
        max_item=max_item,
        resume=_token(resume),
        debug_body=debug_body,
    )
    return _asyncgen.pages(
        options,
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


def _auth(given: Auth | None) -> tuple[list[str] | None, Callable[[], Any] | None]:
    match given:
        case None:
            return None, None
        case Bearer():
            return ["bearer", given.token], None
        case Basic():
            return ["basic", given.user, given.password], None
        case ApiKey():
            return [given.where, given.name, given.value], None
        case (user, password):
            return ["basic", user, password], None
        case _:
            pass
    if callable(given):
        return ["call"], given
    # Not shown: it may be a secret.
    kind = type(given).__name__
    message = f"auth must be Bearer, Basic, ApiKey or a function, not {kind!r}"
    raise UsageError(message)


def _timeout(given: Timeout | float | None) -> Timeout:
    if isinstance(given, Timeout):
        return given
    return Timeout(total=given)


def _token(resume: Any) -> str | None:
    if resume is None or isinstance(resume, str):
        return resume
    # What `json.loads` makes of a position that was stored is a list.
    values: list[Any] = list(resume)
    token = values[3] if len(values) > 3 else None  # noqa: PLR2004 -- the others are numbers
    if isinstance(token, str):
        return token
    if values == [0, 1, 0]:
        # Nothing had been read.
        return None
    message = "resume must be a position of a source of pages"
    raise UsageError(message)


def _param(value: str | float) -> str:
    # As JSON and most servers spell them, not as Python does.
    return str(value).lower() if isinstance(value, bool) else str(value)
