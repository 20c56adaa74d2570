"""`.sync()`: an async generator in a plain `for`, on an event loop of its own."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from asyncgen._bridge import loop_runs
from asyncgen.errors import LoopRunningError

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import AsyncGenerator, Callable, Iterator
    from types import FrameType

Y = TypeVar("Y")


def sync(generator: AsyncGenerator[Y, Any]) -> Iterator[Y]:
    """Iterate over `generator` in a plain `for`.

    All of its body runs in one task, on one loop, which run while an item is asked for. The loop
    starts with the first item. The end, an error, `break` and the garbage collector close the
    generator and then the loop.
    """
    _check_no_loop()
    return _items(generator)


def _items(generator: AsyncGenerator[Y, Any]) -> Iterator[Y]:
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

    __slots__ = (
        "_asked",
        "_closing",
        "_coroutine",
        "_error",
        "_generator",
        "_interrupted",
        "_item",
        "_loop",
        "_runner",
        "_running",
        "_task",
    )

    def __init__(self, generator: AsyncGenerator[Y, Any]) -> None:
        self._generator = generator
        # The factory keeps it from becoming the thread's current loop.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._asked: Future[bool] | None = None
        self._closing = False
        self._interrupted = False
        self._running = False
        if (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        ):
            signal.signal(signal.SIGINT, self._interrupt)
        self._error: BaseException | None = None
        self._coroutine: Any = self._drive()
        self._task = self._loop.create_task(self._coroutine, name="asyncgen sync")

    def step(self) -> Y:
        """Run the loop until there is an item, or raise what ends the generator."""
        if self._asked is not None:
            self._asked.set_result(True)
        self._run(self._loop.run_forever)
        self._raise()
        return self._item

    def close(self) -> None:
        """End the generator, then the loop."""
        self._closing = True
        try:
            if not self._task.done():
                if self._asked is None or self._asked.done():  # a signal handler raised
                    self._task.cancel()
                else:
                    self._asked.set_result(False)
                self._run(lambda: self._loop.run_until_complete(self._task))
                with suppress(asyncio.CancelledError):
                    self._raise()
        finally:
            if (
                threading.current_thread() is threading.main_thread()
                and signal.getsignal(signal.SIGINT) == self._interrupt
            ):
                signal.signal(signal.SIGINT, signal.default_int_handler)
            self._runner.close()

    def _raise(self) -> None:
        error, self._error = self._error, None
        try:
            if error is not None:
                raise error
        finally:
            del error

    def _run(self, run: Callable[[], None]) -> None:
        self._running = True
        try:
            run()
        finally:
            self._running = False
        if self._interrupted:
            self._interrupted = False
            raise KeyboardInterrupt

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """Raise in the body if it runs or takes no notice; else cancel what it awaits.

        What Ctrl-C raises inside the loop itself may lose a task there.
        """
        if not self._running or self._interrupted or self._is_in_body(frame):
            signal.default_int_handler(number, frame)
        self._interrupted = True
        self._task.cancel()
        self._loop.call_soon_threadsafe(_nothing)  # in case it waits for descriptors

    def _is_in_body(self, frame: FrameType | None) -> bool:
        body = self._coroutine.cr_frame
        while frame is not None and frame is not body:
            frame = frame.f_back
        return frame is not None

    async def _drive(self) -> None:
        generator = self._generator
        try:
            step = generator.__anext__()
            try:
                while True:
                    self._item = await step
                    self._asked = self._loop.create_future()
                    self._loop.stop()
                    try:
                        if not await self._asked:
                            break
                        step = generator.__anext__()
                    except asyncio.CancelledError as error:  # by a timeout around the yield
                        step = generator.athrow(error)
            finally:
                await generator.aclose()
        except BaseException as error:  # noqa: BLE001 -- for who runs the loop
            self._error = error
            if not self._closing:
                self._loop.stop()


def _nothing() -> None:
    """Wake the loop."""


def _check_no_loop() -> None:
    if loop_runs():
        message = "`.sync()` would block the running event loop: use `async for`"
        raise LoopRunningError(message)
