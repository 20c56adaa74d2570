"""What can be given as the input of a source."""

from __future__ import annotations

import io
import os
from typing import Any, Protocol, TypeAlias, runtime_checkable

from asyncgen._asyncgen import Feed, Input
from asyncgen._reader import Reader


@runtime_checkable
class BinaryFile(Protocol):
    """A file object that was opened in binary mode."""

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes; none at the end."""
        ...


Readable: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | BinaryFile"
"""A path or URL, a path, bytes, or a binary file object."""


def to_input(source: Any, *, http: bool) -> Input:
    """Say what to read; nothing is opened, and no file object is read except a BytesIO."""
    if isinstance(source, str):
        try:
            return Input.text(source, http)
        except UnicodeEncodeError:
            # A name that is not UTF-8, as `os.listdir` gives it; a URL never is.
            return Input.path(source)
    if isinstance(source, (bytes, bytearray)):
        return Input.data(bytes(source))
    if isinstance(source, os.PathLike):
        path: str | bytes = os.fspath(source)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- no check says of what
        return Input.path(os.fsdecode(path))
    if isinstance(source, io.BytesIO):
        return Input.data(source.read())
    if isinstance(source, io.TextIOBase):
        message = f"{_name(source)} is open in text mode: open it with 'rb', or give its .buffer"
        raise TypeError(message)
    if isinstance(source, BinaryFile):
        feed = Feed(_name(source))
        return Input.fed(feed, Reader(source, feed))
    message = (
        f"a source is a path, a URL, bytes or a binary file object, not {type(source).__name__!r}"
    )
    raise TypeError(message)


def _name(file: object) -> str:
    name = getattr(file, "name", None)
    return name if isinstance(name, str) else f"<{type(file).__name__}>"
