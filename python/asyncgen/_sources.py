"""The functions that make sources, but for `csv`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from asyncgen import _asyncgen
from asyncgen._input import MAX_RECORD, to_input
from asyncgen._where import caller
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Unpack

    from asyncgen._asyncgen import Source
    from asyncgen._input import Readable, Reading

# dict, list, str, int, float, bool or None
JSON: TypeAlias = "Any"

# The largest body of a page, which is in memory as a whole.
MAX_BODY = 64 * 1024 * 1024


class Page(NamedTuple):
    """Pages counted in a query parameter: `?page=1`, `?page=2` and so on."""

    param: str = "page"
    """The name of the parameter."""
    start: int = 1
    """The number of the first page."""


def lines(
    source: Readable,
    *,
    keepends: bool = False,
    max_line: int = MAX_RECORD,
    fair: bool | float = True,
    **reading: Unpack[Reading],
) -> Source[str]:
    r"""Stream the lines of a text, without their ends unless `keepends`.

    LF and CRLF end a line. `source` is a path, an http(s) URL as a str (`http=False` refuses
    it), bytes, a binary file object, or an async iterable of bytes, which is pulled by whoever
    awaits the next line. `max_line` is the longest line in bytes. `fair` is how long it serves
    before other tasks get their turn: True for 0.25 ms, False for no limit, or seconds.

    gzip, zstd, bzip2 and xz are recognised by their first bytes; `compression` is one of them, or
    `"none"`, where that should not decide. `max_decoded` and `max_ratio` say how many bytes, and
    how many times their length, compressed bytes may come to. `encoding` is that of the text,
    UTF-8, or UTF-16 where its byte order mark says so, by default; `errors` is `"strict"`,
    `"replace"` or `"ignore"`.

    >>> import asyncgen
    >>> list(asyncgen.lines(b"one\ntwo\n"))
    ['one', 'two']
    """
    return _asyncgen.lines(
        to_input(source, **reading),
        keepends=keepends,
        max_line=max_line,
        fair=fair,
        created=caller(),
    )


def ndjson(
    source: Readable,
    *,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
    **reading: Unpack[Reading],
) -> Source[JSON]:
    r"""Stream the values of newline-delimited JSON, each as `json.loads` gives it.

    `max_record` is the longest value in bytes; `source`, `fair` and `reading` are those of `lines`.

    >>> import asyncgen
    >>> list(asyncgen.ndjson(b'{"id": 1}\n{"id": 2}\n'))
    [{'id': 1}, {'id': 2}]
    """
    return _asyncgen.ndjson(
        to_input(source, **reading), max_record=max_record, fair=fair, created=caller()
    )


def pages(  # noqa: PLR0913 -- APIs differ in all of these
    url: str,
    *,
    next: str | Page = "auto",  # noqa: A002 -- the name of the link
    items: str | None = None,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str | float | None] | None = None,
    retries: int = 4,
    max_body: int = MAX_BODY,
    fair: bool | float = True,
) -> Source[JSON]:
    """Stream the items of a paged JSON API, page after page.

    `next` says where the next page is: `"link"`, the Link header; a JSON pointer such as
    `"/next"`, a URL in the body; `Page("page", 1)`, a number to count up; `"auto"`, whichever of
    the first two there is. `items` is the JSON pointer of the array; without it, the body or the
    array in it. `headers` never go to another origin; `params` go with the first request, and with
    each where pages are counted; one that is None is left out. A failed request is made again
    `retries` times, with growing pauses; `max_body` is the largest page in bytes; `fair` is that
    of `lines`.
    """
    if isinstance(next, str):
        known: str | tuple[str, int] = next
        if next not in {"auto", "link"} and not next.startswith("/"):
            message = (
                "next must be 'auto', 'link', a JSON pointer such as '/next' or a Page,"
                f" not {next!r}"
            )
            raise UsageError(message)
    else:
        known = (next.param, next.start)
    return _asyncgen.pages(
        url,
        next=known,
        items=items,
        headers=list((headers or {}).items()),
        params=[(key, _param(value)) for key, value in (params or {}).items() if value is not None],
        retries=retries,
        max_body=max_body,
        fair=fair,
        created=caller(),
    )


def _param(value: str | float) -> str:
    # As JSON and most servers spell them, not as Python does.
    return str(value).lower() if isinstance(value, bool) else str(value)
