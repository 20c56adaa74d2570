"""What can be said of requests, by all functions that make sources of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from json import dumps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypedDict

from asyncgen._asker import Asker
from asyncgen._asyncgen import Input, Questions
from asyncgen._input import Packed, Reading, read_as, to_input
from asyncgen._paging import ApiKey, Basic, Bearer, Retry, Timeout
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection

    from asyncgen._paging import Rate

    Given: TypeAlias = str | Bearer | Mapping[str, str]
    Auth: TypeAlias = (
        Bearer | Basic | ApiKey | tuple[str, str] | Callable[[], Given | Awaitable[Given]]
    )

# A value that is given as None is JSON too.
NOTHING: Any = object()


class Asked(TypedDict, total=False):
    """How a URL is asked for."""

    method: str | None
    """The HTTP method; GET, with a body POST, by default."""
    params: Mapping[str, str | float | None] | None
    """What is added to the query."""
    headers: Mapping[str, str] | None
    """The headers, for the origin of the URL alone."""
    json: Any
    """The body, as JSON."""
    data: bytes | Mapping[str, str] | None
    """The body, as bytes or as a form."""
    auth: Auth | None
    """Who asks."""
    allow_hosts: Collection[str]
    """Hosts that a redirect may lead to, and that get the credentials."""
    retry: Retry | int
    """When it is asked for again."""
    rate: Rate | None
    """How fast it may be asked for."""
    timeout: Timeout | float | None
    """How long it is waited for."""
    ca: str | os.PathLike[str] | None
    """A file of certificates to trust."""


class Streaming(Packed, Asked, total=False):
    """How the bytes of a source are had; of a URL also how it is asked for, as `pages` does."""


class Asking(Reading, Asked, total=False):
    """The same of the text of a source."""


# What is asked of who says nothing of it.
_UNSAID: dict[str, Any] = {
    "method": None,
    "params": None,
    "headers": None,
    "json": NOTHING,
    "data": None,
    "auth": None,
    "allow_hosts": (),
    "retry": 4,
    "rate": None,
    "timeout": None,
    "ca": None,
}


def asked_input(source: Any, given: Mapping[str, Any]) -> Input:
    """Say what to read, of a URL by a request of its own where `given` says something of that."""
    asking = {name: value for name, value in given.items() if name in _UNSAID}
    reading = {name: value for name, value in given.items() if name not in _UNSAID}
    if not asking:
        return to_input(source, **reading)
    if not (isinstance(source, str) and source.lower().startswith(("http://", "https://"))):
        message = f"only a URL is asked for: {', '.join(asking)} say nothing of another source"
        raise UsageError(message)
    asked, fresh = request(source, **{**_UNSAID, **asking})
    questions = Questions()
    asker = (Asker(questions, None, fresh), questions) if fresh else None
    given_input = Input.request(asked, asker, reading.pop("http", True))
    return read_as(given_input, **reading)


class Request(NamedTuple):
    """What the extension module reads."""

    url: str
    method: str | None
    headers: list[tuple[str, str]]
    params: list[tuple[str, str]]
    json: str | None
    data: bytes | None
    form: list[tuple[str, str]] | None
    auth: list[str] | None
    allow_hosts: list[str]
    retry: Retry
    rate: Rate | None
    timeout: Timeout
    ca: str | None


def request(  # noqa: PLR0913 -- what the functions have in common
    url: str,
    method: str | None,
    params: Mapping[str, str | float | None] | None,
    headers: Mapping[str, str] | None,
    json: Any,
    data: bytes | Mapping[str, str] | None,
    auth: Auth | None,
    allow_hosts: Collection[str],
    retry: Retry | int,
    rate: Rate | None,
    timeout: Timeout | float | None,
    ca: str | os.PathLike[str] | None,
) -> tuple[Request, Callable[[], Any] | None]:
    """Say what to ask for, and which function to ask for credentials."""
    proof, fresh = _auth(auth)
    asked = Request(
        url=url,
        method=method,
        headers=list((headers or {}).items()),
        params=[(key, _param(value)) for key, value in (params or {}).items() if value is not None],
        json=None if json is NOTHING else dumps(json),
        data=None if isinstance(data, Mapping) else data,
        form=list(data.items()) if isinstance(data, Mapping) else None,
        auth=proof,
        allow_hosts=list(allow_hosts),
        retry=retry if isinstance(retry, Retry) else Retry(times=retry),
        rate=rate,
        timeout=timeout if isinstance(timeout, Timeout) else Timeout(total=timeout),
        ca=None if ca is None else os.fspath(ca),
    )
    return asked, fresh


def _auth(given: Auth | None) -> tuple[list[str] | None, Callable[[], Any] | None]:
    match given:
        case None:
            return None, None
        case Bearer():
            return ["bearer", given.token], None
        case Basic():
            return ["basic", given.user, given.password], None
        case ApiKey():
            return [given.where, given.name, given.value], None
        case (user, password):
            return ["basic", user, password], None
        case _:
            pass
    if callable(given):
        return ["call"], given
    # Not shown: it may be a secret.
    kind = type(given).__name__
    message = f"auth must be Bearer, Basic, ApiKey or a function, not {kind!r}"
    raise UsageError(message)


def _param(value: str | float) -> str:
    # As JSON and most servers spell them, not as Python does.
    return str(value).lower() if isinstance(value, bool) else str(value)
