"""What the consumer of an isolated body and the body's task share.

A request goes in, `asend` or `athrow` with its argument; a reply comes out, an item or the error
that ended the body. There is one request at a time, and the body runs no further than its reply.

| state     | next                                                                     |
|-----------|--------------------------------------------------------------------------|
| idle      | a step or closing asks: under way                                        |
| under way | the body yields: answered, or ends: answered and ended                   |
| answered  | a step takes the item: idle; a step or closing takes the end: over       |
| over      | nothing; the channel has no frame any more                               |

A cancellation that strikes the task while it waits for a request is the doing of the body's own
timeout or group, or of a loop that shuts down. It is thrown into the body, which is at its yield.

The task holds the channel and not the generator, so that the generator can be collected.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import FrameType


class Event(Protocol):
    """What `asyncio.Event` and `trio.Event` have in common."""

    def set(self) -> None:
        """Wake who waits."""
        ...

    def wait(self) -> Awaitable[object]:
        """Wait for `set`."""
        ...


class Room(Protocol):
    """A task on one kind of event loop, and what the channel has to know of it."""

    @property
    def cancelled(self) -> type[BaseException]:
        """What the loop raises in a task to cancel it."""
        ...

    def event(self) -> Event:
        """Make an event."""
        ...

    def start(self, channel: Channel) -> None:
        """Start the task, which runs `channel.serve`."""
        ...

    def is_here(self) -> bool:
        """Tell whether the task's event loop is the one that runs."""
        ...

    def soon(self, callback: Callable[[], None]) -> None:
        """Have the task's event loop call it; a RuntimeError if the loop has ended. Any thread."""
        ...

    def cancel(self) -> None:
        """Interrupt what the body awaits: once, so that its cleanup can await."""
        ...

    def abandon(self) -> None:
        """Have the task end soon: it must not outlive the event loop."""
        ...

    def discard(self) -> None:
        """Let go of the task, whose loop has ended, without a word."""
        ...

    def park(self, event: Event) -> Awaitable[None]:
        """Wait in the task."""
        ...

    def drive(self, step: Awaitable[Any]) -> Awaitable[Any]:
        """Take a step of the body, in the task."""
        ...

    def still_cancelled(self) -> bool:
        """Tell whether the cancellation that struck `park` is still in force."""
        ...


