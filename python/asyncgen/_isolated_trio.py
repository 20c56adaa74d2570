"""The task of an isolated body on trio."""

from __future__ import annotations

import inspect
import types
from contextlib import suppress
from contextvars import copy_context
from math import inf
from typing import TYPE_CHECKING, Any

import outcome
import trio
from trio import Cancelled, CancelScope

from asyncgen._bridge import in_trio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from asyncgen._isolated_channel import Channel, Event


class TrioRoom:
    """A system task, in two scopes: one to cancel it, one that lets it await once it was."""

    __slots__ = ("_closing", "_patient", "_shield", "_token")

    cancelled = Cancelled
    event = trio.Event

    def __init__(self) -> None:
        self._token = trio.lowlevel.current_trio_token()
        self._closing = CancelScope()
        self._shield = CancelScope()
        self._patient = True

    def start(self, channel: Channel) -> None:
        """Start the task, which runs `channel.serve`."""

        async def serve() -> None:
            # Trio finds fault with a body that ends by being left inside scopes of its own.
            with suppress(RuntimeError), self._closing, self._shield:
                await channel.serve()

        trio.lowlevel.spawn_system_task(serve, name="asyncgen isolated", context=copy_context())

    def is_here(self) -> bool:
        """Tell whether the task's `trio.run` is the one that runs."""
        return in_trio() and trio.lowlevel.current_trio_token() is self._token

    def soon(self, callback: Callable[[], None]) -> None:
        """Have the run call it; a RuntimeError if it has ended. From any thread."""
        self._token.run_sync_soon(callback)

    def cancel(self) -> None:
        """Interrupt what the body awaits; a second time, its cleanup as well."""
        if self._closing.cancel_called:
            self._patient = self._shield.shield = False
        elif _TELLS_WHY:
            self._closing.cancel(reason=_WHY)
        else:
            self._closing.cancel()

    def abandon(self) -> None:
        """Let the end of the run cancel the cleanup too."""
        self._patient = self._shield.shield = False

    def discard(self) -> None:
        """The run ended its task."""

    async def park(self, event: Event) -> None:
        """Wait in the task."""
        await event.wait()

    @types.coroutine
    def drive(self, step: Awaitable[Any]) -> Generator[Any, Any, Any]:
        """Take a step of the body; when `cancel` struck, shield the awaits that follow.

        Cancelled is raised at every await in a cancelled scope, which would cut a `finally` short.
        """
        steps = step.__await__()
        resume: Callable[[Any], Any] = steps.send
        value: Any = None
        if self._closing.cancel_called:
            self._shield.shield = self._patient
        while True:
            try:
                trap = resume(value)
            except StopIteration as stop:
                return stop.value
            try:
                value = yield trap
                resume = steps.send
            except BaseException as error:  # noqa: BLE001 -- the body's to handle
                value = error
                resume = steps.throw
            # Trio sends the outcome of a wait, also where that is an error.
            if isinstance(value, outcome.Error) and isinstance(value.error, Cancelled):
                self._on_cancelled(value.error)

    def still_cancelled(self) -> bool:
        """Tell whether the task is in a scope that is cancelled."""
        return trio.current_effective_deadline() == -inf

    def _on_cancelled(self, error: Cancelled) -> None:
        # A scope of the body's own may strike at the same moment; ours does when that is left.
        if self._closing.cancel_called and (not _TELLS_WHY or error.reason == _WHY):
            self._shield.shield = self._patient


_WHY = "the generator is closed"
_TELLS_WHY = "reason" in inspect.signature(CancelScope.cancel).parameters  # since trio 0.31
