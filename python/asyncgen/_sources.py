"""The functions that make sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, overload

from asyncgen import _asyncgen
from asyncgen._input import to_input
from asyncgen._where import caller
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from asyncgen._asyncgen import Source
    from asyncgen._input import Readable

# dict, list, str, int, float, bool or None
JSON: TypeAlias = "Any"

# The largest record: more is taken for a quote that was never closed, or for data that is not
# what it is read as, and memory stays bounded.
MAX_RECORD = 16 * 1024 * 1024
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
    http: bool = True,
    max_line: int = MAX_RECORD,
    fair: bool | float = True,
) -> Source[str]:
    r"""Stream the lines of a text, without their ends.

    LF and CRLF end a line. `source` is a path, an http(s) URL as a str (`http=False` refuses
    it), bytes, a binary file object, or an async iterable of bytes, which is pulled by whoever
    awaits the next line; gzip is recognised. The text is UTF-8. `max_line` is the longest line in
    bytes. `fair` is how long it serves before other tasks get their turn: True for 0.25 ms, False
    for no limit, or seconds.

    >>> import asyncgen
    >>> list(asyncgen.lines(b"one\ntwo\n"))
    ['one', 'two']
    """
    return _asyncgen.lines(
        to_input(source, http=http), max_line=max_line, fair=fair, created=caller()
    )


@overload
def csv(
    source: Readable,
    *,
    delimiter: str = ",",
    quotechar: str = '"',
    header: Literal[False],
    rows: None = None,
    http: bool = True,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
) -> Source[list[str]]: ...
@overload
def csv(
    source: Readable,
    *,
    delimiter: str = ",",
    quotechar: str = '"',
    header: bool | Sequence[str] = True,
    rows: Literal["list"],
    http: bool = True,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
) -> Source[list[str]]: ...
@overload
def csv(
    source: Readable,
    *,
    delimiter: str = ",",
    quotechar: str = '"',
    header: Literal[True] | Sequence[str] = True,
    rows: Literal["dict"] | None = None,
    http: bool = True,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
) -> Source[dict[str, str]]: ...
@overload
def csv(
    source: Readable,
    *,
    delimiter: str = ",",
    quotechar: str = '"',
    header: bool | Sequence[str],
    rows: None = None,
    http: bool = True,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
) -> Source[list[str]] | Source[dict[str, str]]: ...
def csv(  # noqa: PLR0913 -- the options of a CSV dialect
    source: Readable,
    *,
    delimiter: str = ",",
    quotechar: str = '"',
    header: bool | Sequence[str] = True,
    rows: Literal["list", "dict"] | None = None,
    http: bool = True,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
) -> Source[list[str]] | Source[dict[str, str]]:
    r"""Stream the records of a CSV text.

    With a header (`header=True`, or the names where the text has none) a row is a dict, without
    one a list; `rows="list"` or `rows="dict"` says otherwise. Quoting is that of RFC 4180, with
    `quotechar`; `max_record` is the longest record in bytes. The values are str. `source`,
    `http` and `fair` are those of `lines`.

    >>> import asyncgen
    >>> list(asyncgen.csv(b"city,people\nBonn,332000\n"))
    [{'city': 'Bonn', 'people': '332000'}]
    >>> list(asyncgen.csv(b"Bonn;332000\n", header=False, delimiter=";"))
    [['Bonn', '332000']]
    """
    if rows not in {None, "list", "dict"}:
        message = f"rows must be 'list' or 'dict', not {rows!r}"
        raise UsageError(message)
    if rows == "dict" and header is False:
        message = "rows='dict' needs the names of the columns: header=True or header=[names]"
        raise UsageError(message)
    return _asyncgen.csv(
        to_input(source, http=http),
        delimiter=_byte("delimiter", delimiter),
        quotechar=_byte("quotechar", quotechar),
        header=_header(header),
        dicts=rows == "dict" or (rows is None and header is not False),
        max_record=max_record,
        fair=fair,
        created=caller(),
    )


def ndjson(
    source: Readable,
    *,
    http: bool = True,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
) -> Source[JSON]:
    r"""Stream the values of newline-delimited JSON, each as `json.loads` gives it.

    `max_record` is the longest value in bytes; `source`, `http` and `fair` are those of `lines`.

    >>> import asyncgen
    >>> list(asyncgen.ndjson(b'{"id": 1}\n{"id": 2}\n'))
    [{'id': 1}, {'id': 2}]
    """
    return _asyncgen.ndjson(
        to_input(source, http=http), max_record=max_record, fair=fair, created=caller()
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


def _header(header: Any) -> bool | list[str]:
    if isinstance(header, bool):
        return header
    if hasattr(header, "__iter__") and not isinstance(header, str):
        names: list[Any] = list(header)
        if all(isinstance(name, str) for name in names):
            return names
    message = f"header must be True, False or a list of names, not {header!r}"
    raise UsageError(message)


def _byte(name: str, value: str) -> int:
    if len(value) == 1 and value.isascii():
        return ord(value)
    message = f"{name} must be one ASCII character, not {value!r}"
    raise UsageError(message)
