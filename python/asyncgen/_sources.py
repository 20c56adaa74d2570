"""The functions that make sources, but for `csv`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from asyncgen import _asyncgen
from asyncgen._input import MAX_RECORD, on_error_word, resume_token, to_input
from asyncgen._request import asked_input
from asyncgen._where import caller

if TYPE_CHECKING:
    from typing import Any, Unpack

    from asyncgen._asyncgen import Source
    from asyncgen._input import OnError, Readable, Reading, Resume
    from asyncgen._request import Asking

# dict, list, str, int, float, bool or None
JSON: TypeAlias = "Any"


def lines(
    source: Readable,
    *,
    keepends: bool = False,
    resume: Resume = None,
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
    `"replace"` or `"ignore"`. `resume` goes on at a `.position` of the same source, in a file or in
    bytes.

    >>> import asyncgen
    >>> list(asyncgen.lines(b"one\ntwo\n"))
    ['one', 'two']
    """
    return _asyncgen.lines(
        to_input(source, **reading),
        keepends=keepends,
        resume=resume_token(resume),
        max_line=max_line,
        fair=fair,
        created=caller(),
    )


def ndjson(
    source: Readable,
    *,
    on_error: OnError = "raise",
    resume: Resume = None,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
    **reading: Unpack[Asking],
) -> Source[JSON]:
    r"""Stream the values of newline-delimited JSON, each as `json.loads` gives it.

    `max_record` is the longest value in bytes; `source`, `fair` and `reading` are those of `lines`,
    `resume` and `on_error` are those of `csv`. A URL can be asked for as `pages` does: `method`,
    `params`, `headers`, `json`, `data`, `auth`, `allow_hosts`, `retry`, `rate`, `timeout`, `ca`.

    >>> import asyncgen
    >>> list(asyncgen.ndjson(b'{"id": 1}\n{"id": 2}\n'))
    [{'id': 1}, {'id': 2}]
    """
    return _asyncgen.ndjson(
        asked_input(source, reading),
        on_error=on_error_word(on_error),
        resume=resume_token(resume),
        max_record=max_record,
        fair=fair,
        created=caller(),
    )
