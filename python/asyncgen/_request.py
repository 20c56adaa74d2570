"""What can be said of requests, by all functions that make sources of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from json import dumps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

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
