"""A body in a task of its own, driven step by step through a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from asyncgen._bridge import asyncio_loop, in_trio
from asyncgen._isolated_channel import Channel
from asyncgen.errors import NoLoopError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import CodeType, FrameType

    from asyncgen._isolated_channel import Room

Y_co = TypeVar("Y_co", covariant=True)
S_contra = TypeVar("S_contra", contravariant=True)


class Isolated(Generic[Y_co, S_contra]):
    """Runs the native generator `body` so that its timeouts, cancel scopes and groups stay its own.

    The task starts with the first step, in a copy of that step's context, and the body runs when it
    is asked for an item. One step at a time: the caller sees to it.

    A step that is cancelled leaves its request under way, and the next `asend(None)` gets what
    comes of it. Until then a value or an exception is refused with a RuntimeError, so that neither
    it nor the item is lost. Closing drops the item; a body that awaits something is cancelled
    there. Closing which is cancelled cancels the body's cleanup, and closing again waits for it.

    Where the body's own timeout or group interrupts a yield, the body goes on at once, and the next
    `asend(None)` gets what comes of it. If no step took the item of that yield yet, it comes
    first where the body ends, and gives way to the body's next item where there is one.
    """

    def __init__(self, body: AsyncGenerator[Y_co, S_contra]) -> None:
        """Wrap `body`, which has not begun."""
        native: Any = body  # with what the abstract type lacks
        self.__name__: str = native.__name__
        self.__qualname__: str = native.__qualname__
        self._body = native
        self._channel: Channel | None = None

    async def asend(self, value: S_contra | None, /) -> Y_co:
        """Go on to the next item, with `value` as what the yield gives."""
        channel = self._channel
        if channel is None:
            if self._body.ag_frame is None:
                raise StopAsyncIteration
            channel = self._channel = Channel(self._body, _room())
        item: Y_co = await channel.step("asend", value)
        return item

    async def athrow(self, error: BaseException | type[BaseException], /) -> Y_co:
        """Go on with `error` at the yield; a GeneratorExit closes."""
        item: Y_co
        if self._channel is None:
            item = await self._body.athrow(error)  # it has not begun: nothing of it runs
        elif isinstance(error, GeneratorExit) or error is GeneratorExit:
            item = await self._channel.close(error)
        else:
            item = await self._channel.step("athrow", error)
        return item

    @property
    def ag_frame(self) -> FrameType | None:
        """The frame of the body; None after its end, when that was taken by a step."""
        frame: FrameType | None = (self._channel or self._body).ag_frame
        return frame

    @property
    def ag_code(self) -> CodeType:
        """The code of the body."""
        code: CodeType = self._body.ag_code
        return code

    @property
    def ag_await(self) -> object:
        """What the body awaits, None if nothing."""
        return self._body.ag_await

    @property
    def ag_suspended(self) -> bool:
        """Whether the body has begun, is not over, and does not run; from Python 3.12 on."""
        suspended: bool = self._body.ag_suspended
        return suspended

    def __del__(self) -> None:
        """Have the task end, if it has not."""
        channel: Channel | None = getattr(self, "_channel", None)
        if channel is not None:
            channel.abandon_soon()


def _room() -> Room:
    """Find where the task is to run."""
    if in_trio():
        from asyncgen._isolated_trio import TrioRoom  # noqa: PLC0415 -- only when it runs

        return TrioRoom()
    loop = asyncio_loop()
    if loop is None:
        message = (
            "an isolated generator needs a running event loop that asyncgen knows"
            " (asyncio, uvloop, trio)"
        )
        raise NoLoopError(message)
    from asyncgen._isolated_asyncio import AsyncioRoom  # noqa: PLC0415 -- only when it runs

    return AsyncioRoom(loop)
