"""What becomes of a value of JSON: an object of a class, or what a function makes of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, is_typeddict

from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


def maker(rows: Any, words: Collection[str]) -> Callable[[Any], Any]:
    """Give what makes a row of a value; `words` are those that `rows` may be besides."""
    made: Any = rows
    if isinstance(rows, type):
        if dataclasses.is_dataclass(made):
            return _of_members(
                made, [field.name for field in dataclasses.fields(made) if field.init]
            )
        if is_typeddict(made):
            return _checked(made)
        if tuple in made.__mro__ and hasattr(made, "_fields"):
            return _of_members(made, list(made._fields))
    if callable(made):
        function: Callable[[Any], Any] = made
        return function
    known = ", ".join(repr(word) for word in words)
    message = (
        f"rows must be {known}, a dataclass, a NamedTuple, a TypedDict or a function, not {rows!r}"
    )
    raise UsageError(message)


def _of_members(rows: Any, known: list[str]) -> Callable[[Any], Any]:
    def make(value: Any) -> Any:
        # What an API adds later is no error, what it leaves out is.
        members = _members(value, rows)
        return rows(**{name: members[name] for name in known if name in members})

    return make


def _checked(rows: Any) -> Callable[[Any], Any]:
    known = [*rows.__required_keys__, *rows.__optional_keys__]
    required: frozenset[str] = rows.__required_keys__

    def make(value: Any) -> Any:
        members = _members(value, rows)
        missing = sorted(required - members.keys())
        if missing:
            message = f"{rows.__name__} has {', '.join(missing)}, and the value has not"
            raise TypeError(message)
        return {name: member for name, member in members.items() if name in known}

    return make


def _members(value: Any, rows: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        members: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] -- no check says of what
        return members
    message = (
        f"{rows.__name__} is made of an object, not of a value of type {type(value).__name__!r}"
    )
    raise TypeError(message)
