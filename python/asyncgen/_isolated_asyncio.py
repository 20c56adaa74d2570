"""The task of an isolated body on asyncio, and on uvloop, which is an asyncio loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from asyncgen._bridge import asyncio_loop

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task
    from collections.abc import Awaitable, Callable

    from asyncgen._isolated_channel import Channel, Event


class AsyncioRoom:
    """A task, which is held here until it ends: its loop does not hold it.

    If only the generator did, the garbage collector could end both together, without a cleanup.
    """

    __slots__ = ("_cancelling", "_loop", "_task")

    cancelled = asyncio.CancelledError
    event = asyncio.Event

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._task: Task[None] | None = None
        self._cancelling = 0

    def start(self, channel: Channel) -> None:
        """Start the task, which runs `channel.serve`."""
        task = self._task = self._loop.create_task(channel.serve(), name="asyncgen isolated")
        # A loop that is closed in the middle takes the task along, and no word is lost on it.
        vars_of_task: Any = task
        vars_of_task._log_destroy_pending = False  # noqa: SLF001 -- as `gather` has it
        task.add_done_callback(lambda _task: channel.end(asyncio.CancelledError()))
        _hold(task)

    def is_here(self) -> bool:
        """Tell whether the task's event loop is the one that runs."""
        return asyncio_loop() is self._loop

    def soon(self, callback: Callable[[], None]) -> None:
        """Have the loop call it; a RuntimeError if it is closed. From any thread."""
        self._loop.call_soon_threadsafe(callback)

    def cancel(self) -> None:
        """Interrupt what the body awaits."""
        if self._task is not None:
            self._task.cancel()

    def abandon(self) -> None:
        """Nothing: the end of the loop cancels it."""

    def discard(self) -> None:
        """Let go of a task whose loop is closed."""
        if self._task is not None:
            _let_go(self._task)
            with suppress(RuntimeError):  # it would have to await
                self._task.get_coro().close()

    async def park(self, event: Event) -> None:
        """Wait in the task."""
        self._cancelling = _current().cancelling()
        await event.wait()

    async def drive(self, step: Awaitable[Any]) -> Any:
        """Take a step of the body."""
        return await step

    def still_cancelled(self) -> bool:
        """Tell whether the cancellation was not taken back, as a timeout takes back its own."""
        return _current().cancelling() > self._cancelling


_held: dict[AbstractEventLoop, set[Task[None]]] = {}


def _hold(task: Task[None]) -> None:
    loop = task.get_loop()
    if loop not in _held:
        for closed in [loop for loop in list(_held) if loop.is_closed()]:
            _held.pop(closed, None)
    _held.setdefault(loop, set()).add(task)
    task.add_done_callback(_let_go)


def _let_go(task: Task[None]) -> None:
    loop = task.get_loop()
    tasks = _held.get(loop, set())
    tasks.discard(task)
    if not tasks:
        _held.pop(loop, None)


def _current() -> Task[Any]:
    task = asyncio.current_task()
    assert task is not None, "it runs this very code"  # noqa: S101 -- for the type checkers
    return task
