"""What a source tells about itself."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """A place between two records."""

    record: int
    """Records that stand before this place; a header is not one."""
    line: int
    """The line that begins here, counted from 1."""
    offset: int
    """Bytes that stand before this place, in the decoded source."""


class Progress(NamedTuple):
    """How far the reading is; it runs a few batches ahead of the consumer."""

    bytes: int
    """Bytes read of the input as stored: compressed, where it is."""
    total: int | None
    """Bytes of the whole input as stored, where that is known."""
    records: int
    """Records decoded."""


class Summary(NamedTuple):
    """What a source came to: its return value."""

    records: int
    """Records handed out."""
    bytes: int
    """Bytes read of the input as stored."""
    pages: int
    """Pages read; 0 for a source without pages."""
    retries: int
    """Requests that had to be made again."""
