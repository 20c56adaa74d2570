"""The bridge on trio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import outcome
import trio
from trio.lowlevel import Abort

from asyncgen._asyncgen import Bridge

if TYPE_CHECKING:
    from trio.lowlevel import RaiseCancelT, Task

_current: trio.lowlevel.RunVar[TrioKeeper] = trio.lowlevel.RunVar("asyncgen")


def trio_keeper() -> TrioKeeper:
    """Find the keeper of the running `trio.run`, or make it."""
    try:
        return _current.get()
    except LookupError:
        keeper = TrioKeeper()
    _current.set(keeper)
    trio.lowlevel.spawn_system_task(keeper.serve, name="asyncgen bridge")
    return keeper


class TrioKeeper:
    """Reschedules a task for each source that is ready; one system task waits for all."""

    __slots__ = ("_parked", "bridge")

    def __init__(self) -> None:
        self.bridge = Bridge()
        self._parked: dict[int, Task] = {}

    async def park(self, ready: int) -> None:
        """Wait until the bridge says that the id `ready` is."""
        self._parked[ready] = trio.lowlevel.current_task()

        def abort(_raise_cancel: RaiseCancelT) -> Abort:
            del self._parked[ready]
            return Abort.SUCCEEDED

        await trio.lowlevel.wait_task_rescheduled(abort)

    async def serve(self) -> None:
        """Wake tasks until the run ends."""
        while True:
            await trio.lowlevel.wait_readable(self.bridge.fileno())
            for ready in self.bridge.take():
                task = self._parked.pop(ready, None)
                if task is not None:
                    trio.lowlevel.reschedule(task, outcome.Value(None))
