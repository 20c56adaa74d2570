"""The functions that make sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, overload

from asyncgen import _asyncgen
from asyncgen._input import to_input
from asyncgen._where import caller
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from asyncgen._asyncgen import Source
    from asyncgen._input import Readable

# dict, list, str, int, float, bool or None
JSON: TypeAlias = "Any"

# The largest record: more is taken for a quote that was never closed, or for data that is not
# what it is read as, and memory stays bounded.
MAX_RECORD = 16 * 1024 * 1024


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
