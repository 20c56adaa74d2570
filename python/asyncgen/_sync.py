"""`.sync()`: an async generator in a plain `for`, on an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from asyncgen._bridge import loop_runs
from asyncgen.errors import LoopRunningError

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Awaitable, Iterator

Y_co = TypeVar("Y_co", covariant=True)
Y = TypeVar("Y")


class Closeable(Protocol[Y_co]):
    """What is asked of an async generator here."""

    def __anext__(self) -> Awaitable[Y_co]:
        """Go on to the next item."""
        ...

    def aclose(self) -> Awaitable[object]:
        """End it."""
        ...


def sync(generator: Closeable[Y]) -> Iterator[Y]:
    """Iterate over `generator` in a plain `for`.

    All of its body runs in one task, on one loop, which run while an item is asked for. The loop
    starts with the first item. The end, an error, `break` and the garbage collector close the
    generator and then the loop.
    """
    _check_no_loop()
    return _items(generator)


def _items(generator: Closeable[Y]) -> Iterator[Y]:
    driver = _Driver(generator)
    try:
        with suppress(StopAsyncIteration):
            while True:
                _check_no_loop()
                yield driver.step()
    finally:
        if loop_runs():  # the garbage collector came by while another loop runs
            thread = threading.Thread(target=driver.close, name="asyncgen sync")
            thread.start()
            thread.join()
        else:
            driver.close()


class _Driver(Generic[Y]):
    """The task that the generator runs in, and its loop, which each step runs and stops."""

    __slots__ = ("_asked", "_error", "_generator", "_item", "_loop", "_runner", "_task")

    def __init__(self, generator: Closeable[Y]) -> None:
        self._generator = generator
        # The factory keeps it from becoming the thread's current loop.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._asked: Future[bool] | None = None
        self._error: BaseException | None = None
        self._task = self._loop.create_task(self._drive(), name="asyncgen sync")

    def step(self) -> Y:
        """Run the loop until there is an item, or raise what ends the generator."""
        if self._asked is not None:
            self._asked.set_result(True)
        self._loop.run_forever()
        self._raise()
        return self._item

    def close(self) -> None:
        """End the generator, then the loop."""
        try:
            if not self._task.done():
                if self._asked is None or self._asked.done():  # a signal handler raised
                    self._task.cancel()
                else:
                    self._asked.set_result(False)
                self._loop.run_until_complete(self._task)
                with suppress(asyncio.CancelledError):
                    self._raise()
        finally:
            self._runner.close()

    def _raise(self) -> None:
        error, self._error = self._error, None
        try:
            if error is not None:
                raise error
        finally:
            del error

    async def _drive(self) -> None:
        generator = self._generator
        try:
            try:
                while True:
                    self._item = await generator.__anext__()
                    self._asked = self._loop.create_future()
                    self._loop.stop()
                    if not await self._asked:
                        break
            finally:
                await generator.aclose()
        except BaseException as error:  # noqa: BLE001 -- `step` raises it
            self._error = error
            self._loop.stop()


def _check_no_loop() -> None:
    if loop_runs():
        message = "`.sync()` would block the running event loop: use `async for`"
        raise LoopRunningError(message)
