"""Exceptions: each is an `asyncgen.Error` and the built-in that fits as well. And a warning."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AsyncOnlyError",
    "AuthError",
    "ChangedError",
    "CompressionError",
    "ConnectError",
    "CrossOriginError",
    "DecodeError",
    "EncodeError",
    "Error",
    "ForkedError",
    "InternalError",
    "IsADirectory",
    "LinkError",
    "LoopRunningError",
    "NoLoopError",
    "NotEvents",
    "NotFound",
    "NotJson",
    "PageLoopError",
    "PermissionDenied",
    "ReadError",
    "ScopeWarning",
    "StatusError",
    "UsageError",
]


class Error(Exception):
    """The base of all: what went wrong, and where as far as that is known."""

    source: str | None = None
    """The source's name: a path, `<bytes>`, or a URL without its secrets."""
    line: int | None = None
    """The line, counted from 1."""
    column: int | None = None
    """The column in the line, counted from 1, in characters."""
    offset: int | None = None
    """The byte in the decoded source, counted from 0."""
    record: int | None = None
    """The record, counted from 1; a header is not one."""
    url: str | None = None
    """The URL asked, without its secrets."""
    page: int | None = None
    """The page, counted from 1."""
    item: int | None = None
    """The item of the generator that the error came in the place of, counted from 1."""
    created: str | None = None
    """Where in your code the generator was made: `app.py:12`."""

    def __str__(self) -> str:
        """Give the message alone, also where a base would format `errno`."""
        return BaseException.__str__(self)


class DecodeError(Error, ValueError):
    """The bytes are not what the format asks for."""


class NotJson(DecodeError):
    """The body of a page is not JSON."""


class NotEvents(DecodeError):
    """The body is no event stream."""


class EncodeError(Error, ValueError):
    """A record does not fit the format that it is to be written in."""


class CompressionError(Error, ValueError):
    """Compressed data are corrupt or end too early."""


class NotFound(Error, FileNotFoundError):
    """There is no such file."""


class IsADirectory(Error, IsADirectoryError):
    """The path is a directory."""


class PermissionDenied(Error, PermissionError):
    """The file may not be read."""


class ReadError(Error, OSError):
    """Opening or reading failed for another reason."""


class ConnectError(Error, ConnectionError):
    """There was no connection, or it broke, and the retries are used up."""

    attempts: int | None = None
    """How often it was asked for."""


class StatusError(Error, OSError):
    """The server answered with a status that is no success, and the retries are used up."""

    status: int | None = None
    """The HTTP status code."""
    attempts: int | None = None
    """How often it was asked for."""


class LinkError(Error, ValueError):
    """A next link or a redirect cannot be followed, or a page does not say where the next is."""


class CrossOriginError(LinkError):
    """A next link or a redirect leads to another origin, where credentials must not go."""


class PageLoopError(LinkError):
    """A page comes again: following it would never end."""


class ChangedError(Error, ValueError):
    """A page that broke off was another when it was asked for again, or resumed in."""


class AuthError(Error, PermissionError):
    """There are no credentials: what gives them has failed."""


class UsageError(Error, ValueError):
    """A source was asked for something it cannot do."""


class LoopRunningError(Error, TypeError):
    """A plain `for`, or `.sync()` of a generator, under a running event loop."""


class AsyncOnlyError(Error, TypeError):
    """A plain `for` or `.sync()` over what only a task can wait for: an async iterable."""


class NoLoopError(Error, RuntimeError):
    """An awaitable had to wait, and no event loop that asyncgen knows is running."""


class ForkedError(Error, RuntimeError):
    """The source was made before a fork; make a new one in this process."""


class InternalError(Error, RuntimeError):
    """A bug in asyncgen, to be reported."""


class ScopeWarning(RuntimeWarning):
    """A generator yields inside a timeout, a cancel scope or a task group, and is not isolated."""


# What the standard library would say, where the system did not.
_ERRNO: dict[type[Error], int] = {
    NotFound: errno.ENOENT,
    IsADirectory: errno.EISDIR,
    PermissionDenied: errno.EACCES,
}


def make(
    name: str,
    message: str,
    facts: Mapping[str, object],
    snippet: tuple[str, int] | None,
) -> Error:
    """Build the exception called `name`; for the extension module, which knows the facts."""
    known = globals().get(name, Error)
    error: Error = known(message)
    for attribute, value in facts.items():
        if value is not None:
            setattr(error, attribute, value)
    if isinstance(error, OSError):
        if error.errno is None:
            error.errno = _ERRNO.get(known)
        if error.errno is not None:
            error.strerror = os.strerror(error.errno)
        error.filename = facts.get("source")
    if snippet is not None:
        text, caret = snippet
        error.add_note(f"    {text}\n    {' ' * caret}^")
    return error
