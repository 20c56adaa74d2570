"""What `dialect=` of `csv` says of the options that were not said."""

from __future__ import annotations

import csv
from typing import Any, TypeAlias, TypeVar, cast

from asyncgen._facts import Dialect
from asyncgen.errors import UsageError

T = TypeVar("T")

DialectLike: TypeAlias = str | Dialect | csv.Dialect | type[csv.Dialect] | None
"""`"detect"`, what a source told of itself, or a dialect of the csv module or its name."""

DETECT = "detect"

# What `csv.get_dialect` gives is of a class without a name.
_DIALECTS = (str, csv.Dialect, type(csv.reader([]).dialect))


class Unsaid:
    """The default of an option, by which it is known that nothing was said of it."""

    def __init__(self, default: object) -> None:
        self.default = default

    def __repr__(self) -> str:
        """Show the default, as signatures do."""
        return repr(self.default)


def unless_said(default: T) -> T:
    """Give the default of an option that a dialect may say otherwise."""
    return cast("T", Unsaid(default))


def with_dialect(dialect: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Give what was said, and what the dialect says of the rest; what nobody says is left out."""
    said = {name: value for name, value in options.items() if not isinstance(value, Unsaid)}
    by_dialect = {name: value for name, value in _options_of(dialect).items() if name in options}
    return {**by_dialect, **said}


def _options_of(dialect: Any) -> dict[str, Any]:
    """Give the options of `csv` that a dialect says."""
    if dialect is None or dialect == DETECT:
        return {}
    if isinstance(dialect, Dialect):
        return dialect._asdict()
    read = _read_by_the_csv_module(dialect)
    return {
        "delimiter": read.delimiter,
        "quotechar": None if read.quoting == csv.QUOTE_NONE else read.quotechar,
        "escapechar": read.escapechar,
        "skipinitialspace": bool(read.skipinitialspace),
    }


def _read_by_the_csv_module(dialect: Any) -> Any:
    """Give the dialect with all that may be left out of one."""
    message = f"dialect must be 'detect', a dialect of the csv module or its name, not {dialect!r}"
    is_class = csv.Dialect in getattr(dialect, "__mro__", ())
    # Any other object would be one without a word of its own.
    if not is_class and not isinstance(dialect, _DIALECTS):
        raise UsageError(message)
    try:
        return csv.reader([], dialect).dialect
    except (csv.Error, TypeError) as error:
        message = f"{message}: {error}"
        raise UsageError(message) from None
