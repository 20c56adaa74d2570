"""The bridge between Rust threads and the running event loop, one for each loop.

A keeper watches the descriptor of a `Bridge` on its loop and resumes the tasks whose sources are
ready. It is made when a task first has to wait, and dies with its loop. The extension module calls
`keeper`, `pause` and `check_no_loop`; nothing is started by importing this.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Protocol

from asyncgen.errors import LoopRunningError, NoLoopError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Coroutine
    from weakref import WeakKeyDictionary

    from asyncgen._asyncgen import Bridge


class Keeper(Protocol):
    """Parks tasks of one event loop until their sources are ready."""

    bridge: Bridge

    def park(self, ready: int) -> Coroutine[object, object, None]:
        """Wait until the bridge says that the id `ready` is."""
        ...


def keeper() -> Keeper:
    """Find the keeper of the running event loop, or make it."""
    if in_trio():
        from asyncgen._bridge_trio import trio_keeper  # noqa: PLC0415 -- only when it runs

        return trio_keeper()
    loop = asyncio_loop()
    if loop is None:
        message = (
            "the source has to wait, and no event loop that asyncgen knows is running"
            " (asyncio, uvloop, trio); without one, use a plain `for`"
        )
        raise NoLoopError(message)
    keepers = _keepers()
    found = keepers.get(loop)
    if found is None:
        from asyncgen._bridge_asyncio import AsyncioKeeper  # noqa: PLC0415 -- only when it runs

        for other in [other for other in keepers if other.is_closed()]:
            del keepers[other]
        found = keepers[loop] = AsyncioKeeper(loop)
    return found


def pause() -> bool | Coroutine[object, object, None]:
    """Tell how to suspend once: a coroutine to drive, or whether a bare yield does."""
    if in_trio():
        from trio.lowlevel import checkpoint  # noqa: PLC0415 -- only when it runs

        return checkpoint()  # noqa: ASYNC105 -- the step drives it
    return asyncio_loop() is not None


def check_no_loop() -> None:
    """Refuse to block a thread that runs an event loop."""
    if loop_runs():
        message = (
            "a plain `for` would block the running event loop: use `async for`,"
            " or `.sync()` where blocking it is meant"
        )
        raise LoopRunningError(message)


def loop_runs() -> bool:
    """Tell whether this thread runs an event loop at this moment."""
    return in_trio() or asyncio_loop() is not None


def in_trio() -> bool:
    """Tell whether a task of trio is running."""
    trio = sys.modules.get("trio.lowlevel")
    return trio is not None and trio.in_trio_task()


def asyncio_loop() -> AbstractEventLoop | None:
    """Give the running loop of asyncio, or of a kind that stands in for it."""
    events = sys.modules.get("asyncio.events")
    return None if events is None else events._get_running_loop()  # noqa: SLF001 -- documented


# A loop runs in one thread at a time, so no lock is needed here, nor after a fork.
_local = threading.local()


def _keepers() -> WeakKeyDictionary[AbstractEventLoop, Keeper]:
    keepers: WeakKeyDictionary[AbstractEventLoop, Keeper] | None = getattr(_local, "keepers", None)
    if keepers is None:
        from weakref import WeakKeyDictionary  # noqa: PLC0415 -- only when it runs

        keepers = WeakKeyDictionary()
        _local.keepers = keepers
    return keepers
