"""What a source tells about itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any, Self


class Position(NamedTuple):
    """A place between two records."""

    record: int
    """Records that stand before this place; a header is not one."""
    line: int
    """The line that begins here, counted from 1."""
    offset: int
    """Bytes that stand before this place, in the decoded source; of pages, in the page."""


class PagePosition(Position):
    """A place between two items of a source of pages, to resume at: JSON keeps it as a list."""

    __slots__ = ()

    def __new__(cls, record: int, line: int, offset: int, token: str) -> Self:
        """Make it of what a position has, and the token."""
        values = (record, line, offset, token)
        return tuple.__new__(cls, values)  # pyright: ignore[reportUnknownMemberType] -- it has it so

    @property
    def token(self) -> str:
        """What `resume=` goes on by: JSON, without a secret."""
        values: tuple[Any, ...] = self
        return str(values[3])

    def __repr__(self) -> str:
        """Show all."""
        return f"{type(self).__name__}{tuple(self)!r}"


class EventPosition(PagePosition):
    """A place between two events, to resume at: JSON keeps it as a list."""

    __slots__ = ()


class FilePosition(PagePosition):
    """A place between two records of a file, to resume at: JSON keeps it as a list."""

    __slots__ = ()


class Dialect(NamedTuple):
    """How a CSV text is written: the options of `csv` to write down, which `dialect=` takes too."""

    delimiter: str
    """What stands between fields."""
    quotechar: str | None
    """What stands round them."""
    escapechar: str | None
    """What takes the meaning from the character after it."""
    skipinitialspace: bool
    """Whether spaces at the beginning of a field are passed over."""
    header: bool
    """Whether the first record names the columns."""
    skip: int
    """How many lines stand before it."""
    encoding: str
    """The encoding, as the Encoding Standard calls it."""


class Progress(NamedTuple):
    """How far the reading is; it runs a few batches ahead of the consumer."""

    bytes: int
    """Bytes read of the input as stored: compressed, where it is."""
    total: int | None
    """Bytes of the whole input as stored, where that is known."""
    records: int
    """Records decoded."""
    expected: int | None = None
    """Records of the whole source, where a page tells."""


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
    rejects: int = 0
    """Records that were passed over because of a fault."""
    blank_lines: int = 0
    """Lines that were passed over because there is nothing in them."""


class PagesSummary(Summary):
    """What a source of pages came to."""

    __slots__ = ()

    def __new__(cls, records: int, bytes: int, pages: int, retries: int, throttled: float) -> Self:  # noqa: A002 -- the names of a summary
        """Make it of what a summary has, and the time."""
        values = (records, bytes, pages, retries, 0, 0, throttled)
        return tuple.__new__(cls, values)  # pyright: ignore[reportUnknownMemberType] -- it has it so

    @property
    def throttled(self) -> float:
        """Seconds that requests were held back: by a rate, or because the server asked for it."""
        values: tuple[Any, ...] = self
        return float(values[6])

    def __repr__(self) -> str:
        """Show all."""
        shown = {**self._asdict(), "throttled": self.throttled}
        return f"PagesSummary({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


class Event(NamedTuple):
    """A server-sent event."""

    event: str
    """Its type: `message`, unless the server says otherwise."""
    data: str
    """Its data."""
    id: str
    """The last event id; empty where the server gives none."""

    def json(self) -> Any:
        """Give the data as `json.loads` does."""
        return json.loads(self.data)


class WholePage(NamedTuple):
    """A page of an API with its items, as `.by_page()` of a source gives it."""

    number: int
    """Its number, counted from 1."""
    status: int
    """The HTTP status."""
    url: str
    """The URL that gave it, without its secrets."""
    headers: dict[str, str]
    """The headers, by their names in lower case."""
    items: list[Any]
    """The items."""


class Reject(NamedTuple):
    """A record that was passed over because of a fault."""

    source: str
    """The file it stands in, or what the source is called."""
    record: int
    """Its number in that file, as the message has it."""
    line: int
    """The line it begins at, counted from 1."""
    offset: int
    """The byte it begins at in the decoded source."""
    end: int
    """The byte after it, its line end not counted."""
    column: int
    """The column of the fault in its line, counted from 1, in characters."""
    kind: str
    """`"ragged"`, `"quote"`, `"escape"`, `"type"`, `"encoding"` or `"json"`."""
    message: str
    """What is wrong."""
    raw: str
    """How it is written, up to 4 KiB."""
