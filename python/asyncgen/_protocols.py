"""What the extension module is given: what reads for it, and objects of other libraries."""

from __future__ import annotations

from typing import Protocol


class HasArrowSchema(Protocol):
    """A schema of any library that knows Arrow."""

    def __arrow_c_schema__(self) -> object:
        """Give it as a capsule."""


class Puller(Protocol):
    """What gives the chunks of an async iterable."""

    error: Exception | None

    async def pull(self) -> None:
        """Give one more."""

    async def aclose(self) -> None:
        """End the iterable."""


class Reader(Protocol):
    """What reads for an input."""

    error: BaseException | None

    def start(self) -> None:
        """Begin to read."""
