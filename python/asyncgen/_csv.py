"""The function that makes sources of CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar, get_args, overload

from asyncgen import _asyncgen
from asyncgen._dialect import DETECT, unless_said, with_dialect
from asyncgen._facts import Dialect
from asyncgen._input import MAX_RECORD, on_error_word, resume_token
from asyncgen._request import Asking, asked_input
from asyncgen._rows import row_options
from asyncgen._where import caller
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias, Unpack

    from asyncgen._asyncgen import Row, Source
    from asyncgen._dialect import DialectLike
    from asyncgen._input import OnError, Readable, Resume

    Types: TypeAlias = Mapping[str, type] | Mapping[int, type]

T = TypeVar("T")

# What a dialect says otherwise, unless the caller does.
_DELIMITER = unless_said(",")
_QUOTECHAR: str | None = unless_said('"')
_ESCAPECHAR: str | None = unless_said(None)
_HEADER: bool | Sequence[str] = unless_said(default=True)
_SKIP = unless_said(0)
_SKIPINITIALSPACE: bool = unless_said(default=False)

Ragged = Literal["error", "keep", "pad"]
Blank = Literal["skip", "keep"]


class ClassOptions(Asking, total=False):
    """The options of `csv` where a class says what a row is."""

    dialect: DialectLike
    delimiter: str
    quotechar: str | None
    escapechar: str | None
    comment: str | None
    skip: int
    skipinitialspace: bool
    strict: bool
    blank: Blank
    ragged: Ragged
    header: bool | Sequence[str]
    null_values: Sequence[str]
    on_error: OnError
    resume: Resume
    max_record: int
    fair: bool | float


class Options(ClassOptions, total=False):
    """The options of `csv` that do not change what a row is."""

    columns: Sequence[str] | Sequence[int] | None


@overload
def csv(
    source: Readable,
    *,
    rows: Literal["row"] = "row",
    types: None = None,
    **options: Unpack[Options],
) -> Source[Row[str]]: ...
@overload
def csv(
    source: Readable,
    *,
    rows: Literal["row"] = "row",
    types: Types,
    **options: Unpack[Options],
) -> Source[Row[Any]]: ...
@overload
def csv(
    source: Readable,
    *,
    rows: Literal["list"],
    types: None = None,
    **options: Unpack[Options],
) -> Source[list[str]]: ...
@overload
def csv(
    source: Readable,
    *,
    rows: Literal["list"],
    types: Types,
    **options: Unpack[Options],
) -> Source[list[Any]]: ...
@overload
def csv(
    source: Readable,
    *,
    rows: Literal["tuple"],
    types: None = None,
    **options: Unpack[Options],
) -> Source[tuple[str, ...]]: ...
@overload
def csv(
    source: Readable,
    *,
    rows: Literal["tuple"],
    types: Types,
    **options: Unpack[Options],
) -> Source[tuple[Any, ...]]: ...
@overload
def csv(
    source: Readable,
    *,
    rows: Literal["dict"],
    types: None = None,
    **options: Unpack[Options],
) -> Source[dict[str, str]]: ...
@overload
def csv(
    source: Readable,
    *,
    rows: Literal["dict"],
    types: Types,
    **options: Unpack[Options],
) -> Source[dict[str, Any]]: ...
@overload
def csv(
    source: Readable,
    *,
    rows: type[T],
    types: None = None,
    **options: Unpack[ClassOptions],
) -> Source[T]: ...
def csv(  # noqa: PLR0913 -- the options of a CSV dialect
    source: Readable,
    *,
    dialect: DialectLike = None,
    delimiter: str = _DELIMITER,
    quotechar: str | None = _QUOTECHAR,
    escapechar: str | None = _ESCAPECHAR,
    header: bool | Sequence[str] = _HEADER,
    rows: Literal["row", "list", "tuple", "dict"] | type = "row",
    columns: Sequence[str] | Sequence[int] | None = None,
    types: Types | None = None,
    null_values: Sequence[str] = ("",),
    strict: bool = True,
    ragged: Ragged = "error",
    blank: Blank = "skip",
    comment: str | None = None,
    skip: int = _SKIP,
    skipinitialspace: bool = _SKIPINITIALSPACE,
    on_error: OnError = "raise",
    resume: Resume = None,
    max_record: int = MAX_RECORD,
    fair: bool | float = True,
    **reading: Unpack[Asking],
) -> Source[Any]:
    r"""Stream the records of a CSV text.

    A row is an `asyncgen.Row`: a sequence of its values, which have names too where there is a
    header (`header=True`, or the names where the text has none). With `rows=` it is a `"list"`, a
    `"tuple"`, a `"dict"`, or an object of a dataclass, a NamedTuple or a TypedDict, whose fields
    say which columns there are and of what types. Else `columns` says which are wanted, and
    `types` which are not str: int, float, bool, datetime.date, datetime.datetime, decimal.Decimal.
    A value among `null_values` is None then. What is not of its type is an error that names the
    cell. `source`, `fair` and `reading` are those of `lines`, what is said of a URL among them.

    Nothing is guessed. Quoting is that of RFC 4180, with `quotechar`; `escapechar` takes the
    meaning from the character after it. Text after a closing quote and a quote that is never closed
    are errors; with `strict=False` they are read as the csv module reads them. A record with more
    or fewer fields than the header, or than the first record, is an error; `ragged="pad"` adds
    empty fields to one with fewer, `"keep"` takes it as it is. Blank lines are passed over;
    `blank="keep"` makes each a row without a value. So are the first `skip` lines, lines that begin
    with `comment`, and with `skipinitialspace` the spaces at the beginning of a field. `max_record`
    is the longest record in bytes.

    With `on_error="skip"` a record that is not as it should be is passed over and counted; with
    `"collect"` the first thousand of them are in `.rejects` as well. A record beyond its limit and
    a header that is wrong are errors all the same.

    With `dialect="detect"` what is not said is worked out from the first 64 KiB: the delimiter,
    `quotechar`, `escapechar`, `skipinitialspace`, `skip`, whether there is a header, and the
    encoding; `.dialect` tells it. What does not fit later is an error. `dialect` may also be what
    `.dialect` gave, or a dialect of the csv module or its name, `"excel-tab"` say.

    `resume` goes on at a `.position` of the same source, in a file, in bytes or at a
    URL.

    >>> import asyncgen
    >>> list(asyncgen.csv(b"city,people\nBonn,332000\n", types={"people": int}))
    [Row(city='Bonn', people=332000)]
    >>> list(asyncgen.csv(b"Bonn;332000\n", header=False, delimiter=";", rows="list"))
    [['Bonn', '332000']]
    """
    said = with_dialect(
        dialect,
        {
            "delimiter": delimiter,
            "quotechar": quotechar,
            "escapechar": escapechar,
            "header": header,
            "skip": skip,
            "skipinitialspace": skipinitialspace,
        },
    )
    if isinstance(dialect, Dialect):
        reading.setdefault("encoding", dialect.encoding)
    options = {
        **{name: _CHECKS[name](name, value) for name, value in said.items()},
        **dict.fromkeys(_CHECKS.keys() - said.keys()),
        "detect": dialect == DETECT,
        "comment": None if comment is None else _byte("comment", comment),
        "strict": strict,
        "blank": _word("blank", blank, Blank),
        "ragged": _word("ragged", ragged, Ragged),
        "on_error": on_error_word(on_error),
        "resume": resume_token(resume),
        "max_record": max_record,
    }
    return _asyncgen.csv(
        asked_input(source, reading),
        options=options,
        rows=row_options(rows, columns, types, null_values, names=options["header"] is not False),
        fair=fair,
        created=caller(),
    )


def _header(name: str, header: Any) -> bool | list[str]:
    if isinstance(header, bool):
        return header
    if hasattr(header, "__iter__") and not isinstance(header, str):
        names: list[Any] = list(header)
        if all(isinstance(name, str) for name in names):
            return names
    message = f"{name} must be True, False or a list of names, not {header!r}"
    raise UsageError(message)


def _byte(name: str, value: str) -> int:
    if len(value) == 1 and value.isascii():
        return ord(value)
    message = f"{name} must be one ASCII character, not {value!r}"
    raise UsageError(message)


def _byte_or_none(name: str, value: str | None) -> int | bool:
    """Give the character; False where there is to be none."""
    return False if value is None else _byte(name, value)


def _as_it_is(_name: str, value: Any) -> Any:
    return value


# What becomes of the options that a dialect may say, each of which may be left unsaid.
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "delimiter": _byte,
    "quotechar": _byte_or_none,
    "escapechar": _byte_or_none,
    "header": _header,
    "skip": _as_it_is,
    "skipinitialspace": _as_it_is,
}


def _word(name: str, value: str, known: Any) -> str:
    words = get_args(known)
    if value in words:
        return value
    message = f"{name} must be {' or '.join(map(repr, words))}, not {value!r}"
    raise UsageError(message)
