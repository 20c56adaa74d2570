"""The function that makes a source of server-sent events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, overload

from asyncgen import _asyncgen
from asyncgen._asker import Asker
from asyncgen._input import resume_token
from asyncgen._made import maker
from asyncgen._request import NOTHING, Asked, request
from asyncgen._where import caller
from asyncgen.errors import UsageError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Mapping
    from typing import Unpack

    from asyncgen._asyncgen import Source
    from asyncgen._facts import Event
    from asyncgen._input import Resume
    from asyncgen._paging import Rate, Retry, Timeout
    from asyncgen._request import Auth, Request

T = TypeVar("T")

# The longest event.
MAX_EVENT = 16 * 1024 * 1024


class Options(Asked, total=False):
    """The options of `sse` that do not change what an event becomes."""

    until: str | None
    reconnect: bool | None
    last_event_id: str | None
    resume: Resume
    max_event: int
    fair: bool | float


class _Options(NamedTuple):
    # What the extension module reads.
    request: Request
    until: str | None
    reconnect: bool | None
    last_event_id: str | None
    resume: str | None
    max_event: int


@overload
def sse(
    url: str, *, rows: Literal["event"] = "event", **options: Unpack[Options]
) -> Source[Event]: ...
@overload
def sse(url: str, *, rows: Literal["dict"], **options: Unpack[Options]) -> Source[Any]: ...
@overload
def sse(url: str, *, rows: type[T], **options: Unpack[Options]) -> Source[T]: ...
@overload
def sse(url: str, *, rows: Callable[[Any], T], **options: Unpack[Options]) -> Source[T]: ...
def sse(  # noqa: PLR0913 -- APIs differ in all of these
    url: str,
    *,
    method: str | None = None,
    params: Mapping[str, str | float | None] | None = None,
    headers: Mapping[str, str] | None = None,
    json: Any = NOTHING,
    data: bytes | Mapping[str, str] | None = None,
    until: str | None = None,
    reconnect: bool | None = None,
    last_event_id: str | None = None,
    resume: Resume = None,
    retry: Retry | int = 4,
    rate: Rate | None = None,
    auth: Auth | None = None,
    allow_hosts: Collection[str] = (),
    timeout: Timeout | float | None = None,
    ca: str | os.PathLike[str] | None = None,
    max_event: int = MAX_EVENT,
    rows: Literal["event", "dict"] | type[Any] | Callable[[Any], Any] = "event",
    fair: bool | float = True,
) -> Source[Any]:
    """Stream the events of a server, as the WHATWG has them.

    When the stream ends or breaks off it is asked for again behind the last event
    (`Last-Event-ID`), until the server answers 204; with a body (`json`, `data`) it ends where it
    ends, unless `reconnect` says otherwise. `until` is the data of the event that ends it, such as
    `"[DONE]"`: it is not given, and a stream without it is an error. `resume` goes on at a
    `.position` of the same URL, where the events have an id, and `last_event_id` behind the event
    with that id; both are an error. `max_event` is the longest event in bytes. `rows` is `"event"`,
    an `Event`, or of its data, which is JSON then: `"dict"`, what `json.loads` gives, or a class or
    a function, as with `pages`. All else is that of `pages`.
    """
    if resume is not None and last_event_id is not None:
        message = "resume and last_event_id both say where to go on: give one of them"
        raise UsageError(message)
    questions = _asyncgen.Questions()
    asked, fresh = request(
        url, method, params, headers, json, data, auth, allow_hosts, retry, rate, timeout, ca
    )
    options = _Options(
        request=asked,
        until=until,
        reconnect=reconnect,
        last_event_id=last_event_id,
        resume=resume_token(resume),
        max_event=max_event,
    )
    make = None if rows == "event" else _same if rows == "dict" else maker(rows, ("event", "dict"))
    return _asyncgen.sse(
        options,
        make=make,
        asker=(Asker(questions, None, fresh), questions) if fresh else None,
        fair=fair,
        created=caller(),
    )


def _same(value: Any) -> Any:
    return value
