"""The bridge on asyncio, and on uvloop, which is an asyncio loop."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import ref

from asyncgen._asyncgen import Bridge

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future


class AsyncioKeeper:
    """Completes a future for each source that is ready.

    The loop holds the keeper by its reader; the keeper holds the loop weakly, so that both go
    when the loop does, and the descriptor with them.
    """

    __slots__ = ("__weakref__", "_loop", "_parked", "bridge")

    def __init__(self, loop: AbstractEventLoop) -> None:
        self.bridge = Bridge()
        self._loop = ref(loop)
        self._parked: dict[int, Future[None]] = {}
        loop.add_reader(self.bridge.fileno(), self._wake)

    async def park(self, ready: int) -> None:
        """Wait until the bridge says that the id `ready` is."""
        loop = self._loop()
        assert loop is not None, "it runs this very code"  # noqa: S101 -- for the type checkers
        future = self._parked[ready] = loop.create_future()
        try:
            await future
        finally:
            del self._parked[ready]

    def _wake(self) -> None:
        for ready in self.bridge.take():
            future = self._parked.get(ready)
            if future is not None and not future.done():
                future.set_result(None)
