"""The exception handlers of a code object, read from its exception table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType


def handlers(code: CodeType, offset: int) -> Iterator[int]:
    """Give the offsets of the handlers that an exception at `offset` would pass, innermost first.

    A handler that raises again is itself covered by the next one further out.
    """
    table = list(_entries(code.co_exceptiontable))
    seen: set[int] = set()
    while True:
        covering = (target for start, end, target in table if start <= offset < end)
        target = next(covering, None)
        if target is None or target in seen:
            return
        yield target
        seen.add(target)
        offset = target


def protected_from(code: CodeType, handler: int) -> int:
    """Tell where the code begins that `handler` is for."""
    return min(start for start, _, target in _entries(code.co_exceptiontable) if target == handler)


def _entries(table: bytes) -> Iterator[tuple[int, int, int]]:
    """Give start, end and handler of each entry, in bytes; the entries do not overlap."""
    numbers = _numbers(table)
    for start in numbers:
        length, target, _depth = next(numbers), next(numbers), next(numbers)
        yield 2 * start, 2 * (start + length), 2 * target


def _numbers(table: bytes) -> Iterator[int]:
    """Read numbers of six bits a byte, the most significant first; bit 6 says that more come."""
    number = 0
    for byte in table:
        number = number << 6 | byte & 0x3F
        if not byte & 0x40:
            yield number
            number = 0
