"""The loops that are measured, each the same over whatever gives the items."""

from collections.abc import AsyncIterable, Iterable
from typing import Any


def pass_over(items: Iterable[object]) -> None:
    """Take all, and do nothing with them."""
    for _item in items:
        pass


async def pass_over_async(items: AsyncIterable[object]) -> None:
    """Take all in a coroutine, and do nothing with them."""
    async for _item in items:
        pass


def read_rows(rows: Iterable[Iterable[Any]]) -> None:
    """Read every field of every row."""
    for row in rows:
        for _field in row:
            pass


async def read_rows_async(rows: AsyncIterable[Iterable[Any]]) -> None:
    """Read every field of every row in a coroutine."""
    async for row in rows:
        for _field in row:
            pass
