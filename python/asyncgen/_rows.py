"""What a row of `csv` is: its kind, its columns and their types."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import types as builtin_types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from asyncgen.errors import UsageError

KINDS = ("row", "list", "tuple", "dict")

# The types that a column can have, by what the extension module calls them.
CASTS: dict[Any, str] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    dt.date: "date",
    dt.datetime: "datetime",
    decimal.Decimal: "Decimal",
}

Column = str | int


def row_options(
    rows: Any, columns: Any, types: Any, null_values: Any, *, names: bool
) -> dict[str, object]:
    """Say what the extension module is to build; `names` is whether the columns have names."""
    if isinstance(rows, type):
        if columns is not None or types is not None:
            message = f"rows={rows.__name__} says which columns there are, and of what types"
            raise UsageError(message)
        options = _class_options(rows)
    elif rows in KINDS:
        options = {
            "kind": rows,
            "make": None,
            "columns": None if columns is None else _columns(columns),
            "types": [] if types is None else _types(types),
        }
    else:
        message = (
            "rows must be 'row', 'list', 'tuple', 'dict', a dataclass, a NamedTuple or a"
            f" TypedDict, not {rows!r}"
        )
        raise UsageError(message)
    if options["kind"] == "dict" and not names:
        message = "a dict needs the names of the columns: header=True or header=[names]"
        raise UsageError(message)
    return {**options, "null_values": _nulls(null_values)}


def member_options(rows: Any, columns: Any, types: Any) -> dict[str, object]:
    """Say what the extension module is to build of JSON objects."""
    if not isinstance(rows, type) and rows != "dict":
        message = f"rows must be 'dict', a dataclass, a NamedTuple or a TypedDict, not {rows!r}"
        raise UsageError(message)
    options = row_options(rows, columns, types, (), names=True)
    given: list[Any] = [*(columns or ()), *(types or ())]
    for column in given:
        if not isinstance(column, str):
            message = f"a member is told by its name, not {column!r}"
            raise UsageError(message)
    return options


def _class_options(rows: Any) -> dict[str, object]:
    hints = get_type_hints(rows)
    if is_typeddict(rows):
        return _of_fields(rows, "dict", None, hints)
    made: Any = rows
    if dataclasses.is_dataclass(made):
        fields = [field for field in dataclasses.fields(made) if field.init]
        wanted = {field.name: hints[field.name] for field in fields}
        by_name = any(field.kw_only for field in fields)
        return _of_fields(rows, "tuple", _by_name(rows, wanted) if by_name else rows, wanted)
    names: Any = getattr(made, "_fields", None)
    if names is not None and tuple in made.__mro__:
        return _of_fields(rows, "tuple", rows, {name: hints.get(name, str) for name in names})
    message = f"rows={rows.__name__} is no dataclass, no NamedTuple and no TypedDict"
    raise UsageError(message)


def _by_name(rows: Any, wanted: Iterable[str]) -> Callable[..., object]:
    names = tuple(wanted)

    def make(*values: object) -> object:
        return rows(**dict(zip(names, values, strict=True)))

    return make


def _of_fields(
    rows: Any, kind: str, make: object, hints: Mapping[str, object]
) -> dict[str, object]:
    types: list[tuple[str, str, bool]] = []
    for name, hint in hints.items():
        if hint is Any or hint is object:
            continue
        cast, optional = _hint(hint)
        if cast is None:
            known = ", ".join(CASTS.values())
            message = (
                f"rows={rows.__name__}: {name} is annotated with {hint!r};"
                f" a column is {known}, or one of them or None"
            )
            raise UsageError(message)
        types.append((name, cast, optional))
    return {"kind": kind, "make": make, "columns": list(hints), "types": types}


def _hint(hint: Any) -> tuple[str | None, bool]:
    """Give what a hint is called, and whether it may be None."""
    if get_origin(hint) in {Union, builtin_types.UnionType}:
        others = [part for part in get_args(hint) if part is not type(None)]
        optional = len(others) < len(get_args(hint))
        return (CASTS.get(others[0]) if len(others) == 1 else None), optional
    return (CASTS.get(hint) if isinstance(hint, type) else None), False


def _columns(columns: Any) -> list[Column]:
    given: list[Any] = [] if isinstance(columns, str) else list(columns)
    if given and all(_is_column(column) for column in given):
        return given
    message = f"columns must be a list of names, or of numbers from 0, not {columns!r}"
    raise UsageError(message)


def _types(types: Any) -> list[tuple[Column, str, bool]]:
    if not isinstance(types, Mapping):
        message = f"types must be a dict of types by column, not {types!r}"
        raise UsageError(message)
    given: dict[Any, Any] = dict(types)  # pyright: ignore[reportUnknownArgumentType] -- no check says of what
    for column, cast in given.items():
        if not _is_column(column):
            message = f"a column is a name, or a number from 0, not {column!r}"
            raise UsageError(message)
        if not isinstance(cast, type) or cast not in CASTS:
            known = ", ".join(CASTS.values())
            message = f"the type of {column!r} must be one of {known}, not {cast!r}"
            raise UsageError(message)
    return [(column, CASTS[cast], True) for column, cast in given.items()]


def _is_column(column: object) -> bool:
    is_number = isinstance(column, int) and not isinstance(column, bool) and column >= 0
    return is_number or isinstance(column, str)


def _nulls(null_values: Any) -> list[str]:
    if isinstance(null_values, Iterable) and not isinstance(null_values, str):
        given: list[Any] = list(null_values)  # pyright: ignore[reportUnknownArgumentType] -- no check says of what
        if all(isinstance(null, str) for null in given):
            return given
    message = f"null_values must be a list of str, not {null_values!r}"
    raise UsageError(message)
