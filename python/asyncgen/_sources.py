"""The functions that make sources, but for `csv`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar, overload

from asyncgen import _asyncgen
from asyncgen._input import MAX_RECORD, on_error_word, resume_token
from asyncgen._request import Asking, Streaming, asked_input
from asyncgen._rows import member_options
from asyncgen._where import caller
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Literal, Unpack

    from asyncgen._asyncgen import Source
    from asyncgen._input import OnError, Readable, Resume

T = TypeVar("T")

# The largest chunk, 1 GiB: one that is larger is a mistake, and would fill the memory.
LARGEST = 1 << 30

# dict, list, str, int, float, bool or None
JSON: TypeAlias = "Any"


def lines(
    source: Readable,
    *,
    keepends: bool = False,
    resume: Resume = None,
    max_line: int = MAX_RECORD,
    fair: bool | float = True,
    **reading: Unpack[Asking],
) -> Source[str]:
    r"""Stream the lines of a text, without their ends unless `keepends`.

    LF and CRLF end a line. `source` is a path, an http(s) URL as a str (`http=False` refuses
    it), bytes, a binary file object, an async iterable of bytes, which is pulled by whoever
    awaits the next line, or a list of paths, which are read in order. `max_line` is the longest
    line in bytes. `fair` is how long it serves before other tasks get their turn: True for 0.25 ms,
    False for no limit, or seconds.

    gzip, zstd, bzip2 and xz are recognised by their first bytes; `compression` is one of them, or
    `"none"`, where that should not decide. `max_decoded` and `max_ratio` say how many bytes, and
    how many times their length, compressed bytes may come to. `encoding` is that of the text,
    UTF-8, or UTF-16 where its byte order mark says so, by default; `errors` is `"strict"`,
    `"replace"` or `"ignore"`. `resume` goes on at a `.position` of the same source, in a file, in
    bytes or at a URL. A URL can be asked for as `pages` does: `method`, `params`, `headers`,
    `json`, `data`, `auth`, `allow_hosts`, `retry`, `rate`, `timeout`, `ca`.

    >>> import asyncgen
    >>> list(asyncgen.lines(b"one\ntwo\n"))
    ['one', 'two']
    """
    return _asyncgen.lines(
        asked_input(source, reading),
        keepends=keepends,
        resume=resume_token(resume),
        max_line=max_line,
        fair=fair,
        created=caller(),
    )


def chunks(
    source: Readable,
    size: int,
    *,
    resume: Resume = None,
    fair: bool | float = True,
    **reading: Unpack[Streaming],
) -> Source[bytes]:
    r"""Stream the bytes of a source in chunks of exactly `size`; the last may have fewer.

    They are as they are, text or not, but for the compression. The last chunk of each file may be
    shorter where `source` is a list. `fair` and `reading` are those of `lines`,
    but for what is about text; `resume` is that of `csv`.

    >>> import asyncgen
    >>> list(asyncgen.chunks(b"\xffabcd", 3))
    [b'\xffab', b'cd']
    """
    if not 1 <= size <= LARGEST:
        message = f"a chunk has from 1 to {LARGEST} bytes, not {size}"
        raise UsageError(message)
    if strange := reading.keys() - Streaming.__optional_keys__:
        message = f"chunks() got an unexpected keyword argument {min(strange)!r}"
        raise TypeError(message)
    return _asyncgen.chunks(
        asked_input(source, reading),
        size=size,
        resume=resume_token(resume),
        fair=fair,
        created=caller(),
    )


class _Options(Asking, total=False):
    """The options of `ndjson` that say nothing of what a record becomes."""

    on_error: OnError
    resume: Resume
    max_record: int
    fair: bool | float


@overload
def ndjson(
    source: Readable,
    *,
    rows: Literal["dict"] = "dict",
    columns: Sequence[str] | None = None,
    types: Mapping[str, type] | None = None,
    **options: Unpack[_Options],
) -> Source[JSON]: ...
@overload
def ndjson(source: Readable, *, rows: type[T], **options: Unpack[_Options]) -> Source[T]: ...
def ndjson(  # noqa: PLR0913 -- what a record becomes, and how it is read
    source: Readable,
    *,
    rows: Literal["dict"] | type = "dict",
    columns: Sequence[str] | None = None,
    types: Mapping[str, type] | None = None,
    on_error: OnError = "raise",
    resume: Resume = None,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
    **reading: Unpack[Asking],
) -> Source[Any]:
    r"""Stream the values of newline-delimited JSON, each as `json.loads` gives it.

    With `columns` each is a dict of only these members, in this order, and nothing else of it is
    built; one that is not there is None. `types` says which members become an int, float, bool,
    datetime.date, datetime.datetime, decimal.Decimal or str: of a string or of how the number is
    written, as `csv` does it; `null` is None. `rows` is a dataclass, a NamedTuple or a TypedDict,
    whose fields say both; a field that may not be None must be there. A record that is no object is
    an error then, and so is a value that is not of its type.

    `max_record` is the longest value in bytes; `source`, `fair` and `reading` are those of `lines`,
    what is said of a URL among them, `resume` and `on_error` are those of `csv`.

    >>> import asyncgen
    >>> list(asyncgen.ndjson(b'{"id": 1}\n{"id": 2}\n'))
    [{'id': 1}, {'id': 2}]
    >>> list(asyncgen.ndjson(b'{"id": 1, "at": "2024-01-02", "x": []}', columns=["at", "n"]))
    [{'at': '2024-01-02', 'n': None}]
    """
    return _asyncgen.ndjson(
        asked_input(source, reading),
        rows=member_options(rows, columns, types),
        on_error=on_error_word(on_error),
        resume=resume_token(resume),
        max_record=max_record,
        fair=fair,
        created=caller(),
    )