class Channel:
    """Requests and replies of one isolated body; has its `ag_frame` until the end is taken."""

    __slots__ = (
        *("_asked", "_awaited", "_body", "_closing", "_ended", "_forsaken", "_replied"),
        *("_replies", "_request", "_room", "_started", "_under_way", "ag_frame"),
    )

    def __init__(self, body: Any, room: Room) -> None:
        self.ag_frame: FrameType | None = body.ag_frame
        self._body = body
        self._room = room
        self._asked = self._replied = room.event()
        self._request: Request | None = None
        self._replies: list[Reply] = []
        self._awaited = False
        self._started = False
        self._under_way = False
        self._closing = False
        self._ended = False
        self._forsaken = False

    # The consumer's side.

    async def step(self, verb: str, argument: Any) -> Any:
        """Have the body go on; give what comes of it, or what came of the step before."""
        if self.ag_frame is None:
            raise StopAsyncIteration
        if not self._under_way and not self._replies:
            self._check_room()
            self._ask(verb, argument)
        elif argument is not None and not self._at_end():
            raise RuntimeError(_REFUSED) from (argument if verb == "athrow" else None)
        await self._wait()
        item, error = self._replies.pop(0)
        if error is None:
            return item
        self.ag_frame = None
        try:
            if isinstance(error, self._room.cancelled):
                raise RuntimeError(_CANCELLED) from error  # noqa: TRY004 -- its own is no use
            raise error
        finally:
            del error

    async def close(self, exit_: BaseException | type[BaseException]) -> Any:
        """Have the body end; raises `exit_` if it does, and gives an item if it does not."""
        if self.ag_frame is None or not (self._ended or self._room.is_here()):
            self.ag_frame = None
            self.abandon_soon()
            raise exit_
        self._begin_to_close()
        try:
            await self._wait()
        except BaseException:
            if not self._replies:
                self._room.cancel()
            raise
        item, error = self._replies.pop(0)
        if error is None:
            return item
        self.ag_frame = None
        try:
            raise exit_ if self._is_exit(error) else error
        finally:
            del error

    def abandon_soon(self) -> None:
        """Have the task end, from whatever thread the garbage collector runs in."""
        if self._ended:
            self._report()
        elif self._started:
            try:
                self._room.soon(self._abandon)
            except RuntimeError:
                self._room.discard()

    def _abandon(self) -> None:
        self._forsaken = True
        self._room.abandon()
        self._begin_to_close()
        if self._ended:  # meanwhile
            self._report()

    def _check_room(self) -> None:
        if not self._room.is_here():
            message = (
                "the task of an isolated generator is on another event loop, or on a closed one"
            )
            raise RuntimeError(message)

    def _ask(self, verb: str, argument: Any) -> None:
        self._request = verb, argument
        self._under_way = True
        if self._started:
            self._asked.set()
        else:
            self._started = True
            self._room.start(self)

    async def _wait(self) -> None:
        self._awaited = True
        try:
            while not self._replies:
                self._check_room()
                self._replied = self._room.event()
                await self._replied.wait()
        finally:
            self._awaited = False

    def _begin_to_close(self) -> None:
        self._replies = [reply for reply in self._replies if reply[1] is not None]
        if self._closing or self._ended:
            return
        self._closing = True
        if self._under_way and self._request is None:
            self._room.cancel()
        else:
            self._ask("athrow", GeneratorExit())

    def _at_end(self) -> bool:
        """Tell whether the next reply is the end, which answers whatever is asked."""
        return bool(self._replies) and self._replies[0][1] is not None

    def _is_exit(self, error: BaseException) -> bool:
        """Tell whether `error` says no more than that the body was ended."""
        if isinstance(error, BaseExceptionGroup):  # by a task group around the yield
            group = cast("BaseExceptionGroup[BaseException]", error)
            return all(map(self._is_exit, group.exceptions))
        return isinstance(error, (StopAsyncIteration, GeneratorExit, self._room.cancelled))

    # The side of the body's task.

    async def serve(self) -> None:
        """Run the body, from request to request."""
        try:
            while True:
                struck = await self._request_or_cancellation()
                verb, argument = self._request or _NO_REQUEST
                self._request = None
                item = await self._room.drive(_begin(self._body, verb, argument))
                if self._closing:
                    if not isinstance(argument, GeneratorExit):
                        item = await self._exit()
                elif struck and self._room.still_cancelled():
                    # It would be cancelled again and again, or wait while its loop shuts down.
                    self._reply(item)
                    await self._exit()
                    break
                if self._forsaken:
                    break
                self._reply(item)
            message = "the isolated generator ignored GeneratorExit"
            raise RuntimeError(message)  # noqa: TRY301 -- it ends the body as any other does
        except BaseException as error:  # noqa: BLE001 -- it is for the consumer
            self.end(error)

    async def _exit(self) -> Any:
        return await self._room.drive(_begin(self._body, "athrow", GeneratorExit()))

    def end(self, error: BaseException) -> None:
        """Hand out the end of the body; also of a task which was cancelled before it began."""
        if not self._ended:
            self._ended = True
            self._under_way = False
            self._replies.append((None, error))
            self._replied.set()
            if self._forsaken:
                self._report()

    async def _request_or_cancellation(self) -> bool:
        """Wait for a request, and make one of a cancellation; tell whether it was one."""
        try:
            while self._request is None:
                self._asked = self._room.event()
                await self._room.park(self._asked)
        except self._room.cancelled as error:
            self._request = "athrow", error
            self._under_way = True
            return True
        return False

    def _reply(self, item: Any) -> None:
        self._closing = False
        self._under_way = False
        if not self._awaited:  # an item that a step was woken for is as good as taken
            self._replies.clear()
        self._replies.append((item, None))
        self._replied.set()

    def _report(self) -> None:
        """Say that an abandoned body failed: nobody else is told."""
        for _, error in self._replies:
            if error is not None and not self._is_exit(error):
                from logging import getLogger  # noqa: PLC0415 -- rarely needed

                text = "an isolated generator that was abandoned failed while it was closed"
                getLogger("asyncgen").error(text, exc_info=error)


Request: TypeAlias = tuple[str, Any]
Reply: TypeAlias = tuple[Any, BaseException | None]

_NO_REQUEST: Request = ("asend", None)

_REFUSED = (
    "an item that no step has taken comes before what is sent or thrown: take it with asend(None)"
)
_CANCELLED = "the task of an isolated generator was cancelled from outside"


def _begin(body: Any, verb: str, argument: Any) -> Any:
    """Begin a step; the body is closed by its task, so that no finaliser hook may get it."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=None, finalizer=_leave)
    try:
        return getattr(body, verb)(argument)
    finally:
        sys.set_asyncgen_hooks(*hooks)


def _leave(_body: object) -> None:
    """Let go of a body whose loop was closed, as the finaliser of such a loop does."""
