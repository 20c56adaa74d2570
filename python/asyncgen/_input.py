"""What can be given as the input of a source."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterable, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypedDict, get_args, runtime_checkable

from asyncgen._asyncgen import Feed, Hand, Input
from asyncgen._facts import Position
from asyncgen._puller import Puller
from asyncgen._reader import Reader
from asyncgen.errors import UsageError

# The largest record: more is taken for a quote that was never closed, or for data that is not
# what it is read as, and memory stays bounded.
MAX_RECORD = 16 * 1024 * 1024


@runtime_checkable
class BinaryFile(Protocol):
    """A file object that was opened in binary mode."""

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes; none at the end."""
        ...


Readable: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | BinaryFile
    | AsyncIterable[bytes | bytearray | memoryview]
    | Sequence[str | os.PathLike[str]]
)
"""A path or URL, bytes, a binary file object, an async iterable of bytes, or several paths."""


Compression = Literal["infer", "none", "gzip", "zstd", "bzip2", "xz"]
Errors = Literal["strict", "replace", "ignore"]
OnError = Literal["raise", "skip", "collect"]
Resume: TypeAlias = Position | str | Sequence[Any] | None
"""A position, its token, or what JSON makes of a position."""


class Packed(TypedDict, total=False):
    """How the bytes of a source are had, whatever they are."""

    http: bool
    """Whether a URL is asked for; if not, it is refused."""
    compression: Compression
    """How they are compressed; as their first bytes say, by default."""
    max_decoded: int | None
    """The most bytes that compressed ones may decode to."""
    max_ratio: int | None
    """The most times their length that compressed bytes may decode to."""


class Reading(Packed, total=False):
    """How the text of a source is read."""

    encoding: str
    """The encoding of the text, `"utf-8"` by default, by a name of the Encoding Standard."""
    errors: Errors
    """What becomes of bytes that are no text in the encoding."""


def on_error_word(on_error: str) -> str:
    """Refuse what says nothing of records that are not as they should be."""
    if on_error in get_args(OnError):
        return on_error
    message = f"on_error must be 'raise', 'skip' or 'collect', not {on_error!r}"
    raise UsageError(message)


def resume_token(resume: Any) -> str | None:
    """Give what the extension module resumes at, of a position or of its token."""
    if resume is None or isinstance(resume, str):
        return resume
    # What `json.loads` makes of a position that was stored is a list.
    values: list[Any] = list(resume)
    token = values[3] if len(values) > 3 else None  # noqa: PLR2004 -- the others are numbers
    if isinstance(token, str):
        return token
    if values == [0, 1, 0]:
        # Nothing had been read.
        return None
    if len(values) == len(Position._fields):
        message = (
            "this position has no token to resume at: what was read cannot be read again, is at a"
            " server that does not say which version it has sent, or is events without an id"
        )
        raise UsageError(message)
    message = "resume must be the position of a source of the same kind, or its token"
    raise UsageError(message)


def check_ratio(max_ratio: int | None) -> None:
    """Refuse a limit that nothing keeps."""
    if max_ratio is not None and max_ratio < 1:
        message = f"max_ratio must be 1 or more, not {max_ratio}"
        raise UsageError(message)


def to_input(source: Any, *, http: bool = True, **reading: Any) -> Input:
    """Say what to read; nothing is opened, and no file object is read except a BytesIO."""
    several = issubclass(type(source), (list, tuple))
    given = _several(source, http=http) if several else _input(source, http=http)
    return read_as(given, **reading)


def read_as(  # noqa: PLR0913 -- what `Reading` has
    given: Input,
    *,
    compression: str = "infer",
    max_decoded: int | None = None,
    max_ratio: int | None = None,
    encoding: str | None = None,
    errors: str = "strict",
) -> Input:
    """Say how the bytes of an input are read."""
    check_ratio(max_ratio)
    given.reading(compression, encoding, errors, max_decoded, max_ratio)
    return given


def _input(source: Any, *, http: bool) -> Input:
    if isinstance(source, str):
        try:
            return Input.text(source, http)
        except UnicodeEncodeError:
            # A name that is not UTF-8, as `os.listdir` gives it; a URL never is.
            return Input.path(source)
    if isinstance(source, (bytes, bytearray, io.BytesIO)):
        return Input.data(source.read() if isinstance(source, io.BytesIO) else bytes(source))
    if isinstance(source, os.PathLike):
        path: str | bytes = os.fspath(source)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- no check says of what
        return Input.path(os.fsdecode(path))
    if isinstance(source, io.TextIOBase):
        message = f"{_name(source)} is open in text mode: open it with 'rb', or give its .buffer"
        raise TypeError(message)
    # Before the files: what has `__aiter__` and `read` has a coroutine for it.
    if isinstance(source, AsyncIterable):
        chunks: AsyncIterable[Any] = source  # pyright: ignore[reportUnknownVariableType] -- no check says of what
        name = _name_of_iterable(chunks)
        hand = Hand(name)
        return Input.pulled(hand, Puller(chunks, hand, name))
    if isinstance(source, BinaryFile):
        feed = Feed(_name(source))
        return Input.fed(feed, Reader(source, feed))
    message = (
        "a source is a path, a URL, bytes, a binary file object, an async iterable of bytes or a"
        f" list of paths, not {type(source).__name__!r}"
    )
    raise TypeError(message)


def _several(files: Sequence[Any], *, http: bool) -> Input:
    if not files:
        message = "a list of sources is empty: there is nothing to read"
        raise UsageError(message)
    for file in files:
        if not isinstance(file, (str, os.PathLike)):
            message = f"a list of sources has paths and URLs, not {type(file).__name__!r}"
            raise TypeError(message)
    return Input.several([_input(file, http=http) for file in files])


def _name_of_iterable(iterable: object) -> str:
    # A generator has the name of its function.
    name = getattr(iterable, "__name__", None)
    return f"<{name if isinstance(name, str) else type(iterable).__name__}>"


def _name(file: object) -> str:
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else f"<{type(file).__name__}>"
